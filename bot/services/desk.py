"""What an operator does with a conversation: take it over, write, hand it back, close it, erase it."""

from __future__ import annotations

from bot.core.conversation import Closed, Conversation, Event, HandedBack, NotHeld, TakenOver
from bot.core.ids import SHORT_CHANNELS, ConversationId, MessageId, OperatorId
from bot.core.message import Reply, Saying
from bot.core.turn import ShownMessage, Stale
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, EraserStore, OutboxStore, Parting, ReadySentences, Run

#: Longest message of an operator, in characters.
LONGEST_TEXT = 4_000


class Desk:
    """The operators' side. Every change wakes the person's page and all desks."""

    def __init__(
        self,
        store: ConversationStore,
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
        self._store, self._eraser, self._wording = store, eraser, wording
        self._changes, self._run, self._clock = changes, run, clock

    async def take_over(self, conversation_id: ConversationId, operator: OperatorId) -> Conversation:
        """From now on the bot is silent. Raises LookupError, NotHeld (somebody else has it, or it is closed)."""
        before = await self._run(self._store.get, conversation_id)
        if before is not None and before.operator == operator:
            return before
        conversation = await self._change(conversation_id, TakenOver(operator, self._clock()))
        await self._say(conversation, "operator_joined", operator)
        return conversation

    async def hand_back(self, conversation_id: ConversationId, operator: OperatorId) -> Conversation:
        """The bot answers again. Raises LookupError, NotHeld."""
        await self._must_hold(conversation_id, operator)
        conversation = await self._change(conversation_id, HandedBack(self._clock()))
        await self._say(conversation, "operator_left", operator)
        return conversation

    async def close(self, conversation_id: ConversationId, operator: OperatorId) -> Conversation:
        """Nobody holds it any more; it opens again when the person writes. Raises LookupError, NotHeld."""
        await self._must_hold(conversation_id, operator)
        return await self._change(conversation_id, Closed(self._clock()))

    async def write(self, conversation_id: ConversationId, operator: OperatorId, text: str) -> ShownMessage:
        """Queue a message to the person.

        Raises LookupError, PermissionError (not the holder), ValueError (empty, or over LONGEST_TEXT characters).
        """
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise ValueError(f"a message has 1 to {LONGEST_TEXT} characters")
        return await self._write(conversation_id, operator, text)

    async def send_card(self, conversation_id: ConversationId, operator: OperatorId, key: str) -> ShownMessage:
        """Queue a ready sentence in the person's language, with its answers to tap; the next message may answer it.

        Raises LookupError, PermissionError (not the holder), ValueError (no ready sentence).
        """
        if not self._wording.is_card(key):
            raise ValueError(f"{key} is no ready sentence")
        conversation = await self._run(self._store.get, conversation_id)
        if conversation is None:
            raise LookupError(conversation_id)
        form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
        reply = self._wording.word(Saying(key), conversation.language, form)
        return await self._write(conversation_id, operator, reply)

    async def send_again(self, conversation_id: ConversationId, message_id: MessageId) -> bool:
        """Send a message again that failed or may not have arrived. False: it is no such message."""
        if self._outbox is None:
            return False
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

    async def _write(self, conversation_id: ConversationId, operator: OperatorId, said: str | Reply) -> ShownMessage:
        while True:
            try:
                shown = await self._run(self._store.write_as_operator, conversation_id, operator, said, self._clock())
            except Stale:  # a turn was written at the same moment: read again
                continue
            self._changes.tell(conversation_id, Changes.DESK)
            return shown

    async def _must_hold(self, conversation_id: ConversationId, operator: OperatorId) -> None:
        conversation = await self._run(self._store.get, conversation_id)
        if conversation is None:
            raise LookupError(conversation_id)
        if conversation.operator != operator:
            raise NotHeld("you do not hold this conversation")

    async def _change(self, conversation_id: ConversationId, event: Event) -> Conversation:
        while True:
            try:
                conversation = await self._run(self._store.change, conversation_id, (event,), self._clock())
            except Stale:  # a turn was written at the same moment: read again
                continue
            self._changes.tell(conversation_id, Changes.DESK)
            return conversation

    async def _say(self, conversation: Conversation, key: str, operator: OperatorId) -> None:
        form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
        reply = self._wording.word(Saying(key), conversation.language, form)
        await self._run(self._store.queue_sayings, conversation.id, (reply,), self._clock(), operator=operator)
        self._changes.tell(conversation.id, Changes.DESK)
