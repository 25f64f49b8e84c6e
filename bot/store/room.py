"""What the parts of the outbox share: where they write, and how a message stands by its parts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.ids import ConversationId, MessageId
from bot.core.message import Delivery
from bot.core.sending import moves
from bot.store import tables as t
from bot.store.database import Database
from bot.store.seal import Keyring

#: What has not gone yet.
WAITING = (Delivery.QUEUED.value, Delivery.SENDING.value)
#: The parts of a message that were given to its channel, in order.
DISPATCHES = select(t.dispatches).where(t.dispatches.c.message_id == bindparam("id")).order_by(t.dispatches.c.part)


class Room:
    """One part of the outbox. Every public method is one transaction."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    @staticmethod
    def _change(connection: Connection, conversation_id: ConversationId, **values: Any) -> None:
        connection.execute(update(t.outboxes).where(t.outboxes.c.conversation_id == conversation_id).values(**values))

    @staticmethod
    def _set(connection: Connection, message_id: int, delivery: Delivery, reason: str | None) -> None:
        connection.execute(
            update(t.messages).where(t.messages.c.id == message_id).values(delivery=delivery.value, reason=reason)
        )

    def _summarise(self, connection: Connection, message_id: MessageId, reason: str | None) -> None:
        """A message stands where the least of its parts stands; one part that failed fails it."""
        states = [Delivery(row["state"]) for row in connection.execute(DISPATCHES, {"id": message_id}).mappings()]
        if not states:  # erased meanwhile
            return
        if Delivery.FAILED in states:
            self._set(connection, message_id, Delivery.FAILED, reason)
            return
        least = states[0]
        for state in states[1:]:
            least = state if moves(state, least) else least
        if least not in (Delivery.SENDING, Delivery.UNCERTAIN):
            self._set(connection, message_id, least, None)
