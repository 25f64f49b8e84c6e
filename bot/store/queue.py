"""What operators' lists show: ids, times, risk and language, no word of anybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, select, union_all

from bot.core.conversation import Conversation, Holder
from bot.core.ids import ConversationId, OperatorId
from bot.core.ladder import Rung
from bot.core.risk import Risk
from bot.core.safe_hours import SafeHours
from bot.core.taxonomy import Language
from bot.core.urgency import Waits, Whom, in_order, urgency
from bot.store import tables as t
from bot.store.database import Database
from bot.store.desk_events import DeskEvent, events_after
from bot.store.filters import URGENCY, Chosen, classes, grade, zones_in_use
from bot.store.presence import is_there
from bot.store.rows import safe_hours_from

_c = t.conversations.c


@dataclass(frozen=True)
class Waiting:
    """One line of the queue. ``rung`` is how far the calling for it has gone, ``labels`` are ids."""

    id: ConversationId
    channel: str
    holder: Holder
    operator_id: OperatorId | None
    operator: str | None
    risk: Risk
    rule: str
    language: Language
    country: str | None
    unsafe: bool
    handoff_reason: str | None
    waiting_since: datetime | None
    opened_at: datetime
    last_person_at: datetime | None
    indicators: tuple[str, ...]
    safe_hours: SafeHours | None = None
    labels: tuple[int, ...] = ()
    rung: Rung = Rung.NOBODY
    acknowledged_by: str | None = None
    acknowledged_until: datetime | None = None

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        """Smaller stands first, by urgency and waiting alone: the same for everybody, and at all times."""
        return (
            int(self.waiting_since is None),
            -int(urgency(self.risk, self.handoff_reason)),
            _microseconds(self.waiting_since),
            -_microseconds(self.last_person_at),
            self.id,
        )


def _microseconds(at: datetime | None) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) if at is not None else 0


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Top:
    """The lines that stand first. *more*: others stand behind them."""

    lines: tuple[Waiting, ...]
    more: bool


@dataclass(frozen=True)
class Totals:
    """How many conversations are open, by holder."""

    queue: int
    operator: int
    bot: int


@dataclass(frozen=True)
class AtDesk:
    """An operator at the desk. ``busy``: they hold a grave conversation."""

    id: OperatorId
    role: str
    busy: bool


#: What is in the audit log where an operator let a conversation go.
_LET_GO = ("handed_back", "asked_transfer")


@dataclass(frozen=True)
class Counts:
    conversations: tuple[tuple[str, str, int], ...]  # holder, risk, how many
    pending_turns: int
    outgoing: tuple[tuple[str, int], ...]  # delivery, how many
    longest_waits: tuple[tuple[str, float], ...]  # risk, seconds; 0 where nobody waits


class Queue:
    """Reads for the desk, in the order of :mod:`bot.core.urgency`; whoever does not wait comes after those who do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(
        self,
        holders: Sequence[Holder] = (),
        limit: int = 200,
        *,
        chosen: Chosen | None = None,
        whom: Whom | None = None,
        offset: int = 0,
    ) -> list[Waiting]:
        """Up to *limit* lines of the list after *offset* others.

        Args:
            holders: of all conversations that these hold; or
            chosen: what the list is narrowed to.
            whom: for whom the order is made; None: by urgency and waiting alone.
        """
        chosen = chosen or Chosen(holders=tuple(holders))
        with self._database.read() as connection:
            lines = _first(connection, chosen, whom, limit + offset)[offset : offset + limit]
            return _with_marks(connection, lines)

    def top(self, holders: Sequence[Holder], limit: int) -> Top:
        """The first lines of conversations with one of *holders*, in the order of :attr:`Waiting.order`."""
        lines = self.waiting(holders, limit + 1)
        return Top(tuple(lines[:limit]), more=len(lines) > limit)

    def held_by(self, operator: OperatorId, limit: int = 200) -> list[Waiting]:
        """What *operator* holds, in the same order: also what stands far behind in the list of all."""
        return self.waiting(limit=limit, chosen=Chosen().of(operator))

    def lines(self, conversation_ids: Collection[ConversationId]) -> dict[ConversationId, Waiting]:
        """The lines of these conversations as they are now; one that was erased is missing."""
        with self._database.read() as connection:
            rows = connection.execute(_LINE.where(_c.id.in_(conversation_ids))).mappings().all()
            return {line.id: line for line in _with_marks(connection, [_waiting(row) for row in rows])}

    def totals(self) -> Totals:
        with self._database.read() as connection:
            rows = connection.execute(
                select(_c.holder, func.count()).where(_c.holder != Holder.CLOSED.value).group_by(_c.holder)
            ).all()
        count = {row[0]: row[1] for row in rows}
        return Totals(*(count.get(one.value, 0) for one in (Holder.QUEUE, Holder.OPERATOR, Holder.BOT)))

    def calling(self, whom: Whom, limit: int = 200) -> list[Waiting]:
        """Who waits for a human and is called for, the next one first."""
        chosen = Chosen(holders=(Holder.QUEUE,))
        with self._database.read() as connection:
            return _first(connection, chosen, whom, limit, t.ladders.c.rung > int(Rung.NOBODY))[:limit]

    def next_for(self, operator: OperatorId, whom: Whom, let_go_since: datetime, limit: int = 50) -> list[Waiting]:
        """Who waits for a human, the next one first. What *operator* let go since then comes after everybody else:
        somebody else may do better, but nobody is left alone for it.
        """
        a = t.audit.c
        with self._database.read() as connection:
            gone = select(a.conversation_id).where(
                a.operator_id == operator, a.at > let_go_since, a.action.in_(_LET_GO), a.conversation_id.is_not(None)
            )
            found: list[Waiting] = []
            for again in (False, True):
                condition = _c.id.in_(gone) if again else _c.id.not_in(gone)
                found += _first(connection, Chosen(holders=(Holder.QUEUE,)), whom, limit, condition)
            return found[:limit]

    def count(self, chosen: Chosen) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(t.conversations).where(chosen.sql)).scalar_one()

    def holding(self) -> list[tuple[OperatorId, str]]:
        """Operators who hold a conversation, with their names."""
        holds = t.operators.c.id.in_(select(_c.operator_id).where(_c.holder == Holder.OPERATOR.value))
        with self._database.read() as connection:
            query = select(t.operators.c.id, t.operators.c.name).where(holds).order_by(t.operators.c.name)
            return [(OperatorId(row.id), row.name) for row in connection.execute(query)]

    def at_the_desk(self, now: datetime) -> list[AtDesk]:
        """Who may help and has the desk open; not who locked it, or left it until it locked."""
        there = select(t.operators.c.id, t.operators.c.role).where(is_there(now)).order_by(t.operators.c.id)
        holding = select(_c.operator_id).where(_c.holder == Holder.OPERATOR.value, int(Risk.HIGH) <= URGENCY).distinct()
        with self._database.read() as connection:
            busy = set(connection.execute(holding).scalars())
            return [AtDesk(OperatorId(row.id), row.role, row.id in busy) for row in connection.execute(there)]

    def before(self, one: Conversation, whom: Whom) -> int:
        """How many others wait who would be helped before *one*: as it is given, also where that is not written yet."""
        with self._database.read() as connection:
            others = _first(connection, Chosen(holders=(Holder.QUEUE,)), whom, None, _c.id != one.id)
        line: list[Waits] = [*others, one]
        return in_order(line, whom).index(one)

    def counts(self, now: datetime) -> Counts:
        """For ``/metrics``: how much of everything, no id and no word."""
        c, m = t.conversations.c, t.messages.c
        with self._database.read() as connection:
            held = connection.execute(select(c.holder, c.risk, func.count()).group_by(c.holder, c.risk)).all()
            pending = connection.execute(
                select(func.count()).select_from(t.messages).where(m.turn == "pending")
            ).scalar_one()
            waits: dict[int, datetime] = {
                risk: since
                for risk, since in connection.execute(
                    select(c.risk, func.min(c.waiting_since)).where(c.holder == Holder.QUEUE.value).group_by(c.risk)
                )
                if since is not None
            }
            outgoing = connection.execute(
                select(m.delivery, func.count()).where(m.delivery.is_not(None)).group_by(m.delivery)
            ).all()
        return Counts(
            conversations=tuple((holder, Risk(risk).word, count) for holder, risk, count in held),
            pending_turns=pending,
            outgoing=tuple((delivery, count) for delivery, count in outgoing),
            longest_waits=tuple(
                (risk.word, max(0.0, (now - waits[risk]).total_seconds()) if risk in waits else 0.0) for risk in Risk
            ),
        )

    def failed_calls(self, since: datetime) -> int:
        """How many calls to whoever is on call could not be made since then."""
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(t.calls).where(t.calls.c.state == "failed", t.calls.c.at > since)
            ).scalar_one()

    def last_event_id(self) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.max(t.desk_events.c.id))).scalar() or 0

    def events_after(self, event_id: int, limit: int = 500) -> list[DeskEvent]:
        """Oldest first, what can be seen now; a live page reads through :class:`bot.store.desk_events.DeskEvents`."""
        with self._database.read() as connection:
            return events_after(connection, event_id, limit)


