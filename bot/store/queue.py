"""What operators' lists show: ids, times, risk and language, no word of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from bot.core.conversation import Holder
from bot.core.ids import ConversationId, OperatorId
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.database import Database


@dataclass(frozen=True)
class Waiting:
    """One line of the queue."""

    id: ConversationId
    channel: str
    holder: Holder
    operator_id: OperatorId | None
    operator: str | None
    risk: Risk
    rule: str
    language: str
    handoff_reason: str | None
    waiting_since: datetime | None
    opened_at: datetime
    last_person_at: datetime | None
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class DeskEvent:
    id: int
    kind: str
    conversation_id: ConversationId


@dataclass(frozen=True)
class Staffing:
    """How many operators have the desk open, and how many conversations wait in the queue."""

    at_the_desk: int
    waiting: int


#: An open desk asks at least this often; who was not seen for longer is away.
_AWAY_AFTER = timedelta(minutes=3)


@dataclass(frozen=True)
class Counts:
    conversations: tuple[tuple[str, str, int], ...]  # holder, risk, how many
    pending_turns: int
    outgoing: tuple[tuple[str, int], ...]  # delivery, how many


#: Whoever asks to be rescued stands with high risk at least, also where no sign was read: doubt leans to the human.
_URGENCY = case(
    (
        t.conversations.c.handoff_reason.in_(("report_danger", "report_self_harm"))
        & (t.conversations.c.risk < int(Risk.HIGH)),
        int(Risk.HIGH),
    ),
    else_=t.conversations.c.risk,
)


class Queue:
    """Reads for the desk. The order is: who waits before who does not, then risk, then who waits longest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, holders: Sequence[Holder], limit: int = 200) -> list[Waiting]:
        c = t.conversations.c
        query = (
            select(t.conversations, t.operators.c.name.label("operator_name"))
            .outerjoin(t.operators, t.operators.c.id == c.operator_id)
            .where(c.holder.in_([holder.value for holder in holders]))
            .order_by(c.waiting_since.is_(None), _URGENCY.desc(), c.waiting_since, c.last_person_at.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            seen = connection.execute(
                select(t.signs.c.conversation_id, t.signs.c.indicator)
                .distinct()
                .where(t.signs.c.conversation_id.in_([row["id"] for row in rows]))
            ).all()
        indicators: dict[str, list[str]] = {}
        for conversation_id, indicator in seen:
            indicators.setdefault(conversation_id, []).append(indicator)
        return [
            Waiting(
                id=ConversationId(row["id"]),
                channel=row["channel"],
                holder=Holder(row["holder"]),
                operator_id=row["operator_id"],
                operator=row["operator_name"],
                risk=Risk(row["risk"]),
                rule=row["rule"],
                language=row["language"],
                handoff_reason=row["handoff_reason"],
                waiting_since=row["waiting_since"],
                opened_at=row["opened_at"],
                last_person_at=row["last_person_at"],
                indicators=tuple(sorted(indicators.get(row["id"], ()))),
            )
            for row in rows
        ]

    def staffing(self, now: datetime) -> Staffing:
        with self._database.read() as connection:
            there = connection.execute(
                select(func.count(func.distinct(t.sessions.c.operator_id))).where(
                    t.sessions.c.seen_at > now - _AWAY_AFTER
                )
            ).scalar_one()
        return Staffing(there, self.waiting_count())

    def waiting_count(self) -> int:
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(t.conversations).where(t.conversations.c.holder == Holder.QUEUE.value)
            ).scalar_one()

    def counts(self) -> Counts:
        """For ``/metrics``: how much of everything, no id and no word."""
        c, m = t.conversations.c, t.messages.c
        with self._database.read() as connection:
            held = connection.execute(select(c.holder, c.risk, func.count()).group_by(c.holder, c.risk)).all()
            pending = connection.execute(
                select(func.count()).select_from(t.messages).where(m.turn == "pending")
            ).scalar_one()
            outgoing = connection.execute(
                select(m.delivery, func.count()).where(m.delivery.is_not(None)).group_by(m.delivery)
            ).all()
        return Counts(
            conversations=tuple((holder, Risk(risk).word, count) for holder, risk, count in held),
            pending_turns=pending,
            outgoing=tuple((delivery, count) for delivery, count in outgoing),
        )

    def last_event_id(self) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.max(t.desk_events.c.id))).scalar() or 0

    def events_after(self, event_id: int, limit: int = 500) -> list[DeskEvent]:
        """Oldest first. A page that was away catches up from the last id it saw."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(t.desk_events).where(t.desk_events.c.id > event_id).order_by(t.desk_events.c.id).limit(limit)
            ).mappings()
            return [DeskEvent(row["id"], row["kind"], ConversationId(row["conversation_id"])) for row in rows]
