"""Who is helped next."""

from __future__ import annotations

import doctest
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core import urgency as rules
from bot.core.risk import Risk
from bot.core.safe_hours import DAY, Moment, SafeHours, moment
from bot.core.taxonomy import LANGUAGES, Language
from bot.core.urgency import HEAD_START, STEP, Whom, grade, in_order, urgency

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)  # ten in the morning in Bangkok
EN, MY, LO = map(Language, ("en", "my", "lo"))


@dataclass(frozen=True)
class Line:
    name: str
    risk: Risk = Risk.NONE
    minutes: float = 0
    language: Language = EN
    handoff_reason: str | None = "sign"
    safe_hours: SafeHours | None = None
    wrote: float = 60  # minutes ago
    now: datetime = NOW

    @property
    def waiting_since(self) -> datetime | None:
        return self.now - timedelta(minutes=self.minutes)

    @property
    def last_person_at(self) -> datetime | None:
        return self.now - timedelta(minutes=self.wrote)


@dataclass(frozen=True)
class Held(Line):
    @property
    def waiting_since(self) -> None:
        return None


def hours(begin: int, end: int) -> SafeHours:
    """From and until, in hours of the day in Bangkok."""
    return SafeHours(begin * 60, end * 60, "Asia/Bangkok")


EVENING, MORNING, SOON_OVER = hours(21, 23), hours(8, 12), SafeHours(8 * 60, 10 * 60 + 30, "Asia/Bangkok")


def names(*lines: Line, speaks: tuple[Language, ...] = ()) -> list[str]:
    return [one.name for one in in_order(lines, Whom(NOW, speaks))]


def test_the_graver_comes_first_whoever_waited_longer() -> None:
    assert names(Line("calm", minutes=9), Line("high", Risk.HIGH, 1), Line("danger", Risk.EMERGENCY)) == [
        "danger",
        "high",
        "calm",
    ]


def test_of_two_of_one_grade_whoever_waits_longer_comes_first() -> None:
    assert names(Line("new", Risk.HIGH, 1), Line("old", Risk.HIGH, 2)) == ["old", "new"]


def test_whoever_asks_to_be_rescued_stands_with_high_risk_also_without_a_sign() -> None:
    plea = Line("plea", handoff_reason="report_danger")
    assert grade(plea, Whom(NOW)) is Risk.HIGH
    assert urgency(Risk.EMERGENCY, "report_self_harm") is Risk.EMERGENCY


def test_waiting_raises_by_one_step_after_another_so_that_nobody_waits_for_ever() -> None:
    whom = Whom(NOW)
    grades = [grade(Line("calm", minutes=minutes), whom) for minutes in (29, 30, 59, 60, 600)]
    assert grades == [Risk.NONE, Risk.CONCERN, Risk.CONCERN, Risk.HIGH, Risk.HIGH]
    assert names(Line("high", Risk.HIGH, 59), Line("long", minutes=61)) == ["long", "high"]


def test_an_emergency_stays_before_whoever_waited_however_long() -> None:
    assert names(Line("long", minutes=60 * 24 * 7), Line("danger", Risk.EMERGENCY))[0] == "danger"


def test_the_operators_languages_come_first_within_a_grade_but_do_not_leave_others_behind() -> None:
    lao = Line("lao", Risk.HIGH, 5, LO)
    assert names(lao, Line("burmese", Risk.HIGH, 1, MY), speaks=(MY,)) == ["burmese", "lao"]
    assert names(Line("lao", Risk.HIGH, 12, LO), Line("burmese", Risk.HIGH, 1, MY), speaks=(MY,)) == ["lao", "burmese"]
    assert names(Line("burmese", Risk.CONCERN, 20, MY), lao, speaks=(MY,)) == ["lao", "burmese"]


def test_whoever_does_not_wait_comes_after_all_who_do() -> None:
    assert names(Held("held", Risk.EMERGENCY), Line("calm")) == ["calm", "held"]


lines = st.lists(
    st.builds(
        Line,
        st.uuids().map(str),
        st.sampled_from(Risk),
        st.integers(0, 300),
        st.sampled_from(sorted(LANGUAGES)),
        st.sampled_from(["sign", "report_danger"]),
    ),
    max_size=12,
)


@given(lines, st.sets(st.sampled_from(sorted(LANGUAGES))))
def test_whatever_an_operator_speaks_everybody_stands_in_line_and_no_emergency_behind_another(
    waiting: list[Line], speaks: set[Language]
) -> None:
    ordered = in_order(waiting, Whom(NOW, speaks))
    assert sorted(one.name for one in ordered) == sorted(one.name for one in waiting)
    grave = [urgency(one.risk, one.handoff_reason) is Risk.EMERGENCY for one in ordered]
    assert grave == sorted(grave, reverse=True)


@given(lines)
def test_somebody_who_waits_for_two_steps_and_a_head_start_longer_is_passed_by_no_less_than_an_emergency(
    waiting: list[Line],
) -> None:
    long = Line("long", minutes=300 + 2 * STEP.total_seconds() / 60 + 11, language=LO)
    ahead = in_order([*waiting, long], Whom(NOW, (EN,)))
    before = ahead[: ahead.index(long)]
    assert all(one.risk is Risk.EMERGENCY for one in before)


# --- safe hours ------------------------------------------------------------------------------------------------------


def test_the_examples_of_the_rules_hold() -> None:
    assert doctest.testmod(rules).failed == 0


