"""Reads what an operator wrote in practice: what it is about, and what should not have been said so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from bot.content import avoid
from bot.content.practice import Scripts
from bot.core.rehearsal import Move
from bot.core.taxonomy import ENGLISH, Language

_QUESTION = re.compile(r"[?\uff1f\u037e]+")
_ALARM = re.compile(r"[!\uff01]")
_WORD_IN_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
#: Scripts that set words apart; in others a word is found wherever it stands.
_LATIN = re.compile(r"[A-Za-z]")
#: What keyboards put in or put differently: the apostrophe of "can't", spaces without width between Khmer words.
_TYPED = {0x2019: "'", 0x02BC: "'", 0x200B: None, 0x2060: None, 0xFEFF: None}


class Reader:
    """Reads free words against the words of the scripts. What these write in capitals, as KBRI, is no shouting."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        lists = (words for topics in scripts.words.values() for words in topics.values())
        self._offices = {name for words in lists for word in words for name in _WORD_IN_CAPITALS.findall(word)}

    def card(self, key: str) -> Move:
        """The move that a ready sentence is. Raises KeyError: practice does not know it."""
        return Move((self._scripts.by_card[key],), card=key)

    def words(self, text: str, language: Language) -> Move:
        """The move that *text* is, for a person who speaks *language*. English is read too."""
        folded = _folded(text)
        languages = dict.fromkeys((language, ENGLISH))
        topics = [
            name
            for name in self._scripts.topics
            if any(
                _stands(word, folded) for one in languages for word in self._scripts.words.get(one, {}).get(name, ())
            )
        ]
        acts = {"wrote", *(self._act(instead) for one in languages for _, instead in _avoided(text, one))}
        if len(_QUESTION.findall(text)) > 1:
            acts.add("many_questions")
        if _ALARM.search(text) or set(_WORD_IN_CAPITALS.findall(text)) - self._offices:
            acts.add("loud")
        return Move(tuple(topics), acts=frozenset(acts))

    def _act(self, instead: str) -> str:
        """The act that a word to avoid is, by its remedy: the first with a part that stands in it."""
        return next(
            (act for act, parts in self._scripts.said.items() if any(part in instead for part in parts)), "avoid_words"
        )


def words_to_avoid(text: str, language: Language) -> tuple[str, ...]:
    """The words in *text* that should not be said, as they stand in it."""
    return tuple(dict.fromkeys(words for one in dict.fromkeys((language, ENGLISH)) for words, _ in _avoided(text, one)))


def _avoided(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """Words to avoid, and what to say instead, in English."""
    for entry in avoid.load().get(language, ()):
        if match := entry.words.search(text):
            yield match[0], entry.instead


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_TYPED).casefold()


@cache
def _pattern(word: str) -> re.Pattern[str]:
    folded = re.escape(_folded(word))
    return re.compile(rf"(?<!\w){folded}" if _LATIN.search(word) else folded)


def _stands(word: str, text: str) -> bool:
    return _pattern(word).search(text) is not None
