"""When the desk is open."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.core.hours import ZONES, Hours, read_hours
from bot.core.ids import CountryCode
from bot.settings import Settings, SettingsError


def nothing(_country: CountryCode, _day: date) -> bool:
    return False


def songkran(country: CountryCode, day: date) -> bool:
    return country == "TH" and day in (date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15))


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WEEK = read_hours("mon-fri 08:00-20:00", "TH")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-04-06 00:59", False),  # Monday 07:59 in Bangkok
        ("2026-04-06 01:00", True),
        ("2026-04-06 12:59", True),
        ("2026-04-06 13:00", False),
        ("2026-04-11 05:00", False),  # Saturday
    ],
)
def test_the_desk_keeps_the_hours_of_its_own_country(moment: str, is_open: bool) -> None:
    assert WEEK.is_open(at(moment), nothing) is is_open


def test_a_holiday_closes_and_the_next_opening_comes_after_it() -> None:
    assert not WEEK.is_open(at("2026-04-13 05:00"), songkran)
    opening = WEEK.opens(at("2026-04-10 15:00"), songkran)
    assert opening is not None
    assert (opening.at, opening.country) == (at("2026-04-16 01:00"), "TH")


def test_an_open_desk_opens_at_no_later_time() -> None:
    assert WEEK.opens(at("2026-04-06 05:00"), nothing) is None


def test_a_night_lasts_into_the_next_day() -> None:
    night = read_hours("fri 20:00-02:00", "TH")
    assert night.is_open(at("2026-04-10 18:30"), nothing)  # Saturday 01:30 in Bangkok
    assert not night.is_open(at("2026-04-10 19:00"), nothing)


def test_a_desk_in_two_countries_is_open_while_it_is_open_in_one() -> None:
    both = read_hours("mon-fri 08:00-20:00", "TH,PH")
    assert both.is_open(at("2026-04-13 05:00"), songkran)
    assert both.is_open(at("2026-04-06 00:00"), nothing)  # 08:00 in Manila, 07:00 in Bangkok


def test_without_hours_the_desk_is_always_open() -> None:
    assert Hours().is_open(at("2026-04-13 22:00"), songkran)


def test_days_may_go_over_the_end_of_a_week() -> None:
    assert read_hours("sat-mon 08:00-20:00", "TH").spans[0].days == {5, 6, 0}


@pytest.mark.parametrize(
    ("hours", "country", "remedy"),
    [
        ("mon-fri 08:00-20:00", "", "HOTLINE_COUNTRY"),
        ("mon-fri", "TH", "mon-fri 08:00-20:00"),
        ("mon-fri 08:00-25:00", "TH", "00:00 to 24:00"),
        ("mon-fri 08:61-20:00", "TH", "00:00 to 24:00"),
        ("xyz 08:00-20:00", "TH", "mon-fri"),
        ("", "XX", "two letters"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_what_to_write(hours: str, country: str, remedy: str) -> None:
    with pytest.raises(SettingsError, match=remedy):
        Settings.read({"HOTLINE_HOURS": hours, "HOTLINE_COUNTRY": country})


def test_every_zone_is_known_to_this_machine() -> None:
    from zoneinfo import ZoneInfo

    assert {ZoneInfo(zone).key for zone in ZONES.values()} == set(ZONES.values())