def test_within_a_grade_whoever_may_not_be_written_to_now_comes_after_those_who_may() -> None:
    held = Line("held", Risk.HIGH, 50, safe_hours=EVENING)
    assert names(held, Line("free", Risk.HIGH, 1), Line("inside", Risk.HIGH, 2, safe_hours=MORNING)) == [
        "inside",
        "free",
        "held",
    ]
    assert names(held, Line("calm", Risk.CONCERN, 29)) == ["held", "calm"]


def test_who_writes_now_is_there_at_whatever_hour() -> None:
    here = Line("here", Risk.HIGH, 50, safe_hours=EVENING, wrote=9.9)
    assert names(Line("free", Risk.HIGH, 1), here) == ["here", "free"]
    assert names(Line("free", Risk.HIGH, 1), replace(here, wrote=10)) == ["free", "here"]


def test_whose_hours_are_soon_over_comes_first_as_one_whose_language_is_spoken() -> None:
    soon = Line("soon", Risk.HIGH, 1, safe_hours=SOON_OVER)
    assert names(Line("free", Risk.HIGH, 10), soon) == ["soon", "free"]
    assert names(Line("free", Risk.HIGH, 12), soon) == ["free", "soon"]
    assert names(Line("burmese", Risk.HIGH, 1.5, MY), soon, speaks=(MY,)) == ["burmese", "soon"]
    assert names(Line("both", Risk.HIGH, 0, MY, safe_hours=SOON_OVER), soon, speaks=(MY,)) == ["both", "soon"]
    assert (
        names(Line("free", Risk.HIGH, 10), replace(soon, safe_hours=SafeHours(480, 631, "Asia/Bangkok")))[0] == "free"
    )


def test_an_emergency_stands_where_it_would_without_hours() -> None:
    closed = Line("closed", Risk.EMERGENCY, 5, safe_hours=EVENING)
    soon = Line("soon", Risk.EMERGENCY, 4, safe_hours=SOON_OVER)
    assert names(Line("free", Risk.HIGH, 600), soon, Line("danger", Risk.EMERGENCY, 3), closed) == [
        *("closed", "soon", "danger", "free")
    ]


spans = st.builds(
    SafeHours,
    st.integers(0, DAY // 2 - 1),
    st.integers(DAY // 2, DAY - 1),
    st.sampled_from(["Asia/Bangkok", "Asia/Seoul", "America/New_York"]),
)
with_hours = st.builds(
    Line,
    st.uuids().map(str),
    st.sampled_from(Risk),
    st.integers(0, 300),
    st.sampled_from(sorted(LANGUAGES)),
    st.sampled_from(["sign", "report_danger"]),
    st.one_of(st.none(), spans, spans.map(lambda one: SafeHours(one.end, one.begin, one.zone))),
    st.integers(0, 30),
)
spoken = st.sets(st.sampled_from(sorted(LANGUAGES)))


@given(st.lists(with_hours, max_size=12), spoken)
def test_hours_move_nobody_to_another_grade_and_no_emergency_at_all(waiting: list[Line], speaks: set[Language]) -> None:
    whom = Whom(NOW, speaks)
    ordered = in_order(waiting, whom)
    assert sorted(one.name for one in ordered) == sorted(one.name for one in waiting)
    grades = [grade(one, whom) for one in ordered]
    assert grades == sorted(grades, reverse=True)
    without = in_order([replace(one, safe_hours=None) for one in waiting], whom)
    assert grades == [grade(one, whom) for one in without]
    dangers = grades.count(Risk.EMERGENCY)
    assert [one.name for one in ordered[:dangers]] == [one.name for one in without[:dangers]]


@given(st.lists(with_hours, max_size=12), spoken)
def test_of_one_grade_nobody_who_may_be_written_to_stands_behind_who_may_not(
    waiting: list[Line], speaks: set[Language]
) -> None:
    whom = Whom(NOW, speaks)
    for risk in (Risk.NONE, Risk.CONCERN, Risk.HIGH):
        alike = [one for one in in_order(waiting, whom) if grade(one, whom) is risk]
        held = [moment(one.safe_hours, one.last_person_at, NOW) is Moment.NOT_NOW for one in alike]
        assert held == sorted(held)


@given(st.lists(with_hours, max_size=12), with_hours, spoken)
def test_after_one_more_step_of_waiting_inside_their_hours_nothing_holds_anybody_back(
    others: list[Line], one: Line, speaks: set[Language]
) -> None:
    """Whoever else there is, with whatever hours and language: all of the same grade who came later stand behind."""
    longest = max((other.minutes for other in others), default=0)
    here = replace(one, minutes=longest + STEP.total_seconds() / 60, safe_hours=MORNING)
    whom = Whom(NOW, speaks)
    ordered = in_order([*others, here], whom)
    assert all(grade(other, whom) > grade(here, whom) for other in ordered[: ordered.index(here)])
    assert 2 * HEAD_START < STEP, "else two head starts would weigh more than the step"


@given(st.lists(with_hours, max_size=12), with_hours, spoken)
def test_in_the_course_of_every_day_nobody_is_left_behind_for_their_hours(
    others: list[Line], one: Line, speaks: set[Language]
) -> None:
    """Whoever waits for long stands before all but emergencies in the first minute of their hours."""
    day = (NOW + timedelta(minutes=minute) for minute in range(DAY))
    now = next(now for now in day if one.safe_hours is None or one.safe_hours.left(now) is not None)
    here = replace(one, minutes=300 + 2 * STEP.total_seconds() / 60 + 21, wrote=DAY, now=now)
    ordered = in_order([*(replace(other, now=now) for other in others), here], Whom(now, speaks))
    assert all(other.risk is Risk.EMERGENCY for other in ordered[: ordered.index(here)])
