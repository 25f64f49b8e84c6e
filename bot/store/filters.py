"""What a list is narrowed to, and how that reads as SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from sqlalchemy import ColumnElement, Connection, and_, case, exists, select, true

from bot.core.conversation import Holder
from bot.core.ids import OperatorId
from bot.core.risk import Risk
from bot.core.safe_hours import DAY, SOON, THERE_FOR, minute_of_day
from bot.core.taxonomy import LANGUAGES
from bot.core.urgency import PLEAS, Whom
from bot.store import tables as t

_c = t.conversations.c
OPEN = (Holder.QUEUE, Holder.OPERATOR, Holder.BOT)


@dataclass(frozen=True)
class Chosen:
    """What an operator narrowed a list to: of each kind any of those named, and all kinds together.

    ``labels`` and ``operators`` are ids; ``written_from`` and ``written_to`` bound when the person wrote last;
    ``ids`` are conversations, ``id_begins`` is the beginning of one's id.
    """

    holders: tuple[Holder, ...] = OPEN
    risks: tuple[Risk, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    operators: tuple[int, ...] = ()
    written_from: datetime | None = None
    written_to: datetime | None = None
    ids: tuple[str, ...] = ()
    id_begins: str = ""

    def of(self, operator: OperatorId) -> Chosen:
        """The same, of those that *operator* holds."""
        return replace(self, holders=(Holder.OPERATOR,), operators=(operator,))

    @property
    def sql(self) -> ColumnElement[bool]:
        """The condition on ``conversations``."""
        wanted: list[ColumnElement[bool]] = [_c.holder.in_([holder.value for holder in self.holders])]
        if self.risks:
            wanted.append(_c.risk.in_([int(risk) for risk in self.risks]))
        for column, values in (
            (_c.language, self.languages),
            (_c.channel, self.channels),
            (_c.country, self.countries),
            (_c.operator_id, self.operators),
            (_c.id, self.ids),
        ):
            if values:
                wanted.append(column.in_(values))
        if self.indicators:
            s = t.signs.c
            wanted.append(exists(select(1).where(s.conversation_id == _c.id, s.indicator.in_(self.indicators))))
        if self.labels:
            put = t.conversation_labels.c
            wanted.append(exists(select(1).where(put.conversation_id == _c.id, put.label_id.in_(self.labels))))
        if self.written_from is not None:
            wanted.append(_c.last_person_at >= self.written_from)
        if self.written_to is not None:
            wanted.append(_c.last_person_at < self.written_to)
        if self.id_begins:
            wanted.append(_c.id.startswith(self.id_begins, autoescape=True))
        return and_(*wanted)


#: :func:`bot.core.urgency.urgency` in SQL.
URGENCY = case(
    (and_(_c.handoff_reason.in_(PLEAS), _c.risk < int(Risk.HIGH)), int(Risk.HIGH)),
    else_=_c.risk,
)


def grade(whom: Whom | None) -> ColumnElement[int]:
    """:func:`bot.core.urgency.grade` in SQL; the urgency alone for nobody."""
    if whom is None:
        return URGENCY
    raised: list[tuple[ColumnElement[bool], int]] = [(int(Risk.HIGH) <= URGENCY, 0)]
    for steps in (2, 1):
        raised.append((_c.waiting_since <= whom.now - steps * whom.step, steps))
    by = case(*raised, else_=0)
    return case((and_(int(Risk.HIGH) > URGENCY, URGENCY + by > int(Risk.HIGH)), int(Risk.HIGH)), else_=URGENCY + by)


def classes(whom: Whom | None, zones: Collection[str]) -> list[ColumnElement[bool]]:
    """The classes within which all are weighed alike, so that grade and waiting alone order them. One at least.

    They differ by whether their language is spoken, and by :func:`bot.core.safe_hours.moment`.

    Args:
        zones: the clocks by which safe hours are kept: see :func:`zones_in_use`.
    """
    if whom is None:
        return [true()]
    return [and_(*both) for both in product(_spoken(whom), _moments(whom.now, zones))]


def _spoken(whom: Whom) -> list[ColumnElement[bool]]:
    if not whom.speaks or set(whom.speaks) >= set(LANGUAGES):
        return [true()]
    speaks = _c.language.in_(list(whom.speaks))
    return [speaks, ~speaks]


def _moments(now: datetime, zones: Collection[str]) -> list[ColumnElement[bool]]:
    if not zones:
        return [true()]
    # none of these is ever null: what was set by a clock of which nobody told counts as no hours
    known = and_(_c.safe_zone.is_not(None), _c.safe_zone.in_(zones))
    minute = case({zone: minute_of_day(now, zone) for zone in zones}, value=_c.safe_zone, else_=0)
    inside = and_(known, _since(minute, _c.safe_begin) < _since(_c.safe_end, _c.safe_begin))
    soon_over = and_(inside, _since(_c.safe_end, minute) <= SOON)
    begun, ends = now - THERE_FOR, now + THERE_FOR
    there = and_(_c.last_person_at.is_not(None), _c.last_person_at > begun, _c.last_person_at < ends)
    not_now = and_(known, ~inside, ~there)
    return [and_(~soon_over, ~not_now), soon_over, not_now]


def _since(minute: ColumnElement[int], begin: ColumnElement[int]) -> ColumnElement[int]:
    """Minutes of the day from one to the other."""
    return (minute - begin + DAY) % DAY


def zones_in_use(connection: Connection) -> list[str]:
    """The clocks by which safe hours are kept now."""
    return list(connection.execute(_ZONES).scalars())


_ZONES = select(_c.safe_zone).where(_c.safe_zone.is_not(None)).distinct()
