"""The history of holders: written with every change of holder, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from bot.core.conversation import Closed, Event, HandedBack, HandoffRequested, Holder, NotHeld, Reopened, TakenOver
from bot.core.holding import Ending
from bot.core.ids import Address, ChannelName, ConversationId, OperatorId
from bot.core.message import Received
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.holdings import Holding
from tests.conftest import Store


@pytest.fixture
def operator(store: Store) -> OperatorId:
    return store.operators.add("dara", "operator", store.now).id


@pytest.fixture
def conversation_id(store: Store) -> ConversationId:
    received = Received(ChannelName("web"), "1", Address("someone"), "help", store.now)
    return store.conversations.receive(received, store.now).conversation_id


def change(store: Store, conversation_id: ConversationId, event: Event) -> None:
    store.conversations.change(conversation_id, (event,), store.now)


def history(store: Store, conversation_id: ConversationId) -> list[Holding]:
    return store.holdings.of(conversation_id)


def test_a_conversation_is_the_bots_from_its_first_message_on(store: Store, conversation_id: ConversationId) -> None:
    assert history(store, conversation_id) == [Holding(Holder.BOT, None, store.now, None, None, None, Risk.NONE)]


def test_holdings_follow_each_other_without_a_gap_and_say_how_each_ended(
    store: Store, conversation_id: ConversationId, operator: OperatorId
) -> None:
    change(store, conversation_id, HandoffRequested("ask_human", store.later(minutes=1)))
    change(store, conversation_id, TakenOver(operator, store.later(minutes=4)))
    change(store, conversation_id, HandedBack(store.later(minutes=20)))
    change(store, conversation_id, TakenOver(operator, store.later(minutes=1)))
    change(store, conversation_id, Closed(store.later(minutes=2), "referred"))
    change(store, conversation_id, Reopened(store.later(minutes=9)))
    held = history(store, conversation_id)
    assert [(one.holder.value, one.ended) for one in held] == [
        ("bot", Ending.ASKED),
        ("queue", Ending.TAKEN_OVER),
        ("operator", Ending.HANDED_BACK),
        ("bot", Ending.TAKEN_OVER),
        ("operator", Ending.CLOSED),
        ("closed", Ending.REOPENED),
        ("bot", None),
    ]
    assert [before.ended_at for before in held[:-1]] == [after.begun_at for after in held[1:]]
    assert [one.outcome for one in held] == [None, None, None, None, "referred", None, None]
    waited = held[1].ended_at
    assert waited is not None
    assert (waited - held[1].begun_at).total_seconds() == 240


def test_a_change_that_is_refused_writes_no_holding(
    store: Store, conversation_id: ConversationId, operator: OperatorId
) -> None:
    change(store, conversation_id, TakenOver(operator, store.later(minutes=1)))
    other = store.operators.add("maya", "operator", store.now).id
    before = history(store, conversation_id)
    with pytest.raises(NotHeld):
        change(store, conversation_id, TakenOver(other, store.later(minutes=1)))
    assert history(store, conversation_id) == before


def test_erasing_takes_the_history_of_holders_along(
    store: Store, conversation_id: ConversationId, operator: OperatorId
) -> None:
    change(store, conversation_id, TakenOver(operator, store.now))
    store.eraser.erase(conversation_id, store.now)
    with store.database.read() as connection:
        assert connection.execute(select(t.holdings)).all() == []


def test_one_open_holding_is_left_whatever_was_written_before(
    store: Store, conversation_id: ConversationId, operator: OperatorId
) -> None:
    with store.database.write() as connection:  # of an older version: the history begins in the middle
        connection.execute(t.holdings.delete())
        connection.execute(
            insert(t.holdings).values(conversation_id=conversation_id, holder="queue", begun_at=store.now, risk=0)
        )
    change(store, conversation_id, TakenOver(operator, store.later(minutes=1)))
    assert [one.ended_at is None for one in history(store, conversation_id)] == [False, True]
