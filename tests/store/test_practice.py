"""Rehearsals in the store: sealed, one move at a time, and gone when erased."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.content.library import Library
from bot.content.practice import Scripts
from bot.core.ids import OperatorId
from bot.core.message import Author, Saying
from bot.core.practice import PracticeRehearsal, Said
from bot.core.rehearsal import End, Move, Tap
from bot.core.rehearsal_score import Outcome, Result
from bot.core.turn import Stale
from bot.nlu.engine import Engine
from bot.services.practice import Practice
from bot.store import tables as t
from bot.store.audit import Wanted
from bot.store.practice import PracticeRoom
from bot.store.seal import Keyring
from tests.conftest import Store

OPENING = Said(Author.PERSON, "ကူညီပါ", "Please help.")
ASKED = Said(
    Author.OPERATOR,
    "လုံခြုံရဲ့လား",
    move=Move(("safe",), "card.safe_now", frozenset(("asked",))),
    saying=Saying("card.safe_now", {"present": "TH"}),
    buttons=("ဟုတ်ကဲ့",),
)
TAPPED = Said(Author.PERSON, "ဟုတ်ကဲ့", tap=Tap("card.safe_now", "yes"))


@pytest.fixture
def room(store: Store) -> PracticeRoom:
    return PracticeRoom(store.database, Keyring(b"k" * 32), store.audit)


def begun(store: Store, room: PracticeRoom, name: str = "dara") -> PracticeRehearsal:
    operator = store.operators.add(name, "operator", store.now)
    room.begin(f"r-{name}", operator.id, "boat", 7, [OPENING], store.now)
    rehearsal = room.get(f"r-{name}")
    assert rehearsal is not None
    return rehearsal


def test_every_line_comes_back_as_it_was_said(store: Store, room: PracticeRoom) -> None:
    rehearsal = begun(store, room)
    assert (rehearsal.person, rehearsal.seed, rehearsal.moves, rehearsal.replied_at) == ("boat", 7, 0, None)
    later = store.later(seconds=40)
    room.add(rehearsal, [ASKED, TAPPED], None, later)
    assert [line.said for line in room.lines(rehearsal.id)] == [OPENING, ASKED, TAPPED]
    after = room.get(rehearsal.id)
    assert after is not None
    assert (after.moves, after.replied_at, after.end) == (1, later, None)


def test_of_two_moves_at_the_same_moment_one_is_kept(store: Store, room: PracticeRoom) -> None:
    rehearsal = begun(store, room)
    room.add(rehearsal, [ASKED, TAPPED], None, store.now)
    with pytest.raises(Stale):
        room.add(rehearsal, [ASKED], None, store.now)
    assert len(room.lines(rehearsal.id)) == 3


def test_what_has_ended_takes_no_more_and_ends_once(store: Store, room: PracticeRoom) -> None:
    rehearsal = begun(store, room)
    assert room.stop(rehearsal.id, store.now)
    assert not room.stop(rehearsal.id, store.now)
    with pytest.raises(Stale):
        room.add(rehearsal, [ASKED], None, store.now)
    ended = room.get(rehearsal.id)
    assert ended is not None
    assert ended.end is End.STOPPED


def test_others_see_what_ended_with_its_results_and_nothing_that_goes_on(store: Store, room: PracticeRoom) -> None:
    first, second = begun(store, room), begun(store, room, "maya")
    results = (Result("consent", Outcome.KEPT, 2), Result("choice", Outcome.NOT_TRIED))
    room.stop(first.id, store.now)
    room.keep_results(first.id, results)
    room.keep_results(first.id, results)
    assert [one.id for one in room.ended_of_others(second.operator)] == [first.id]
    assert room.ended_of_others(first.operator) == []
    assert set(room.of(first.operator)[0].results) == set(results)
    assert room.of(OperatorId(99)) == []


def test_erasing_leaves_nothing_and_a_word_is_never_readable_in_the_tables(store: Store, room: PracticeRoom) -> None:
    rehearsal = begun(store, room)
    room.add(rehearsal, [ASKED], None, store.now)
    tables = (t.practice_rehearsals, t.practice_lines, t.practice_results)
    with store.database.read() as connection:
        kept = str([connection.execute(select(table)).all() for table in tables])
    assert "card.safe_now" not in kept
    assert not store.database.is_empty()  # the master key is needed
    room.keep_results(rehearsal.id, [Result("consent", Outcome.KEPT, 2)])
    room.erase(rehearsal.id)
    with store.database.read() as connection:
        assert [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables] == [0] * 3
    assert room.get(rehearsal.id) is None
    assert room.lines(rehearsal.id) == []


def test_what_is_older_is_forgotten_and_the_log_has_how_many(store: Store, room: PracticeRoom) -> None:
    ended, left = begun(store, room), begun(store, room, "maya")
    room.stop(ended.id, store.now)
    room.keep_results(ended.id, [Result("asked_safe", Outcome.KEPT, None)])
    before = store.later(days=1)
    young = begun(store, room, "sok")
    assert room.forget(before, store.now) == 2
    assert room.get(ended.id) is None
    assert room.get(left.id) is None, "also one that was broken off by closing the page"
    assert room.get(young.id) is not None
    with store.database.read() as connection:
        for table in (t.practice_lines, t.practice_results):
            of = connection.execute(select(table.c.rehearsal_id).distinct()).scalars().all()
            assert set(of) <= {young.id}, table.name
    assert room.forget(before, store.now) == 0
    [line] = [one for one in store.audit.lines(Wanted()) if one.action == "rehearsals_forgotten"]
    assert (line.operator_id, line.detail) == (None, "2")
    assert store.audit.verify().whole


def test_what_goes_on_is_not_forgotten_however_early_it_began(store: Store, room: PracticeRoom) -> None:
    rehearsal = begun(store, room)
    before = store.later(days=1)
    room.add(rehearsal, [ASKED], None, store.now)
    assert room.forget(before, store.now) == 0
    assert len(room.lines(rehearsal.id)) == 2


@pytest.mark.parametrize(("kept", "left"), [(180, []), (181, ["r-dara"]), (0, ["r-dara"])])
def test_the_server_forgets_by_its_setting_and_never_where_it_is_none(
    store: Store, room: PracticeRoom, library: Library, engine: Engine, kept: int, left: list[str]
) -> None:
    rehearsal = begun(store, room)
    store.later(days=180, seconds=1)
    run = store.database.run
    practice = Practice(room, Scripts.load(), library, engine, run, lambda: store.now, kept)
    asyncio.run(practice.sweep())
    assert [one.id for one in room.of(rehearsal.operator)] == left
