"""Conversations as services, the desk and the command line know them: read, changed, written in.

Three rooms of the same store stand beside this one: what comes in (:mod:`bot.store.incoming`), the turns
(:mod:`bot.store.turns`), and what people fetch themselves (:mod:`bot.store.persons_page`). What all share is in
:mod:`bot.store.conversation_room`; the outbox of channels that are written to is :mod:`bot.store.outbox`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.core.conversation import Conversation, Event, Holder, OperatorWrote, apply
from bot.core.ids import Address, ConversationId, MessageId, OperatorId
from bot.core.message import Attached, Reply
from bot.core.questions import QUESTIONS
from bot.core.turn import ShownMessage
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.holdings import change_holding
from bot.store.incoming import Incoming
from bot.store.persons_page import PersonsPage
from bot.store.rows import attached_from, conversation_from, from_bytes, message_from
from bot.store.turns import PendingTurns


class Conversations(Incoming, PendingTurns, PersonsPage):
    """The whole store of conversations. Every method is one transaction; none keeps anything between calls."""

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
            if row is None:
                return None
            _, seal, signs = self._load(connection, conversation_id)
            return conversation_from(row, seal, signs)

    def address(self, conversation_id: ConversationId) -> Address | None:
        """Where the channel reaches the person: a telephone number, a chat's id, a token. None when it is gone."""
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
        if row is None:
            return None
        seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
        plain = seal.open(row["address_sealed"], f"{conversation_id}/address")
        return Address(plain.decode("utf-8", "surrogatepass"))

    def held_by(self, operator: OperatorId) -> list[ConversationId]:
        """The conversations that *operator* holds."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(t.conversations.c.id).where(
                    t.conversations.c.operator_id == operator, t.conversations.c.holder == Holder.OPERATOR.value
                )
            ).scalars()
            return [ConversationId(one) for one in rows]

    def messages(self, conversation_id: ConversationId) -> list[ShownMessage]:
        """Both sides of a conversation, oldest first."""
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
            if row is None:
                return []
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            rows = connection.execute(
                select(t.messages).where(t.messages.c.conversation_id == conversation_id).order_by(t.messages.c.id)
            ).mappings()
            cost: dict[int, int] = {
                one.message_id: one.segments
                for one in connection.execute(
                    select(t.dispatches.c.message_id, func.sum(t.dispatches.c.segments).label("segments"))
                    .where(t.dispatches.c.conversation_id == conversation_id, t.dispatches.c.segments.is_not(None))
                    .group_by(t.dispatches.c.message_id)
                )
            }
            return [replace(message_from(message, seal), segments=cost.get(message["id"])) for message in rows]

    def attached(self, conversation_id: ConversationId, message_id: MessageId) -> tuple[Attached, ...]:
        """What came with a message besides its text; nothing where there is no such message in this conversation."""
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
            sealed = connection.execute(
                select(t.messages.c.content_sealed).where(
                    t.messages.c.id == message_id, t.messages.c.conversation_id == conversation_id
                )
            ).scalar()
            if row is None or sealed is None:
                return ()
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            return attached_from(from_bytes(seal.open(sealed, f"{conversation_id}/message")).get("attached", ()))

    def change(self, conversation_id: ConversationId, changes: Iterable[Event], now: datetime) -> Conversation:
        """Apply an operator's decision. Raises LookupError (erased meanwhile) and NotHeld; nothing is then changed.

        The dialogue forgets its open questions: a yes meant for the operator must not answer one of them.
        """
        with self._database.write() as connection:
            return self.change_within(connection, conversation_id, changes, now)

    def get_within(self, connection: Connection, conversation_id: ConversationId) -> Conversation:
        """As it is in a transaction that goes on to change it. Raises LookupError: erased."""
        row, seal, signs = self._load(connection, conversation_id)
        return conversation_from(row, seal, signs)

    def change_within(
        self, connection: Connection, conversation_id: ConversationId, changes: Iterable[Event], now: datetime
    ) -> Conversation:
        """As :meth:`change`, in a transaction that writes more than the conversation."""
        row, seal, signs = self._load(connection, conversation_id)
        before = conversation = conversation_from(row, seal, signs)
        for one in changes:
            conversation = apply(conversation, one)
        self._write_conversation(connection, conversation, row["version"], seal, memory=None)
        change_holding(connection, before, conversation, now)
        sql.add_desk_event(connection, "holder", conversation_id, now)
        return conversation

    def write_as_operator(
        self, conversation_id: ConversationId, operator: OperatorId, said: str | Reply, now: datetime
    ) -> ShownMessage:
        """Queue what an operator says: own words, or a worded saying. The person no longer waits; what they write next
        may answer the closed question that was said, and no earlier one.

        Raises LookupError, PermissionError when that operator does not hold it, Stale.
        """
        with self._database.write() as connection:
            row, seal, signs = self._load(connection, conversation_id)
            conversation = conversation_from(row, seal, signs)
            if conversation.holder is not Holder.OPERATOR or conversation.operator != operator:
                raise PermissionError("take the conversation over first")
            question = said.saying.key if isinstance(said, Reply) and said.saying.key in QUESTIONS else None
            conversation = apply(conversation, OperatorWrote(question))
            self._write_conversation(connection, conversation, row["version"], seal, memory=None)
            sql.add_desk_event(connection, "message", conversation_id, now)
            return sql.queue_reply(connection, conversation, seal, said, now, operator=operator)

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
                sql.queue_reply(connection, conversation, seal, reply, now, operator=operator, automatic=True)
            sql.add_desk_event(connection, "message", conversation_id, now)
