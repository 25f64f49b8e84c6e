"""Public holidays by country, from the ``holidays`` library, which names its sources for each.

What follows the moon (Islamic, Buddhist, Chinese days) is an estimate there until a state announces it, and may be off
by a day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from bot.core.ids import CountryCode


def is_holiday(country: CountryCode, day: date) -> bool:
    """Is *day* a public holiday in all of *country*? Of a country that the library does not know no day is."""
    return day in _of(country, day.year)


def next_holiday(country: CountryCode, after: date) -> tuple[date, str] | None:
    """The first public holiday from *after* on, with its name in English; None: none is known within a year."""
    for ahead in range(367):
        day = after + timedelta(days=ahead)
        if name := _of(country, day.year).get(day):
            return day, name
    return None


@cache
def _of(country: CountryCode, year: int) -> dict[date, str]:
    try:
        found = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:  # so the library says that it does not know this country: no day is closed there
        return {}
    return dict(found.items())
