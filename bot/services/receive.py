"""The first step of every message: stored before anybody is told that it arrived."""

from __future__ import annotations

from bot.core.ids import Address, ChannelName
from bot.core.message import Received
from bot.core.turn import Accepted
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, Run

#: Longest text, in characters, that is taken whole. What a person can write in a minute of fear is far less.
LONGEST_TEXT = 10_000
#: Messages of one sender that may wait for their turn; beyond it the channel is told to come back later.
MOST_WAITING = 50


class TooMany(Exception):
    """This sender has more unanswered messages than one person writes; the channel answers "later"."""


class TooLong(Exception):
    """The text is longer than LONGEST_TEXT."""


class Receive:
    """Takes a message from a channel. What it returns is durable."""

    def __init__(self, store: ConversationStore, changes: Changes, run: Run, clock: Clock) -> None:
        self._store, self._changes, self._run, self._clock = store, changes, run, clock

    async def __call__(self, received: Received) -> Accepted:
        """Raises TooMany, TooLong; nothing is then stored, and nobody else's message is touched."""
        if len(received.text) > LONGEST_TEXT:
            raise TooLong
        await self._refuse_flood(received.channel, received.address)
        accepted = await self._run(self._store.receive, received, self._clock())
        self._changes.tell(accepted.conversation_id)
        return accepted

    async def _refuse_flood(self, channel: ChannelName, address: Address) -> None:
        known = await self._run(self._store.find, channel, address)
        if known is not None and await self._run(self._store.pending_count, known) >= MOST_WAITING:
            raise TooMany
