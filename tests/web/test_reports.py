"""Reports as they are asked for: whole days, small numbers hidden, and the same in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.app import Hotline, now
from bot.store import tables as t
from tests.hotline import AtTheDesk, Person

#: (subject, grouping, group, class of time, how many)
COUNTED = [
    ("conversations", "all", "", -1, 43),
    ("conversations", "risk", "high", -1, 40),
    ("conversations", "risk", "none", -1, 3),
    ("conversations", "language", "my", -1, 43),
    ("conversations", "channel", "sms", -1, 43),
    ("conversations", "hour", "03", -1, 43),
    ("conversations", "reached", "bot", -1, 20),
    ("conversations", "reached", "human", -1, 23),
    ("conversations", "present", "TH", -1, 43),
    ("conversations", "origin", "MM", -1, 43),
    ("conversations", "destination", "unknown", -1, 43),
    ("conversations", "indicator", "isolation", -1, 12),
    ("waits", "all", "", -1, 23),
    ("waits", "risk", "high", -1, 23),
    ("waits", "language", "my", -1, 23),
    ("waits", "end", "answered", -1, 23),
    ("waits", "reply", "", 4, 23),
    ("waits", "reply.risk", "high", 4, 23),
]


@pytest.fixture
def yesterday(hotline: Hotline) -> date:
    """43 conversations were counted and erased yesterday, of which 3 of no risk."""
    day = now().astimezone(hotline.settings.zone).date() - timedelta(days=1)
    with hotline.store.database.write() as connection:
        for subject, grouping, group, time, number in COUNTED:
            row = {"day": day, "subject": subject, "grouping": grouping, "name": group, "time": time, "count": number}
            connection.execute(insert(t.tallies).values(**row))
    return day


@pytest.fixture
def auditor(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    hotline.store.operators.add("aung", "auditor", now())
    desk = AtTheDesk.signs_in(hotline, url, "aung")
    yield desk
    desk.client.close()


def report(desk: AtTheDesk, **period: Any) -> dict[str, Any]:
    answer = desk.client.get("/reports", params=period)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def row(shown: dict[str, Any], table: str, group: str) -> dict[str, Any]:
    [found] = [one for one in shown["tables"] if one["name"] == table]
    [line] = [one for one in found["rows"] if one["group"] == group]
    return dict(line)


def test_a_report_shows_rounded_counts_and_hides_small_ones(auditor: AtTheDesk, yesterday: date) -> None:
    shown = report(auditor)
    assert row(shown, "risk", "high")["now"] == {"count": 40, "hidden": None}
    assert row(shown, "risk", "none")["now"] == {"count": None, "hidden": "small"}
    assert row(shown, "risk", "none")["share"] is None
    assert row(shown, "reached", "bot")["share"] == 44  # 20 of 45
    assert row(shown, "reply", "high")["half"] == pytest.approx(2.5, abs=0.5)
    assert shown["times"]["reply"]["half"] == pytest.approx(2.5, abs=0.5)
    assert shown["last"] == yesterday.isoformat()


def test_beside_it_stand_as_many_days_before(auditor: AtTheDesk, yesterday: date) -> None:
    later = report(auditor)
    assert row(later, "risk", "high")["before"] == {"count": None, "hidden": "small"}
    first = yesterday - timedelta(days=13)
    two_weeks = report(auditor, **{"from": first.isoformat(), "to": (first + timedelta(days=6)).isoformat()})
    assert two_weeks["before_last"] == (first - timedelta(days=1)).isoformat()
    assert row(two_weeks, "risk", "high")["now"]["hidden"] == "small"


def test_fewer_than_seven_days_and_a_day_that_is_not_over_are_refused(auditor: AtTheDesk, yesterday: date) -> None:
    def asked(first: date, last: date) -> str:
        answer = auditor.client.get("/reports", params={"from": first.isoformat(), "to": last.isoformat()})
        assert answer.status_code == 422
        return str(answer.json()["detail"])

    assert "at least 7 days" in asked(yesterday - timedelta(days=5), yesterday)
    assert "must be over" in asked(yesterday - timedelta(days=20), yesterday + timedelta(days=1))
    assert "at most" in asked(yesterday - timedelta(days=800), yesterday)
    assert "at most" in asked(date(1, 1, 1), yesterday)


def test_the_csv_tells_no_more_than_the_page(auditor: AtTheDesk, yesterday: date) -> None:
    answer = auditor.client.get("/reports.csv", params={"figure": "risk"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = {one["group"]: one for one in csv.DictReader(io.StringIO(answer.text))}
    assert rows["high"]["count"] == "40"
    assert rows["none"]["count"] == "<5"
    assert rows["total"]["count"] == "45"
    everything = list(csv.DictReader(io.StringIO(auditor.client.get("/reports.csv").text)))
    assert {one["count"] for one in everything} <= {"<5", "hidden", "10", "20", "25", "40", "45"}
    assert auditor.client.get("/reports.csv", params={"figure": "names"}).status_code == 404


def test_who_works_with_persons_needs_no_report(operator: AtTheDesk) -> None:
    assert operator.client.get("/reports").status_code == 403
    assert operator.client.get("/reports.csv").status_code == 403


def test_todays_conversations_are_in_no_report_yet(auditor: AtTheDesk, person: Person) -> None:
    for _ in range(3):
        person.says("hello")
    shown = report(auditor)
    assert all(table["now"]["hidden"] == "small" for table in shown["tables"])
