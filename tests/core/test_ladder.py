"""Who is called for a conversation that waits, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ladder import (
    ACKNOWLEDGED_FOR,
    Climbed,
    Desk,
    Ladder,
    Rung,
    acknowledge,
    due,
    next_at,
    read_times,
    rings_for,
)
from bot.core.on_call import read_targets
from bot.core.risk import Risk

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
LADDER = Ladder()
STAFFED, EMPTY = Desk(staffed=True, in_hours=True), Desk(staffed=False, in_hours=True)
NIGHT, EMPTY_NIGHT = Desk(staffed=True, in_hours=False), Desk(staffed=False, in_hours=False)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def climbed(risk: Risk = Risk.EMERGENCY, rung: Rung = Rung.NOBODY) -> Climbed:
    return Climbed(risk, NOW, rung)


def test_an_emergency_climbs_to_whoever_is_on_call_within_five_minutes() -> None:
    seen = [due(LADDER, climbed(), STAFFED, after(seconds)) for seconds in (0, 59, 60, 120, 299, 300)]
    assert seen == [Rung.FREE, Rung.FREE, Rung.ALL, Rung.SUPERVISOR, Rung.SUPERVISOR, Rung.ON_CALL]


def test_where_nobody_is_at_the_desk_whoever_is_on_call_is_called_at_once() -> None:
    assert due(LADDER, climbed(), EMPTY, NOW) is Rung.ON_CALL
    assert due(LADDER, climbed(), EMPTY_NIGHT, NOW) is Rung.ON_CALL
    assert due(LADDER, climbed(Risk.CONCERN), EMPTY, after(86_400)) is Rung.SUPERVISOR, "by default not for a concern"


def test_out_of_hours_grave_conversations_climb_and_the_others_only_ring_at_the_desk() -> None:
    assert due(LADDER, climbed(), NIGHT, after(300)) is Rung.ON_CALL
    assert due(LADDER, climbed(Risk.HIGH), NIGHT, after(1800)) is Rung.ON_CALL
    for risk in (Risk.NONE, Risk.CONCERN):
        assert due(LADDER, climbed(risk), NIGHT, after(86_400)) is Rung.FREE
        assert next_at(LADDER, climbed(risk, Rung.FREE), NIGHT) is None


def test_somebody_on_it_holds_the_ladder_still_and_then_it_goes_on_from_where_it_stood() -> None:
    held = acknowledge(climbed(rung=Rung.FREE), after(30))
    assert due(LADDER, held, STAFFED, after(30 + 179)) is Rung.FREE
    assert due(LADDER, held, STAFFED, after(30 + 180 + 29)) is Rung.FREE
    assert due(LADDER, held, STAFFED, after(30 + 180 + 30)) is Rung.ALL
    assert next_at(LADDER, held, STAFFED) == after(60) + ACKNOWLEDGED_FOR


def test_to_be_on_it_twice_at_once_does_not_count_twice() -> None:
    once = acknowledge(climbed(), NOW)
    twice = acknowledge(once, after(1))
    assert twice.since - once.since == timedelta(seconds=1)


@given(st.sampled_from(Risk), st.booleans(), st.booleans(), st.lists(st.integers(0, 20_000), max_size=20))
def test_looked_at_whenever_no_step_is_missed_repeated_or_taken_back(
    risk: Risk, staffed: bool, in_hours: bool, looks: list[int]
) -> None:
    desk, state = Desk(staffed, in_hours), climbed(risk)
    for seconds in sorted(looks):
        rung = due(LADDER, state, desk, after(seconds))
        assert rung >= state.rung
        state = replace(state, rung=rung)
        assert state.rung == due(LADDER, climbed(risk), desk, after(seconds))
        further = next_at(LADDER, state, desk)
        assert further is None or further > after(seconds)


def test_the_first_step_rings_for_operators_who_hold_no_grave_conversation() -> None:
    assert rings_for(Rung.FREE, "operator", busy=False, others=True)
    assert not rings_for(Rung.FREE, "operator", busy=True, others=True)
    assert not rings_for(Rung.FREE, "supervisor", busy=False, others=True)
    assert rings_for(Rung.ALL, "operator", busy=True, others=True)
    assert not rings_for(Rung.ALL, "supervisor", busy=False, others=True)
    assert rings_for(Rung.SUPERVISOR, "supervisor", busy=False, others=True)


@pytest.mark.parametrize("rung", [rung for rung in Rung if rung is not Rung.NOBODY])
def test_where_no_operator_is_free_it_rings_for_whoever_is_there(rung: Rung) -> None:
    assert rings_for(rung, "supervisor", busy=False, others=False)
    assert rings_for(rung, "operator", busy=True, others=False)
    assert not rings_for(rung, "auditor", busy=False, others=False)


@pytest.mark.parametrize("text", ["", "x", "0,60,120,300,400", "60,0", "-1", "nan", "inf", "0,,60"])
def test_times_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="0,60,120,300"):
        read_times(text)


@pytest.mark.parametrize(
    "text", ["+66812345678", "sms:66812345678", "sms:+66/xx", "telegram:@me", "whatsapp:+66", "sms:"]
)
def test_targets_that_cannot_be_called_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOTLINE_ON_CALL"):
        read_targets(text)
