"""Safe hours as the desk's pages get and give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.core.ids import CountryCode
from bot.core.safe_hours import OUTSIDE, SafeHours, clock_of, read_time, write_time

_Time = Annotated[str, StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class SafeHoursView(BaseModel):
    """From *begin* until before *end*, "HH:MM" by the clock *zone* (a name of the IANA list); may pass midnight."""

    begin: _Time
    end: _Time
    zone: Annotated[str, Field(max_length=40)]

    def read(self) -> SafeHours:
        """Raises ValueError: both times are the same."""
        return SafeHours(read_time(self.begin), read_time(self.end), self.zone)


class Decided(BaseModel):
    """What goes to a person. Outside of their safe hours, unless they just wrote, it is refused (409, detail
    ``outside_safe_hours``) until whoever writes has decided to write all the same."""

    outside_safe_hours: bool = False

    @property
    def detail(self) -> str | None:
        """What the audit log keeps of the decision."""
        return OUTSIDE if self.outside_safe_hours else None


class ClockView(BaseModel):
    """The clock where the person is. *country*: null where that is not known, and the clock is the hotline's own."""

    zone: str
    country: str | None


def show_safe_hours(hours: SafeHours | None) -> SafeHoursView | None:
    if hours is None:
        return None
    return SafeHoursView(begin=write_time(hours.begin), end=write_time(hours.end), zone=hours.zone)


def show_clock(countries: Mapping[str, CountryCode], own: str) -> ClockView:
    """*own*: the hotline's clock."""
    zone, country = clock_of(countries, own)
    return ClockView(zone=zone, country=country)
