"""One channel as the outbox sees it now: how fast it may be written to, and whether it rests after failures."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from bot.core.ids import ConversationId
from bot.core.sending import Throttled
from bot.services.ports import Sender

#: So many failures without a success between them are no chance: the channel is down.
_CHANCE = 3


@dataclass(frozen=True)
class Pace:
    """How patient the outbox is; every number in seconds.

    Attributes:
        at_once: conversations that are served at the same time.
        lease: a worker that was watched for so long without a sign of life is taken for dead; longer than *send*.
        send: one request to a channel may take so long; then it is uncertain.
        first, longest: between tries, doubled from the one to the other, and spread by half to both sides.
        give_up: a message that could not be sent for so long is parked and a human called.
        ask_after: how long after a broken line the channel is asked whether it took the message.
        idle: how often work of other processes is looked for, and whether they live.
    """

    at_once: int = 16
    lease: float = 90.0
    send: float = 30.0
    first: float = 1.0
    longest: float = 300.0
    give_up: float = 6 * 3600.0
    ask_after: float = 10.0
    idle: float = 5.0

    def backoff(self, attempts: int) -> float:
        """Seconds until the next try after so many."""
        plain: float = min(self.first * 2 ** max(0, min(attempts, 20)), self.longest)
        return plain * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing


@dataclass
class Line:
    """What is known of one channel now; times are the loop's."""

    sender: Sender
    pace: Pace
    paused_until: float = 0.0
    failures: int = 0
    next_free: float = 0.0
    throttled: dict[ConversationId, float] = field(default_factory=dict)

    @property
    def rests(self) -> bool:
        return self.paused_until > loop_time()

    @property
    def is_down(self) -> bool:
        """Several failures without a success between them."""
        return self.failures >= _CHANCE

    def went(self, conversation_id: ConversationId) -> None:
        """Something of that conversation was taken."""
        self.failures = 0
        self.throttled.pop(conversation_id, None)

    def failed(self, rest: float = 0.0) -> None:
        """It could not be reached: once may be chance; after several without a success between it rests.

        Args:
            rest: seconds, at least; where our settings are wrong, which no chance mends.
        """
        self.failures += 1
        if self.is_down or rest:
            self._pause(max(rest, self.pace.backoff(self.failures - _CHANCE)))

    def throttle(self, conversation_id: ConversationId, failure: Throttled) -> None:
        """One conversation may write too fast by itself; when a second one is told to wait, all are meant."""
        now = loop_time()
        self.throttled = {one: until for one, until in self.throttled.items() if until > now}
        self.throttled[conversation_id] = now + failure.after
        if failure.everybody or len(self.throttled) > 1:
            self._pause(failure.after)

    def _pause(self, seconds: float) -> None:
        self.paused_until = max(self.paused_until, loop_time() + seconds)

    async def place(self) -> float:
        """Wait until the channel's own limit lets one more message through; returns what it takes, in seconds."""
        if self.sender.rate <= 0:
            return 0.0
        now = loop_time()
        at = max(self.next_free, now)
        self.next_free = at + 1 / self.sender.rate
        if at > now:
            await asyncio.sleep(at - now)
        return 1 / self.sender.rate


def loop_time() -> float:
    """Seconds that only run forward, whatever is done to the clock."""
    return asyncio.get_running_loop().time()
