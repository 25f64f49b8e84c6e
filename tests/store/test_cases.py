"""Notes and what operators ask of each other, on both databases."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select

from bot.core.casework import Answer, NewNote, NoteKind, Refused, RequestKind
from bot.core.conversation import Closed, HandedBack, HandoffRequested, Holder, NotHeld, TakenOver
from bot.core.ids import Address, ChannelName, ConversationId, OperatorId
from bot.core.message import Received
from bot.store import tables as t
from bot.store.cases import NOT_TAKEN
from tests.conftest import Store

MARKER = "zanzibar"
NOTE = NewNote(NoteKind.NOTE, {"text": f"the door is {MARKER}"})
LOOK = NewNote(NoteKind.LOOK, {"text": "is this an emergency?"})


def at_the_desk(store: Store, name: str) -> OperatorId:
    operator = store.operators.add(name, "operator", store.now)
    store.sessions.open(operator.id, secrets.token_hex(8), "csrf", store.now)
    return operator.id


@pytest.fixture
def dara(store: Store) -> OperatorId:
    return at_the_desk(store, "dara")


@pytest.fixture
def maya(store: Store) -> OperatorId:
    return at_the_desk(store, "maya")


@pytest.fixture
def held(store: Store, dara: OperatorId) -> ConversationId:
    """A conversation that waited from twelve o'clock on and that dara took a minute later."""
    received = Received(ChannelName("web"), "1", Address("someone"), "help", store.now)
    conversation_id = store.conversations.receive(received, store.now).conversation_id
    store.conversations.change(conversation_id, (HandoffRequested("ask_human", store.now),), store.now)
    store.conversations.change(conversation_id, (TakenOver(dara, store.later(minutes=1)),), store.now)
    return conversation_id


def test_a_note_is_read_back_and_stands_nowhere_in_clear(store: Store, held: ConversationId, dara: OperatorId) -> None:
    store.cases.add_note(held, dara, NOTE, store.now)
    [note] = store.cases.notes(held)
    assert (note.kind, note.operator, note.at, note.words) == (NoteKind.NOTE, dara, store.now, NOTE.words)
    with store.database.read() as connection:
        assert MARKER.encode() not in connection.execute(select(t.notes.c.words_sealed)).scalar_one()


def test_erasing_takes_notes_and_requests_along(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    store.cases.add_note(held, dara, NOTE, store.now)
    store.cases.ask(RequestKind.LOOK, held, dara, maya, LOOK, store.now)
    assert store.eraser.erase(held, store.now)
    with store.database.read() as connection:
        assert [connection.execute(select(table)).all() for table in (t.notes, t.requests)] == [[], []]
    with pytest.raises(LookupError):
        store.cases.add_note(held, dara, NOTE, store.now)


def test_a_conversation_stays_with_its_holder_until_the_other_accepts(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    request = store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.now)
    before = store.conversations.get(held)
    assert before is not None
    assert before.operator == dara
    after = store.cases.accept(request, maya, store.later(seconds=30))
    assert (after.holder, after.operator) == (Holder.OPERATOR, maya)
    [asked] = store.cases.requests_of(held)
    assert (asked.answer, asked.answered_at) == (Answer.ACCEPTED, store.now)
    assert [one.operator for one in store.holdings.of(held)] == [None, None, dara, maya]


def test_declined_it_waits_where_it_waited_before(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    since = store.holdings.of(held)[1].begun_at
    request = store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.later(minutes=2))
    after = store.cases.decline(request, maya, store.later(seconds=5))
    assert after is not None
    assert (after.holder, after.operator, after.waiting_since) == (Holder.QUEUE, None, since)
    with pytest.raises(Refused, match="too_late"):
        store.cases.accept(request, maya, store.now)


def test_unanswered_it_is_given_up_once(store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId) -> None:
    request = store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.now)
    assert store.cases.overdue(store.now) == []
    later = store.later(minutes=3)
    assert [one.id for one in store.cases.overdue(later)] == [request]
    after = store.cases.give_up(request, later)
    assert after is not None
    assert (after.holder, after.handoff_reason) == (Holder.QUEUE, "ask_human")
    assert store.cases.give_up(request, later) is None
    assert store.cases.overdue(later) == []


