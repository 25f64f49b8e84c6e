"""One part of a message: sent, or asked after where nobody knows whether it went; and what follows when it did not.

What follows is read from the class of the failure alone (:mod:`bot.core.sending`).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ParamSpec

import structlog

from bot.core.message import Delivery
from bot.core.sending import (
    Misconfigured,
    Outgoing,
    Part,
    Refused,
    SendFailed,
    Sent,
    Shut,
    Throttled,
    Uncertain,
    Undecided,
)
from bot.services.line import Line, Pace, loop_time
from bot.services.ports import Clock, OutboxStore, Run

log = structlog.get_logger(__name__)
P = ParamSpec("P")

#: A message that could not be sent for long is given up only after so many tries: a clock that jumps ages it at once.
_LEAST_TRIES = 8


class Send:
    """Sends parts and notes what became of them. ``counts`` tells what was done since the process began."""

    def __init__(self, outbox: OutboxStore, run: Run, clock: Clock, pace: Pace) -> None:
        self._outbox, self._run, self._clock, self._pace = outbox, run, clock, pace
        self._ending = False
        self.counts: Counter[str] = Counter()

    def rest(self) -> None:
        """From now on, what cannot be noted at once is left for the next process to ask after."""
        self._ending = True

    async def one(self, outgoing: Outgoing, line: Line) -> bool:
        """Send one part. False: the conversation must wait."""
        try:
            parts = line.sender.parts(outgoing)
        except ValueError:  # one written character that is longer than a message: no text that anybody wrote
            await self._park(outgoing, Delivery.FAILED, "unsendable")
            return True
        if outgoing.part >= len(parts):
            await self._note(self._outbox.finish, outgoing, self._clock())
            return True
        part = parts[outgoing.part]
        try:
            sent = None
            if outgoing.doubtful:
                sent = await self._ask(outgoing, part, line)
                if sent is None:
                    if not await self._run(self._outbox.again, outgoing):
                        return True  # a receipt came while the channel was asked: it was taken
                    self.counts["uncertain_resent"] += 1
            if sent is None:
                sent = await self._send(outgoing, part, line)
                self.counts["sent"] += 1
        except SendFailed as failure:
            return await self._failed(outgoing, line, failure)
        line.went(outgoing.conversation_id)
        last = outgoing.done + 1 >= len(parts)
        await self._note(self._outbox.sent, outgoing, sent, self._clock(), last=last)
        return True

    async def _send(self, outgoing: Outgoing, part: Part, line: Line) -> Sent:
        try:
            async with asyncio.timeout(self._pace.send):
                return await line.sender.send(outgoing, part)
        except TimeoutError:
            raise Uncertain("timeout") from None
        except SendFailed:
            raise
        except Exception as error:  # a fault of ours half-way: nobody knows whether it went
            log.error("sending_broke", channel=outgoing.channel, error=type(error).__name__)
            raise Uncertain("broke") from error

    async def _ask(self, outgoing: Outgoing, part: Part, line: Line) -> Sent | None:
        """Was a doubtful part taken? None: surely not, so that it may be sent. Raises Uncertain: nobody knows yet."""
        if not line.sender.can_look_up:
            raise Uncertain("interrupted")
        this = outgoing.message_id, outgoing.part
        known = await self._run(self._outbox.known_ids, outgoing.conversation_id, this)
        try:
            async with asyncio.timeout(self._pace.send):
                found = await line.sender.look_up(outgoing, part, known)
        except TimeoutError:
            raise Uncertain("timeout") from None
        except Undecided:
            raise
        except SendFailed as failure:  # that we may not ask now says nothing of what was taken
            raise Uncertain(failure.reason) from failure
        except Exception as error:
            log.error("asking_broke", channel=outgoing.channel, error=type(error).__name__)
            raise Uncertain("broke") from error
        if found is not None:
            self.counts["uncertain_found"] += 1
        return found

    async def _note(self, work: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Write down what became of a part, and try on while it cannot be written (the disk is full, the database is
        away): unwritten, what was surely sent would be doubtful."""
        until = loop_time() + self._pace.give_up
        while True:
            try:
                return await self._run(work, *args, **kwargs)
            except Exception as error:
                if self._ending or loop_time() > until:
                    raise
                log.error("outbox_not_noted", error=type(error).__name__)
                await asyncio.sleep(self._pace.idle)

    async def _failed(self, outgoing: Outgoing, line: Line, failure: SendFailed) -> bool:
        """Do what the class of *failure* says. True: the next message of the conversation may go."""
        now = self._clock()
        self.counts[type(failure).__name__.lower()] += 1
        log.warning(
            "not_sent",
            channel=outgoing.channel,
            conversation=outgoing.conversation_id,
            message=outgoing.message_id,
            kind=type(failure).__name__,
            reason=failure.reason,
        )
        if isinstance(failure, Throttled):
            line.throttle(outgoing.conversation_id, failure)
            due = self._after(failure.after + random.uniform(0, 0.1))  # noqa: S311 - spreads load, guards nothing
            await self._wait(outgoing, due, failure.reason, counts=False)
            return False
        if isinstance(failure, Shut):
            await self._note(self._outbox.shut, outgoing.conversation_id, failure.mark, now, outgoing, failure.reason)
            return True
        if isinstance(failure, Refused):
            await self._park(outgoing, Delivery.FAILED, failure.reason)
            return True
        age = (now - outgoing.queued_at).total_seconds()
        too_old = age > self._pace.give_up and outgoing.attempts + 1 >= _LEAST_TRIES
        if isinstance(failure, Uncertain) or outgoing.doubtful:
            if too_old or not line.sender.can_look_up or isinstance(failure, Undecided):
                await self._park(outgoing, Delivery.UNCERTAIN, failure.reason)
                return True
            wait = max(self._pace.ask_after, self._pace.backoff(outgoing.attempts) if outgoing.doubtful else 0.0)
            await self._note(self._outbox.doubt, outgoing, self._after(wait), now)
            return False
        # Unreachable, Misconfigured
        pause = self._pace.backoff(outgoing.attempts)
        if isinstance(failure, Misconfigured):
            pause = max(pause, min(60.0, self._pace.longest))
            log.error("channel_misconfigured", channel=outgoing.channel, reason=failure.reason)
        line.failed(pause if isinstance(failure, Misconfigured) else 0.0)
        if too_old:
            await self._park(outgoing, Delivery.FAILED, failure.reason)
            return True
        await self._wait(outgoing, self._after(pause), failure.reason)
        return False

    async def _wait(self, outgoing: Outgoing, due: datetime, reason: str, *, counts: bool = True) -> None:
        await self._note(self._outbox.wait, outgoing, due, reason, self._clock(), counts=counts)

    async def _park(self, outgoing: Outgoing, delivery: Delivery, reason: str) -> None:
        self.counts[f"parked_{delivery.value}"] += 1
        log.error("message_parked", channel=outgoing.channel, message=outgoing.message_id, reason=reason)
        await self._note(self._outbox.park, outgoing, delivery, reason, self._clock())

    def _after(self, seconds: float) -> datetime:
        return self._clock() + timedelta(seconds=seconds)
