"""Ready sentences: each stands in one group, and none is left where no operator finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.cards import Cards
from bot.content.library import Library
from bot.content.phrases import Phrasebook
from bot.content.reading import ContentInvalid
from bot.core.questions import ROUNDS
from bot.core.taxonomy import ENGLISH


def test_every_card_and_every_question_about_a_person_stands_in_a_group(library: Library) -> None:
    keys = [key for listed in library.cards.groups.values() for key in listed]
    assert len(keys) >= 80
    assert len(keys) == len(set(keys))
    assert list(library.cards.left_out(library.phrases.keys)) == []
    assert all(library.phrases.has(key) for key in library.cards.needed())
    for round_ in (ROUNDS["self"], ROUNDS["other"]):
        assert all(library.is_card(key) for key in (*round_.first, *round_.then, round_.last))


def test_a_card_in_no_group_is_named_with_the_file_to_add_it_to() -> None:
    english = Phrasebook.load().by_language[ENGLISH]
    [problem] = Cards({"start": tuple(key for key in english if key != "card.alone")}).left_out(english)
    assert str(problem).startswith("bot/content/cards.yml: card.alone: is in no group")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("start: [card.hello, card.alone]\nsafe: [card.alone]", "safe.card.alone: stands in the file twice"),
        ("start: []", "start: holds no card"),
        ("start: card.hello", "start: write a list"),
        ("- card.hello", "write a mapping"),
    ],
)
def test_a_file_of_cards_that_cannot_be_used_is_refused_with_a_remedy(tmp_path: Path, written: str, told: str) -> None:
    file = tmp_path / "cards.yml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(ContentInvalid, match=told):
        Cards.load(file)