_SHOWN = (
    *(_c.id, _c.channel, _c.holder, _c.operator_id, _c.risk, _c.rule, _c.language, _c.country, _c.unsafe),
    *(_c.handoff_reason, _c.waiting_since, _c.opened_at, _c.last_person_at, _c.safe_begin, _c.safe_end, _c.safe_zone),
)
# what is left of an earlier wait says nothing of this one
_of_this_wait = and_(t.ladders.c.conversation_id == _c.id, t.ladders.c.waiting_since == _c.waiting_since)
_holding, _acknowledging = t.operators.alias("holding"), t.operators.alias("acknowledging")


# what a list shows, and nothing that is sealed: the dialogue's memory alone is larger than a whole line
_LINE = (
    select(
        *_SHOWN,
        _holding.c.name.label("operator_name"),
        t.ladders.c.rung,
        t.ladders.c.acknowledged_until,
        _acknowledging.c.name.label("acknowledged_by"),
    )
    .outerjoin(_holding, _holding.c.id == _c.operator_id)
    .outerjoin(t.ladders, _of_this_wait)
    .outerjoin(_acknowledging, _acknowledging.c.id == t.ladders.c.acknowledged_by)
)


def _in_order(whom: Whom | None) -> tuple[Any, ...]:
    written = _c.last_person_at.desc().nulls_last()
    return (_c.waiting_since.is_(None), grade(whom).desc(), _c.waiting_since, written, _c.id)