def test_what_was_never_in_the_queue_waits_from_the_moment_of_asking(
    store: Store, dara: OperatorId, maya: OperatorId
) -> None:
    received = Received(ChannelName("web"), "2", Address("another"), "hello", store.now)
    conversation_id = store.conversations.receive(received, store.now).conversation_id
    store.conversations.change(conversation_id, (TakenOver(dara, store.now),), store.now)
    asked_at = store.later(minutes=2)
    request = store.cases.ask(RequestKind.TRANSFER, conversation_id, dara, maya, None, asked_at)
    after = store.cases.decline(request, maya, store.later(minutes=1))
    assert after is not None
    assert (after.waiting_since, after.handoff_reason) == (asked_at, NOT_TAKEN)


@pytest.mark.parametrize("event", ["hand back", "close"])
def test_a_transfer_ends_when_its_holder_lets_go(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId, event: str
) -> None:
    request = store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.now)
    change = HandedBack(store.now) if event == "hand back" else Closed(store.now, "referred")
    store.cases.change(held, dara, (change,), None, store.now)
    assert store.cases.requests_of(held)[0].answer is Answer.OVERTAKEN
    with pytest.raises(Refused):
        store.cases.accept(request, maya, store.now)


def test_what_cannot_be_asked_is_refused_with_the_reason(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    away = store.operators.add("sok", "operator", store.now).id
    for to, reason in ((dara, "yourself"), (away, "away")):
        with pytest.raises(Refused, match=reason):
            store.cases.ask(RequestKind.TRANSFER, held, dara, to, None, store.now)
    with pytest.raises(NotHeld):
        store.cases.ask(RequestKind.TRANSFER, held, maya, dara, None, store.now)
    store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.now)
    with pytest.raises(Refused, match="asked_already"):
        store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.now)
    assert store.conversations.get(held) is not None


def test_only_who_was_asked_can_answer_and_only_who_asked_can_withdraw(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    request = store.cases.ask(RequestKind.TRANSFER, held, dara, maya, None, store.now)
    for refused in (store.cases.accept, store.cases.decline):
        with pytest.raises(Refused):
            refused(request, dara, store.now)
    with pytest.raises(Refused):
        store.cases.withdraw(request, maya, store.now)
    assert store.cases.withdraw(request, dara, store.now) == held
    conversation = store.conversations.get(held)
    assert conversation is not None
    assert conversation.operator == dara


def test_a_second_pair_of_eyes_waits_until_it_has_answered_and_changes_no_holder(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    request = store.cases.ask(RequestKind.LOOK, held, dara, maya, LOOK, store.now)
    assert [one.id for one in store.cases.open_for(maya)] == [request]
    assert store.cases.overdue(store.later(hours=9)) == []
    with pytest.raises(Refused):
        store.cases.accept(request, maya, store.now)
    store.cases.reply(request, maya, NewNote(NoteKind.REPLY, {"text": "yes"}), store.now)
    assert store.cases.open_for(maya) == store.cases.open_for(dara) == []
    assert [one.kind for one in store.cases.notes(held)] == [NoteKind.LOOK, NoteKind.REPLY]
    conversation = store.conversations.get(held)
    assert conversation is not None
    assert conversation.operator == dara


def test_colleagues_at_the_desk_are_listed_with_what_they_hold(
    store: Store, held: ConversationId, dara: OperatorId, maya: OperatorId
) -> None:
    store.sessions.open(store.operators.add("nok", "auditor", store.now).id, "t", "c", store.now)
    assert [(one.name, one.holds) for one in store.cases.at_the_desk(store.now)] == [("maya", 0), ("dara", 1)]
    assert store.cases.at_the_desk(store.later(minutes=4)) == []
