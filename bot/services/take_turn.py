"""One turn: understand a message, weigh it, decide, answer or relay; all of it written in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.core import language, other_hand, places, questions
from bot.core.conversation import (
    Answered,
    Asked,
    Conversation,
    Event,
    HandoffRequested,
    Holder,
    LanguageSet,
    PersonWaits,
    Reopened,
    RiskRaised,
    SafetyNoted,
    Told,
    apply,
)
from bot.core.dialogue import DialogueTurn
from bot.core.ids import SHORT_CHANNELS, ConversationId
from bot.core.message import Reply, Saying, has_words
from bot.core.risk import Sign, assess
from bot.core.route import FAILED, NOTED, TOLD, Route, route
from bot.core.taxonomy import LANGUAGES, Indicator, Intent, Language
from bot.core.turn import Accepted, PendingTurn, ShownMessage, Stale, TurnOutcome
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from bot.services.changes import Changes
from bot.services.ports import (
    Clock,
    ConversationStore,
    Engine,
    EraserStore,
    Parting,
    Run,
    Staffing,
    ToldWord,
    Wording,
)

log = structlog.get_logger(__name__)

#: A message whose turn was begun this often without an end (the process died each time) is not understood again:
#: it gets the safe reply and a human.
_MOST_ATTEMPTS = 3
#: How often a turn is decided anew because an operator changed the conversation meanwhile.
_MOST_REREADS = 20
#: So many patient turns are taken at once.
_AT_ONCE = 2
#: More than so many in line, and whoever can leave messages where they are should do so.
_FULL = 64
#: A message without words; what a human must look at in it.
_WORDLESS = Intent("attachment")
_LOOKED_AT = frozenset(("photo", "voice", "audio", "video", "document", "location", "contact"))


class Turns:
    """Takes the turns of all conversations: each conversation's own in order, one at a time."""

    def __init__(
        self,
        store: ConversationStore,
        eraser: EraserStore,
        engine: Engine,
        wording: Wording,
        told: Callable[[str, str | None, str | None], ToldWord | None],
        staffing: Callable[[datetime], Staffing],
        changes: Changes,
        run: Run,
        clock: Clock,
        parting: Parting | None = None,
    ) -> None:
        """The turns of one hotline.

        Args:
            told: what a text is by agreement, given the open question and the person's own word for "not safe": see
                :meth:`bot.content.library.Library.agreed`.
            staffing: who is there to take a conversation over.
            parting: has the last word on a channel.
        """
        self._parting = parting
        self._store, self._eraser, self._engine, self._wording, self._told = store, eraser, engine, wording, told
        self._staffing = staffing
        self._changes, self._run, self._clock = changes, run, clock
        self._locks: dict[ConversationId, tuple[asyncio.Lock, list[None]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._few = asyncio.Semaphore(_AT_ONCE)

    async def resume(self) -> int:
        """Go on with what a stopped process left. Returns with how many conversations.

        Each begun message counts an attempt first, so that one which kills the process cannot do so for ever.
        """
        left = await self._run(self._store.with_pending_turns)
        await self._run(self._store.record_attempts, left)
        for conversation_id in left:
            self.begin(conversation_id, patient=True)
        return len(left)

    def begin(
        self,
        conversation_id: ConversationId,
        accepted: Accepted | None = None,
        *,
        then: Callable[[], None] | None = None,
        patient: bool = False,
    ) -> None:
        """Take the conversation's turns soon; returns at once. *then* is called at the end, however it ends.

        Args:
            patient: a few of these at once, the others in their order: when hundreds come together, whoever waits at a
                page and whatever is being sent must not stand behind all of them.
        """
        work = self._patiently(conversation_id, accepted) if patient else self.take(conversation_id, accepted)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        if then is not None:
            task.add_done_callback(lambda _: then())

    async def _patiently(self, conversation_id: ConversationId, accepted: Accepted | None) -> None:
        if accepted is not None and self._few.locked():
            accepted = replace(accepted, turn=None)  # by then it is read anew
        async with self._few:
            await self.take(conversation_id, accepted)

    async def room(self) -> None:
        """Wait until not too many turns stand in line."""
        while len(self._tasks) > _FULL:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # the message stays pending: the next message, the sweep or a restart takes its turn
            log.error("turn_failed", error=type(error).__name__)

    async def sweep(self) -> None:
        """Begin whatever waits although nobody works on it: after an outage of the database, say."""
        for conversation_id in await self._run(self._store.with_pending_turns):
            if conversation_id not in self._locks:
                self.begin(conversation_id, patient=True)

    async def rest(self) -> None:
        """Wait until no turn is being taken: before the server stops."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def take(
        self, conversation_id: ConversationId, accepted: Accepted | None = None, *, hand_out: bool = False
    ) -> Sequence[Reply | ShownMessage] | None:
        """Take the turns of a conversation in order: up to the *accepted* message, or all that wait.

        Args:
            hand_out: the person waits for the answer; all that is theirs by then is marked sent and returned.
        Returns None when there was no turn to take. Somebody whose conversation was erased at their wish gets the last
        words here in any case: they are stored nowhere.
        """
        said: Sequence[Reply | ShownMessage] | None = None
        async with self._alone_with(conversation_id):
            pending = accepted.turn if accepted is not None else None
            while True:
                pending = pending or await self._run(self._store.next_turn, conversation_id)
                if pending is None:
                    return said
                said = [*(said or ()), *await self._one(pending, hand_out=hand_out)]
                if accepted is not None and pending.message_id >= accepted.message_id:
                    return said  # what came later has its own taker
                pending = None

    @asynccontextmanager
    async def _alone_with(self, conversation_id: ConversationId) -> AsyncIterator[None]:
        lock, users = self._locks.setdefault(conversation_id, (asyncio.Lock(), []))
        users.append(None)
        try:
            async with lock:
                yield
        finally:
            users.pop()
            if not users:
                del self._locks[conversation_id]

    async def _one(self, pending: PendingTurn, *, hand_out: bool) -> Sequence[Reply | ShownMessage]:
        began = time.perf_counter()
        understood = await self._understand(pending)
        for _ in range(_MOST_REREADS):
            outcome, routed, erase = await self._decide(pending, understood)
            if erase:
                traces = await self._parting.traces(pending.conversation.id) if self._parting else None
                await self._run(self._eraser.erase, pending.conversation.id, self._clock())
                self._changes.tell(pending.conversation.id, Changes.DESK)
                if self._parting and traces:
                    self._parting.part_from(traces, outcome.replies)
                log.info("conversation_erased")
                return outcome.replies
            try:
                handed = await self._run(self._store.commit_turn, outcome, hand_out=hand_out)
            except Stale:
                fresh = await self._run(self._store.next_turn, pending.conversation.id)
                if fresh is None or fresh.message_id != pending.message_id:
                    return ()  # erased, or another taker was first
                pending = fresh
                continue
            self._changes.tell(pending.conversation.id, Changes.DESK)
            log.info(
                "turn_taken",
                conversation=pending.conversation.id,
                message=pending.message_id,
                intent=routed.intent,
                risk=outcome.conversation.risk.word,
                holder=outcome.conversation.holder.value,
                replies=len(outcome.replies),
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
            return handed
        raise Stale(pending.conversation.id)

    async def _understand(self, pending: PendingTurn) -> Understanding:
        if pending.attempts >= _MOST_ATTEMPTS:
            log.error("turn_given_to_human", message=pending.message_id, attempts=pending.attempts)
            return _not_understood(pending.text)
        if not has_words(pending.text, pending.attached):
            return replace(_not_understood(pending.text), failed=False)
        try:
            if pending.payload is not None:
                return _as_if_pressed(await self._engine.understand(pending.payload), pending.text)
            if (told := self._told_word(pending)) is not None:
                pressed = _as_if_pressed(await self._engine.understand(told.payload), pending.text)
                own = pending.conversation.language  # a word that two languages share changes none
                code = own if own in told.languages or not told.languages else told.languages[0]
                return replace(pressed, language=LanguageGuess(code, 1.0))
            return await self._engine.understand(pending.text)
        except Exception as error:  # whatever broke, the person gets a reply and a human
            log.error("understanding_failed", message=pending.message_id, error=type(error).__name__)
            return _not_understood(pending.text)

    def _told_word(self, pending: PendingTurn) -> ToldWord | None:
        """What the text is by agreement: the person's own word for "not safe", or one that a phrase told to type."""
        conversation = pending.conversation
        return self._told(pending.text, conversation.question, conversation.told.get("code_word"))

    async def _decide(self, pending: PendingTurn, understood: Understanding) -> tuple[TurnOutcome, Route, bool]:
        now = self._clock()
        conversation = pending.conversation
        answer = questions.given(understood, conversation.question)
        if answer is not None:
            understood = questions.stated(understood, answer)
        new_signs = tuple(Sign(found.indicator, pending.message_id) for found in understood.indicators)
        after = assess((*pending.signs, *new_signs))
        asked = conversation.question
        routed = route(understood, assess(new_signs), after, asked, sms=conversation.channel in SHORT_CHANNELS)
        if not has_words(pending.text, pending.attached):
            looked_at = any(one.kind in _LOOKED_AT for one in pending.attached)
            routed = Route(_WORDLESS, "attachment" if looked_at else None)
        if routed.intent not in _ABOUT_AN_OFFER:
            understood = replace(understood, red_flags=())  # a kept passport is no sign of an offer where none is made

        events: list[Event] = [Reopened(now)] if conversation.holder is Holder.CLOSED else []
        if pending.first and pending.payload is not None and pending.hint is not None and pending.hint in LANGUAGES:
            events.append(LanguageSet(pending.hint, by_person=False))
        if after.risk > conversation.risk:
            events.append(RiskRaised(after))
        if pending.chosen_language is not None:
            events.append(LanguageSet(pending.chosen_language, by_person=True))
        elif pending.payload is None:
            words = _length_in_words(understood.readable)
            events += other_hand.suspect(conversation, routed.intent, understood.language, words)
            events += language.hear(conversation, understood.language, words)
        events += places.note_countries(conversation, routed.intent, understood.entities)
        if answer is not None:
            events.append(Answered(answer.question, answer.answer))
        elif asked is not None and routed.intent == NOTED:
            events.append(Answered(asked, questions.OWN_WORDS))
        elif routed.intent == TOLD and (what := _WHAT_IS_TOLD.get(asked or "")) and _fits(what, pending.text):
            events.append(Told(what, pending.text.strip()))
        if routed.handoff is not None:
            events.append(HandoffRequested(routed.handoff, now))
        for event in events:
            conversation = apply(conversation, event)

        replies: tuple[Reply, ...] = ()
        memory = pending.memory
        erase = False
        if conversation.holder is Holder.OPERATOR:
            conversation = apply(conversation, PersonWaits(now))
            if answer is not None:
                conversation = apply(conversation, Asked(None))
        elif not pending.answered:
            replies, slots, memory = await self._answer(pending, conversation, understood, routed)
            conversation = _after_dialogue(conversation, slots)
            erase = slots.get("erase") is True
        outcome = TurnOutcome(pending, conversation, understood, new_signs, replies, memory, now)
        return outcome, routed, erase

    async def _answer(
        self, pending: PendingTurn, conversation: Conversation, understood: Understanding, routed: Route
    ) -> tuple[tuple[Reply, ...], Mapping[str, Any], bytes | None]:
        form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
        if routed.intent == _WORDLESS:
            saying = Saying("unsafe_still" if conversation.unsafe else "message_not_text")
            return (self._wording.word(saying, conversation.language, form),), {}, pending.memory
        turn = DialogueTurn(
            conversation_id=conversation.id,
            channel=conversation.channel,
            understanding=understood,
            intent=routed.intent,
            slots=await self._slots(pending, conversation, understood, routed),
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

    async def _slots(
        self, pending: PendingTurn, conversation: Conversation, understood: Understanding, routed: Route
    ) -> dict[str, Any]:
        wants_a_human = routed.intent == "ask_human"
        staffing = await self._run(self._staffing, self._clock()) if wants_a_human else None
        return {
            "language": conversation.language,
            "channel": conversation.channel,
            "risk": conversation.risk.word,
            "holder": conversation.holder.value,
            "first_turn": pending.first,
            "unsafe": conversation.unsafe,
            "unavailable": staffing is not None and not staffing.at_the_desk,
            "waiting_before": staffing.waiting if staffing is not None else 0,
            "country_present": conversation.countries.get("present"),
            "country_origin": conversation.countries.get("origin"),
            "country_destination": conversation.countries.get("destination"),
            "question": pending.conversation.question,
            "signs": sorted({sign.indicator for sign in pending.signs} | {e.indicator for e in understood.indicators}),
            "answers": dict(conversation.answers),
            "code_word": conversation.told.get("code_word"),
            "red_flags": [flag.name for flag in understood.red_flags],
            "erase": None,
        }


#: Where red flags of a job offer mean something.
_ABOUT_AN_OFFER = frozenset((TOLD, Intent("ask_job_offer")))

#: Question in own words -> what of it is kept.
_WHAT_IS_TOLD = {"code_word.ask": "code_word", "code_word.set": "safe_time", "human_unavailable.back": "callback"}
#: Longest word of one's own, in characters: it must be quick to type, and come to be typed by chance never.
_LONGEST_CODE_WORD = 30


def _fits(what: str, text: str) -> bool:
    return what != "code_word" or 0 < len(text.strip()) <= _LONGEST_CODE_WORD


def _not_understood(text: str) -> Understanding:
    unsure = LanguageGuess(Language("und"), 0.0)
    return Understanding(text, text, unsure, IntentGuess(Intent("out_of_scope"), 0.0), failed=True)


#: What a button or a told word states by itself: who says "I am in danger" is.
_STATED = {
    Intent("report_danger"): Indicator("immediate_danger"),
    Intent("report_self_harm"): Indicator("self_harm"),
}


def _as_if_pressed(pressed: Understanding, text: str) -> Understanding:
    # what a button says stands in its payload, not in the title that people see
    placed_nowhere = tuple(replace(entity, start=0, end=0) for entity in pressed.entities)
    stated = _STATED.get(pressed.intent.name)
    indicators = (Evidence(stated, 1.0, ((0, len(text)),)),) if stated is not None else ()
    return replace(pressed, text=text, readable=text, entities=placed_nowhere, indicators=indicators)


def _after_dialogue(conversation: Conversation, slots: Mapping[str, Any]) -> Conversation:
    chosen = slots.get("language")
    if isinstance(chosen, str) and chosen in LANGUAGES and chosen != conversation.language:
        conversation = apply(conversation, LanguageSet(Language(chosen), by_person=True))
    if isinstance(slots.get("unsafe"), bool) and slots["unsafe"] != conversation.unsafe:
        conversation = apply(conversation, SafetyNoted(slots["unsafe"]))
    if "question" in slots and slots["question"] != conversation.question:
        conversation = apply(conversation, Asked(slots["question"]))
    return conversation


def _length_in_words(text: str) -> int:
    # a script without spaces writes about four characters where another writes a word
    words = text.split()
    return max(len(words), sum(len(word) for word in words) // 8)
