"""Figures are the same before and after a conversation is erased, and hold nothing of it."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from sqlalchemy import select

from bot.core.conversation import Closed, CountryNoted, Event, HandoffRequested, TakenOver
from bot.core.figures import Counts, Subject
from bot.core.ids import Address, ChannelName, ConversationId, CountryCode, OperatorId
from bot.core.message import Received, Reply, Saying
from bot.store import tables as t
from bot.store.figures import Figures
from tests.conftest import Store
from tests.store.test_conversations import answered, pending_turn

WEEK = (date(2026, 1, 1), date(2026, 1, 7))


@pytest.fixture
def operator(store: Store) -> OperatorId:
    return store.operators.add("dara", "operator", store.now).id


def opened(store: Store, name: str, *signs: str) -> ConversationId:
    received = Received(ChannelName("web"), name, Address(name), "help", store.now)
    found = store.conversations.receive(received, store.now).conversation_id
    store.conversations.commit_turn(answered(store, pending_turn(store, found), *signs))
    return found


def change(store: Store, conversation_id: ConversationId, *events: Event) -> None:
    store.conversations.change(conversation_id, events, store.now)


def helped(store: Store, operator: OperatorId, name: str = "one") -> ConversationId:
    """Three minutes in the queue, the first own words after five, closed after twenty."""
    found = opened(store, name, "isolation")
    change(store, found, HandoffRequested("ask_human", store.now), CountryNoted("present", CountryCode("TH")))
    change(store, found, TakenOver(operator, store.later(minutes=3)))
    joined = Reply("I am here", Saying("operator_joined"))
    store.conversations.queue_sayings(found, (joined,), store.now, operator=operator)
    store.later(minutes=2)
    store.conversations.write_as_operator(found, operator, "Are you safe?", store.now)
    change(store, found, Closed(store.later(minutes=15), "referred"))
    return found


def figures(store: Store) -> Counts:
    return Figures(store.database, UTC).counts(*WEEK)


def test_what_is_said_for_an_operator_is_no_first_reply(store: Store, operator: OperatorId) -> None:
    helped(store, operator)
    assert classes(figures(store), "reply") == {5}  # 3 to 5 minutes
    assert classes(figures(store), "wait") == {4}  # 2 to 3


@pytest.mark.parametrize(("speaks", "met"), [((), True), (("th", "lo"), False), (("th", "en"), True)])
def test_who_has_named_languages_speaks_those_and_else_the_one_they_read(
    store: Store, operator: OperatorId, speaks: tuple[str, ...], met: bool
) -> None:
    """The person writes English, and the operator reads it."""
    store.operators.set_speaks(operator, speaks)
    helped(store, operator)
    assert figures(store)[Subject.WAITS, "unmet", "en", None] == (0 if met else 1)


def test_erasing_changes_no_figure(store: Store, operator: OperatorId) -> None:
    one, two = helped(store, operator, "one"), helped(store, operator, "two")
    before = figures(store)
    assert before[Subject.HANDLED, "outcome", "referred", None] == 2
    assert before[Subject.CONVERSATIONS, "present", "TH", None] == 2
    for conversation_id in (one, two):
        store.eraser.erase(conversation_id, store.now)
        assert figures(store) == before


def test_tallies_hold_no_id(store: Store, operator: OperatorId) -> None:
    conversation_id = helped(store, operator)
    store.eraser.erase(conversation_id, store.now)
    with store.database.read() as connection:
        kept = [dict(row) for row in connection.execute(select(t.tallies)).mappings()]
        exposed = [dict(row) for row in connection.execute(select(t.exposures)).mappings()]
    assert kept
    assert conversation_id not in str(kept) + str(exposed)
    assert set(kept[0]) == {"day", "subject", "grouping", "name", "time", "count"}


def test_who_is_erased_while_waiting_was_abandoned(store: Store) -> None:
    found = opened(store, "one")
    change(store, found, HandoffRequested("ask_human", store.now))
    assert figures(store)[Subject.WAITS, "end", "waiting", None] == 1
    store.eraser.erase(found, store.later(minutes=30))
    assert figures(store)[Subject.WAITS, "end", "waiting", None] == 0
    assert figures(store)[Subject.WAITS, "end", "abandoned", None] == 1


def test_days_outside_the_period_do_not_count(store: Store, operator: OperatorId) -> None:
    helped(store, operator)
    later = Figures(store.database, UTC).counts(WEEK[1], WEEK[1] + timedelta(days=6))
    assert sum(later.values()) == 0


def classes(counts: Counts, grouping: str) -> set[int | None]:
    return {time for (_, by, _group, time), number in counts.items() if by == grouping and number}
