"""Holidays are known far enough ahead; fails while there is still time to raise the library."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.content.countries import Countries
from bot.content.holidays import is_holiday, next_holiday
from bot.core.hours import ZONES
from bot.core.ids import CountryCode

ASEAN = tuple(map(CountryCode, ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")))


@pytest.mark.parametrize("country", ASEAN)
def test_the_holidays_of_next_year_are_known(country: CountryCode) -> None:
    year = datetime.now(UTC).year + 1
    found = next_holiday(country, date(year, 2, 1))
    assert found is not None, f"the holidays library ends before {year}: uv lock --upgrade-package holidays"
    assert found[0].year == year


def test_holidays_that_move_are_known_next_year_too() -> None:
    """Songkran is fixed; the Buddhist and the Islamic year are what a library that ended would not have."""
    year = datetime.now(UTC).year + 1
    for country, moves in (("TH", "Visakha"), ("MY", "Eid al-Fitr"), ("SG", "Chinese New Year"), ("KH", "Visak")):
        names, day = [], date(year, 1, 1)
        while (found := next_holiday(CountryCode(country), day)) is not None and found[0].year == year:
            names.append(found[1])
            day = date.fromordinal(found[0].toordinal() + 1)
        assert any(moves in name for name in names), (country, names)


def test_new_year_is_a_holiday_and_the_day_before_the_longest_night_is_none() -> None:
    assert is_holiday(CountryCode("TH"), date(2026, 1, 1))
    assert not is_holiday(CountryCode("TH"), date(2026, 6, 24))


def test_every_country_of_ours_has_a_clock() -> None:
    assert set(Countries.load().names) <= set(ZONES)
