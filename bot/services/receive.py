"""The first step of every message: stored before anybody is told that it arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.core.ids import Address, ChannelName
from bot.core.message import Received
from bot.core.turn import Accepted
from bot.services.ports import Clock, ConversationStore, Run

#: Messages of one sender that may wait for their answer at once; no person writes more.
MOST_WAITING = 20


class TooMany(Exception):
    """This sender has MOST_WAITING unanswered messages: the channel answers "later", and nothing was stored."""


class Receive:
    """Takes messages from channels. What it returns is durable."""

    def __init__(self, store: ConversationStore, run: Run, clock: Clock) -> None:
        self._store, self._run, self._clock = store, run, clock
        self._waiting: Counter[tuple[ChannelName, Address]] = Counter()

    @contextmanager
    def place_in_line(self, received: Received) -> Iterator[None]:
        """Counts the sender's unanswered messages while the block runs.

        Raises TooMany, so that a burst from one sender takes neither time nor room from anybody else.
        """
        sender = (received.channel, received.address)
        if self._waiting[sender] >= MOST_WAITING:
            raise TooMany
        self._waiting[sender] += 1
        try:
            yield
        finally:
            self._waiting[sender] -= 1
            if not self._waiting[sender]:
                del self._waiting[sender]

    async def __call__(self, received: Received) -> Accepted:
        return await self._run(self._store.receive, received, self._clock())
