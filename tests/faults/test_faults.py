"""The short form of ``make faults``: nothing lost, nothing twice, nothing out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.ids import MessageId
from bot.core.message import Author, Delivery
from bot.core.turn import ShownMessage
from tests.conftest import cannot_be_had
from tests.faults.count import Count, compare
from tests.faults.people import Load
from tests.faults.suite import run
from tests.servers import Missing, fresh_database


def _complete(counts: list[Count], messages: int) -> None:
    for count in counts:
        figures = (count.messages, count.turns, count.lost, count.doubled, count.out_of_order, count.unanswered)
        assert figures == (messages, messages, 0, 0, 0, 0), count.line()
    telegram, sms = counts
    assert sms.uncertain == 0, "Twilio can be asked"
    assert telegram.states[Delivery.QUEUED.value] + telegram.states[Delivery.SENDING.value] == 0


@pytest.mark.postgresql
def test_two_servers_on_one_database_one_of_which_is_killed(
    tmp_path: Path, model: Path, postgresql_server: str
) -> None:
    load = Load(messages=120, people=24, kills=1, faults=12, servers=2)
    with fresh_database(postgresql_server, "faults") as address:
        try:
            counts = run(load, tmp_path, model, lambda _: None, address)
        except Missing as missing:
            cannot_be_had(missing)
    _complete(counts, 120)


def test_killed_twice_under_load_with_every_fault_at_the_other_side(tmp_path: Path, model: Path) -> None:
    lines: list[str] = []
    try:
        counts = run(Load(messages=240, people=24, kills=2, faults=24), tmp_path, model, lines.append)
    except Missing as missing:
        cannot_be_had(missing)
    _complete(counts, 240)


def test_a_full_disk_refuses_what_it_cannot_store_and_goes_on_when_there_is_room(tmp_path: Path, model: Path) -> None:
    told: list[str] = []
    try:
        counts = run(Load(messages=120, people=24, kills=0, faults=6, full=2), tmp_path, model, told.append)
    except Missing as missing:
        cannot_be_had(missing)
    assert all("ready: no, alive: yes" in one for one in told if "disk" in one)
    assert not any(" 0 webhooks refused" in one for one in told), told
    _complete(counts, 120)


def _said(place: int, text: str, delivery: Delivery = Delivery.SENT) -> ShownMessage:
    from datetime import UTC, datetime

    return ShownMessage(MessageId(place), Author.BOT, datetime.now(UTC), text, delivery=delivery, answers=MessageId(1))


def _counted(took: list[str], *said: ShownMessage) -> tuple[int, int, int]:
    count = Count("x")
    compare(count, [], said, took, in_order=True)
    return count.lost, count.doubled, count.out_of_order


def test_the_count_itself_finds_what_is_lost_doubled_and_out_of_order() -> None:
    a, b, c = _said(1, "a"), _said(2, "b"), _said(3, "c")
    assert _counted(["a", "b", "c"], a, b, c) == (0, 0, 0)
    assert _counted(["a", "c"], a, b, c) == (1, 0, 0)
    assert _counted(["a", "b", "b", "c"], a, b, c) == (0, 1, 0)
    assert _counted(["a", "c", "b"], a, b, c) == (1, 0, 1)
    assert _counted(["a", "b"], a, b, _said(3, "c", Delivery.UNCERTAIN)) == (0, 0, 0)
    assert _counted(["a", "b", "c"], a, b, _said(3, "c", Delivery.UNCERTAIN)) == (0, 0, 0)
    assert _counted(["a", "b"], a, b, _said(3, "c", Delivery.QUEUED)) == (1, 0, 0)
    assert _counted([], _said(1, "a", Delivery.FAILED), _said(2, "b", Delivery.WITHHELD)) == (0, 0, 0)