def _first(
    connection: Connection, chosen: Chosen, whom: Whom | None, limit: int | None, *conditions: Any
) -> list[Waiting]:
    """The first *limit* lines in their order, with all that stands in one row; others may stand behind them."""
    zones = zones_in_use(connection) if whom is not None else ()
    lines = [_waiting(row) for row in connection.execute(_lines(chosen, whom, zones, limit, *conditions)).mappings()]
    return lines if whom is None else in_order(lines, whom)


def _lines(chosen: Chosen, whom: Whom | None, zones: Collection[str], limit: int | None, *conditions: Any) -> Any:
    """The first *limit* lines of each class.

    What a language or safe hours weigh moves a line past those of other classes only, never within its own: the first
    of each class, ordered by the database, hold the first of all. So no more than six times the limit is read, and
    twice where nobody has safe hours, however many wait.
    """
    first = [
        select(_c.id)
        .outerjoin(t.ladders, _of_this_wait)
        .where(and_(chosen.sql, kind, *conditions))
        .order_by(*_in_order(whom))
        .limit(limit)
        for kind in classes(whom, zones)
    ]
    # an inner select of its own: SQLite takes no ORDER BY in a part of a UNION
    ids = union_all(*(select(one.subquery().c.id) for one in first)) if len(first) > 1 else first[0]
    return _LINE.where(_c.id.in_(ids)).order_by(*_in_order(whom))


def _waiting(row: RowMapping) -> Waiting:
    return Waiting(
        id=ConversationId(row["id"]),
        channel=row["channel"],
        holder=Holder(row["holder"]),
        operator_id=row["operator_id"],
        operator=row["operator_name"],
        risk=Risk(row["risk"]),
        rule=row["rule"],
        language=Language(row["language"]),
        country=row["country"],
        unsafe=row["unsafe"],
        handoff_reason=row["handoff_reason"],
        waiting_since=row["waiting_since"],
        opened_at=row["opened_at"],
        last_person_at=row["last_person_at"],
        indicators=(),
        safe_hours=safe_hours_from(row),
        rung=Rung(row["rung"] or 0) if row["holder"] == Holder.QUEUE.value else Rung.NOBODY,
        acknowledged_by=row["acknowledged_by"],
        acknowledged_until=row["acknowledged_until"],
    )


def _with_marks(connection: Connection, lines: list[Waiting]) -> list[Waiting]:
    """The lines with the signs seen in them and the labels put on them."""
    ids = [line.id for line in lines]
    s, put = t.signs.c, t.conversation_labels.c
    signs: dict[str, list[str]] = {}
    for conversation_id, indicator in connection.execute(
        select(s.conversation_id, s.indicator).distinct().where(s.conversation_id.in_(ids))
    ):
        signs.setdefault(conversation_id, []).append(indicator)
    labels: dict[str, list[int]] = {}
    for conversation_id, label in connection.execute(
        select(put.conversation_id, put.label_id).where(put.conversation_id.in_(ids)).order_by(put.label_id)
    ):
        labels.setdefault(conversation_id, []).append(label)
    return [
        replace(line, indicators=tuple(sorted(signs.get(line.id, ()))), labels=tuple(labels.get(line.id, ())))
        for line in lines
    ]
