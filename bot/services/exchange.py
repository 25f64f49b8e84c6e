"""How a channel that people ask (the web page, REST) gives us messages and collects what we say."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from bot.core.conversation import Conversation
from bot.core.ids import Address, ChannelName, MessageId
from bot.core.message import Received, Reply
from bot.core.turn import Accepted, ShownMessage
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, EraserStore, Run
from bot.services.receive import Receive
from bot.services.take_turn import Turns


@dataclass(frozen=True)
class News:
    """What is new for a person's page. ``conversation`` is None when there is none, or it was erased."""

    conversation: Conversation | None
    messages: tuple[ShownMessage, ...]


class Exchange:
    """Messages in, messages out, for channels that cannot be written to."""

    def __init__(
        self,
        receive: Receive,
        turns: Turns,
        store: ConversationStore,
        eraser: EraserStore,
        changes: Changes,
        run: Run,
        clock: Clock,
    ) -> None:
        self._receive, self._turns, self._store, self._eraser = receive, turns, store, eraser
        self._changes, self._run, self._clock = changes, run, clock

    async def accept(self, received: Received) -> Accepted:
        """Store a message and begin its turn; the answer comes by :meth:`news`. Raises TooMany."""
        place = ExitStack()
        place.enter_context(self._receive.place_in_line(received))
        with place:
            accepted = await self._receive(received)
            self._changes.tell(accepted.conversation_id)
            self._turns.begin(accepted.conversation_id, accepted, then=place.pop_all().close)
            return accepted

    async def answer(self, received: Received) -> list[Reply | ShownMessage]:
        """Store a message, take its turn, and return all that waits for the person. Raises TooMany."""
        with self._receive.place_in_line(received):
            accepted = await self._receive(received)
            said = await self._turns.take(accepted.conversation_id, accepted, hand_out=True)
        if said is not None:
            return list(said)
        # its turn had been taken elsewhere: what waits is still theirs
        return list(await self._run(self._store.collect_outgoing, received.channel, received.address, self._clock()))

    async def news(self, channel: ChannelName, address: Address, after: MessageId, wait: float) -> News:
        """What came after message *after*, waiting up to *wait* seconds for something to come.

        The same question gives the same answer, so a page that lost its line asks again and misses nothing.
        """
        conversation_id = await self._run(self._store.find, channel, address)
        if conversation_id is None:
            return News(None, ())
        async with self._changes.subscribe(conversation_id) as subscription:
            while True:
                conversation, messages = await self._run(self._store.history, channel, address, after, self._clock())
                if messages or conversation is None or wait <= 0 or not await subscription.wait(wait):
                    return News(conversation, tuple(messages))
                wait = min(wait, 1.0)  # woken, but by nothing for this page: look once more, briefly

    async def erase(self, channel: ChannelName, address: Address) -> bool:
        """Erase the person's conversation at their wish. False when there is none."""
        conversation_id = await self._run(self._store.find, channel, address)
        if conversation_id is None:
            return False
        erased = await self._run(self._eraser.erase, conversation_id, self._clock())
        self._changes.tell(conversation_id, Changes.DESK)
        return erased
