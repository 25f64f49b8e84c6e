"""What a phrase tells people to type is taken at its word, in every language that is written."""

from __future__ import annotations

import pytest

from bot.content.library import TOLD_WORDS, Library, typed
from bot.content.phrases import Phrasebook
from bot.core.taxonomy import Language
from bot.text.folding import bare

BOOK = Phrasebook.load()
WRITTEN = sorted(BOOK.by_language)
TELLERS = {
    "type.later": ("first_word",),
    "type.human": ("bot_challenge", "operator_left"),
    "type.danger": ("disclosure.danger",),
    "type.erase": ("quick_exit",),
    "type.enough": ("screen.offer",),
}


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("key", sorted(TOLD_WORDS))
def test_the_word_stands_in_the_phrases_that_tell_it(language: Language, key: str) -> None:
    phrases = BOOK.by_language[language]
    for teller in TELLERS[key]:
        assert phrases[key].text.casefold() in phrases[teller].text.casefold(), teller


@pytest.mark.parametrize("language", WRITTEN)
def test_each_word_does_what_was_said_of_it(library: Library, language: Language) -> None:
    told = library.told_words()
    for key, payload in TOLD_WORDS.items():
        word = library.phrases.by_language[language][key].text
        for written in (word, word.upper(), f" {word}. ", f"\u201c{word}\u201d", bare(word)):
            assert told[typed(written)].payload == payload
            assert language in told[typed(written)].languages


def test_a_word_inside_a_message_is_not_taken_at_its_word(library: Library) -> None:
    assert typed("I am not in danger any more") not in library.told_words()


def test_the_title_of_an_answer_is_that_answer_while_its_question_is_open(library: Library) -> None:
    agreed = library.agreed("someone ELSE.", "question.papers", None)
    assert agreed is not None
    assert agreed.payload == '/answer{"question": "question.papers", "answer": "other"}'
    assert library.agreed("someone else", None, None) is None
    later = library.agreed("some weeks ago i think", "question.other_heard", None)
    assert later is not None
    assert later.payload == '/answer{"question": "question.other_heard", "answer": "weeks"}'
    assert library.agreed("no idea, they took him away", "question.free", None) is None


def test_the_word_that_ends_our_questions_means_nothing_where_we_ask_nothing(library: Library) -> None:
    ends = library.agreed("enough", "question.free", None)
    assert ends is not None
    assert ends.payload == "/enough"
    assert library.agreed("enough", None, None) is None


def test_the_persons_own_word_for_not_safe_is_taken_as_such(library: Library) -> None:
    stops = library.agreed("Nasi Goreng.", None, "nasi goreng")
    assert stops is not None
    assert stops.payload == "/unsafe_to_talk"
    assert library.agreed("we ate nasi goreng", None, "nasi goreng") is None
