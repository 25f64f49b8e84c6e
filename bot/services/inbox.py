"""What a channel that is written to hands in: messages, pressed buttons, receipts, and who may be written to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.ids import SHORT_CHANNELS, Address, ChannelName
from bot.core.message import Delivery, Received, Saying
from bot.core.sending import Receipt, read_button_code
from bot.core.turn import Accepted
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, OutboxStore, Run, Wording
from bot.services.take_turn import Turns


class Inbox:
    """Everything is durable when a method returns; then the channel may tell the other side that it arrived.

    No message is refused for coming too fast: a person on a bad line sends many at once, and one may be a disclosure.
    ``refused`` counts, by channel, requests that could not prove who sent them.
    """

    def __init__(
        self,
        store: ConversationStore,
        outbox: OutboxStore,
        turns: Turns,
        wording: Wording,
        changes: Changes,
        run: Run,
        clock: Clock,
    ) -> None:
        self._store, self._outbox, self._turns, self._wording = store, outbox, turns, wording
        self._changes, self._run, self._clock = changes, run, clock
        self.refused: Counter[str] = Counter()

    async def accept(self, received: Received) -> Accepted:
        """Store a message and begin its turn. A bare number picks from the menu that we sent last."""
        if received.choice is not None:
            received = await self._picked(received, received.choice)
        accepted = await self._run(self._store.receive, received, self._clock())
        if not accepted.duplicate:
            self._changes.tell(accepted.conversation_id)
            self._turns.begin(accepted.conversation_id, accepted, patient=True)
        return accepted

    async def room(self) -> None:
        """Wait until there is room for more: for a channel that keeps messages until it is asked for them.

        Others get a moment's turn here in any case.
        """
        await asyncio.sleep(0)
        await self._turns.room()

    async def press(
        self, channel: ChannelName, address: Address, channel_message_id: str, code: str, sent_at: datetime
    ) -> bool:
        """Take a pressed button as a message. False: there is no such button (forged, or erased since)."""
        which = read_button_code(code)
        found = await self._run(self._store.find, channel, address)
        if which is None or found is None:
            return False
        button = await self._run(self._outbox.button, found, *which)
        if button is None:
            return False
        await self.accept(Received(channel, channel_message_id, address, button.title, sent_at, payload=button.payload))
        return True

    async def receipt(self, receipt: Receipt) -> None:
        """Note what became of a message."""
        moved = await self._run(self._outbox.receipt, receipt, self._clock())
        if moved is not None:
            self._changes.tell(moved, Changes.DESK)

    async def came(
        self,
        channel: ChannelName,
        address: Address,
        delivery: Delivery,
        *,
        channel_ids: Collection[str] = (),
        until: datetime | None = None,
    ) -> None:
        """Note how far several messages have come: those of *channel_ids*, and all that were sent up to *until*.

        For channels that name messages by their own ids, or say "all before this moment".
        """
        found = await self._run(self._store.find, channel, address)
        if found is None:
            return
        for message_id, part in await self._run(self._outbox.dispatched, found, channel_ids, until):
            await self.receipt(Receipt(message_id, part, delivery))

    async def shut(self, channel: ChannelName, address: Address, mark: str) -> None:
        """From now on nothing is sent to this person; what was queued has failed for this reason."""
        found = await self._run(self._store.find, channel, address)
        if found is not None:
            await self._run(self._outbox.shut, found, mark, self._clock())
            self._changes.tell(found, Changes.DESK)

    async def open(self, channel: ChannelName, address: Address) -> None:
        """The person may be written to again."""
        found = await self._run(self._store.find, channel, address)
        if found is not None and await self._run(self._outbox.open, found, self._clock()):
            self._changes.tell(found, Changes.DESK)

    async def is_opted_out(self, channel: ChannelName, address: Address) -> bool:
        found = await self._run(self._store.find, channel, address)
        return found is not None and await self._run(self._outbox.is_opted_out, found)

    async def say(self, channel: ChannelName, address: Address, key: str) -> None:
        """Queue a set phrase, in the conversation's language."""
        found = await self._run(self._store.find, channel, address)
        conversation = await self._run(self._store.get, found) if found is not None else None
        if conversation is not None:
            form = "sms" if channel in SHORT_CHANNELS else "chat"
            reply = self._wording.word(Saying(key), conversation.language, form)
            await self._run(self._store.queue_sayings, conversation.id, (reply,), self._clock())
            self._changes.tell(conversation.id, Changes.DESK)

    def refuse(self, channel: str) -> None:
        """Count a request that could not prove who sent it; nothing else is kept of it."""
        self.refused[channel] += 1

    async def _picked(self, received: Received, number: int) -> Received:
        found = await self._run(self._store.find, received.channel, received.address)
        offered = await self._run(self._outbox.offered, found) if found is not None else ()
        if not 1 <= number <= len(offered):
            return received
        button = offered[number - 1]
        return replace(received, text=f"{received.text.strip()} {button.title}", payload=button.payload)
