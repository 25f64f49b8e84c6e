"""The statements of a turn, built once, and the small writes that several stores share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from bot.core.conversation import Conversation, Holder
from bot.core.ids import ConversationId, MessageId, OperatorId
from bot.core.message import Author, Delivery, Reply
from bot.core.sending import LIFTED_BY_WRITING
from bot.core.turn import ShownMessage
from bot.store import tables as t
from bot.store.rows import message_from, to_bytes
from bot.store.seal import Seal

BY_ADDRESS = select(t.conversations).where(
    t.conversations.c.channel == bindparam("channel"), t.conversations.c.address_key == bindparam("address_key")
)
BY_ID = select(t.conversations).where(t.conversations.c.id == bindparam("id"))
OLDEST_PENDING = (
    select(t.messages)
    .where(t.messages.c.conversation_id == bindparam("id"), t.messages.c.turn == "pending")
    .order_by(t.messages.c.id)
    .limit(1)
)
SIGNS = select(t.signs.c.message_id, t.signs.c.indicator).where(t.signs.c.conversation_id == bindparam("id"))
KNOWN_MESSAGE = select(t.messages.c.id, t.messages.c.conversation_id).where(
    t.messages.c.channel == bindparam("channel"), t.messages.c.channel_message_id == bindparam("channel_message_id")
)
QUEUED = (
    select(t.messages)
    .where(t.messages.c.conversation_id == bindparam("id"), t.messages.c.delivery == Delivery.QUEUED.value)
    .order_by(t.messages.c.id)
)
_TURN_COLUMNS = (
    *("holder", "operator_id", "risk", "rule", "language", "language_chosen", "country", "unsafe"),
    *("waiting_since", "handoff_reason", "details_sealed", "memory_sealed", "version"),
)
UPDATE_TURN = (
    update(t.conversations)
    .where(t.conversations.c.id == bindparam("b_id"), t.conversations.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _TURN_COLUMNS})
)
PERSON_WROTE = (
    update(t.conversations)
    .where(t.conversations.c.id == bindparam("b_id"))
    .values(last_person_at=bindparam("last_person_at"))
)
OPEN_OUTBOX = (  # whoever writes to us may be written to
    update(t.outboxes)
    .where(t.outboxes.c.conversation_id == bindparam("b_id"), t.outboxes.c.shut.in_(LIFTED_BY_WRITING))
    .values(shut=None, due_at=None)
)
TURN_DONE = (
    update(t.messages)
    .where(t.messages.c.id == bindparam("b_id"), t.messages.c.turn == "pending")
    .values(turn=bindparam("turn"), content_sealed=bindparam("content_sealed"))
)
_SET_DELIVERY = (
    update(t.messages)
    .where(t.messages.c.id.in_(bindparam("ids", expanding=True)))
    .values(delivery=bindparam("delivery"))
)
INSERT_SIGN = insert(t.signs)
_INSERT_DESK_EVENT = insert(t.desk_events)
_INSERT_MESSAGE = insert(t.messages).returning(t.messages.c.id)


def add_message(connection: Connection, *, author: Author, content: bytes, **columns: Any) -> MessageId:
    """Add a message of *author* with its sealed *content*; returns its id."""
    values = {"author": author.value, "content_sealed": content, "attempts": 0, **columns}
    return MessageId(connection.execute(_INSERT_MESSAGE, values).scalar_one())


def set_delivery(connection: Connection, ids: list[int], delivery: Delivery) -> None:
    """Move outgoing messages to *delivery*."""
    if ids:
        connection.execute(_SET_DELIVERY, {"ids": ids, "delivery": delivery.value})


def take_queued(
    connection: Connection, conversation_id: ConversationId, holder: Holder, seal: Seal
) -> list[ShownMessage]:
    """Mark what is queued as sent and return it; what the bot wrote before an operator took over is withheld."""
    sent: list[RowMapping] = []
    withheld: list[RowMapping] = []
    for message in connection.execute(QUEUED, {"id": conversation_id}).mappings():
        by_bot = message["author"] == Author.BOT.value
        (withheld if by_bot and holder is Holder.OPERATOR else sent).append(message)
    set_delivery(connection, [message["id"] for message in withheld], Delivery.WITHHELD)
    set_delivery(connection, [message["id"] for message in sent], Delivery.SENT)
    return [message_from(message, seal) for message in sent]


def add_desk_event(connection: Connection, kind: str, conversation_id: ConversationId, at: datetime) -> None:
    """Tell operators' pages what changed: a ``message``, its ``delivery``, the ``holder``, or that it is ``gone``."""
    connection.execute(_INSERT_DESK_EVENT, {"kind": kind, "conversation_id": conversation_id, "at": at})


def queue_reply(
    connection: Connection,
    conversation: Conversation,
    seal: Seal,
    reply: Reply | str,
    at: datetime,
    *,
    answers: MessageId | None = None,
    operator: OperatorId | None = None,
    delivery: Delivery = Delivery.QUEUED,
    automatic: bool = False,
) -> ShownMessage:
    """Put one reply in the outbox: the bot's, or *operator*'s, whose own words are a mere text.

    *automatic*: said for the operator, not by their hand.
    """
    text, saying, buttons = (reply, None, ()) if isinstance(reply, str) else (reply.text, reply.saying, reply.buttons)
    content: dict[str, Any] = {"text": text}
    if saying is not None:
        content["saying"] = [saying.key, dict(saying.values)]
        content["buttons"] = [[button.title, button.payload] for button in buttons]
    author = Author.BOT if operator is None else Author.OPERATOR
    message_id = add_message(
        connection,
        conversation_id=conversation.id,
        author=author,
        operator_id=operator,
        channel=conversation.channel,
        at=at,
        content=seal.close(to_bytes(content), f"{conversation.id}/message"),
        delivery=delivery.value,
        answers=answers,
        automatic=automatic,
    )
    return ShownMessage(
        message_id, author, at, text, operator_id=operator, delivery=delivery, buttons=buttons, saying=saying
    )
