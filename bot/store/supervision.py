"""What a supervisor sees of queue and operators, and gives to somebody. Ids, times and names of operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from bot.core.casework import NewNote, NoteId, Refused
from bot.core.conversation import Conversation, Event, Holder, NotHeld, Returned, TakenOver, Transferred
from bot.core.ids import ConversationId, OperatorId
from bot.core.risk import Risk
from bot.core.safe_hours import SafeHours
from bot.store import tables as t
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.holdings import queued_since
from bot.store.presence import HELPERS, is_locked, is_there
from bot.store.rows import safe_hours_from
from bot.store.statements import add_desk_event

#: Why a conversation waits that a supervisor put back.
PUT_BACK = "put_back"


@dataclass(frozen=True)
class Line:
    """How many wait in a group of the queue, and since when the one that waits longest."""

    group: str
    waiting: int
    since: datetime


@dataclass(frozen=True)
class HeldCase:
    """A conversation that an operator holds. *unanswered_since*: the person waits for an answer."""

    id: ConversationId
    risk: Risk
    language: str
    unanswered_since: datetime | None
    safe_hours: SafeHours | None
    last_person_at: datetime | None


@dataclass(frozen=True)
class AtWork:
    """An operator. *seen_at*: when the desk was last open; *there*: it is open now; *locked*: it is open, and covered.
    *languages*: that they can talk in, else the one they read."""

    id: OperatorId
    name: str
    role: str
    languages: tuple[str, ...]
    seen_at: datetime | None
    there: bool
    locked: bool
    holds: tuple[HeldCase, ...]


@dataclass(frozen=True)
class Notice:
    """A supervisor gave an operator a conversation, or took one from them. *note*: among the conversation's."""

    id: int
    conversation: ConversationId
    by: str
    kind: str  # given, taken
    at: datetime
    note: NoteId | None


