"""Reads the red flags of a job offer out of a message: the rules are ``bot/core/offer.yml``.

The words of adverts stand in ``adverts/<language>.yml``, apart from the lexicon of ``nlu_data``: what they say has no
part in what a model learns, so that a word can be added without training anew. Concepts of the lexicon count as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import regex

from bot.core.offer import ADVERTS, CONCEPTS, FoundConcept, RedFlag, red_flags
from bot.core.understanding import Entity
from bot.nlu.data import BadData, load_yaml
from bot.nlu.lexicon import Found, Lexicon
from bot.nlu.sums import read_sums, read_wanted_ages
from bot.text.normalise import Normalised

WORDS = Path(__file__).with_name("adverts")

_GROUP = "adverts"
_BREAK = regex.compile(r"[!?;။។\n]+|\.(?![\p{Latin}\d])")
_UNDER_AGE = range(12, 18)


class OfferReader:
    """Finds red flags; the same for every language at once."""

    def __init__(self) -> None:
        self._lexicon = _adverts()

    def read(
        self, form: Normalised, concepts: Iterable[Found], details: Sequence[Entity], language: str
    ) -> tuple[RedFlag, ...]:
        """The red flags of a message, with the places of their words in the original text.

        Args:
            concepts: what the lexicon of ``nlu_data`` found.
            details: countries and ages that the message names.
        """
        text = form.matching
        if not text.strip():
            return ()
        words = self._lexicon.find(text, language if language in self._lexicon.languages else None)
        found = [
            FoundConcept(*form.span(start, end), concept)
            for concept, start, end in _all(words, concepts, text, language)
            if concept in CONCEPTS
        ]
        found += [
            FoundConcept(one.start, one.end, "minor_said")
            for one in details
            if one.entity == "age" and int(one.value) in _UNDER_AGE
        ]
        places = {one.value for one in details if one.entity == "country" and one.role != "origin"}
        breaks = [form.span(*match.span())[0] for match in _BREAK.finditer(text)]
        return red_flags(found, places, breaks)


def _all(words: Iterable[Found], concepts: Iterable[Found], text: str, language: str) -> Iterator[tuple[str, int, int]]:
    for found in (*words, *concepts):
        yield found.concept, found.start, found.end
    for money in read_sums(text, language):
        yield "large_sum" if money.large else "sum_of_money", money.start, money.end
    for start, end, under_age in read_wanted_ages(text):
        yield "minor_said" if under_age else "young_ages", start, end


@cache
def _adverts() -> Lexicon:
    """The lexicon of the words of adverts. Raises BadData: a concept that no rule speaks of."""
    forms: dict[str, list[tuple[str, str]]] = {}
    for file in sorted(WORDS.glob("*.yml")):
        content = load_yaml(file) or {}
        if strange := sorted(set(content) - ADVERTS):
            raise BadData(f"{file}: no rule of bot/core/offer.yml speaks of {', '.join(strange)}")
        forms[file.stem] = [(form, concept) for concept, written in content.items() for form in written]
    return Lexicon.of(dict.fromkeys(ADVERTS, _GROUP), forms)
