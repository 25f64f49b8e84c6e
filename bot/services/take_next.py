"""The main act at the desk: take the next most urgent conversation over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.core.conversation import Conversation, NotHeld
from bot.core.ids import OperatorId
from bot.core.taxonomy import Language
from bot.core.urgency import STEP, Whom
from bot.services.desk import Desk
from bot.services.ports import Clock, NextStore, Run

#: What an operator let go within this time comes to them last.
LET_GO_FOR = timedelta(hours=1)


class TakeNext:
    """``await take_next(operator, speaks)``"""

    def __init__(self, queue: NextStore, desk: Desk, run: Run, clock: Clock, step: timedelta = STEP) -> None:
        """*step*: after so long a wait a conversation rises by one grade."""
        self._queue, self._desk, self._run, self._clock, self._step = queue, desk, run, clock, step

    def whom(self, speaks: Collection[Language]) -> Whom:
        """For whom an order is made now."""
        return Whom(self._clock(), speaks, self._step)

    async def __call__(self, operator: OperatorId, speaks: Collection[Language]) -> Conversation | None:
        """The conversation that is theirs now; None: nobody waits.

        Of operators who ask at the same moment each gets another: who is second to one conversation takes the next.
        """
        while True:
            whom = self.whom(speaks)
            waiting = await self._run(self._queue.next_for, operator, whom, whom.now - LET_GO_FOR)
            if not waiting:
                return None
            for one in waiting:
                try:
                    return await self._desk.take_over(one.id, operator)
                except (NotHeld, LookupError):  # somebody was quicker, or it is erased
                    continue
