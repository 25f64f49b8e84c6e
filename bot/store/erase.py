"""Erasing: what a person told is made unreadable and removed, and it can be run again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from bot.core.conversation import Holder
from bot.core.ids import ConversationId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.statements import add_desk_event


class Eraser:
    """Removes conversations. Everything of one is in these tables: messages, signs, the
    outbox, the dialogue's memory, the key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, conversation_id: ConversationId, now: datetime) -> bool:
        """Erase one conversation wholly. False when there is none (erased before)."""
        with self._database.write() as connection:
            found = connection.execute(
                select(t.conversations.c.id).where(t.conversations.c.id == conversation_id)
            ).first()
            if found is None:
                return False
            connection.execute(delete(t.signs).where(t.signs.c.conversation_id == conversation_id))
            connection.execute(delete(t.dispatches).where(t.dispatches.c.conversation_id == conversation_id))
            connection.execute(delete(t.outboxes).where(t.outboxes.c.conversation_id == conversation_id))
            connection.execute(delete(t.messages).where(t.messages.c.conversation_id == conversation_id))
            # older events name an id that now leads nowhere; only the last one is needed by open pages
            connection.execute(delete(t.desk_events).where(t.desk_events.c.conversation_id == conversation_id))
            connection.execute(delete(t.conversations).where(t.conversations.c.id == conversation_id))
            add_desk_event(connection, "gone", conversation_id, now)
        self._truncate_log()
        return True

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
