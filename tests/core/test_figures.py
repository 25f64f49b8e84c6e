"""What a conversation adds to the figures, and what a report of them shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conversation import Holder
from bot.core.disclosure import Hidden
from bot.core.figures import TIMES, Case, Held, Observation, Subject, count, observe, quantile, time_class
from bot.core.holding import Ending
from bot.core.report import SHAPES, Table, make_report, whole_times
from bot.core.risk import Risk

BEGIN = datetime(2026, 1, 5, 20, 30, tzinfo=UTC)
BANGKOK = ZoneInfo("Asia/Bangkok")
GROUPS = {
    "risk": ("emergency", "high", "concern", "none"),
    "language": ("en", "th", "lo"),
    "channel": ("web", "sms"),
    "hour": tuple(f"{hour:02}" for hour in range(0, 24, 3)),
    "reached": ("human", "waited", "bot"),
    "end": ("answered", "abandoned", "waiting"),
    "outcome": ("helped", "handed_back"),
    "indicator": ("isolation", "child"),
    "present": ("TH", "KH"),
    "origin": ("TH", "KH"),
    "destination": ("TH", "KH"),
}


def after(**passed: float) -> datetime:
    return BEGIN + timedelta(**passed)


def case(*held: Held, replies: Iterable[datetime] = (), **more: object) -> Case:
    plain = Case(BEGIN, "web", "lo", Risk.HIGH, {"present": "TH"}, frozenset(("isolation",)), held, tuple(replies))
    return replace(plain, **more)  # type: ignore[arg-type]


BOT = Held(Holder.BOT, BEGIN, after(minutes=1), Ending.ASKED, None, Risk.HIGH)
QUEUE = Held(Holder.QUEUE, after(minutes=1), after(minutes=4), Ending.TAKEN_OVER, None, Risk.HIGH)
THERE = Held(Holder.OPERATOR, after(minutes=4), after(minutes=40), Ending.CLOSED, "helped", Risk.HIGH)


def seen(one: Case, subject: Subject, grouping: str) -> list[Observation]:
    return [found for found in observe(one, BANGKOK) if (found.subject, found.grouping) == (subject, grouping)]


def groups(one: Case, subject: Subject, grouping: str) -> list[str]:
    return [found.group for found in seen(one, subject, grouping)]


def test_a_day_is_a_day_of_the_hotlines_own_zone() -> None:
    [begun] = seen(case(BOT), Subject.CONVERSATIONS, "all")
    assert begun.day == date(2026, 1, 6)  # half past three in Bangkok
    assert groups(case(BOT), Subject.CONVERSATIONS, "hour") == ["03"]


def test_the_first_human_reply_counts_from_the_waiting_and_not_from_the_take_over() -> None:
    [reply] = seen(case(BOT, QUEUE, THERE, replies=[after(minutes=6)]), Subject.WAITS, "reply")
    assert reply.time == time_class(timedelta(minutes=5))
    [wait] = seen(case(BOT, QUEUE, THERE), Subject.WAITS, "wait")
    assert wait.time == time_class(timedelta(minutes=3))


def test_who_waits_and_is_erased_before_anybody_came_was_abandoned() -> None:
    waits = replace(QUEUE, ended_at=None, ended=None)
    assert groups(case(BOT, waits), Subject.WAITS, "end") == ["waiting"]
    gone = case(BOT, waits, gone=True)
    assert groups(gone, Subject.WAITS, "end") == ["abandoned"]
    assert groups(gone, Subject.WAITS, "abandoned.risk") == ["high"]


@pytest.mark.parametrize(("speaks", "unmet"), [(True, []), (False, ["lo"])])
def test_a_language_is_unmet_when_nobody_who_speaks_it_came(speaks: bool, unmet: list[str]) -> None:
    assert groups(case(BOT, QUEUE, replace(THERE, speaks=speaks)), Subject.WAITS, "unmet") == unmet


def test_a_conversation_that_no_human_saw_was_the_bots_alone() -> None:
    assert groups(case(replace(BOT, ended_at=None)), Subject.CONVERSATIONS, "reached") == ["bot"]
    assert groups(case(BOT, QUEUE), Subject.CONVERSATIONS, "reached") == ["waited"]
    assert groups(case(BOT, QUEUE, THERE), Subject.CONVERSATIONS, "reached") == ["human"]


@pytest.mark.parametrize("outcome", ["spam", "test"])
def test_what_was_nobodys_plea_counts_nowhere(outcome: str) -> None:
    assert list(observe(case(BOT, QUEUE, replace(THERE, outcome=outcome)), BANGKOK)) == []
    again = replace(BOT, begun_at=after(hours=1), ended_at=None)
    plea = case(BOT, QUEUE, replace(THERE, outcome=outcome), again, replace(THERE, outcome="referred"))
    assert groups(plea, Subject.CONVERSATIONS, "all") == [""]


def test_a_country_nobody_knows_is_counted_as_unknown() -> None:
    assert groups(case(BOT), Subject.CONVERSATIONS, "present") == ["TH"]
    assert groups(case(BOT), Subject.CONVERSATIONS, "origin") == ["unknown"]


@given(st.lists(st.floats(0, 100_000), min_size=1, max_size=40))
def test_the_middle_time_lies_in_the_class_of_the_true_middle(seconds: list[float]) -> None:
    classes = Counter(time_class(timedelta(seconds=one)) for one in seconds)
    middle = quantile(classes, 0.5)
    true = sorted(seconds)[(len(seconds) - 1) // 2]
    place = time_class(timedelta(seconds=true))
    low = TIMES[place - 1] if place else 0
    high = TIMES[place] if place < len(TIMES) else low
    assert middle is not None
    assert low <= middle <= high


def report(cases: Iterable[Case]) -> dict[str, Table]:
    counts = count(found for one in cases for found in observe(one, BANGKOK))
    return {table.name: table for table in make_report(counts, GROUPS, 5)}


def cell(table: Table, group: str) -> int | Hidden:
    return next(row.count for row in table.rows if row.group == group)


def test_a_report_tells_large_groups_and_hides_small_ones() -> None:
    tables = report([case(BOT, QUEUE, THERE)] * 30 + [case(BOT, language="th")] * 3)
    assert cell(tables["language"], "lo") == 30
    assert cell(tables["language"], "th") is Hidden.SMALL
    assert cell(tables["language"], "en") is Hidden.SMALL  # nobody, which is told no more than one
    assert cell(tables["indicator"], "isolation") == 35
    assert cell(tables["outcome"], "helped") == 30


def test_every_figure_has_the_same_rows_whoever_wrote() -> None:
    nobody, somebody = report([]), report([case(BOT, QUEUE, THERE, countries={"origin": "XK"}, language="sw")] * 9)
    assert list(nobody) == [shape.name for shape in SHAPES]
    for name, table in nobody.items():
        assert [row.group for row in table.rows] == [row.group for row in somebody[name].rows]


def test_times_are_told_of_at_least_five() -> None:
    few = report([case(BOT, QUEUE, THERE, replies=[after(minutes=6)])] * 4)["reply"]
    many = report([case(BOT, QUEUE, THERE, replies=[after(minutes=6)])] * 5)["reply"]
    assert all(row.half is None for row in few.rows)
    [high] = [row for row in many.rows if row.group == "high"]
    assert high.half is not None
    assert 180 <= high.half <= 300
    counts = count(observe(case(BOT, QUEUE, THERE, replies=[after(minutes=6)]), BANGKOK))
    assert whole_times(counts, Subject.WAITS, "reply", 5) == (None, None)
    assert whole_times(counts, Subject.WAITS, "reply", 1)[0] is not None


def test_the_number_of_abandoned_is_withheld_in_both_places_or_in_none() -> None:
    """Two risks with four each: were all eight told, both would be known."""
    waits = replace(QUEUE, ended_at=after(minutes=9), ended=Ending.LET_GO)
    four = [case(BOT, replace(waits, risk=Risk.HIGH))] * 4 + [case(BOT, replace(waits, risk=Risk.CONCERN))] * 4
    tables = report(four + [case(BOT, QUEUE, THERE)] * 20)
    for name in ("abandoned", "abandoned_language"):
        assert tables[name].total == cell(tables["end"], "abandoned")
