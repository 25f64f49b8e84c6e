"""What a phrase tells people to type is taken at its word, in every language that is written."""

from __future__ import annotations

import pytest

from bot.content.library import TOLD_WORDS, Library, typed
from bot.content.phrases import Phrasebook
from bot.core.taxonomy import Language
from bot.text.folding import bare

WRITTEN = sorted(Phrasebook.load().by_language)
TELLERS = {
    "type.later": ("first_word",),
    "type.human": ("bot_challenge", "operator_left"),
    "type.danger": ("disclosure.danger",),
    "type.erase": ("quick_exit",),
}


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("key", sorted(TOLD_WORDS))
def test_the_word_stands_in_the_phrases_that_tell_it(language: Language, key: str) -> None:
    phrases = Phrasebook.load().by_language[language]
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
