"""What the parts of the store of conversations share: how one is found, opened, and written back."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from bot.core.conversation import Conversation
from bot.core.ids import Address, ChannelName, ConversationId, MessageId
from bot.core.risk import Sign
from bot.core.taxonomy import Indicator
from bot.core.turn import Stale
from bot.store import statements as sql
from bot.store.database import Database
from bot.store.rows import conversation_columns
from bot.store.seal import Keyring, Seal


class ConversationRoom:
    """One part of the store of conversations. Every public method is one transaction; none keeps anything."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def find(self, channel: ChannelName, address: Address) -> ConversationId | None:
        """The conversation of *address* on *channel*, or None."""
        key = self._keyring.lookup(channel, address)
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ADDRESS, {"channel": channel, "address_key": key}).mappings().first()
            return ConversationId(row["id"]) if row is not None else None

    def _load(
        self, connection: Connection, conversation_id: ConversationId
    ) -> tuple[RowMapping, Seal, tuple[Sign, ...]]:
        """Raises LookupError: there is none, or it was erased."""
        row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
        if row is None:
            raise LookupError(conversation_id)
        seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
        return row, seal, self._signs(connection, conversation_id)

    @staticmethod
    def _signs(connection: Connection, conversation_id: ConversationId) -> tuple[Sign, ...]:
        return tuple(
            Sign(Indicator(sign.indicator), MessageId(sign.message_id))
            for sign in connection.execute(sql.SIGNS, {"id": conversation_id})
        )

    def _write_conversation(
        self, connection: Connection, conversation: Conversation, version: int, seal: Seal, memory: bytes | None
    ) -> None:
        """Raises Stale: it is no longer the *version* that was read."""
        columns = conversation_columns(conversation, seal) | {
            "memory_sealed": seal.close(memory, f"{conversation.id}/memory") if memory is not None else None,
            "version": version + 1,
        }
        written = connection.execute(sql.UPDATE_TURN, columns | {"b_id": conversation.id, "b_version": version})
        if written.rowcount != 1:
            raise Stale(conversation.id)
