"""Somebody erases a conversation while an operator, the bot or the person writes into it: who comes late hears that it
is gone, nothing is left of what they wrote, and what the person writes is kept in a new conversation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from bot.core.care import Debrief, Mood
from bot.core.casework import NewNote, NoteKind, RequestKind
from bot.core.conversation import Closed, HandoffRequested, TakenOver
from bot.core.ids import Address, ChannelName, ConversationId, OperatorId
from bot.core.ladder import Climbed, Rung
from bot.core.message import Received, Reply, Saying
from bot.core.safe_hours import SafeHours
from bot.core.turn import Stale
from bot.store import tables as t
from bot.store.care import Care as CareStore
from bot.store.links import Links
from bot.store.reviews import Reviews
from bot.store.seal import Keyring
from tests.channels.conftest import waits_until
from tests.conftest import Store
from tests.store.test_cases import at_the_desk

NOTE = NewNote(NoteKind.NOTE, {"text": "the gate is locked at night"})
Writes = Callable[[Store, ConversationId, OperatorId, OperatorId], object]


def says_a_ready_sentence(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    reply = Reply("Somebody from our team is here now.", Saying("operator_joined"))
    store.conversations.queue_sayings(which, (reply,), store.now, operator=dara)


def writes_to_the_person(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    store.conversations.write_as_operator(which, dara, "We are here.", store.now)


def closes(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    store.cases.change(which, dara, (Closed(store.now, "informed"),), NOTE, store.now)


def writes_a_note(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    store.cases.add_note(which, dara, NOTE, store.now)


def asks_for_a_look(store: Store, which: ConversationId, dara: OperatorId, maya: OperatorId) -> None:
    store.cases.ask(RequestKind.LOOK, which, dara, maya, None, store.now)


def asks_to_take_it(store: Store, which: ConversationId, dara: OperatorId, maya: OperatorId) -> None:
    store.cases.ask(RequestKind.TRANSFER, which, dara, maya, NOTE, store.now)


def puts_a_label_on_it(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    [label] = store.labels.all()
    store.labels.put(label.id, which, dara, store.now)


def sets_safe_hours(store: Store, which: ConversationId, _: OperatorId, __: OperatorId) -> None:
    store.safe_hours.set(which, SafeHours(20 * 60, 22 * 60, "Asia/Bangkok"), store.now)


def links_it(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    other = comes_in(store, "the same person")
    Links(store.database).link(which, other, dara, store.now)


def says_how_it_was(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    debrief = Debrief(Mood.WELL, "her voice", "a walk", shared=False)
    CareStore(store.database, Keyring(b"k" * 32)).add_debrief(dara, which, debrief, store.now)


def reveals_with_words(store: Store, which: ConversationId, dara: OperatorId, _: OperatorId) -> None:
    store.audit.record(dara, "revealed", which, store.now, "other", "the police asked")


WHILE_HELD = (
    *(says_a_ready_sentence, writes_to_the_person, closes, writes_a_note, asks_for_a_look, asks_to_take_it),
    *(puts_a_label_on_it, sets_safe_hours, links_it, says_how_it_was, reveals_with_words),
)


def comes_in(store: Store, who: str) -> ConversationId:
    received = Received(ChannelName("web"), f"first of {who}", Address(who), "help", store.now)
    return store.conversations.receive(received, store.now).conversation_id


@pytest.fixture
def dara(store: Store) -> OperatorId:
    return at_the_desk(store, "dara")


@pytest.fixture
def maya(store: Store) -> OperatorId:
    return at_the_desk(store, "maya")


@pytest.fixture
def held(store: Store, dara: OperatorId) -> ConversationId:
    store.labels.add("night shift", "grey")
    which = comes_in(store, "ana")
    events = (HandoffRequested("ask_human", store.now), TakenOver(dara, store.now))
    store.conversations.change(which, events, store.now)
    return which


def while_it_is_erased(store: Store, which: ConversationId, write: Callable[[], Any]) -> Any:
    """What *write* gives that has begun before the erasing has ended; SQLite has them one after the other."""
    if store.database.is_sqlite:
        assert store.eraser.erase(which, store.now)
        return until_read(write)
    with ThreadPoolExecutor(2) as together:
        with store.database.write() as holding:  # what is erased last cannot be yet
            events = update(t.desk_events).where(t.desk_events.c.conversation_id == which)
            holding.execute(events.values(kind=t.desk_events.c.kind))
            erased = together.submit(store.eraser.erase, which, store.now)
            waits_until(lambda: waiting(store) == 1)
            written = together.submit(until_read, write)
            waits_until(lambda: waiting(store) == 2 or written.done())
        assert erased.result()
        return written.result()


def until_read(write: Callable[[], Any]) -> Any:
    """As services do: what was decided on an older version is decided anew."""
    while True:
        try:
            return write()
        except Stale:
            continue


def waiting(store: Store) -> int:
    """How many transactions wait for another one to end."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with store.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def nothing_is_left(store: Store, which: ConversationId) -> None:
    names = [table for table in t.metadata.sorted_tables if "conversation_id" in table.c]
    with store.database.read() as connection:
        left = {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(table.c.conversation_id == which)
            ).scalar_one()
            for table in names
        }
    kept = {"audit", "desk_events"}  # an id that leads nowhere
    assert {name: count for name, count in left.items() if count and name not in kept} == {}


@pytest.mark.parametrize("writes", WHILE_HELD, ids=lambda one: one.__name__)
def test_whoever_writes_hears_that_it_is_gone(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId, writes: Writes
) -> None:
    with pytest.raises(LookupError):
        while_it_is_erased(store, held, lambda: writes(store, held, dara, maya))
    nothing_is_left(store, held)


def test_a_review_of_it_is_refused_as_gone(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    store.cases.change(held, dara, (Closed(store.now, "informed"),), None, store.now)
    reviews = Reviews(store.database, Keyring(b"k" * 32))
    with pytest.raises(LookupError):
        while_it_is_erased(store, held, lambda: reviews.add(held, maya, {"calm": 2}, {}, store.now))
    nothing_is_left(store, held)


def test_what_the_person_writes_just_then_is_kept_in_a_new_conversation(store: Store, held: ConversationId) -> None:
    again = Received(ChannelName("web"), "second of ana", Address("ana"), "are you there", store.now)
    accepted = while_it_is_erased(store, held, lambda: store.conversations.receive(again, store.now))
    assert accepted.conversation_id != held
    assert [one.text for one in store.conversations.messages(accepted.conversation_id)] == ["are you there"]
    nothing_is_left(store, held)


def test_its_ladder_is_climbed_no_further(store: Store, dara: OperatorId) -> None:
    which = comes_in(store, "ana")
    store.conversations.change(which, (HandoffRequested("ask_human", store.now),), store.now)
    [waits] = store.ladders.to_climb(store.now, store.now, everybody=True)
    after = Climbed(waits.urgency, store.now, Rung.FREE)
    climbed = while_it_is_erased(store, which, lambda: store.ladders.climb(waits, after, None, store.now, ()))
    assert climbed is False
    nothing_is_left(store, which)
