"""Conversations and their messages: the inbox, the turns and the outbox, each change one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Conversation, Event, Holder, apply
from bot.core.ids import Address, ChannelName, ConversationId, MessageId, OperatorId
from bot.core.message import Author, Delivery, Received, Reply
from bot.core.risk import Sign
from bot.core.taxonomy import ENGLISH, Indicator
from bot.core.turn import Accepted, PendingTurn, ShownMessage, Stale, TurnOutcome
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import (
    conversation_columns,
    conversation_from,
    from_bytes,
    message_from,
    to_bytes,
    understanding_to,
)
from bot.store.seal import Keyring, Seal

# Statements of the hot path are built once.
_BY_ADDRESS = select(t.conversations).where(
    t.conversations.c.channel == bindparam("channel"), t.conversations.c.address_key == bindparam("address_key")
)
_BY_ID = select(t.conversations).where(t.conversations.c.id == bindparam("id"))
_OLDEST_PENDING = (
    select(t.messages)
    .where(t.messages.c.conversation_id == bindparam("id"), t.messages.c.turn == "pending")
    .order_by(t.messages.c.id)
    .limit(1)
)
_SIGNS = select(t.signs.c.message_id, t.signs.c.indicator).where(t.signs.c.conversation_id == bindparam("id"))
_KNOWN_MESSAGE = select(t.messages.c.id, t.messages.c.conversation_id).where(
    t.messages.c.channel == bindparam("channel"), t.messages.c.channel_message_id == bindparam("channel_message_id")
)
_QUEUED = (
    select(t.messages)
    .where(t.messages.c.conversation_id == bindparam("id"), t.messages.c.delivery == Delivery.QUEUED.value)
    .order_by(t.messages.c.id)
)
_TURN_COLUMNS = (
    *("holder", "operator_id", "risk", "rule", "language", "language_chosen", "unsafe", "waiting_since"),
    *("handoff_reason", "details_sealed", "memory_sealed", "version"),
)
_UPDATE_TURN = (
    update(t.conversations)
    .where(t.conversations.c.id == bindparam("b_id"), t.conversations.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _TURN_COLUMNS})
)
_PERSON_WROTE = (
    update(t.conversations)
    .where(t.conversations.c.id == bindparam("b_id"))
    .values(last_person_at=bindparam("last_person_at"))
)
_TURN_DONE = (
    update(t.messages)
    .where(t.messages.c.id == bindparam("b_id"), t.messages.c.turn == "pending")
    .values(turn=bindparam("turn"), content_sealed=bindparam("content_sealed"))
)
_SET_DELIVERY = (
    update(t.messages)
    .where(t.messages.c.id.in_(bindparam("ids", expanding=True)))
    .values(delivery=bindparam("delivery"))
)
_INSERT_SIGN = insert(t.signs)
_INSERT_DESK_EVENT = insert(t.desk_events)


class Conversations:
    """The store of conversations. Every method is one transaction; none keeps anything between calls."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    # --- the inbox ---------------------------------------------------------------------------------------------

    def receive(self, received: Received, now: datetime) -> Accepted:
        """Store an incoming message before anybody is told that it arrived. A second delivery changes nothing."""
        try:
            return self._receive(received, now)
        except IntegrityError:
            # another process stored the same message, or opened the same conversation, at the same moment
            return self._receive(received, now)

    def _receive(self, received: Received, now: datetime) -> Accepted:
        key = self._keyring.lookup(received.channel, received.address)
        with self._database.write() as connection:
            known = connection.execute(
                _KNOWN_MESSAGE,
                {"channel": received.channel, "channel_message_id": received.channel_message_id},
            ).first()
            if known is not None:
                return Accepted(ConversationId(known.conversation_id), MessageId(known.id), duplicate=True)
            row = connection.execute(_BY_ADDRESS, {"channel": received.channel, "address_key": key}).mappings().first()
            if row is None:
                conversation_id, seal = self._open(connection, received, key, now)
            else:
                conversation_id = ConversationId(row["id"])
                seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
                connection.execute(_PERSON_WROTE, {"b_id": conversation_id, "last_person_at": now})
            content = {"text": received.text, "payload": received.payload, "language": received.language}
            message_id = _add_message(
                connection,
                conversation_id=conversation_id,
                author=Author.PERSON,
                channel=received.channel,
                channel_message_id=received.channel_message_id,
                at=now,
                content=seal.close(to_bytes(content), f"{conversation_id}/message"),
                turn="pending",
            )
            return Accepted(conversation_id, message_id)

    def _open(self, connection: Connection, received: Received, key: str, now: datetime) -> tuple[ConversationId, Seal]:
        conversation_id = ConversationId(uuid.uuid4().hex)
        seal, wrapped = self._keyring.new(conversation_id)
        conversation = Conversation(conversation_id, received.channel, now, language=ENGLISH)
        connection.execute(
            insert(t.conversations).values(
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
        )
        return conversation_id, seal

    def with_pending_turns(self) -> list[ConversationId]:
        """Conversations whose messages still wait for their turn: work that a stopped process left."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(t.messages.c.conversation_id)
                .where(t.messages.c.turn == "pending")
                .group_by(t.messages.c.conversation_id)
                .order_by(func.min(t.messages.c.id))
            )
            return [ConversationId(row.conversation_id) for row in rows]

    # --- the turn ----------------------------------------------------------------------------------------------

    def next_turn(self, conversation_id: ConversationId) -> PendingTurn | None:
        """The oldest message that waits for its turn, or None."""
        with self._database.read() as connection:
            message = connection.execute(_OLDEST_PENDING, {"id": conversation_id}).mappings().first()
            if message is None:
                return None
            row, seal, signs = self._load(connection, conversation_id)
            content = from_bytes(seal.open(message["content_sealed"], f"{conversation_id}/message"))
            memory = row["memory_sealed"]
            return PendingTurn(
                conversation=conversation_from(row, seal, signs),
                version=row["version"],
                message_id=MessageId(message["id"]),
                text=content["text"],
                payload=content["payload"],
                chosen_language=content["language"],
                attempts=message["attempts"],
                signs=signs,
                memory=seal.open(memory, f"{conversation_id}/memory") if memory is not None else None,
                first=row["version"] == 0,
            )

    def commit_turn(self, outcome: TurnOutcome) -> tuple[ShownMessage, ...]:
        """Write all that a turn leaves, or nothing. Returns the replies now in the outbox.

        Raises Stale: the conversation changed since the turn was read (an operator took it over, say).
        """
        pending, after = outcome.pending, outcome.conversation
        with self._database.write() as connection:
            row = connection.execute(_BY_ID, {"id": after.id}).mappings().first()
            if row is None:
                raise Stale(after.id)
            seal = self._keyring.unwrap(row["key_wrapped"], after.id)
            self._write_conversation(connection, after, pending.version, seal, memory=outcome.memory)
            content = {
                "text": pending.text,
                "payload": pending.payload,
                "understanding": understanding_to(outcome.understanding),
            }
            sealed = seal.close(to_bytes(content), f"{after.id}/message")
            done = connection.execute(
                _TURN_DONE, {"b_id": pending.message_id, "turn": "done", "content_sealed": sealed}
            )
            if done.rowcount != 1:
                raise Stale(after.id)
            if outcome.new_signs:
                connection.execute(
                    _INSERT_SIGN,
                    [
                        {"message_id": s.message_id, "indicator": s.indicator, "conversation_id": after.id}
                        for s in outcome.new_signs
                    ],
                )
            shown = tuple(
                self._queue_reply(connection, after, seal, reply, outcome.at, answers=pending.message_id)
                for reply in outcome.replies
            )
            add_desk_event(connection, "message", after.id, outcome.at)
            return shown

    def record_attempts(self, conversation_ids: Iterable[ConversationId]) -> None:
        """Count one more attempt for every pending message of these conversations."""
        with self._database.write() as connection:
            for conversation_id in conversation_ids:
                connection.execute(
                    update(t.messages)
                    .where(t.messages.c.conversation_id == conversation_id, t.messages.c.turn == "pending")
                    .values(attempts=t.messages.c.attempts + 1)
                )

    # --- the outbox --------------------------------------------------------------------------------------------

    def collect_outgoing(self, channel: ChannelName, address: Address, now: datetime) -> list[ShownMessage]:
        """Take what waits for *address*, in order, and mark it sent.

        The owner is checked again here: what the bot wrote before an operator took over is withheld.
        """
        found = self.find(channel, address)
        if found is None:
            return []
        with self._database.write() as connection:
            row = connection.execute(_BY_ID, {"id": found}).mappings().first()
            if row is None:
                return []
            seal = self._keyring.unwrap(row["key_wrapped"], found)
            sent, withheld = [], []
            for message in connection.execute(_QUEUED, {"id": found}).mappings():
                by_bot = message["author"] == Author.BOT.value
                if by_bot and row["holder"] == Holder.OPERATOR.value:
                    withheld.append(message["id"])
                else:
                    sent.append(message)
            _set_delivery(connection, withheld, Delivery.WITHHELD)
            _set_delivery(connection, [message["id"] for message in sent], Delivery.SENT)
            if sent or withheld:
                add_desk_event(connection, "delivery", found, now)
            return [message_from(message, seal) for message in sent]

    def history(
        self, channel: ChannelName, address: Address, after: MessageId, now: datetime
    ) -> tuple[Conversation | None, list[ShownMessage]]:
        """What the person's own page shows after message *after*: their side and what was sent to them.

        Asking marks newly shown messages as sent and those up to *after*, which the page has, as delivered.
        """
        found = self.find(channel, address)
        if found is None:
            return None, []
        self.collect_outgoing(channel, address, now)
        with self._database.write() as connection:
            moved = connection.execute(
                update(t.messages)
                .where(
                    t.messages.c.conversation_id == found,
                    t.messages.c.id <= after,
                    t.messages.c.delivery == Delivery.SENT.value,
                )
                .values(delivery=Delivery.DELIVERED.value)
            )
            if moved.rowcount:
                add_desk_event(connection, "delivery", found, now)
            row, seal, signs = self._load(connection, found)
            rows = connection.execute(
                select(t.messages)
                .where(t.messages.c.conversation_id == found, t.messages.c.id > after)
                .order_by(t.messages.c.id)
            ).mappings()
            shown = [message_from(message, seal) for message in rows if message["delivery"] != Delivery.WITHHELD.value]
            return conversation_from(row, seal, signs), shown

    # --- the desk ----------------------------------------------------------------------------------------------

    def find(self, channel: ChannelName, address: Address) -> ConversationId | None:
        """The conversation of *address* on *channel*, or None."""
        key = self._keyring.lookup(channel, address)
        with self._database.read() as connection:
            row = connection.execute(_BY_ADDRESS, {"channel": channel, "address_key": key}).mappings().first()
            return ConversationId(row["id"]) if row is not None else None

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        with self._database.read() as connection:
            row = connection.execute(_BY_ID, {"id": conversation_id}).mappings().first()
            if row is None:
                return None
            _, seal, signs = self._load(connection, conversation_id)
            return conversation_from(row, seal, signs)

    def messages(self, conversation_id: ConversationId) -> list[ShownMessage]:
        """Both sides of a conversation, oldest first."""
        with self._database.read() as connection:
            row = connection.execute(_BY_ID, {"id": conversation_id}).mappings().first()
            if row is None:
                return []
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            rows = connection.execute(
                select(t.messages).where(t.messages.c.conversation_id == conversation_id).order_by(t.messages.c.id)
            ).mappings()
            return [message_from(message, seal) for message in rows]

    def change(self, conversation_id: ConversationId, changes: Iterable[Event], now: datetime) -> Conversation:
        """Apply an operator's decision. Raises LookupError (erased meanwhile) and NotHeld; nothing is then changed.

        The dialogue forgets its open questions: a yes meant for the operator must not answer one of them.
        """
        with self._database.write() as connection:
            row, seal, signs = self._load(connection, conversation_id)
            conversation = conversation_from(row, seal, signs)
            for one in changes:
                conversation = apply(conversation, one)
            self._write_conversation(connection, conversation, row["version"], seal, memory=None)
            add_desk_event(connection, "holder", conversation_id, now)
            return conversation

    def write_as_operator(
        self, conversation_id: ConversationId, operator: OperatorId, text: str, now: datetime
    ) -> ShownMessage:
        """Queue an operator's message. Raises LookupError, PermissionError when that operator does not hold it."""
        with self._database.write() as connection:
            row, seal, _ = self._load(connection, conversation_id)
            if row["holder"] != Holder.OPERATOR.value or row["operator_id"] != operator:
                raise PermissionError("take the conversation over first")
            sealed = seal.close(to_bytes({"text": text}), f"{conversation_id}/message")
            message_id = _add_message(
                connection,
                conversation_id=conversation_id,
                author=Author.OPERATOR,
                operator_id=operator,
                channel=row["channel"],
                at=now,
                content=sealed,
                delivery=Delivery.QUEUED.value,
            )
            connection.execute(
                update(t.conversations).where(t.conversations.c.id == conversation_id).values(waiting_since=None)
            )
            add_desk_event(connection, "message", conversation_id, now)
            return ShownMessage(message_id, Author.OPERATOR, now, text, operator_id=operator, delivery=Delivery.QUEUED)

    def queue_sayings(
        self,
        conversation_id: ConversationId,
        replies: Iterable[Reply],
        now: datetime,
        *,
        operator: OperatorId | None = None,
    ) -> None:
        """Put set words in the outbox outside a turn; with *operator*, on behalf of the one who holds it."""
        with self._database.write() as connection:
            row, seal, signs = self._load(connection, conversation_id)
            conversation = conversation_from(row, seal, signs)
            for reply in replies:
                self._queue_reply(connection, conversation, seal, reply, now, operator=operator)
            add_desk_event(connection, "message", conversation_id, now)

    # --- inside ------------------------------------------------------------------------------------------------

    def _load(
        self, connection: Connection, conversation_id: ConversationId
    ) -> tuple[RowMapping, Seal, tuple[Sign, ...]]:
        row = connection.execute(_BY_ID, {"id": conversation_id}).mappings().first()
        if row is None:
            raise LookupError(conversation_id)
        signs = tuple(
            Sign(Indicator(sign.indicator), MessageId(sign.message_id))
            for sign in connection.execute(_SIGNS, {"id": conversation_id})
        )
        return row, self._keyring.unwrap(row["key_wrapped"], conversation_id), signs

    def _write_conversation(
        self, connection: Connection, conversation: Conversation, version: int, seal: Seal, memory: bytes | None
    ) -> None:
        columns = conversation_columns(conversation, seal) | {
            "memory_sealed": seal.close(memory, f"{conversation.id}/memory") if memory is not None else None,
            "version": version + 1,
        }
        written = connection.execute(_UPDATE_TURN, columns | {"b_id": conversation.id, "b_version": version})
        if written.rowcount != 1:
            raise Stale(conversation.id)

    def _queue_reply(
        self,
        connection: Connection,
        conversation: Conversation,
        seal: Seal,
        reply: Reply,
        at: datetime,
        *,
        answers: MessageId | None = None,
        operator: OperatorId | None = None,
    ) -> ShownMessage:
        content = {
            "text": reply.text,
            "saying": [reply.saying.key, dict(reply.saying.values)],
            "buttons": [[button.title, button.payload] for button in reply.buttons],
        }
        author = Author.BOT if operator is None else Author.OPERATOR
        message_id = _add_message(
            connection,
            conversation_id=conversation.id,
            author=author,
            operator_id=operator,
            channel=conversation.channel,
            at=at,
            content=seal.close(to_bytes(content), f"{conversation.id}/message"),
            delivery=Delivery.QUEUED.value,
            answers=answers,
        )
        return ShownMessage(
            message_id,
            author,
            at,
            reply.text,
            operator_id=operator,
            delivery=Delivery.QUEUED,
            buttons=reply.buttons,
            saying=reply.saying,
        )


_INSERT_MESSAGE = insert(t.messages).returning(t.messages.c.id)


def _add_message(connection: Connection, *, author: Author, content: bytes, **columns: Any) -> MessageId:
    values = {"author": author.value, "content_sealed": content, "attempts": 0, **columns}
    return MessageId(connection.execute(_INSERT_MESSAGE, values).scalar_one())


def _set_delivery(connection: Connection, ids: list[int], delivery: Delivery) -> None:
    if ids:
        connection.execute(_SET_DELIVERY, {"ids": ids, "delivery": delivery.value})


def add_desk_event(connection: Connection, kind: str, conversation_id: ConversationId, at: datetime) -> None:
    """Tell operators' pages what changed: a ``message``, its ``delivery``, the ``holder``, or that it is ``gone``."""
    connection.execute(_INSERT_DESK_EVENT, {"kind": kind, "conversation_id": conversation_id, "at": at})
