"""What comes in: a message is kept before anybody is told that it arrived, and once, however often it is delivered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Conversation
from bot.core.ids import ConversationId, MessageId
from bot.core.message import Author, Received
from bot.core.taxonomy import ENGLISH
from bot.core.turn import Accepted
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.conversation_room import ConversationRoom
from bot.store.database import Gone
from bot.store.holdings import begin_holding
from bot.store.rows import conversation_columns, pending_from, received_to, to_bytes


class Incoming(ConversationRoom):
    """The part of the store that takes messages in, and opens a conversation with the first of them."""

    def receive(self, received: Received, now: datetime) -> Accepted:
        """Store an incoming message before anybody is told that it arrived. A second delivery changes nothing."""
        try:
            return self._receive(received, now)
        except (IntegrityError, Gone):
            # it was delivered before; or another process opened the same conversation at the same moment, or erased it
            return self._known(received) or self._receive(received, now)

    def _known(self, received: Received) -> Accepted | None:
        which = {"channel": received.channel, "channel_message_id": received.channel_message_id}
        with self._database.read() as connection:
            known = connection.execute(sql.KNOWN_MESSAGE, which).first()
        if known is None:
            return None
        return Accepted(ConversationId(known.conversation_id), MessageId(known.id), duplicate=True)

    def _receive(self, received: Received, now: datetime) -> Accepted:
        key = self._keyring.lookup(received.channel, received.address)
        with self._database.write() as connection:
            row = (
                connection.execute(sql.BY_ADDRESS, {"channel": received.channel, "address_key": key}).mappings().first()
            )
            waits = False
            if row is None:
                row = self._open(connection, received, key, now)
                # later messages are told of by their turn; a new conversation is seen even while its first turn hangs
                sql.add_desk_event(connection, "message", ConversationId(row["id"]), now)
            else:
                # first the row, which locks it: else two processes that store two messages at once see neither the
                # other's, and each takes its own for the oldest
                connection.execute(sql.PERSON_WROTE, {"b_id": row["id"], "last_person_at": now})
                waits = connection.execute(sql.OLDEST_PENDING, {"id": row["id"]}).first() is not None
                if not received.answered:
                    connection.execute(sql.OPEN_OUTBOX, {"b_id": row["id"]})
            conversation_id = ConversationId(row["id"])
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            content = received_to(received)
            message_id = sql.add_message(
                connection,
                conversation_id=conversation_id,
                author=Author.PERSON,
                channel=received.channel,
                channel_message_id=received.channel_message_id,
                at=now,
                content=seal.close(to_bytes(content), f"{conversation_id}/message"),
                turn="pending",
            )
            if waits:
                return Accepted(conversation_id, message_id)
            signs = self._signs(connection, conversation_id) if row["risk"] else ()  # no risk, no sign
            return Accepted(conversation_id, message_id, turn=pending_from(row, seal, signs, message_id, content, 0))

    def _open(self, connection: Connection, received: Received, key: str, now: datetime) -> RowMapping:
        conversation_id = ConversationId(uuid.uuid4().hex)
        seal, wrapped = self._keyring.new(conversation_id)
        conversation = Conversation(conversation_id, received.channel, now, language=ENGLISH)
        opened = connection.execute(
            insert(t.conversations)
            .values(
                id=conversation_id,
                channel=received.channel,
                address_key=key,
                address_sealed=seal.close(
                    received.address.encode("utf-8", "surrogatepass"), f"{conversation_id}/address"
                ),
                key_wrapped=wrapped,
                opened_at=now,
                last_person_at=now,
                version=0,
                **conversation_columns(conversation, seal),
            )
            .returning(t.conversations)
        )
        begin_holding(connection, conversation, now)
        return opened.mappings().one()
