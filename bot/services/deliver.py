"""The last step of every message on a channel that is written to: sent once, in order, or shown to a human.

One :class:`Deliver` per process. It leases conversations from the outbox and sends their messages one after another.
How one of them is sent, and what follows when it is not, is in :mod:`bot.services.send`; what is known of a channel now
is in :mod:`bot.services.line`.
"""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog

from bot.core.ids import ChannelName, ConversationId
from bot.core.message import Reply
from bot.core.sending import Lease, SendFailed
from bot.services.changes import Changes
from bot.services.line import Line, Pace, loop_time
from bot.services.ports import Clock, OutboxStore, Run, Sender, Traces
from bot.services.send import Send
from bot.services.watch import Watch

log = structlog.get_logger(__name__)

#: Between two looks at the outbox, in seconds: a hundred events at once cost one look.
_BREATH = 0.02


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
        by_sender: dict[int, Line] = {}
        self._lines = {
            name: by_sender.setdefault(id(sender), Line(sender, self._pace)) for name, sender in senders.items()
        }
        self._worker = uuid.uuid4().hex
        self._tasks: set[asyncio.Task[Any]] = set()
        self._serving: set[ConversationId] = set()
        self._watch, self._watched, self._lapsed = Watch(self._pace.lease), -math.inf, list[Lease]()
        self._wake = asyncio.Event()
        self._ending = False
        self._send = Send(outbox, run, clock, self._pace)
        self.counts = self._send.counts

    async def run(self) -> None:
        """Send until :meth:`rest`."""
        listening = asyncio.create_task(self._listen())
        try:
            while not self._ending:
                self._wake.clear()
                try:
                    await self._look_after_others()
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
        self._send.rest()
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

    async def _look_after_others(self) -> None:
        now = loop_time()
        if now - self._watched >= self._pace.idle:
            held = await self._run(self._outbox.leases)
            self._lapsed = self._watch.lapsed(held, now, self._worker, self._serving)
            self._watched = now

    async def _begin_due(self) -> None:
        free = self._pace.at_once - len(self._tasks)
        ready: dict[int, tuple[Line, list[ChannelName]]] = {}
        for name, line in self._lines.items():
            if not line.rests:
                ready.setdefault(id(line), (line, []))[1].append(name)
        for line, names in ready.values():
            if free <= 0:
                return
            # a channel that was down is tried with one conversation before all come at once
            most = 1 if line.is_down else free
            claimed = await self._run(self._outbox.claim, names, self._worker, self._clock(), most, self._lapsed)
            for conversation_id in claimed:
                free -= 1
                self._serving.add(conversation_id)
                self._spawn(self._serve(conversation_id, line), conversation_id)

    async def _until_due(self) -> float:
        """Seconds until something may be there to do, if nothing wakes us before."""
        if not self._lines:
            return 3600.0
        if len(self._tasks) >= self._pace.at_once:
            return self._pace.idle  # the end of one of them wakes us
        due = await self._run(self._outbox.next_due, self._clock())
        now = loop_time()
        pauses = [line.paused_until - now for line in self._lines.values() if line.paused_until > now]
        waits = [self._pace.idle, *pauses]
        if due is not None:
            waits.append((due - self._clock()).total_seconds())
        return max(min(waits), 0.01)

    def _spawn(self, work: Any, conversation_id: ConversationId | None = None) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._ended(ended, conversation_id))

    def _ended(self, task: asyncio.Task[Any], conversation_id: ConversationId | None) -> None:
        self._tasks.discard(task)
        if conversation_id is not None:
            self._serving.discard(conversation_id)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # its lease is ours and served by nobody: the next look takes it up, and what was on its way is doubtful
            log.error("delivery_failed", error=type(error).__name__)

    async def _serve(self, conversation_id: ConversationId, line: Line) -> None:
        """Send what a conversation has, one after another, until nothing is left or it must wait."""
        goes_on = True
        while goes_on and not self._ending and not line.rests:
            # waits for its place before it is marked as on its way: what is marked when we die is doubtful
            place = await line.place()
            outgoing = await self._run(self._outbox.take, conversation_id, self._worker, self._clock())
            if outgoing is None:
                line.next_free -= place
                break
            goes_on = await self._send.one(outgoing, line)
            self._changes.tell(conversation_id, Changes.DESK)
        await self._run(self._outbox.release, conversation_id, self._worker)

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

    async def _part(self, line: Line, traces: Traces, last_words: Sequence[Reply]) -> None:
        try:
            for reply in last_words:
                await line.sender.say(traces.channel, traces.address, reply)
        except SendFailed as failure:
            log.warning("last_words_not_sent", channel=traces.channel, reason=failure.reason)
        try:
            await line.sender.forget(traces.channel, traces.address, traces.sent, traces.received)
        except SendFailed as failure:
            log.warning("not_taken_back", channel=traces.channel, reason=failure.reason)
