"""When the desk is open: hours of a week and holidays, each in its country's own time. Pure: holidays are an argument.

One desk may be kept in several countries; it is open while it is open in one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.ids import CountryCode

#: The day's clock by country; where a country has several, that of its capital.
ZONES: Mapping[str, str] = {
    "BN": "Asia/Brunei",
    "KH": "Asia/Phnom_Penh",
    "ID": "Asia/Jakarta",
    "LA": "Asia/Vientiane",
    "MY": "Asia/Kuala_Lumpur",
    "MM": "Asia/Yangon",
    "PH": "Asia/Manila",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "VN": "Asia/Ho_Chi_Minh",
    "TL": "Asia/Dili",
    "TW": "Asia/Taipei",
    "HK": "Asia/Hong_Kong",
    "KR": "Asia/Seoul",
    "JP": "Asia/Tokyo",
    "SA": "Asia/Riyadh",
    "AE": "Asia/Dubai",
    "CN": "Asia/Shanghai",
    "IN": "Asia/Kolkata",
    "BD": "Asia/Dhaka",
    "NP": "Asia/Kathmandu",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?\s+(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
#: So far ahead an opening is looked for: longer than any row of holidays.
_AHEAD = 30
#: Is this day a holiday in this country?
IsHoliday = Callable[[CountryCode, date], bool]


@dataclass(frozen=True)
class Span:
    """Open on *days* (0 is Monday) from *begin* for *lasts*: a night ends on the next day."""

    days: frozenset[int]
    begin: time
    lasts: timedelta


@dataclass(frozen=True)
class Opening:
    """When the desk opens, and in which country."""

    at: datetime
    country: CountryCode


@dataclass(frozen=True)
class Hours:
    """The week of a desk in its *countries*. No spans: it is open at all hours, holidays too."""

    spans: tuple[Span, ...] = ()
    countries: tuple[CountryCode, ...] = ()
    text: str = ""

    def is_open(self, now: datetime, is_holiday: IsHoliday) -> bool:
        return not self.spans or any(one.at <= now < end for one, end in self._openings(now, is_holiday))

    def opens(self, now: datetime, is_holiday: IsHoliday) -> Opening | None:
        """The next opening; None: it is open, or none is near."""
        if self.is_open(now, is_holiday):
            return None
        later = (one for one, _ in self._openings(now, is_holiday) if one.at > now)
        return min(later, key=lambda one: one.at, default=None)

    def _openings(self, now: datetime, is_holiday: IsHoliday) -> list[tuple[Opening, datetime]]:
        found = []
        for country in self.countries:
            zone = ZoneInfo(ZONES[country])
            today = now.astimezone(zone).date()
            for ahead in range(-1, _AHEAD):  # a night that began yesterday may still last
                day = today + timedelta(days=ahead)
                if is_holiday(country, day):
                    continue
                for span in self.spans:
                    if day.weekday() in span.days:
                        begin = datetime.combine(day, span.begin, zone)
                        found.append((Opening(begin, country), begin + span.lasts))
        return found


def read_hours(text: str, countries: str) -> Hours:
    """Hours as the settings have them: ``"mon-fri 08:00-20:00, sat 09:00-13:00"`` and ``"TH,KH"``.

    Raises ValueError with what to write instead.

    >>> read_hours("mon-fri 08:00-20:00", "TH").spans[0].lasts
    datetime.timedelta(seconds=43200)
    """
    codes = tuple(CountryCode(one.strip().upper()) for one in countries.split(",") if one.strip())
    for code in codes:
        if code not in ZONES:
            raise ValueError(f"HOTLINE_COUNTRY names {code}: use two letters out of {', '.join(sorted(ZONES))}")
    if not text.strip():
        return Hours((), codes)
    if not codes:
        raise ValueError("HOTLINE_HOURS needs HOTLINE_COUNTRY: in whose time, and with whose holidays? (TH)")
    return Hours(tuple(_span(part.strip().lower()) for part in text.split(",")), codes, text.strip())


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    first, last = (found[1], found[2] or found[1]) if found else ("", "")
    if not found or first not in _DAYS or last not in _DAYS:
        raise ValueError(f"HOTLINE_HOURS has {text!r}: write mon-fri 08:00-20:00, and sat 09:00-13:00 after a comma")
    begin_hour, begin_minute, end_hour, end_minute = (int(found[place]) for place in (3, 4, 5, 6))
    if begin_hour > 23 or end_hour > 24 or max(begin_minute, end_minute) > 59 or (end_hour == 24 and end_minute):
        raise ValueError(f"HOTLINE_HOURS has {text!r}: a day goes from 00:00 to 24:00")
    start, stop = _DAYS.index(first), _DAYS.index(last)
    days = frozenset(day % 7 for day in range(start, stop + 1 if stop >= start else stop + 8))
    lasts = timedelta(hours=end_hour, minutes=end_minute) - timedelta(hours=begin_hour, minutes=begin_minute)
    return Span(days, time(begin_hour, begin_minute), lasts if lasts > timedelta(0) else lasts + timedelta(days=1))