class Supervision:
    """Each method is one transaction."""

    def __init__(self, database: Database, conversations: Conversations, cases: Cases) -> None:
        self._database, self._conversations, self._cases = database, conversations, cases

    def queue(self) -> tuple[list[Line], list[Line]]:
        """Who waits, by risk (worst first) and by language (most first)."""
        c = t.conversations.c
        waits, since = func.count().label("waiting"), func.min(c.waiting_since).label("since")
        with self._database.read() as connection:
            by_risk = connection.execute(
                select(c.risk, waits, since).where(c.holder == Holder.QUEUE.value).group_by(c.risk)
            ).all()
            by_language = connection.execute(
                select(c.language, waits, since).where(c.holder == Holder.QUEUE.value).group_by(c.language)
            ).all()
        return (
            [Line(Risk(one.risk).word, one.waiting, one.since) for one in sorted(by_risk, reverse=True)],
            [
                Line(one.language, one.waiting, one.since)
                for one in sorted(by_language, key=lambda one: (-one.waiting, one.since))
            ],
        )

    def operators(self, now: datetime) -> list[AtWork]:
        """Everybody who may take conversations over: who is there first, then by name."""
        o, s, c = t.operators.c, t.sessions.c, t.conversations.c
        seen = select(func.max(s.seen_at)).where(s.operator_id == o.id).scalar_subquery()
        with self._database.read() as connection:
            people = connection.execute(
                select(
                    *(o.id, o.name, o.role, o.language, o.speaks, seen.label("seen_at")),
                    is_there(now).label("there"),
                    is_locked(now).label("locked"),
                )
                .where(o.active, o.role.in_(HELPERS))
                .order_by(o.name)
            ).all()
            held = (
                connection.execute(
                    select(
                        *(c.id, c.operator_id, c.risk, c.language, c.waiting_since, c.last_person_at),
                        *(c.safe_begin, c.safe_end, c.safe_zone),
                    )
                    .where(c.holder == Holder.OPERATOR.value)
                    .order_by(c.risk.desc(), c.waiting_since.is_(None), c.waiting_since)
                )
                .mappings()
                .all()
            )
        found = [
            AtWork(
                id=OperatorId(one.id),
                name=one.name,
                role=one.role,
                languages=tuple(one.speaks.split()) or (one.language,),
                seen_at=one.seen_at,
                there=bool(one.there),
                locked=bool(one.locked),
                holds=tuple(_held_from(case) for case in held if case["operator_id"] == one.id),
            )
            for one in people
        ]
        return sorted(found, key=lambda one: (not one.there, not one.locked, not one.holds, one.name))

    def reassign(
        self,
        conversation_id: ConversationId,
        by: OperatorId,
        to: OperatorId | None,
        note: NewNote | None,
        now: datetime,
    ) -> tuple[Conversation, Conversation]:
        """Give a conversation to *to*, who must be at the desk, or back to the queue; both who had it and who has it
        are told. Returns it as it was before and as it is.

        Raises LookupError (erased), NotHeld (closed), Refused ("away", "already"), Stale.
        """
        with self._database.write() as connection:
            before = self._conversations.get_within(connection, conversation_id)
            if before.holder is Holder.CLOSED:
                raise NotHeld("this conversation is closed")
            if to is None:
                since = queued_since(connection, conversation_id) or before.waiting_since or now
                change: Event = Returned(now, since, PUT_BACK)
            else:
                if to == before.operator:
                    raise Refused("already")
                if not _there(connection, to, now):
                    raise Refused("away")
                change = Transferred(to, now) if before.holder is Holder.OPERATOR else TakenOver(to, now)
            if to is None and before.holder is not Holder.OPERATOR:
                raise NotHeld("no operator holds this conversation")
            after = self._conversations.change_within(connection, conversation_id, (change,), now)
            note_id = self._cases.note_within(connection, conversation_id, by, note, now) if note is not None else None
            told = {before.operator: "taken", to: "given"}
            for operator, kind in told.items():
                if operator is None or operator == by:
                    continue
                connection.execute(
                    insert(t.notices).values(
                        operator_id=operator,
                        conversation_id=conversation_id,
                        by_id=by,
                        kind=kind,
                        at=now,
                        note_id=note_id,
                    )
                )
            add_desk_event(connection, "given", conversation_id, now)
            return before, after

    def notices(self, operator: OperatorId) -> list[Notice]:
        """What *operator* was told and has not put away, newest first."""
        n, o = t.notices.c, t.operators.c
        query = (
            select(t.notices, o.name)
            .join(t.operators, o.id == n.by_id)
            .where(n.operator_id == operator, n.seen_at.is_(None))
            .order_by(n.id.desc())
        )
        with self._database.read() as connection:
            return [
                Notice(
                    id=row["id"],
                    conversation=ConversationId(row["conversation_id"]),
                    by=row["name"],
                    kind=row["kind"],
                    at=row["at"],
                    note=NoteId(row["note_id"]) if row["note_id"] is not None else None,
                )
                for row in connection.execute(query).mappings()
            ]

    def put_away(self, notice: int, operator: OperatorId, now: datetime) -> bool:
        """The operator has read it. False: it is no notice of theirs, or was put away before."""
        n = t.notices.c
        with self._database.write() as connection:
            done = connection.execute(
                update(t.notices)
                .where(n.id == notice, n.operator_id == operator, n.seen_at.is_(None))
                .values(seen_at=now)
            )
            return done.rowcount == 1


def _there(connection: Connection, operator: OperatorId, now: datetime) -> bool:
    o = t.operators.c
    return connection.execute(select(o.id).where(o.id == operator, is_there(now))).first() is not None


def _held_from(row: RowMapping) -> HeldCase:
    return HeldCase(
        id=ConversationId(row["id"]),
        risk=Risk(row["risk"]),
        language=row["language"],
        unanswered_since=row["waiting_since"],
        safe_hours=safe_hours_from(row),
        last_person_at=row["last_person_at"],
    )
