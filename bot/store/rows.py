"""Between rows and the core's types: what is sealed, in which form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from bot.core.conversation import Conversation, Holder
from bot.core.ids import ChannelName, ConversationId, MessageId, OperatorId
from bot.core.message import Attached, Author, Button, Delivery, Received, Saying
from bot.core.offer import RedFlag, RedFlagName
from bot.core.risk import Assessment, Risk, Sign, assess
from bot.core.safe_hours import SafeHours
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.turn import PendingTurn, ShownMessage
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
        outcome=details.get("outcome"),
        helped=details.get("helped", False),
        safe_hours=safe_hours_from(row),
        last_person_at=row["last_person_at"],
    )


def safe_hours_from(row: RowMapping) -> SafeHours | None:
    return SafeHours(row["safe_begin"], row["safe_end"], row["safe_zone"]) if row["safe_zone"] is not None else None


def conversation_columns(conversation: Conversation, seal: Seal) -> dict[str, Any]:
    details = {
        "countries": dict(conversation.countries),
        "heard": dict(conversation.language_evidence),
        "other_hand": conversation.other_hand,
        "question": conversation.question,
        "answers": dict(conversation.answers),
        "told": dict(conversation.told),
        "outcome": conversation.outcome,
        "helped": conversation.helped,
    }
    return {
        "holder": conversation.holder.value,
        "operator_id": conversation.operator,
        "risk": int(conversation.assessment.risk),
        "rule": conversation.assessment.rule,
        "language": conversation.language,
        "language_chosen": conversation.language_chosen,
        "country": conversation.country,
        "unsafe": conversation.unsafe,
        "waiting_since": conversation.waiting_since,
        "handoff_reason": conversation.handoff_reason,
        "countries": countries_to(conversation.countries),
        "details_sealed": seal.close(to_bytes(details), f"{conversation.id}/details"),
    }


def countries_to(countries: Mapping[str, str]) -> str:
    """Roles and countries as one column keeps them: ``origin:KH present:TH``."""
    return " ".join(f"{role}:{country}" for role, country in sorted(countries.items()))


def countries_from(column: str) -> dict[str, str]:
    return {role: country for role, _, country in (one.partition(":") for one in column.split())}


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


def received_to(received: Received) -> dict[str, Any]:
    """What is kept of a message while it waits for its turn."""
    content: dict[str, Any] = {"text": received.text, "payload": received.payload, "language": received.language}
    if received.hint is not None:
        content["hint"] = received.hint
    if received.attached:
        content["attached"] = attached_to(received.attached)
    if received.answered:
        content["answered"] = True
    return content


def pending_from(
    row: RowMapping,
    seal: Seal,
    signs: tuple[Sign, ...],
    message_id: MessageId,
    content: Mapping[str, Any],
    attempts: int,
) -> PendingTurn:
    """The turn of a message that :func:`received_to` kept, in the conversation of *row*."""
    memory = row["memory_sealed"]
    return PendingTurn(
        conversation=conversation_from(row, seal, signs),
        version=row["version"],
        message_id=message_id,
        text=content["text"],
        payload=content["payload"],
        chosen_language=content["language"],
        attempts=attempts,
        signs=signs,
        memory=seal.open(memory, f"{row['id']}/memory") if memory is not None else None,
        first=row["version"] == 0,
        hint=content.get("hint"),
        attached=attached_from(content.get("attached", ())),
        answered=content.get("answered", False),
        wrapped_key=row["key_wrapped"],
    )


def attached_to(attached: tuple[Attached, ...]) -> list[list[Any]]:
    return [[one.kind, one.ref, one.size, dict(one.about)] for one in attached]


def attached_from(raw: Iterable[Sequence[Any]]) -> tuple[Attached, ...]:
    return tuple(Attached(*one) for one in raw)
