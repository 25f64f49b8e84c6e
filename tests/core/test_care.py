"""The pause after a grave case: it comes, it may be put off twice, and it leaves no emergency alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.care import MOST_PUT_OFF, Act, Pause, State, pause_at

BEGIN = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=10)


def minute(number: float) -> datetime:
    return BEGIN + timedelta(minutes=number)


def at(now: float, *acts: tuple[float, Act], let_go: tuple[float, ...] = (0,), alone: bool = False) -> Pause:
    done = [(minute(when), act) for when, act in acts]
    return pause_at(minute(now), [minute(one) for one in let_go], done, LENGTH, alone_with_emergency=alone)


def test_letting_go_of_a_grave_case_begins_a_pause_of_ten_minutes() -> None:
    assert at(0).state is State.RESTING
    assert at(9).ends == minute(10)
    assert at(10).state is State.FREE
    assert at(5, let_go=()).state is State.FREE


def test_a_pause_put_off_comes_later_and_not_a_third_time() -> None:
    first = at(3, (2, Act.PUT_OFF))
    assert (first.state, first.begins, first.put_offs_left) == (State.LATER, minute(12), 1)
    assert at(12, (2, Act.PUT_OFF)).state is State.RESTING
    second = at(14, (2, Act.PUT_OFF), (13, Act.PUT_OFF))
    assert (second.state, second.recommended) == (State.LATER, True)
    third = at(25, (2, Act.PUT_OFF), (13, Act.PUT_OFF), (24, Act.PUT_OFF))
    assert (third.state, third.recommended) == (State.RESTING, True)


def test_a_pause_that_was_put_off_can_be_taken_at_once() -> None:
    assert at(6, (2, Act.PUT_OFF), (5, Act.TAKE_NOW)).ends == minute(15)


def test_after_a_whole_pause_the_next_one_can_be_put_off_again() -> None:
    late = at(41, (2, Act.PUT_OFF), (13, Act.PUT_OFF), let_go=(0, 40))
    assert (late.state, late.put_offs_left) == (State.RESTING, MOST_PUT_OFF)


def test_an_emergency_that_would_wait_for_nobody_ends_the_resting_by_itself() -> None:
    assert at(5, alone=True).state is State.CALLED
    assert at(5, alone=True).offers_next
    assert at(5).offers_next is False
    assert at(5, alone=True).put_offs_left == MOST_PUT_OFF  # it is not the operator who put it off


def test_a_hotline_may_do_without_pauses() -> None:
    assert pause_at(BEGIN, [BEGIN], [], timedelta(0), alone_with_emergency=False).state is State.FREE


@given(
    st.lists(st.integers(0, 200), max_size=5),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(Act)), max_size=8),
    st.integers(0, 240),
)
def test_nobody_rests_longer_than_one_pause_or_puts_off_more_than_twice(
    let_go: list[int], acts: list[tuple[int, Act]], now: int
) -> None:
    pause = at(now, *((float(when), act) for when, act in acts), let_go=tuple(let_go))
    assert 0 <= pause.put_offs_left <= MOST_PUT_OFF
    if pause.state is State.RESTING:
        assert pause.ends is not None
        assert minute(now) < pause.ends <= minute(now) + LENGTH
