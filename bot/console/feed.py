"""What all open desks share: one reader of events per process, and each changed line worked out and written once.

A page loads the lists (``GET /desk``), which are true up to an event's id, and applies every event after it. An event
carries the line of its conversation as it now is, so that a page need not ask for it: with 200 desks open, one message
would else be answered by 200 lists. A line that was read later than its event may be newer than the event; the events
in between then bring the same or a newer one, so that a page which has applied all of them shows what is true.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.console.waiting import DeskView, TotalsView, WaitingView
from bot.core.conversation import Holder
from bot.services.changes import Changes
from bot.services.ports import Clock, Run
from bot.store.desk_events import DeskEvent, DeskEvents, Tail
from bot.store.operators import Operator
from bot.store.queue import Queue, Totals, Waiting

log = structlog.get_logger(__name__)

OPEN = (Holder.QUEUE, Holder.OPERATOR, Holder.BOT)
SIZE = 200  # lines of a list
KEPT = 1_000  # events that a page can catch up from; whoever was away for longer loads the lists anew
_KEEP_ALIVE = 15.0  # seconds between signs of life on a silent line: the page hears that it lives, proxies keep it open
_IN_DOUBT = 0.02  # seconds until an event that may still be written is looked for again
_AFTER_FAILURE = 1.0
_WITHOUT_LINE = frozenset({"delivery"})  # changes nothing that a list shows


@dataclass(frozen=True)
class _Frame:
    """An event as it goes over the line."""

    id: int
    sent: bytes


@dataclass(frozen=True)
class _Lists:
    """The open conversations at one moment, each line written once."""

    moment: tuple[int, int]
    last_event_id: int
    lines: tuple[Waiting, ...]
    written: tuple[bytes, ...]
    floor: bytes
    totals: bytes


class Feed:
    """The lists and what changes in them, for every desk of this process."""

    def __init__(
        self, events: DeskEvents, queue: Queue, changes: Changes, run: Run, clock: Clock, every: float
    ) -> None:
        """*every*: seconds after which events are looked for that nobody told of, such as another process's."""
        self._events, self._queue, self._changes = events, queue, changes
        self._run, self._clock, self._every = run, clock, every
        self._tail = Tail(0)
        self._floor = 0  # events up to this one are no longer kept
        self._frames: deque[_Frame] = deque()
        self._bell = asyncio.Event()
        self._lists: _Lists | None = None

    # --- the reader --------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Read what a page may still have to catch up on after this process was started again."""
        self._floor = max(await self._run(self._events.newest) - KEPT, 0)
        self._tail = Tail(self._floor)
        await self._read()

    async def run(self) -> None:
        """Read events as they come, until the server stops."""
        async with self._changes.subscribe(Changes.DESK) as news:
            while not self._changes.closed:
                try:
                    await self._read()
                except Exception as error:  # the database is away: look again
                    log.error("feed_failed", error=type(error).__name__)
                    await news.wait(_AFTER_FAILURE)
                else:
                    await news.wait(_IN_DOUBT if self._tail.waits else self._every)
        self._ring()

    async def _read(self) -> None:
        while True:
            read, tail = await self._run(self._events.read, self._tail, self._clock())
            if read:
                sent = await self._frames_of(read)
                self._frames.extend(sent)
            self._tail = tail
            while len(self._frames) > KEPT:
                self._floor = self._frames.popleft().id
            if not read:
                return
            self._ring()

    async def _frames_of(self, events: Sequence[DeskEvent]) -> list[_Frame]:
        changed = {event.conversation_id for event in events if event.kind not in _WITHOUT_LINE}
        lines = await self._run(self._queue.lines, changed) if changed else {}
        totals = _written_totals(await self._run(self._queue.totals)) if changed else b""
        written = {one: _write(line) for one, line in lines.items()}
        frames = []
        for event in events:
            data = json.dumps({"kind": event.kind, "conversation": event.conversation_id})[:-1].encode()
            if event.kind not in _WITHOUT_LINE:
                data += b', "line": %b, "totals": %b' % (written.get(event.conversation_id, b"null"), totals)
            frames.append(_Frame(event.id, b"id: %d\ndata: %b}\n\n" % (event.id, data)))
        return frames

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()

    # --- for a page --------------------------------------------------------------------------------------------

    async def stream(self, after: int) -> AsyncIterator[bytes | None]:
        """Server-sent events after an id, as they come. None whenever it is time to see whether the session lasts."""
        yield b"retry: 2000\n\n"
        if after > self._tail.last:  # from before a restore of the database
            after = -1
        loop = asyncio.get_running_loop()
        look = loop.time() + _KEEP_ALIVE
        while not self._changes.closed:
            bell = self._bell
            if after < self._floor:  # not all of what came since is kept
                after = self._tail.last
                yield b'id: %d\ndata: {"kind": "again", "conversation": ""}\n\n' % after
            new = []
            for frame in reversed(self._frames):
                if frame.id <= after:
                    break
                new.append(frame)
            if new:
                after = new[0].id
                yield b"".join(frame.sent for frame in reversed(new))
            elif loop.time() < look:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), look - loop.time())
            if loop.time() >= look:
                look = loop.time() + _KEEP_ALIVE
                yield None
                yield b"event: here\ndata: {}\n\n"

    async def lists(self, operator: Operator) -> bytes:
        """A DeskView of what is open, as JSON, for *operator*: the first lines, and all that *operator* holds."""
        lists = await self._open_lists()
        mine = {one.id: one for one in await self._run(self._queue.held_by, operator.id)}
        among = [
            _write(one, operator) if one.operator_id == operator.id else written
            for one, written in zip(lists.lines, lists.written, strict=True)
        ]
        known = {one.id for one in lists.lines}
        behind = [_write(one, operator) for one in mine.values() if one.id not in known]
        return b'{"last_event_id":%d,"conversations":[%b],"floor":%b,"size":%d,"totals":%b}' % (
            lists.last_event_id,
            b",".join(among + behind),
            lists.floor,
            SIZE,
            lists.totals,
        )

    async def closed(self, operator: Operator) -> DeskView:
        """The conversations that were closed, latest first."""
        last, top = self._tail.last, await self._run(self._queue.top, (Holder.CLOSED,), SIZE)
        return DeskView(
            last_event_id=last,
            conversations=[WaitingView.of(one, operator.id) for one in top.lines],
            floor=list(top.lines[-1].order) if top.more else None,
            size=SIZE,
            totals=TotalsView.of(await self._run(self._queue.totals)),
        )

    async def _open_lists(self) -> _Lists:
        last = self._tail.last  # before the rows: what changes meanwhile comes as an event
        moment = (await self._run(self._events.newest), last)
        if self._lists is None or self._lists.moment != moment:
            top = await self._run(self._queue.top, OPEN, SIZE)
            totals = _written_totals(await self._run(self._queue.totals))
            floor = json.dumps(top.lines[-1].order).encode() if top.more else b"null"
            written = tuple(_write(line) for line in top.lines)
            self._lists = _Lists(moment, last, top.lines, written, floor, totals)
        return self._lists


def _write(line: Waiting, operator: Operator | None = None) -> bytes:
    """As *operator* gets it, or as everybody does, for whom it is not ``mine``."""
    return WaitingView.of(line, operator.id if operator is not None else None).model_dump_json().encode()


def _written_totals(totals: Totals) -> bytes:
    return TotalsView.of(totals).model_dump_json().encode()
