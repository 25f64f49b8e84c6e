"""When somebody may be written to: hours of the day by the clock where they are. Pure.

Kept as minutes of the day on a named clock, not in UTC: "after nine in the evening" stays after nine where clocks are
put forward, and when the person goes to another country it can be seen that the hours go by the clock of the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from bot.core.hours import ZONES
from bot.core.ids import CountryCode

#: Whoever wrote so short a time ago has the phone in hand.
THERE_FOR = timedelta(minutes=10)
#: Minutes before the end of the hours in which they are soon over.
SOON = 30
#: Why nothing was sent: it is outside of the hours, and nobody has decided to write all the same.
OUTSIDE = "outside_safe_hours"
#: Minutes of a day.
DAY = 24 * 60
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Moment(Enum):
    """May somebody be written to at a moment?"""

    MAY = "may"
    SOON_OVER = "soon_over"  # yes, and not for long
    NOT_NOW = "not_now"


@dataclass(frozen=True)
class SafeHours:
    """From *begin* until before *end*, minutes of the day by the clock *zone*; a night ends on the next day.

    Raises ValueError: no minute of a day, or both are the same, which would be never or always.
    """

    begin: int
    end: int
    zone: str

    def __post_init__(self) -> None:
        if not (0 <= self.begin < DAY and 0 <= self.end < DAY):
            raise ValueError("a day goes from 00:00 to 23:59")
        if self.begin == self.end:
            raise ValueError("from and until are the same: write two times, or clear the hours")

    def left(self, now: datetime) -> int | None:
        """Minutes until their end; None: it is outside of them.

        >>> from datetime import UTC
        >>> night = SafeHours(22 * 60, 60, "Asia/Bangkok")
        >>> night.left(datetime(2026, 1, 5, 17, 30, tzinfo=UTC)), night.left(datetime(2026, 1, 5, 18, tzinfo=UTC))
        (30, None)
        """
        minute = minute_of_day(now, self.zone)
        inside = (minute - self.begin) % DAY < (self.end - self.begin) % DAY
        return (self.end - minute) % DAY if inside else None


def minute_of_day(now: datetime, zone: str) -> int:
    """The minute of the day that a clock in *zone* shows."""
    there = now.astimezone(ZoneInfo(zone))
    return there.hour * 60 + there.minute


def moment(hours: SafeHours | None, wrote_at: datetime | None, now: datetime) -> Moment:
    """May somebody with these safe *hours*, who wrote last at *wrote_at*, be written to *now*?

    Without hours at all times. Who writes now is there, at whatever hour.
    """
    if hours is None:
        return Moment.MAY
    left = hours.left(now)
    if left is not None:
        return Moment.SOON_OVER if left <= SOON else Moment.MAY
    # not what lies ahead: after a clock was set back, who wrote hours ago would seem to be there
    there = wrote_at is not None and abs(now - wrote_at) < THERE_FOR
    return Moment.MAY if there else Moment.NOT_NOW


def came_late(hours: SafeHours | None, wrote_at: datetime | None, queued_at: datetime, now: datetime) -> bool:
    """Did a message wait so long that somebody may be written to no more, although they might be when it was written?

    What was written outside of the *hours* is not late: whoever wrote it had decided to.
    """
    allowed = moment(hours, wrote_at, queued_at) is not Moment.NOT_NOW
    return allowed and now - queued_at >= THERE_FOR and moment(hours, wrote_at, now) is Moment.NOT_NOW


def clock_of(countries: Mapping[str, CountryCode], own: str) -> tuple[str, CountryCode | None]:
    """The clock where somebody is and its country; the hotline's *own* and None where that is not known.

    >>> clock_of({"present": CountryCode("KH"), "origin": CountryCode("VN")}, "Asia/Bangkok")
    ('Asia/Phnom_Penh', 'KH')
    >>> clock_of({"destination": CountryCode("TH")}, "Asia/Manila")
    ('Asia/Manila', None)
    """
    present = countries.get("present")
    return (ZONES[present], present) if present is not None and present in ZONES else (own, None)


def read_time(text: str) -> int:
    """``"21:30"`` as a minute of the day. Raises ValueError."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError("write a time from 00:00 to 23:59")
    return int(found[1]) * 60 + int(found[2])


def write_time(minute: int) -> str:
    """
    >>> write_time(read_time("09:05"))
    '09:05'
    """
    return "{:02}:{:02}".format(*divmod(minute, 60))
