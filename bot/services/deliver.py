"""The last step of every message on a channel that is written to: sent once, in order, or shown to a human.

One :class:`Deliver` per process. It leases conversations from the outbox, sends their messages one after another, and
reads from the class of a failure alone what comes next (:mod:`bot.core.sending`).
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.core.ids import ChannelName, ConversationId
from bot.core.message import Delivery, Reply
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
)
from bot.services.changes import Changes
from bot.services.ports import Clock, OutboxStore, Run, Sender, Traces

log = structlog.get_logger(__name__)


#: Between two looks at the outbox, in seconds: a hundred events at once cost one look.
_BREATH = 0.02
#: So many failures without a success between them are no chance: the channel is down.
_CHANCE = 3


@dataclass(frozen=True)
class Pace:
    """How patient the outbox is; every number in seconds.

    Attributes:
        at_once: conversations that are served at the same time.
        lease: after so long without a sign of life a worker is taken for dead; longer than *send*.
        send: one request to a channel may take so long; then it is uncertain.
        first, longest: between tries, doubled from the one to the other, and spread by half to both sides.
        give_up: a message that could not be sent for so long is parked and a human called.
        ask_after: how long after a broken line the channel is asked whether it took the message.
        idle: how often work of other processes is looked for.
    """

    at_once: int = 16
    lease: float = 90.0
    send: float = 30.0
    first: float = 1.0
    longest: float = 300.0
    give_up: float = 6 * 3600.0
    ask_after: float = 10.0
    idle: float = 5.0


@dataclass
class _Line:
    """What is known of one channel now; times are the loop's."""

    sender: Sender
    paused_until: float = 0.0
    failures: int = 0
    next_free: float = 0.0
    throttled: dict[ConversationId, float] = field(default_factory=dict)


