"""Wakes whoever waits for something new: a person's page, an operator's page."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence


class Changes:
    """Tells waiters that a topic (a conversation's id, or ``DESK``) has something new."""

    DESK = "desk"

    def __init__(self, tell_others: Callable[[Sequence[str]], None] | None = None) -> None:
        """*tell_others* passes topics on to other processes: see :class:`bot.store.live.Live`."""
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._tell_others = tell_others
        self.closed = False  # the server stops: nobody waits any longer

    def tell(self, *topics: str) -> None:
        """Wake everybody who waits for one of *topics*, in every process."""
        self.hear(*topics)
        if self._tell_others is not None:
            self._tell_others(topics)

    def hear(self, *topics: str) -> None:
        """Wake everybody in this process who waits for one of *topics*: another process told us."""
        for topic in topics:
            for waiter in self._waiting.get(topic, ()):
                waiter.set()

    def hear_all(self) -> None:
        """Wake everybody in this process: anything may have changed elsewhere."""
        self.hear(*self._waiting)

    def close(self) -> None:
        """Let everybody go who waits, so that a stopping server need not wait for them."""
        self.closed = True
        self.hear_all()

    def subscribe(self, topic: str) -> Subscription:
        """Listen from now on; ask for what is new *after* subscribing, or something is missed between the two."""
        return Subscription(self, self._waiting, topic)


class Subscription:
    """``async with changes.subscribe(topic) as news: ... await news.wait(25)``"""

    def __init__(self, changes: Changes, waiting: defaultdict[str, set[asyncio.Event]], topic: str) -> None:
        self._changes, self._waiting, self._topic, self._event = changes, waiting, topic, asyncio.Event()

    async def __aenter__(self) -> Subscription:
        self._waiting[self._topic].add(self._event)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._waiting[self._topic].discard(self._event)
        if not self._waiting[self._topic]:
            del self._waiting[self._topic]

    async def wait(self, seconds: float) -> bool:
        """True when something happened, False when *seconds* went by or the server stops."""
        if self._changes.closed:
            return False
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return not self._changes.closed
