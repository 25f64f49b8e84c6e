"""Conversations and their messages: the inbox, the turns and the outbox, each change one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Conversation, Event, Holder, OperatorWrote, apply
from bot.core.ids import Address, ChannelName, ConversationId, MessageId, OperatorId
from bot.core.message import Author, Delivery, Received, Reply
from bot.core.questions import QUESTIONS
from bot.core.risk import Sign
from bot.core.taxonomy import ENGLISH, Indicator
from bot.core.turn import Accepted, PendingTurn, ShownMessage, Stale, TurnOutcome
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import (
    attached_from,
    attached_to,
    conversation_columns,
    conversation_from,
    from_bytes,
    message_from,
    to_bytes,
    understanding_to,
)
from bot.store.seal import Keyring, Seal


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
            # it was delivered before; or another process opened the same conversation at the same moment
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
            else:
                waits = connection.execute(sql.OLDEST_PENDING, {"id": row["id"]}).first() is not None
                connection.execute(sql.PERSON_WROTE, {"b_id": row["id"], "last_person_at": now})
                if not received.answered:
                    connection.execute(sql.OPEN_OUTBOX, {"b_id": row["id"]})
            conversation_id = ConversationId(row["id"])
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            content = _content(received)
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
            return Accepted(conversation_id, message_id, turn=_pending(row, seal, signs, message_id, content, 0))

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
        return opened.mappings().one()

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
            message = connection.execute(sql.OLDEST_PENDING, {"id": conversation_id}).mappings().first()
            if message is None:
                return None
            row, seal, signs = self._load(connection, conversation_id)
            content = from_bytes(seal.open(message["content_sealed"], f"{conversation_id}/message"))
            return _pending(row, seal, signs, MessageId(message["id"]), content, message["attempts"])

    def commit_turn(self, outcome: TurnOutcome, *, hand_out: bool = False) -> tuple[ShownMessage, ...]:
        """Write all that a turn leaves, or nothing.

        Args:
            hand_out: the person waits for the answer, so all that is queued for them is marked sent in the same
                transaction and returned, in order; else the replies stay queued and nothing is returned.
        Raises Stale: the conversation changed since the turn was read (an operator took it over, say).
        """
        pending, after = outcome.pending, outcome.conversation
        with self._database.write() as connection:
            seal = self._keyring.unwrap(pending.wrapped_key, after.id)
            self._write_conversation(connection, after, pending.version, seal, memory=outcome.memory)
            content: dict[str, Any] = {
                "text": pending.text,
                "payload": pending.payload,
                "understanding": understanding_to(outcome.understanding),
            }
            if pending.attached:
                content["attached"] = attached_to(pending.attached)
            sealed = seal.close(to_bytes(content), f"{after.id}/message")
            done = connection.execute(
                sql.TURN_DONE, {"b_id": pending.message_id, "turn": "done", "content_sealed": sealed}
            )
            if done.rowcount != 1:
                raise Stale(after.id)
            if outcome.new_signs:
                connection.execute(
                    sql.INSERT_SIGN,
                    [
                        {"message_id": s.message_id, "indicator": s.indicator, "conversation_id": after.id}
                        for s in outcome.new_signs
                    ],
                )
            earlier = _take_queued(connection, after.id, after.holder, seal) if hand_out else []
            replies = [
                sql.queue_reply(
                    connection,
                    after,
                    seal,
                    reply,
                    outcome.at,
                    answers=pending.message_id,
                    delivery=Delivery.SENT if hand_out else Delivery.QUEUED,
                )
                for reply in outcome.replies
            ]
            sql.add_desk_event(connection, "message", after.id, outcome.at)
            return (*earlier, *replies) if hand_out else ()

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
            row = connection.execute(sql.BY_ID, {"id": found}).mappings().first()
            if row is None:
                return []
            seal = self._keyring.unwrap(row["key_wrapped"], found)
            sent = _take_queued(connection, found, Holder(row["holder"]), seal)
            if sent:
                sql.add_desk_event(connection, "delivery", found, now)
            return sent

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
                sql.add_desk_event(connection, "delivery", found, now)
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
            row = connection.execute(sql.BY_ADDRESS, {"channel": channel, "address_key": key}).mappings().first()
            return ConversationId(row["id"]) if row is not None else None

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        with self._database.read() as connection:
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
            if row is None:
                return None
            _, seal, signs = self._load(connection, conversation_id)
            return conversation_from(row, seal, signs)

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
                sql.queue_reply(connection, conversation, seal, reply, now, operator=operator)
            sql.add_desk_event(connection, "message", conversation_id, now)

    # --- inside ------------------------------------------------------------------------------------------------

    def _load(
        self, connection: Connection, conversation_id: ConversationId
    ) -> tuple[RowMapping, Seal, tuple[Sign, ...]]:
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
        columns = conversation_columns(conversation, seal) | {
            "memory_sealed": seal.close(memory, f"{conversation.id}/memory") if memory is not None else None,
            "version": version + 1,
        }
        written = connection.execute(sql.UPDATE_TURN, columns | {"b_id": conversation.id, "b_version": version})
        if written.rowcount != 1:
            raise Stale(conversation.id)


def _content(received: Received) -> dict[str, Any]:
    content: dict[str, Any] = {"text": received.text, "payload": received.payload, "language": received.language}
    if received.hint is not None:
        content["hint"] = received.hint
    if received.attached:
        content["attached"] = attached_to(received.attached)
    if received.answered:
        content["answered"] = True
    return content


def _pending(
    row: RowMapping,
    seal: Seal,
    signs: tuple[Sign, ...],
    message_id: MessageId,
    content: Mapping[str, Any],
    attempts: int,
) -> PendingTurn:
    memory = row["memory_sealed"]
    return PendingTurn(
        conversation=conversation_from(row, seal, signs),
        version=row["version"],
        message_id=message_id,
        text=content["text"],
        payload=content["payload"],
        chosen_language=content["language"],
        attempts=attempts,
        signs=signs,
        memory=seal.open(memory, f"{row['id']}/memory") if memory is not None else None,
        first=row["version"] == 0,
        hint=content.get("hint"),
        attached=attached_from(content.get("attached", ())),
        answered=content.get("answered", False),
        wrapped_key=row["key_wrapped"],
    )


def _take_queued(
    connection: Connection, conversation_id: ConversationId, holder: Holder, seal: Seal
) -> list[ShownMessage]:
    """Mark what is queued as sent and return it; what the bot wrote before an operator took over is withheld."""
    sent: list[RowMapping] = []
    withheld: list[RowMapping] = []
    for message in connection.execute(sql.QUEUED, {"id": conversation_id}).mappings():
        by_bot = message["author"] == Author.BOT.value
        (withheld if by_bot and holder is Holder.OPERATOR else sent).append(message)
    sql.set_delivery(connection, [message["id"] for message in withheld], Delivery.WITHHELD)
    sql.set_delivery(connection, [message["id"] for message in sent], Delivery.SENT)
    return [message_from(message, seal) for message in sent]
