"""The tables. What a person wrote, their names, addresses and numbers stand only in ``*_sealed`` columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; SQLite keeps no time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        aware: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address_key", String(64), nullable=False),  # keyed hash: found by it, never read back
    Column("address_sealed", LargeBinary, nullable=False),
    Column("key_wrapped", LargeBinary, nullable=False),  # erasing it makes every sealed column unreadable
    Column("holder", String(16), nullable=False),
    Column("operator_id", Integer, ForeignKey("operators.id")),
    Column("risk", Integer, nullable=False),
    Column("rule", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("language_chosen", Boolean, nullable=False),
    Column("unsafe", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_person_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("handoff_reason", String(40)),
    Column("details_sealed", LargeBinary),  # countries, languages, another hand, question, answers
    Column("memory_sealed", LargeBinary),  # the dialogue's own
    Column("version", Integer, nullable=False),
    UniqueConstraint("channel", "address_key"),
    Index("ix_conversations_waiting", "holder", "risk", "waiting_since"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("author", String(16), nullable=False),  # person, bot, operator
    Column("operator_id", Integer, ForeignKey("operators.id")),
    Column("channel", String(16), nullable=False),
    Column("channel_message_id", String(128)),  # of an incoming message: a second delivery meets the constraint
    Column("at", UtcDateTime, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("turn", String(16)),  # inbox: pending, done; none for what we send
    Column("attempts", Integer, nullable=False, default=0),
    Column("delivery", String(16)),  # outbox: see bot.core.message.Delivery; none for what a person sent
    Column("answers", Integer),  # the message this one replies to
    Column("reason", String(40)),  # why an outgoing message waits or could not be sent: a code, no word of anybody
    UniqueConstraint("channel", "channel_message_id"),
    Index("ix_messages_conversation", "conversation_id", "id"),
    Index("ix_messages_turn", "turn"),
    Index("ix_messages_outbox", "delivery", "channel", "conversation_id", "id"),
    sqlite_autoincrement=True,  # an id is never used twice, even after erasing
)

signs = Table(
    "signs",
    metadata,
    Column("message_id", Integer, ForeignKey("messages.id"), primary_key=True),
    Column("indicator", String(40), primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
)

dispatches = Table(  # what was given to a channel that is written to, part by part
    "dispatches",
    metadata,
    Column("message_id", Integer, ForeignKey("messages.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),  # a Delivery
    Column("channel_id", String(64)),  # the channel's own name for it
    Column("segments", Integer),  # SMS it costs
    Column("begun_at", UtcDateTime, nullable=False),
)

outboxes = Table(  # who sends a conversation's messages, and when next
    "outboxes",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("due_at", UtcDateTime),  # not before
    Column("attempts", Integer, nullable=False, default=0),  # of what stands first
    Column("lease_by", String(32)),  # the worker that sends now
    Column("lease_until", UtcDateTime),  # after this the worker is taken for dead
    Column("shut", String(16)),  # why nothing may be sent: see bot.core.sending
)

desk_events = Table(  # what operators' pages must redraw, in order; ids only
    "desk_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("conversation_id", String(32), nullable=False),
    sqlite_autoincrement=True,
)

operators = Table(
    "operators",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(16), nullable=False),  # operator, supervisor, admin
    Column("password_hash", Text),  # none until the sign-in link was used
    Column("language", String(8), nullable=False, default="en"),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", UtcDateTime, nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name_key", String(64), nullable=False, index=True),  # keyed hash of the name that was tried
    Column("at", UtcDateTime, nullable=False),
)

audit = Table(  # append-only; each row's hash covers the one before, so that a change shows
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("operator_id", Integer),
    Column("action", String(40), nullable=False),
    Column("conversation_id", String(32)),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)