class Deliver:
    """Sends what the outbox holds. ``counts`` tells what was done since the process began."""

    def __init__(
        self,
        outbox: OutboxStore,
        senders: Mapping[ChannelName, Sender],
        changes: Changes,
        run: Run,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        """*senders* may be one object under several names: what pauses one of them, pauses all."""
        self._outbox, self._changes, self._run, self._clock = outbox, changes, run, clock
        self._pace = pace or Pace()
        by_sender: dict[int, _Line] = {}
        self._lines = {name: by_sender.setdefault(id(sender), _Line(sender)) for name, sender in senders.items()}
        self._worker = uuid.uuid4().hex
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wake = asyncio.Event()
        self._ending = False
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Send until :meth:`rest`."""
        listening = asyncio.create_task(self._listen())
        try:
            while not self._ending:
                self._wake.clear()
                try:
                    await self._begin_due()
                    wait = await self._until_due()
                except Exception as error:  # the database is away: what waits, waits
                    log.error("outbox_failed", error=type(error).__name__)
                    wait = self._pace.idle
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait)
                await asyncio.sleep(_BREATH)
        finally:
            listening.cancel()

    async def rest(self) -> None:
        """Take up nothing new and wait until what is on its way has its answer: before the server stops."""
        self._ending = True
        self._wake.set()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _listen(self) -> None:
        async with self._changes.subscribe(Changes.DESK) as news:
            while not self._ending:
                if await news.wait(3600):
                    self._wake.set()
                elif self._changes.closed:
                    return

    async def _begin_due(self) -> None:
        free = self._pace.at_once - len(self._tasks)
        now = self._loop_time()
        ready: dict[int, tuple[_Line, list[ChannelName]]] = {}
        for name, line in self._lines.items():
            if line.paused_until <= now:
                ready.setdefault(id(line), (line, []))[1].append(name)
        for line, names in ready.values():
            if free <= 0:
                return
            # a channel that was down is tried with one conversation before all come at once
            most = 1 if line.failures >= _CHANCE else free
            claimed = await self._run(
                self._outbox.claim, names, self._worker, self._clock(), self._after(self._pace.lease), most
            )
            for conversation_id in claimed:
                free -= 1
                self._spawn(self._serve(conversation_id, line))

    async def _until_due(self) -> float:
        """Seconds until something may be there to do, if nothing wakes us before."""
        if not self._lines:
            return 3600.0
        if len(self._tasks) >= self._pace.at_once:
            return self._pace.idle  # the end of one of them wakes us
        due = await self._run(self._outbox.next_due, self._worker, self._clock())
        now = self._loop_time()
        pauses = [line.paused_until - now for line in self._lines.values() if line.paused_until > now]
        waits = [self._pace.idle, *pauses]
        if due is not None:
            waits.append((due - self._clock()).total_seconds())
        return max(min(waits), 0.01)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # the lease runs out, and what was on its way is doubtful then
            log.error("delivery_failed", error=type(error).__name__)

    async def _serve(self, conversation_id: ConversationId, line: _Line) -> None:
        """Send what a conversation has, one after another, until nothing is left or it must wait."""
        goes_on = True
        while goes_on and not self._ending and line.paused_until <= self._loop_time():
            # waits for its place before it is marked as on its way: what is marked when we die is doubtful
            place = await self._place(line)
            now, until = self._clock(), self._after(self._pace.lease)
            outgoing = await self._run(self._outbox.take, conversation_id, self._worker, now, until)
            if outgoing is None:
                line.next_free -= place
                break
            goes_on = await self._one(outgoing, line)
            self._changes.tell(conversation_id, Changes.DESK)
        await self._run(self._outbox.release, conversation_id, self._worker)

    async def _one(self, outgoing: Outgoing, line: _Line) -> bool:
        """Send one part. False: the conversation must wait."""
        try:
            parts = line.sender.parts(outgoing)
        except ValueError:  # one written character that is longer than a message: no text that anybody wrote
            await self._park(outgoing, Delivery.FAILED, "unsendable")
            return True
        if outgoing.part >= len(parts):
            await self._run(self._outbox.finish, outgoing, self._clock())
            return True
        part = parts[outgoing.part]
        try:
            sent = None
            if outgoing.doubtful:
                sent = await self._ask(outgoing, part, line)
            if sent is None:
                sent = await self._send(outgoing, part, line)
                self.counts["sent"] += 1
        except SendFailed as failure:
            return await self._failed(outgoing, line, failure)
        line.failures = 0
        line.throttled.pop(outgoing.conversation_id, None)
        last = outgoing.done + 1 >= len(parts)
        await self._run(self._outbox.sent, outgoing, sent, self._clock(), last=last)
        return True

    async def _send(self, outgoing: Outgoing, part: Part, line: _Line) -> Sent:
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

    async def _ask(self, outgoing: Outgoing, part: Part, line: _Line) -> Sent | None:
        """Was a doubtful part taken? None: surely not, so that it may be sent. Raises Uncertain: nobody knows yet."""
        if not line.sender.can_look_up:
            raise Uncertain("interrupted")
        known = await self._run(self._outbox.known_ids, outgoing.conversation_id)
        try:
            async with asyncio.timeout(self._pace.send):
                found = await line.sender.look_up(outgoing, part, known)
        except TimeoutError:
            raise Uncertain("timeout") from None
        except SendFailed as failure:  # that we may not ask now says nothing of what was taken
            raise Uncertain(failure.reason) from failure
        except Exception as error:
            log.error("asking_broke", channel=outgoing.channel, error=type(error).__name__)
            raise Uncertain("broke") from error
        self.counts["uncertain_found" if found else "uncertain_resent"] += 1
        if found is None:
            await self._run(self._outbox.again, outgoing)
        return found

    async def _failed(self, outgoing: Outgoing, line: _Line, failure: SendFailed) -> bool:
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
            self._throttle(outgoing.conversation_id, line, failure)
            due = self._after(failure.after + random.uniform(0, 0.1))  # noqa: S311 - spreads load, guards nothing
            await self._wait(outgoing, due, failure.reason, counts=False)
            return False
        if isinstance(failure, Shut):
            await self._run(self._outbox.shut, outgoing.conversation_id, failure.mark, now, outgoing, failure.reason)
            return True
        if isinstance(failure, Refused):
            await self._park(outgoing, Delivery.FAILED, failure.reason)
            return True
        too_old = (now - outgoing.queued_at).total_seconds() > self._pace.give_up
        if isinstance(failure, Uncertain) or outgoing.doubtful:
            if not line.sender.can_look_up:
                await self._park(outgoing, Delivery.UNCERTAIN, failure.reason)
                return True
            if too_old:
                await self._park(outgoing, Delivery.UNCERTAIN, failure.reason)
                return True
            wait = max(self._pace.ask_after, self._backoff(outgoing.attempts) if outgoing.doubtful else 0.0)
            await self._run(self._outbox.doubt, outgoing, self._after(wait))
            return False
        # Unreachable, Misconfigured: one fault may be chance, several without a success between are the channel's
        line.failures += 1
        pause = self._backoff(outgoing.attempts)
        if isinstance(failure, Misconfigured):
            pause = max(pause, min(60.0, self._pace.longest))
            log.error("channel_misconfigured", channel=outgoing.channel, reason=failure.reason)
        if line.failures >= _CHANCE or isinstance(failure, Misconfigured):
            rest = max(pause if isinstance(failure, Misconfigured) else 0.0, self._backoff(line.failures - _CHANCE))
            line.paused_until = max(line.paused_until, self._loop_time() + rest)
        if too_old:
            await self._park(outgoing, Delivery.FAILED, failure.reason)
            return True
        await self._wait(outgoing, self._after(pause), failure.reason)
        return False

    def _throttle(self, conversation_id: ConversationId, line: _Line, failure: Throttled) -> None:
        now = self._loop_time()
        line.throttled = {one: until for one, until in line.throttled.items() if until > now}
        line.throttled[conversation_id] = now + failure.after
        # one conversation may write too fast by itself; when a second one is told to wait, all are meant
        if failure.everybody or len(line.throttled) > 1:
            line.paused_until = max(line.paused_until, now + failure.after)

    async def _wait(self, outgoing: Outgoing, due: Any, reason: str, *, counts: bool = True) -> None:
        await self._run(self._outbox.wait, outgoing, due, reason, self._clock(), counts=counts)

    async def _park(self, outgoing: Outgoing, delivery: Delivery, reason: str) -> None:
        self.counts[f"parked_{delivery.value}"] += 1
        log.error("message_parked", channel=outgoing.channel, message=outgoing.message_id, reason=reason)
        await self._run(self._outbox.park, outgoing, delivery, reason, self._clock())

    async def _place(self, line: _Line) -> float:
        """Wait until the channel's own limit lets one more message through; returns what it takes, in seconds."""
        if line.sender.rate <= 0:
            return 0.0
        now = self._loop_time()
        at = max(line.next_free, now)
        line.next_free = at + 1 / line.sender.rate
        if at > now:
            await asyncio.sleep(at - now)
        return 1 / line.sender.rate

    def _backoff(self, attempts: int) -> float:
        plain: float = min(self._pace.first * 2 ** max(0, min(attempts, 20)), self._pace.longest)
        return plain * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing

    def _after(self, seconds: float) -> Any:
        return self._clock() + timedelta(seconds=seconds)

    @staticmethod
    def _loop_time() -> float:
        return asyncio.get_running_loop().time()

    # --- the end of a conversation ---------------------------------------------------------------------------------

    async def traces(self, conversation_id: ConversationId) -> Traces | None:
        """What a conversation that is about to be erased left with its channel."""
        return await self._run(self._outbox.traces, conversation_id)

    def part_from(self, traces: Traces, last_words: Sequence[Reply] = ()) -> None:
        """After erasing: say the last words and take back what the channel keeps. Stored nowhere, so tried once.

        Returns at once.
        """
        line = self._lines.get(traces.channel)
        if line is not None:
            self._spawn(self._part(line, traces, last_words))

    async def _part(self, line: _Line, traces: Traces, last_words: Sequence[Reply]) -> None:
        try:
            for reply in last_words:
                await line.sender.say(traces.channel, traces.address, reply)
        except SendFailed as failure:
            log.warning("last_words_not_sent", channel=traces.channel, reason=failure.reason)
        try:
            await line.sender.forget(traces.channel, traces.address, traces.sent, traces.received)
        except SendFailed as failure:
            log.warning("not_taken_back", channel=traces.channel, reason=failure.reason)
