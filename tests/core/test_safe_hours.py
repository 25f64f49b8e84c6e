"""When somebody may be written to."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import safe_hours
from bot.core.safe_hours import DAY, Moment, SafeHours, came_late, moment, read_time

BANGKOK = "Asia/Bangkok"


def at(clock: str, zone: str = BANGKOK, day: int = 5) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 1, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_the_examples_hold() -> None:
    assert doctest.testmod(safe_hours).failed == 0


def test_a_night_goes_on_after_midnight() -> None:
    night = SafeHours(22 * 60, 60, BANGKOK)
    left = [night.left(at(clock)) for clock in ("21:59", "22:00", "23:59", "00:00", "00:59", "01:00")]
    assert left == [None, 180, 61, 60, 1, None]


def test_hours_are_soon_over_in_their_last_half_hour() -> None:
    evening = SafeHours(21 * 60, 23 * 60, BANGKOK)
    moments = [moment(evening, None, at(clock)) for clock in ("20:59", "21:00", "22:29", "22:30", "22:59", "23:00")]
    assert [one.value for one in moments] == ["not_now", "may", "may", "soon_over", "soon_over", "not_now"]


def test_who_wrote_within_ten_minutes_may_be_written_to_and_a_clock_set_back_makes_nobody_be_there() -> None:
    evening, now = SafeHours(21 * 60, 23 * 60, BANGKOK), at("03:10")
    wrote = {minutes: moment(evening, now - timedelta(minutes=minutes), now) for minutes in (9, 10, -9, -10)}
    assert wrote == {9: Moment.MAY, 10: Moment.NOT_NOW, -9: Moment.MAY, -10: Moment.NOT_NOW}
    assert moment(None, None, now) is Moment.MAY


def test_a_message_came_late_when_it_waited_until_the_hours_were_over() -> None:
    evening, begun = SafeHours(19 * 60, 21 * 60, BANGKOK), at("20:55")

    def late(minutes: float, *, queued: datetime = begun, wrote: datetime | None = None) -> bool:
        return came_late(evening, wrote, queued, begun + timedelta(minutes=minutes))

    assert {minutes: late(minutes) for minutes in (4, 6, 9, 10, 600)} == {
        4: False,
        6: False,
        9: False,
        10: True,
        600: True,
    }
    assert not late(24 * 60), "the hours have come again"
    assert not late(600, wrote=begun + timedelta(minutes=595)), "the person is there"
    assert not late(700, queued=begun + timedelta(minutes=10)), "it was written outside of the hours, on purpose"


def test_hours_stay_by_the_clock_where_clocks_are_put_forward() -> None:
    evening = SafeHours(21 * 60, 23 * 60, "Europe/London")
    winter, summer = datetime(2026, 1, 5, 21, 30, tzinfo=UTC), datetime(2026, 7, 5, 20, 30, tzinfo=UTC)
    assert evening.left(winter) == evening.left(summer) == 90


@pytest.mark.parametrize(("begin", "end"), [(60, 60), (-1, 60), (0, DAY), (DAY, 0)])
def test_hours_that_mean_nothing_are_refused(begin: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"from and until|a day goes"):
        SafeHours(begin, end, BANGKOK)


@pytest.mark.parametrize("text", ["24:00", "9:00", "12:60", "12:00:00", "١٢:٠٠", "", "12:00\n"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a time"):
        read_time(text)


@given(st.integers(0, DAY - 1), st.integers(0, DAY - 1), st.integers(0, DAY - 1))
def test_a_day_has_as_many_minutes_inside_as_the_hours_last(begin: int, length: int, start: int) -> None:
    if not length:
        return
    hours = SafeHours(begin, (begin + length) % DAY, BANGKOK)
    first = at("00:00") + timedelta(minutes=start)
    inside = [hours.left(first + timedelta(minutes=minute)) for minute in range(DAY)]
    assert sum(one is not None for one in inside) == length
