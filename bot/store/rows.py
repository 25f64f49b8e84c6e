"""Between rows and the core's types: what is sealed, in which form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping

from bot.core.conversation import Conversation, Holder
from bot.core.ids import ChannelName, ConversationId, MessageId, OperatorId
from bot.core.message import Attached, Author, Button, Delivery, Saying
from bot.core.offer import RedFlag, RedFlagName
from bot.core.risk import Assessment, Risk, Sign, assess
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.turn import ShownMessage
from bot.core.understanding import Entity, Evidence, IntentGuess, LanguageGuess, Understanding
from bot.store.seal import Seal


def to_bytes(value: Any) -> bytes:
    # "surrogatepass": a lone surrogate that a phone sent is kept as it came
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_bytes(raw: bytes) -> Any:
    return json.loads(raw.decode("utf-8", "surrogatepass"))


def conversation_from(row: RowMapping, seal: Seal, signs: tuple[Sign, ...]) -> Conversation:
    details = {}
    if row["details_sealed"] is not None:
        details = from_bytes(seal.open(row["details_sealed"], f"{row['id']}/details"))
    assessment = assess(signs)
    if assessment.risk != row["risk"]:  # never lower than what was once seen
        assessment = max(assessment, Assessment(Risk(row["risk"]), row["rule"]), key=lambda a: a.risk)
    return Conversation(
        id=ConversationId(row["id"]),
        channel=ChannelName(row["channel"]),
        opened_at=row["opened_at"],
        holder=Holder(row["holder"]),
        operator=OperatorId(row["operator_id"]) if row["operator_id"] is not None else None,
        language=Language(row["language"]),
        language_chosen=row["language_chosen"],
        assessment=assessment,
        waiting_since=row["waiting_since"],
        handoff_reason=row["handoff_reason"],
        countries=details.get("countries", {}),
        language_evidence=details.get("heard", {}),
        unsafe=row["unsafe"],
        other_hand=details.get("other_hand"),
        question=details.get("question"),
        answers=details.get("answers", {}),
        told=details.get("told", {}),
    )


def conversation_columns(conversation: Conversation, seal: Seal) -> dict[str, Any]:
    details = {
        "countries": dict(conversation.countries),
        "heard": dict(conversation.language_evidence),
        "other_hand": conversation.other_hand,
        "question": conversation.question,
        "answers": dict(conversation.answers),
        "told": dict(conversation.told),
    }
    return {
        "holder": conversation.holder.value,
        "operator_id": conversation.operator,
        "risk": int(conversation.assessment.risk),
        "rule": conversation.assessment.rule,
        "language": conversation.language,
        "language_chosen": conversation.language_chosen,
        "unsafe": conversation.unsafe,
        "waiting_since": conversation.waiting_since,
        "handoff_reason": conversation.handoff_reason,
        "details_sealed": seal.close(to_bytes(details), f"{conversation.id}/details"),
    }


def understanding_to(understood: Understanding) -> dict[str, Any]:
    beyond = {
        "readable": understood.readable,
        "failed": understood.failed,
        "red_flags": [[flag.name, [list(span) for span in flag.spans]] for flag in understood.red_flags],
    }
    return understood.as_dict() | beyond


def understanding_from(raw: dict[str, Any]) -> Understanding:
    return Understanding(
        text=raw["text"],
        readable=raw["readable"],
        language=LanguageGuess(Language(raw["language"]["code"]), raw["language"]["confidence"]),
        intent=IntentGuess(Intent(raw["intent"]["name"]), raw["intent"]["confidence"]),
        indicators=tuple(
            Evidence(Indicator(i["name"]), i["confidence"], tuple((start, end) for start, end in i["evidence"]))
            for i in raw["indicators"]
        ),
        entities=tuple(Entity(e["entity"], e["value"], e["start"], e["end"], e.get("role")) for e in raw["entities"]),
        # a row of before the flags has none
        red_flags=tuple(
            RedFlag(RedFlagName(name), tuple((start, end) for start, end in spans))
            for name, spans in raw.get("red_flags", ())
        ),
        failed=raw["failed"],
    )


def message_from(row: RowMapping, seal: Seal) -> ShownMessage:
    content = from_bytes(seal.open(row["content_sealed"], f"{row['conversation_id']}/message"))
    saying = content.get("saying")
    understood = content.get("understanding")
    return ShownMessage(
        id=MessageId(row["id"]),
        author=Author(row["author"]),
        at=row["at"],
        text=content["text"],
        operator_id=row["operator_id"],
        delivery=Delivery(row["delivery"]) if row["delivery"] else None,
        buttons=tuple(Button(title, payload) for title, payload in content.get("buttons", ())),
        saying=Saying(saying[0], saying[1]) if saying else None,
        understanding=understanding_from(understood) if understood else None,
        channel_message_id=row["channel_message_id"],
        answers=MessageId(row["answers"]) if row["answers"] is not None else None,
        turn=row["turn"],
        attached=attached_from(content.get("attached", ())),
        reason=row["reason"],
    )


def attached_to(attached: tuple[Attached, ...]) -> list[list[Any]]:
    return [[one.kind, one.ref, one.size, dict(one.about)] for one in attached]


def attached_from(raw: Iterable[Sequence[Any]]) -> tuple[Attached, ...]:
    return tuple(Attached(*one) for one in raw)
