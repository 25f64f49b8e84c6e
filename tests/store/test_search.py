"""Finding words in what was written, without keeping a word of it outside its seal."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.ids import ConversationId, MessageId
from bot.store.filters import Chosen
from tests.conftest import Store
from tests.store.in_line import writes


def finds(store: Store, words: str, chosen: Chosen | None = None, at_once: int = 200) -> list[ConversationId]:
    search = store.search(words, chosen or Chosen())
    found: list[ConversationId] = []
    before: MessageId | None = None
    while True:
        step = search.step(before, at_once)
        found += [one.conversation_id for one in step.found]
        before = step.before
        if before is None:
            return found


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [
        ("My boss keeps my PASSPORT", "passport"),
        ("chủ giữ hộ chiếu của tôi", "ho chieu"),
        ("ฉันได้ ๕๐๐ บาท", "500 บาท"),
        ("他扣了我的護照", "护照"),
        ("သူက ပတ်စပို့ သိမ်းထားတယ်", "ပတ်စပို့"),
        ("ＨＥＬＰ meeeee", "help mee"),
        ("saya  di\nKuala   Lumpur", "kuala lumpur"),
    ],
)
def test_spellings_that_read_alike_meet(store: Store, written: str, looked_for: str) -> None:
    ana = writes(store, "ana", written)
    writes(store, "ben", "something else")
    assert finds(store, looked_for) == [ana]


def test_the_newest_is_found_first_and_step_by_step_nothing_is_missed(store: Store) -> None:
    wanted = []
    for number in range(25):
        one = writes(store, str(number), f"passport {number}" if number % 3 == 0 else "nothing")
        if number % 3 == 0:
            wanted.insert(0, one)
    assert finds(store, "passport", at_once=4) == wanted
    assert finds(store, "passport", at_once=5) == wanted


def test_a_search_keeps_to_what_it_is_narrowed_to(store: Store) -> None:
    ana = writes(store, "ana", "passport", language="my")
    writes(store, "ben", "passport", language="km")
    assert finds(store, "passport", Chosen(languages=("my",))) == [ana]


def test_what_was_erased_is_not_found(store: Store) -> None:
    ana = writes(store, "ana", "passport")
    store.eraser.erase(ana, store.now)
    assert finds(store, "passport") == []


def test_nothing_cannot_be_looked_for(store: Store) -> None:
    with pytest.raises(ValueError, match="what to look for"):
        store.search("  \u200b ", Chosen())


def test_a_search_leaves_no_word_on_the_disk(store: Store, tmp_path: Path) -> None:
    writes(store, "ana", "zanzibar")
    assert len(finds(store, "zanzibar")) == 1
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"zanzibar" not in file.read_bytes(), file
