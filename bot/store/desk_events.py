"""The desk's events in the order in which they can be seen, none left out.

An event's id is given when its row is written, and the row is seen when its transaction commits. SQLite has one writer
at a time, so the two orders are one. PostgreSQL has many: id 8 may be seen while 7 is still being written, and whoever
goes on from 8 would never see 7. A reader therefore stops before a missing id until everybody who could still be
writing it has ended; who that is, PostgreSQL tells (``pg_locks``: a writer holds the table's lock from before its id
is given until its transaction ends).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from bot.core.ids import ConversationId
from bot.store import tables as t
from bot.store.database import Database

#: Our transactions take milliseconds. A writer that hangs for longer holds up every page no more.
PATIENCE = timedelta(seconds=10)

_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE relation = 'desk_events'::regclass AND mode = 'RowExclusiveLock'"
)


@dataclass(frozen=True)
class DeskEvent:
    id: int
    kind: str
    conversation_id: ConversationId


@dataclass(frozen=True)
class Tail:
    """How far a reader has come.

    Attributes:
        last: every event up to this id was read, or will never be.
        doubted: ids up to this one that are missing may still be written ...
        writers: ... by one of these, as long as it lasts.
        since: when that was first seen.
    """

    last: int
    doubted: int = 0
    writers: frozenset[str] = frozenset()
    since: datetime | None = None

    @property
    def waits(self) -> bool:
        """Something was seen that must not be read yet."""
        return self.since is not None


class DeskEvents:
    """Reads for live pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> int:
        """The highest id that can be seen; a smaller one may still come."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(t.desk_events.c.id))).scalar() or 0

    def read(self, tail: Tail, now: datetime, limit: int = 500) -> tuple[list[DeskEvent], Tail]:
        """The events after *tail*, oldest first and at most *limit*, and the tail to go on from."""
        with self._database.read() as connection:
            # asked before the rows: whoever has ended by then has left rows that are seen now, or never will
            writing = self._writers(connection) if tail.waits else frozenset()
            seen = events_after(connection, tail.last, limit)
            if self._database.is_sqlite:
                return seen, Tail(seen[-1].id if seen else tail.last)
            settled = tail.doubted if not tail.writers & writing else 0
            if tail.since is not None and now - tail.since > PATIENCE:
                settled = tail.doubted
            ready = _without_gap(seen, tail.last, settled)
            last = ready[-1].id if ready else tail.last
            if len(ready) == len(seen):
                return ready, Tail(last)
            if tail.doubted > settled:  # the same doubt as before
                return ready, replace(tail, last=last)
            return ready, Tail(last, seen[-1].id, self._writers(connection), now)

    def _writers(self, connection: Connection) -> frozenset[str]:
        return frozenset(connection.execute(_WRITERS).scalars()) if not self._database.is_sqlite else frozenset()


def events_after(connection: Connection, event_id: int, limit: int) -> list[DeskEvent]:
    """What can be seen after an id, oldest first."""
    rows = connection.execute(
        select(t.desk_events).where(t.desk_events.c.id > event_id).order_by(t.desk_events.c.id).limit(limit)
    ).mappings()
    return [DeskEvent(row["id"], row["kind"], ConversationId(row["conversation_id"])) for row in rows]


def _without_gap(seen: list[DeskEvent], last: int, settled: int) -> list[DeskEvent]:
    """The first of *seen* up to a missing id; those missing up to *settled* will never come (undone, or erased)."""
    for number, event in enumerate(seen):
        if event.id > max(last, settled) + 1:
            return seen[:number]
        last = event.id
    return seen
