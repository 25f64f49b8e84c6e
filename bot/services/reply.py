"""What the bot says to a message: what the dialogue says, a set phrase, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.core import questions
from bot.core.conversation import Asked, Conversation, LanguageSet, SafetyNoted, apply
from bot.core.dialogue import DialogueTurn
from bot.core.heard import UNSAFE, WORDLESS, Heard
from bot.core.ids import SHORT_CHANNELS
from bot.core.message import Reply, Saying
from bot.core.route import FAILED
from bot.core.taxonomy import LANGUAGES, Intent, Language
from bot.core.turn import PendingTurn
from bot.core.urgency import STEP, Whom
from bot.services.flood import Answer, Flood
from bot.services.opening import WhenOpen
from bot.services.ports import Engine, LineStore, Run, Wording

log = structlog.get_logger(__name__)

#: Wishes about the conversation itself, which are answered when others rest.
_WILL = frozenset((UNSAFE, *map(Intent, ("stop", "delete_data", "change_language"))))


@dataclass(frozen=True)
class Said:
    """What the bot says, and what that leaves.

    Attributes:
        memory: of the dialogue.
        erase: the person wants all of it erased; *replies* are the last words then.
    """

    conversation: Conversation
    memory: bytes | None
    replies: tuple[Reply, ...] = ()
    erase: bool = False


class BotReplies:
    """The bot's side of all conversations."""

    def __init__(
        self,
        engine: Engine,
        wording: Wording,
        line: LineStore,
        run: Run,
        flood: Flood | None = None,
        when_open: WhenOpen | None = None,
        step: timedelta = STEP,
    ) -> None:
        """The replies of one hotline.

        Args:
            line: who is there to take a conversation over, and who waits for that.
            flood: how often one person is answered; None: each time.
            when_open: the desk's hours; None: it is open at all hours.
            step: after so long a wait a conversation rises by one grade.
        """
        self._engine, self._wording, self._line, self._run = engine, wording, line, run
        self._flood, self._when_open, self._step = flood or Flood(), when_open, step

    async def to(self, pending: PendingTurn, heard: Heard, now: datetime) -> Said:
        """The bot's answer to a message; it never fails, and never is silence where somebody waits for a word."""
        conversation = heard.conversation
        answer = self._pace(pending, heard, now)
        if answer is not Answer.YES:
            slower = (self._briefly("too_many_messages", conversation),) if answer is Answer.SLOWER else ()
            return Said(conversation, pending.memory, slower)
        replies, slots, memory = await self._answer(pending, heard, now)
        conversation = _after_dialogue(conversation, slots)
        if self._when_open is not None:
            replies = await self._when_open.told(pending.conversation, conversation, replies, now)
        return Said(conversation, memory, replies, erase=slots.get("erase") is True)

    def _pace(self, pending: PendingTurn, heard: Heard, now: datetime) -> Answer:
        """Is this message answered? One that calls somebody, or makes it graver, always is."""
        before, after = pending.conversation, heard.conversation
        if after.holder is not before.holder or after.risk > before.risk:
            return Answer.YES
        will = heard.route.intent in _WILL or pending.payload is not None  # a tap: "yes, delete it"
        return self._flood.may_answer(before.channel, before.id, now.timestamp(), will=will)

    def _briefly(self, key: str, conversation: Conversation) -> Reply:
        """A set phrase, or what is harmless where somebody may be watching."""
        form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
        return self._wording.word(Saying("unsafe_still" if conversation.unsafe else key), conversation.language, form)

    async def _answer(
        self, pending: PendingTurn, heard: Heard, now: datetime
    ) -> tuple[tuple[Reply, ...], Mapping[str, Any], bytes | None]:
        conversation, routed = heard.conversation, heard.route
        form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
        if routed.intent == WORDLESS:
            return (self._briefly("message_not_text", conversation),), {}, pending.memory
        turn = DialogueTurn(
            conversation_id=conversation.id,
            channel=conversation.channel,
            understanding=heard.understanding,
            intent=routed.intent,
            slots=await self._slots(pending, heard, now),
            memory=pending.memory,
        )
        try:
            result = await self._engine.respond(turn)
            if result.replies or routed.intent == "stop":
                return result.replies, result.slots, result.memory
            log.error("dialogue_silent", intent=routed.intent)
        except Exception as error:  # a rule or an action broke: never silence
            log.error("dialogue_failed", message=pending.message_id, error=type(error).__name__)
        key = "emergency" if routed.handoff in ("life_at_risk", "self_harm", "child_sexual_harm") else FAILED
        values = {"country": conversation.countries.get("present")} if key == "emergency" else {}
        return (self._wording.word(Saying(key, values), conversation.language, form),), {}, pending.memory

    async def _slots(self, pending: PendingTurn, heard: Heard, now: datetime) -> dict[str, Any]:
        conversation, understood = heard.conversation, heard.understanding
        wants_a_human = heard.route.intent == "ask_human"
        answers = {"screen.offer": questions.OWN_WORDS} if conversation.helped else {}
        at_the_desk, before = await self._run(self._who_comes, conversation, now) if wants_a_human else (True, 0)
        return {
            "language": conversation.language,
            "channel": conversation.channel,
            "risk": conversation.risk.word,
            "holder": conversation.holder.value,
            "first_turn": pending.first,
            "unsafe": conversation.unsafe,
            "unavailable": not at_the_desk,
            "waiting_before": before,
            "country_present": conversation.countries.get("present"),
            "country_origin": conversation.countries.get("origin"),
            "country_destination": conversation.countries.get("destination"),
            "question": pending.conversation.question,
            "signs": sorted({sign.indicator for sign in pending.signs} | {e.indicator for e in understood.indicators}),
            "answers": answers | dict(conversation.answers),
            # what was told to an operator is not thanked for, asked or offered once more
            **({"told_before": True, "asked_country": True} if conversation.helped else {}),
            "code_word": conversation.told.get("code_word"),
            "red_flags": [flag.name for flag in understood.red_flags],
            "erase": None,
        }

    def _who_comes(self, conversation: Conversation, now: datetime) -> tuple[bool, int]:
        """Is somebody at the desk, and how many wait who are helped before this person?"""
        return bool(self._line.at_the_desk(now)), self._line.before(conversation, Whom(now, step=self._step))


def _after_dialogue(conversation: Conversation, slots: Mapping[str, Any]) -> Conversation:
    chosen = slots.get("language")
    if isinstance(chosen, str) and chosen in LANGUAGES and chosen != conversation.language:
        conversation = apply(conversation, LanguageSet(Language(chosen), by_person=True))
    if isinstance(slots.get("unsafe"), bool) and slots["unsafe"] != conversation.unsafe:
        conversation = apply(conversation, SafetyNoted(slots["unsafe"]))
    if "question" in slots and slots["question"] != conversation.question:
        conversation = apply(conversation, Asked(slots["question"]))
    return conversation
