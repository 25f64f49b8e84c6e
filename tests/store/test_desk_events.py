"""Events come in order and none is left out, also when many write at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.core.ids import ConversationId
from bot.store.desk_events import PATIENCE, DeskEvents, Tail
from bot.store.statements import add_desk_event
from tests.conftest import Store

SOMEBODY = ConversationId("c")


@pytest.fixture
def events(store: Store) -> DeskEvents:
    return DeskEvents(store.database)


@pytest.fixture
def many_writers(store: Store) -> None:
    if store.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """A transaction that has written an event and goes on; the test commits it or takes it back."""
    with store.database.engine.connect() as connection:
        add_desk_event(connection, "message", SOMEBODY, store.now)
        yield connection


def write(store: Store) -> None:
    with store.database.write() as connection:
        add_desk_event(connection, "message", SOMEBODY, store.now)


def read(store: Store, events: DeskEvents, tail: Tail) -> tuple[list[int], Tail]:
    seen, tail = events.read(tail, store.now)
    return [event.id for event in seen], tail


def test_events_are_read_once_and_in_order(store: Store, events: DeskEvents) -> None:
    for _ in range(5):
        write(store)
    seen, tail = events.read(Tail(0), store.now, limit=3)
    assert [event.id for event in seen] == [1, 2, 3]
    assert read(store, events, tail)[0] == [4, 5]
    assert events.newest() == 5


@pytest.mark.usefixtures("many_writers")
def test_a_later_event_waits_for_an_earlier_one_that_is_still_written(store: Store, events: DeskEvents) -> None:
    write(store)
    with writing(store) as slow:
        write(store)
        assert events.newest() == 3  # seen, but not to be read yet
        seen, tail = read(store, events, Tail(0))
        assert (seen, tail.waits) == ([1], True)
        write(store)
        seen, tail = read(store, events, tail)
        assert (seen, tail.waits) == ([], True)
        slow.commit()
    seen, tail = read(store, events, tail)
    assert (seen, tail.waits) == ([2, 3, 4], False)


@pytest.mark.usefixtures("many_writers")
def test_an_event_that_was_taken_back_is_not_waited_for(store: Store, events: DeskEvents) -> None:
    with writing(store) as undone:
        write(store)
        seen, tail = read(store, events, Tail(0))
        assert seen == []
        undone.rollback()
    seen, tail = read(store, events, tail)
    assert (seen, tail.waits) == ([2], False)


@pytest.mark.usefixtures("many_writers")
def test_who_came_later_is_not_waited_for(store: Store, events: DeskEvents) -> None:
    with writing(store) as first:
        write(store)
        _, tail = read(store, events, Tail(0))
        with writing(store) as later:
            write(store)
            first.commit()
            seen, tail = read(store, events, tail)
            assert (seen, tail.waits) == ([1, 2], True)
            later.commit()
    assert read(store, events, tail)[0] == [3, 4]


@pytest.mark.usefixtures("many_writers")
def test_a_writer_that_hangs_does_not_hold_up_every_page(store: Store, events: DeskEvents) -> None:
    with writing(store):
        write(store)
        _, tail = read(store, events, Tail(0))
        store.now += PATIENCE + timedelta(seconds=1)
        assert read(store, events, tail)[0] == [2]


def test_events_of_an_erased_conversation_leave_no_doubt(store: Store, events: DeskEvents) -> None:
    write(store)
    write(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM desk_events WHERE id = 1")
    seen, tail = read(store, events, Tail(0))
    while tail.waits:
        more, tail = read(store, events, tail)
        seen += more
    assert seen == [2]
