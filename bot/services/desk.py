"""What an operator does with a conversation: take it over, write, hand it back, close it, reopen it, erase it."""

from __future__ import annotations

from bot.core.casework import OUTCOMES, NewNote, NoteKind, Refused
from bot.core.conversation import Closed, Conversation, Event, HandedBack, Reopened, TakenOver
from bot.core.ids import SHORT_CHANNELS, ConversationId, MessageId, OperatorId
from bot.core.message import Reply, Saying
from bot.core.safe_hours import OUTSIDE
from bot.core.turn import ShownMessage, Stale
from bot.services.changes import Changes
from bot.services.ports import (
    CaseStore,
    Clock,
    ConversationStore,
    EraserStore,
    OutboxStore,
    Parting,
    ReadySentences,
    Run,
)
from bot.services.tell import Tell

#: Longest message of an operator, in characters.
LONGEST_TEXT = 4_000


class Desk:
    """The operators' side. Every change wakes the person's page and all desks.

    What is sent to a person is Refused outside of their safe hours, unless they just wrote, or the operator has decided
    to write all the same (*outside_safe_hours*).
    """

    def __init__(
        self,
        store: ConversationStore,
        cases: CaseStore,
        eraser: EraserStore,
        wording: ReadySentences,
        changes: Changes,
        run: Run,
        clock: Clock,
        parting: Parting | None = None,
        outbox: OutboxStore | None = None,
    ) -> None:
        """*parting* and *outbox*: of the channels that are written to, where there are any."""
        self._parting, self._outbox = parting, outbox
        self._store, self._cases, self._eraser, self._wording = store, cases, eraser, wording
        self._changes, self._run, self._clock = changes, run, clock
        self._tell = Tell(store, wording, changes, run, clock)

    async def take_over(self, conversation_id: ConversationId, operator: OperatorId) -> Conversation:
        """From now on the bot is silent. Raises LookupError, NotHeld (somebody else has it, or it is closed)."""
        before = await self._run(self._store.get, conversation_id)
        if before is not None and before.operator == operator:
            return before
        conversation = await self._change(conversation_id, TakenOver(operator, self._clock()))
        await self._tell(conversation, "operator_joined", operator)
        return conversation

    async def reopen(self, conversation_id: ConversationId, operator: OperatorId) -> Conversation:
        """Go on with a closed conversation. Raises LookupError, NotHeld (somebody else was faster)."""
        now = self._clock()
        conversation = await self._change(conversation_id, Reopened(now), TakenOver(operator, now))
        await self._tell(conversation, "operator_joined", operator)
        return conversation

    async def hand_back(
        self, conversation_id: ConversationId, operator: OperatorId, agreed: str = "", still_open: str = ""
    ) -> Conversation:
        """The bot answers again. Raises LookupError, NotHeld.

        Args:
            agreed: what was agreed with the person, for whoever takes it next; empty: nothing to tell.
            still_open: what is still to be done.
        """
        words = {"agreed": agreed.strip(), "open": still_open.strip()}
        note = _note(NoteKind.HAND_OVER, words)
        conversation = await self._let_go(conversation_id, operator, HandedBack(self._clock()), note)
        await self._tell(conversation, "operator_left", operator)
        return conversation

    async def close(
        self,
        conversation_id: ConversationId,
        operator: OperatorId,
        outcome: str,
        words: str = "",
        *,
        tell: bool = False,
    ) -> Conversation:
        """Nobody holds it any more; it opens again when the person writes. Raises LookupError, NotHeld, ValueError.

        Args:
            outcome: what came of it, one of OUTCOMES. What nobody says here is missing in every figure for good.
            words: more about it, for colleagues.
            tell: say to the person that the chat is closed and that they can write again; nothing outside their safe
                hours, unless they just wrote.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"say what came of it: outcome is one of {', '.join(OUTCOMES)}; nothing was closed")
        note = _note(NoteKind.OUTCOME, {"text": words.strip()})
        conversation = await self._let_go(conversation_id, operator, Closed(self._clock(), outcome), note)
        if tell:
            await self._tell(conversation, "conversation_closed", operator)
        return conversation

    async def write(
        self, conversation_id: ConversationId, operator: OperatorId, text: str, *, outside_safe_hours: bool = False
    ) -> ShownMessage:
        """Queue a message to the person.

        Raises LookupError, PermissionError (not the holder), ValueError (empty, or over LONGEST_TEXT characters),
        Refused.
        """
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise ValueError(f"a message has 1 to {LONGEST_TEXT} characters")
        return await self._write(conversation_id, operator, text, outside_safe_hours)

    async def send_card(
        self, conversation_id: ConversationId, operator: OperatorId, key: str, *, outside_safe_hours: bool = False
    ) -> ShownMessage:
        """Queue a ready sentence in the person's language, with its answers to tap; the next message may answer it.

        Raises LookupError, PermissionError (not the holder), ValueError (no ready sentence), Refused.
        """
        if not self._wording.is_card(key):
            raise ValueError(f"{key} is no ready sentence")
        conversation = await self._get(conversation_id)
        reply = self._wording.word(Saying(key), conversation.language, _form(conversation))
        return await self._write(conversation_id, operator, reply, outside_safe_hours)

    async def send_entry(
        self,
        conversation_id: ConversationId,
        operator: OperatorId,
        kind: str,
        entry: str,
        *,
        outside_safe_hours: bool = False,
    ) -> ShownMessage:
        """Queue a single telephone line or fact in the person's language, as dialled from where they are.

        Args:
            kind, entry: the saying of it and its id: see :mod:`bot.content.lookup`.
        Raises LookupError, PermissionError (not the holder), ValueError (no such entry, or one that may reach nobody),
        Refused.
        """
        conversation = await self._get(conversation_id)
        saying, form = Saying(kind, {"id": entry, **conversation.countries}), _form(conversation)
        try:
            withheld = self._wording.withheld(saying, conversation.language, form)
        except KeyError:
            raise ValueError(f"there is no {kind} {entry}") from None
        if withheld is not None:
            raise ValueError(withheld)
        reply = self._wording.word(saying, conversation.language, form)
        return await self._write(conversation_id, operator, reply, outside_safe_hours)

    async def send_again(
        self, conversation_id: ConversationId, message_id: MessageId, *, outside_safe_hours: bool = False
    ) -> bool:
        """Send a message again that failed or may not have arrived. False: it is no such message. Raises Refused."""
        if self._outbox is None:
            return False
        await self._may_reach(conversation_id, outside_safe_hours)
        queued = await self._run(self._outbox.send_again, conversation_id, message_id, self._clock())
        self._changes.tell(conversation_id, Changes.DESK)
        return queued

    async def erase(self, conversation_id: ConversationId) -> bool:
        """Erase at the person's wish. False when it is gone already."""
        traces = await self._parting.traces(conversation_id) if self._parting else None
        erased = await self._run(self._eraser.erase, conversation_id, self._clock())
        self._changes.tell(conversation_id, Changes.DESK)
        if self._parting and traces:
            self._parting.part_from(traces)
        return erased

    async def _write(
        self, conversation_id: ConversationId, operator: OperatorId, said: str | Reply, outside_safe_hours: bool
    ) -> ShownMessage:
        await self._may_reach(conversation_id, outside_safe_hours)
        while True:
            try:
                shown = await self._run(self._store.write_as_operator, conversation_id, operator, said, self._clock())
            except Stale:  # a turn was written at the same moment: read again
                continue
            self._changes.tell(conversation_id, Changes.DESK)
            return shown

    async def _may_reach(self, conversation_id: ConversationId, outside_safe_hours: bool) -> None:
        conversation = await self._get(conversation_id)
        if not outside_safe_hours and not conversation.may_be_told(self._clock()):
            raise Refused(OUTSIDE)

    async def _get(self, conversation_id: ConversationId) -> Conversation:
        conversation = await self._run(self._store.get, conversation_id)
        if conversation is None:
            raise LookupError(conversation_id)
        return conversation

    async def _let_go(
        self, conversation_id: ConversationId, operator: OperatorId, event: Event, note: NewNote | None
    ) -> Conversation:
        while True:
            try:
                conversation = await self._run(
                    self._cases.change, conversation_id, operator, (event,), note, self._clock()
                )
            except Stale:  # a turn was written at the same moment: read again
                continue
            self._changes.tell(conversation_id, Changes.DESK)
            return conversation

    async def _change(self, conversation_id: ConversationId, *events: Event) -> Conversation:
        while True:
            try:
                conversation = await self._run(self._store.change, conversation_id, events, self._clock())
            except Stale:
                continue
            self._changes.tell(conversation_id, Changes.DESK)
            return conversation


def _form(conversation: Conversation) -> str:
    return "sms" if conversation.channel in SHORT_CHANNELS else "chat"


def _note(kind: NoteKind, words: dict[str, str]) -> NewNote | None:
    written = {name: text for name, text in words.items() if text}
    return NewNote(kind, written) if written else None
