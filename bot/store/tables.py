"""The tables. What a person wrote, their names, addresses and numbers stand only in ``*_sealed`` columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
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
    false,
    text,
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
    Column("country", String(8)),  # where help is needed, for the lists: see Conversation.country
    Column("unsafe", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_person_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("handoff_reason", String(40)),
    Column("countries", String(80), nullable=False, server_default=""),  # "origin:KH present:TH": for figures
    Column("details_sealed", LargeBinary),  # countries, languages, another hand, question, answers
    Column("memory_sealed", LargeBinary),  # the dialogue's own
    Column("version", Integer, nullable=False),
    # when the person may be written to, as operators set it: minutes of the day by the clock of safe_zone, or all none
    Column("safe_begin", Integer),
    Column("safe_end", Integer),
    Column("safe_zone", String(40)),
    UniqueConstraint("channel", "address_key"),
    Index("ix_conversations_waiting", "holder", "risk", "waiting_since"),
    Index("ix_conversations_operator", "operator_id"),
    Index(  # of the few that have hours alone
        "ix_conversations_safe",
        "safe_zone",
        sqlite_where=text("safe_zone IS NOT NULL"),
        postgresql_where=text("safe_zone IS NOT NULL"),
    ),
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
    Column("automatic", Boolean, nullable=False, server_default=false()),  # said for an operator, not by their hand
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
    Column("waits_since", UtcDateTime),  # when that was decided: a clock that shows less has been set back
    Column("attempts", Integer, nullable=False, default=0),  # of what stands first
    Column("lease_by", String(32)),  # the worker that sends now
    Column("lease_beat", Integer, nullable=False, default=0, server_default="0"),  # one more at every sign of its life
    Column("shut", String(16)),  # why nothing may be sent: see bot.core.sending
)

holdings = Table(  # who held a conversation when: bot.store.holdings
    "holdings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("holder", String(16), nullable=False),  # a Holder
    Column("operator_id", Integer, ForeignKey("operators.id")),
    Column("begun_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),  # none: it goes on
    Column("ended", String(16)),  # an Ending
    Column("outcome", String(40)),  # where an operator closed
    Column("risk", Integer, nullable=False),  # at its end; of one that goes on, at its beginning
    Index("ix_holdings_conversation", "conversation_id", "id"),
)

tallies = Table(  # what erased conversations leave to the figures: counts by day, no id; see bot.core.figures
    "tallies",
    metadata,
    Column("day", Date, primary_key=True),
    Column("subject", String(16), primary_key=True),
    Column("grouping", String(24), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("time", Integer, primary_key=True, autoincrement=False),  # a class of times; -1: none
    Column("count", Integer, nullable=False),
)

reviews = Table(  # how well an operator helped, in a supervisor's judgement
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False, index=True),  # who helped
    Column("reviewer_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("scores", Text, nullable=False),  # JSON: item of the rubric -> 0, 1, 2 or null where it does not apply
    Column("words_sealed", LargeBinary, nullable=False),  # with the conversation's key
    UniqueConstraint("conversation_id", "operator_id", "reviewer_id"),
)

notices = Table(  # what an operator is told: a conversation was given to them, or taken from them
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False, index=True),  # who is told
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("by_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # given, taken
    Column("at", UtcDateTime, nullable=False),
    Column("note_id", Integer, ForeignKey("notes.id")),
    Column("seen_at", UtcDateTime),
)

exposures = Table(  # grave cases of an operator whose conversations are erased: when they let go of each
    "exposures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_exposures_operator", "operator_id", "at"),
)

pause_acts = Table(  # an operator put a pause off, or took it now
    "pause_acts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),  # a bot.core.care.Act
    Index("ix_pause_acts_operator", "operator_id", "at"),
)

debriefs = Table(  # how an operator is after a grave case; theirs alone unless they share it
    "debriefs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False, index=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("shared", Boolean, nullable=False),  # "talk to my supervisor"
    Column("talked_at", UtcDateTime),  # a supervisor has
    Column("answers_sealed", LargeBinary),  # with the conversation's key; none: not wanted
    UniqueConstraint("operator_id", "conversation_id"),
)

notes = Table(  # what operators wrote down; the person never sees it: bot.store.cases
    "notes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),  # a NoteKind
    Column("words_sealed", LargeBinary, nullable=False),
    Index("ix_notes_conversation", "conversation_id", "id"),
)

requests = Table(  # what one operator asks of another
    "requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # a RequestKind
    Column("by_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("to_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note_id", Integer, ForeignKey("notes.id")),
    Column("answer", String(16), index=True),  # an Answer; none while it is open
    Column("answered_at", UtcDateTime),
)

links = Table(  # two conversations that operators know to be of one person; the smaller id first
    "links",
    metadata,
    Column("one_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("other_id", String(32), ForeignKey("conversations.id"), primary_key=True, index=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
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

ladders = Table(  # how far the calling for a waiting conversation has gone: see bot.core.ladder
    "ladders",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("waiting_since", UtcDateTime, nullable=False),  # of the wait that it belongs to
    Column("risk", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("acknowledged_by", Integer, ForeignKey("operators.id")),
    Column("acknowledged_until", UtcDateTime),
    Column("told_at", UtcDateTime),  # the person was told that nobody has come yet
    Column("next_at", UtcDateTime, index=True),  # when there is something to do
)

calls = Table(  # to whoever is on call, about a conversation; no word of it and no number of theirs
    "calls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("target_key", String(64), nullable=False),  # keyed hash of whom: found again in the settings
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),  # queued, sending, sent, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime, nullable=False),
    Column("reason", String(40)),  # of the last failure: a code
    Index("ix_calls_due", "state", "due_at"),
)

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),  # keyed hash: no two of one name
    Column("colour", String(16), nullable=False),
    Column("retired", Boolean, nullable=False, default=False),  # stays where it was put, is offered no more
)

conversation_labels = Table(
    "conversation_labels",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("label_id", Integer, ForeignKey("labels.id"), primary_key=True, index=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False, index=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("chosen", Text, nullable=False),  # the filters as JSON: codes only
    Column("shared", Boolean, nullable=False),
)

operators = Table(
    "operators",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(16), nullable=False),  # a bot.core.roles.Role
    Column("password_hash", Text),  # none until the sign-in link was used
    Column("language", String(8), nullable=False, default="en"),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("speaks", String(200), nullable=False, default="", server_default=""),  # codes of languages, with spaces
    Column("totp_sealed", LargeBinary),  # the secret of the second step, sealed with a key of the master key
    Column("totp_step", Integer),  # the last 30-second step whose code was taken: no code works twice
    Column("totp_offered_sealed", LargeBinary),  # a secret that is not confirmed by a code yet
)

recovery_codes = Table(  # instead of a code of the second step, each once
    "recovery_codes",
    metadata,
    Column("code_key", String(64), primary_key=True),  # keyed hash
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False, index=True),
    Column("used_at", UtcDateTime),
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
    Column("stage", String(8), nullable=False, default="in", server_default="in"),  # a bot.store.sessions.Stage
    Column("device", String(40), nullable=False, default="", server_default=""),  # "Firefox, Android"
    Column("touched_at", UtcDateTime),  # the operator's own hand, not the page's asking; none in old rows
    Column("locked_at", UtcDateTime),
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
    Column("detail", String(120)),  # a code, an id or a digest: no word of anybody
    Index("ix_audit_conversation", "conversation_id", "at"),
    Index("ix_audit_operator", "operator_id", "at"),
    sqlite_autoincrement=True,
)

audit_words = Table(  # what an operator wrote about an act; the audit line holds its digest and outlives it
    "audit_words",
    metadata,
    Column("audit_id", Integer, ForeignKey("audit.id"), primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("words_sealed", LargeBinary, nullable=False),
)

audit_head = Table(  # one row: where the log ends, signed, so that a cut end shows; writers take turns at it
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", String(64), nullable=False),  # empty until the first line is written after the upgrade
)

practice_rehearsals = Table(  # talks with invented persons: no conversation, and in no figure of the hotline
    "practice_rehearsals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("operator_id", Integer, ForeignKey("operators.id"), nullable=False, index=True),
    Column("person", String(40), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("replied_at", UtcDateTime),  # the operator's first message
    Column("ended_at", UtcDateTime),
    Column("end", String(16)),  # a bot.core.rehearsal.End
    Column("shared", Boolean, nullable=False),  # trainers may read the words, not only the results
    Column("moves", Integer, nullable=False),  # of the operator so far; a second one at the same moment meets it
    Column("key_wrapped", LargeBinary, nullable=False),
)

practice_lines = Table(
    "practice_lines",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rehearsal_id", String(32), ForeignKey("practice_rehearsals.id"), nullable=False, index=True),
    Column("author", String(16), nullable=False),  # person, operator
    Column("at", UtcDateTime, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

practice_results = Table(
    "practice_results",
    metadata,
    Column("rehearsal_id", String(32), ForeignKey("practice_rehearsals.id"), primary_key=True),
    Column("rule", String(40), primary_key=True),
    Column("outcome", String(16), nullable=False),  # a bot.core.rehearsal_score.Outcome
    Column("line_id", Integer),  # of practice_lines: the sentence that shows it
)
