"""Reports: the figures of some days beside those of the days before, as they may be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from bot.core.figures import Subject
from bot.core.report import FEWEST_DAYS, Table, make_report, whole_times
from bot.services.ports import Clock, FigureStore, Run

#: A report covers at most so many days.
MOST_DAYS = 366
#: What is shown to whoever has not chosen: four weeks.
_USUAL = timedelta(days=28)


@dataclass(frozen=True)
class Period:
    """Days of the hotline's own zone, both ends included."""

    first: date
    last: date

    @property
    def before(self) -> Period:
        """As many days just before."""
        length = self.last - self.first + timedelta(days=1)
        return Period(self.first - length, self.last - length)


@dataclass(frozen=True)
class Report:
    """*times*: seconds within which half and nine of ten of all lie, by what was timed."""

    period: Period
    tables: list[Table]
    times: Mapping[str, tuple[float | None, float | None]]


_TIMES = {"reply": Subject.WAITS, "wait": Subject.WAITS, "handling": Subject.HANDLED}


class Reports:
    """Makes reports of whole days: today is not over, and two reports of it would tell what came between them."""

    def __init__(
        self,
        store: FigureStore,
        groups: Mapping[str, Collection[str]],
        run: Run,
        clock: Clock,
        zone: tzinfo,
        smallest: int,
    ) -> None:
        """*groups*: see :func:`bot.core.report.make_report`. *smallest*: the least count that is told."""
        self._store, self._groups, self._run, self._clock = store, groups, run, clock
        self._zone, self.smallest = zone, smallest

    @property
    def newest(self) -> date:
        """The last day that is over."""
        return self._clock().astimezone(self._zone).date() - timedelta(days=1)

    def period(self, first: date | None, last: date | None) -> Period:
        """The days asked for, else four weeks.

        Raises ValueError: ``few`` or ``many`` days, or a ``future`` one (today is not over).
        """
        last = last or self.newest
        first = first or last - _USUAL + timedelta(days=1)
        if last > self.newest:
            raise ValueError("future")
        days = (last - first).days + 1
        if days < FEWEST_DAYS:
            raise ValueError("few")
        if days > MOST_DAYS:
            raise ValueError("many")
        return Period(first, last)

    async def of(self, period: Period) -> Report:
        counts = await self._run(self._store.counts, period.first, period.last)
        times = {name: whole_times(counts, subject, name, self.smallest) for name, subject in _TIMES.items()}
        return Report(period, make_report(counts, self._groups, self.smallest), times)
