"""The hotline's figures: counted from conversations that are there, and kept as mere counts of those that are erased.

Read are ids, times and columns, never a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from bot.core.conversation import Holder
from bot.core.figures import Case, Counts, Held, Observation, Subject, count, observe
from bot.core.holding import Ending
from bot.core.ids import ConversationId
from bot.core.message import Author
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import countries_from

_NO_TIME = -1


class Figures:
    """Counts of some days, in the hotline's own time zone."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database, self._zone = database, zone

    def counts(self, first: date, last: date) -> Counts:
        """How often each thing was seen from *first* to *last*, both included."""
        begin = datetime.combine(first, time.min, self._zone)
        end = datetime.combine(last + timedelta(days=1), time.min, self._zone)
        c, h = t.conversations.c, t.holdings.c
        in_days = or_(
            (c.opened_at >= begin) & (c.opened_at < end),
            c.id.in_(
                select(h.conversation_id).where(
                    ((h.begun_at >= begin) & (h.begun_at < end)) | ((h.ended_at >= begin) & (h.ended_at < end))
                )
            ),
        )
        with self._database.read() as connection:
            cases = _cases(connection, select(c.id).where(in_days), gone=False)
            kept = _kept(connection, first, last)
        seen = (one for case in cases for one in observe(case, self._zone) if first <= one.day <= last)
        return kept + count(seen)


def keep_counts(connection: Connection, conversation_id: ConversationId, zone: tzinfo) -> None:
    """Add what a conversation counts to the tallies, in the transaction that erases it."""
    wanted = select(t.conversations.c.id).where(t.conversations.c.id == conversation_id)
    for case in _cases(connection, wanted, gone=True):
        _add(connection, observe(case, zone))


def _cases(connection: Connection, wanted: Select[Any], *, gone: bool) -> list[Case]:
    held: dict[str, list[Held]] = {}
    rows = connection.execute(select(t.conversations).where(t.conversations.c.id.in_(wanted))).mappings().all()
    spoken = {row["id"]: row["language"] for row in rows}
    holdings = (
        select(t.holdings, t.operators.c.language.label("reads"), t.operators.c.speaks)
        .outerjoin(t.operators, t.operators.c.id == t.holdings.c.operator_id)
        .where(t.holdings.c.conversation_id.in_(wanted))
        .order_by(t.holdings.c.id)
    )
    for one in connection.execute(holdings).mappings():
        held.setdefault(one["conversation_id"], []).append(
            Held(
                holder=Holder(one["holder"]),
                begun_at=one["begun_at"],
                ended_at=one["ended_at"],
                ended=Ending(one["ended"]) if one["ended"] is not None else None,
                outcome=one["outcome"],
                risk=Risk(one["risk"]),
                speaks=spoken[one["conversation_id"]] in _languages(one["speaks"], one["reads"]),
            )
        )
    indicators: dict[str, set[str]] = {}
    signs = select(t.signs.c.conversation_id, t.signs.c.indicator).where(t.signs.c.conversation_id.in_(wanted))
    for sign in connection.execute(signs):
        indicators.setdefault(sign.conversation_id, set()).add(sign.indicator)
    m = t.messages.c
    replies: dict[str, list[datetime]] = {}
    by_hand = (
        select(m.conversation_id, m.at)
        .where(m.conversation_id.in_(wanted), m.author == Author.OPERATOR.value, m.automatic.is_(False))
        .order_by(m.id)
    )
    for message in connection.execute(by_hand):
        replies.setdefault(message.conversation_id, []).append(message.at)
    return [
        Case(
            opened_at=row["opened_at"],
            channel=row["channel"],
            language=row["language"],
            risk=Risk(row["risk"]),
            countries=countries_from(row["countries"]),
            indicators=frozenset(indicators.get(row["id"], ())),
            held=tuple(held.get(row["id"], ())),
            replies=tuple(replies.get(row["id"], ())),
            gone=gone,
        )
        for row in rows
    ]


def _languages(speaks: str | None, reads: str | None) -> list[str]:
    return (speaks or reads or "").split()


def _kept(connection: Connection, first: date, last: date) -> Counter[tuple[Subject, str, str, int | None]]:
    c = t.tallies.c
    query = (
        select(c.subject, c.grouping, c.name, c.time, func.sum(c.count).label("seen"))
        .where(c.day >= first, c.day <= last)
        .group_by(c.subject, c.grouping, c.name, c.time)
    )
    return Counter(
        {
            (Subject(row.subject), row.grouping, row.name, None if row.time == _NO_TIME else row.time): row.seen
            for row in connection.execute(query)
        }
    )


def _add(connection: Connection, observations: Iterable[Observation]) -> None:
    insert = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    for one, number in Counter(observations).items():
        added = insert(t.tallies).values(
            day=one.day,
            subject=one.subject.value,
            grouping=one.grouping,
            name=one.group,
            time=_NO_TIME if one.time is None else one.time,
            count=number,
        )
        connection.execute(
            added.on_conflict_do_update(
                index_elements=t.tallies.primary_key.columns.keys(),
                set_={"count": t.tallies.c.count + added.excluded.count},
            )
        )
