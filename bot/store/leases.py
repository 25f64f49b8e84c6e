"""Who sends a conversation's messages: one worker at a time, by a lease that no clock decides about.

A worker gives a sign of life with every message that it takes: the lease *beats*. Whether its holder is dead is for
others to tell, who watch whether it still beats (:class:`bot.services.watch.Watch`). So a clock that jumps, or two
machines whose clocks differ, neither take a lease away from who still sends nor keep one that nobody holds.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from bot.core.ids import ChannelName, ConversationId
from bot.core.sending import Lease, WindowClosed
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.room import WAITING, Room

#: Clocks of machines that share a database differ by less; a wait that began further ahead is of a clock set back.
_SKEW = timedelta(seconds=60)


class Leases(Room):
    """The part of the outbox that says who sends."""

    def claim(
        self,
        channels: Collection[ChannelName],
        worker: str,
        now: datetime,
        limit: int,
        lapsed: Collection[Lease] = (),
    ) -> list[ConversationId]:
        """Lease up to *limit* conversations that have something to send now, who waited longest first.

        Args:
            lapsed: leases whose holders are dead, as they were when they were last seen.
        """
        m, o = t.messages.c, t.outboxes.c
        free = _is_free(lapsed)
        query = (
            select(m.conversation_id)
            .outerjoin(t.outboxes, o.conversation_id == m.conversation_id)
            .where(m.delivery.in_(WAITING), m.channel.in_(channels), free, _is_due(now))
            .where(or_(o.shut.is_(None), o.shut != WindowClosed.mark))
            .group_by(m.conversation_id)
            .order_by(func.min(m.id))
            .limit(limit)
        )
        with self._database.read() as connection:
            found = [ConversationId(one) for one in connection.execute(query).scalars()]
        if not found:
            return []
        with self._database.write() as connection:
            return [one for one in found if self._lease(connection, one, worker, free)]

    def _lease(self, connection: Connection, one: ConversationId, worker: str, free: ColumnElement[bool]) -> bool:
        if connection.execute(sql.BY_ID, {"id": one}).first() is None:
            return False  # erased meanwhile
        o = t.outboxes.c
        statement = (
            self._insert(t.outboxes)
            .values(conversation_id=one, attempts=0, lease_by=worker, lease_beat=0)
            .on_conflict_do_update(
                index_elements=[o.conversation_id],
                set_={"lease_by": worker, "lease_beat": o.lease_beat + 1},
                where=free,
            )
            .returning(o.conversation_id)
        )
        return connection.execute(statement).first() is not None

    def leases(self) -> list[Lease]:
        """Every lease that somebody holds, with its last sign of life."""
        o = t.outboxes.c
        with self._database.read() as connection:
            held = connection.execute(
                select(o.conversation_id, o.lease_by, o.lease_beat).where(o.lease_by.is_not(None))
            )
            return [Lease(ConversationId(one.conversation_id), one.lease_by, one.lease_beat) for one in held]

    def release(self, conversation_id: ConversationId, worker: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(t.outboxes)
                .where(t.outboxes.c.conversation_id == conversation_id, t.outboxes.c.lease_by == worker)
                .values(lease_by=None)
            )

    def end_leases(self) -> int:
        """End every lease: for the start of the one process that uses this database. Returns how many there were."""
        with self._database.write() as connection:
            ended = connection.execute(
                update(t.outboxes).where(t.outboxes.c.lease_by.is_not(None)).values(lease_by=None)
            )
            return ended.rowcount

    def next_due(self, now: datetime) -> datetime | None:
        """When something that must wait comes due; None: nothing waits for a time."""
        due_at = t.outboxes.c.due_at
        with self._database.read() as connection:
            return connection.execute(select(func.min(due_at)).where(due_at > now, _since(now))).scalar()


def _is_free(lapsed: Collection[Lease]) -> ColumnElement[bool]:
    o = t.outboxes.c
    dead: list[Any] = [
        and_(o.conversation_id == one.conversation_id, o.lease_by == one.by, o.lease_beat == one.beat) for one in lapsed
    ]
    return or_(o.lease_by.is_(None), *dead)


def _is_due(now: datetime) -> ColumnElement[bool]:
    due_at, since = t.outboxes.c.due_at, t.outboxes.c.waits_since
    # a wait that began in what is now the future: the clock was set back, and the time it names says nothing
    return or_(due_at.is_(None), due_at <= now, since > now + _SKEW)


def _since(now: datetime) -> ColumnElement[bool]:
    since = t.outboxes.c.waits_since
    return or_(since.is_(None), since <= now + _SKEW)
