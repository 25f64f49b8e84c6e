"""Erasing: what a person told is made unreadable and removed, and it can be run again."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from sqlalchemy import Connection, delete, insert, or_, select

from bot.core.conversation import Holder
from bot.core.ids import ConversationId
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.database import Database
from bot.store.figures import keep_counts
from bot.store.statements import add_desk_event


class Eraser:
    """Removes conversations. Everything of one is in these tables: messages, signs, holders, what operators wrote
    among themselves, reasons, reviews, the outbox, links, the dialogue's memory, the key. What stays are counts: the
    hotline's figures, when an operator had a grave case, and lines of the audit log with an id that leads nowhere."""

    def __init__(self, database: Database, zone: tzinfo = UTC) -> None:
        """*zone*: the hotline's own, by whose days it counts."""
        self._database, self._zone = database, zone

    def erase(self, conversation_id: ConversationId, now: datetime) -> bool:
        """Erase one conversation wholly. False when there is none (erased before)."""
        with self._database.write() as connection:
            found = connection.execute(
                # held until all is gone: who writes into it meanwhile waits, and then finds nothing to write into
                select(t.conversations.c.id).where(t.conversations.c.id == conversation_id).with_for_update()
            ).first()
            if found is None:
                return False
            self._unlink(connection, conversation_id, now)
            keep_counts(connection, conversation_id, self._zone)
            _keep_exposures(connection, conversation_id)
            # notices name notes: they go first
            for table in (t.reviews, t.notices, t.debriefs):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
            connection.execute(delete(t.signs).where(t.signs.c.conversation_id == conversation_id))
            connection.execute(delete(t.requests).where(t.requests.c.conversation_id == conversation_id))
            connection.execute(delete(t.notes).where(t.notes.c.conversation_id == conversation_id))
            connection.execute(delete(t.holdings).where(t.holdings.c.conversation_id == conversation_id))
            connection.execute(delete(t.dispatches).where(t.dispatches.c.conversation_id == conversation_id))
            connection.execute(delete(t.outboxes).where(t.outboxes.c.conversation_id == conversation_id))
            connection.execute(delete(t.audit_words).where(t.audit_words.c.conversation_id == conversation_id))
            for table in (t.ladders, t.calls, t.conversation_labels):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
            connection.execute(delete(t.messages).where(t.messages.c.conversation_id == conversation_id))
            # older events name an id that now leads nowhere; only the last one is needed by open pages
            connection.execute(delete(t.desk_events).where(t.desk_events.c.conversation_id == conversation_id))
            connection.execute(delete(t.conversations).where(t.conversations.c.id == conversation_id))
            add_desk_event(connection, "gone", conversation_id, now)
        self._truncate_log()
        return True

    @staticmethod
    def _unlink(connection: Connection, conversation_id: ConversationId, now: datetime) -> None:
        """The other conversations of this person stay, and no longer show that there was this one."""
        k = t.links.c
        pairs = delete(t.links).where(or_(k.one_id == conversation_id, k.other_id == conversation_id))
        for pair in connection.execute(pairs.returning(k.one_id, k.other_id)).all():
            other = pair.other_id if pair.one_id == conversation_id else pair.one_id
            add_desk_event(connection, "link", ConversationId(other), now)

    def purge(self, quiet_since: datetime, now: datetime) -> int:
        """Erase conversations in which nobody wrote since *quiet_since*. Returns how many."""
        with self._database.read() as connection:
            old = connection.execute(
                select(t.conversations.c.id).where(
                    t.conversations.c.last_person_at < quiet_since,
                    t.conversations.c.holder.in_([Holder.BOT.value, Holder.CLOSED.value]),
                )
            ).scalars()
            ids = [ConversationId(one) for one in old]
        return sum(self.erase(one, now) for one in ids)

    def _truncate_log(self) -> None:
        if self._database.is_sqlite:  # the write-ahead log would keep the erased pages until it is reused
            with self._database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")


def _keep_exposures(connection: Connection, conversation_id: ConversationId) -> None:
    h = t.holdings.c
    grave = (
        select(h.operator_id, h.ended_at)
        .where(h.conversation_id == conversation_id, h.operator_id.is_not(None), h.risk >= int(Risk.HIGH))
        .where(h.ended_at.is_not(None))
    )
    connection.execute(insert(t.exposures).from_select(["operator_id", "at"], grave))
