"""Sums of money and ages of applicants in a message: how large a promised wage is, and whom an advert wants.

Words and sizes are those of ``sums.yml``. A number without a currency counts only where a word such as "million" makes
it a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex
import yaml

from bot.text.normalise import normalise
from bot.text.script import UNSPACED, main_script

_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?"
_GROUPED = regex.compile(r"\d{1,3}(?:[.,]\d{3})+")
_AROUND = 12  # characters around a range of ages in which a word says that it is one
_CHILD, _ADULT, _STILL_YOUNG, _ELDERLY = 12, 18, 27, 60


@dataclass(frozen=True)
class Sum:
    """An amount at ``text[start:end]`` of the matching text; ``large``: more than easy work pays in a month."""

    start: int
    end: int
    large: bool


def read_sums(text: str, language: str) -> Iterator[Sum]:
    """The sums in *text* (a matching form), from left to right; a range counts for its upper end.

    *language* says which currency is meant where none is named.
    """
    data, large, times = _data(), _large(), _times()
    for match in _pattern().finditer(text):
        factor = times.get(match["times2"] or match["times"] or match["before"] or "", 1)
        currency = match["money"] or match["money_before"]
        if currency is None and (factor == 1 or language not in data["usual"]):
            continue
        least = large[currency] if currency else data["currencies"][data["usual"][language]]["large"]
        amount = _value(match["second"] or match["first"]) * factor
        if match["daily"] or match["daily_before"]:
            amount *= data["days"]
        yield Sum(*match.span(), amount >= least)


def read_wanted_ages(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each range of ages that ends early ("18-25"), and whether it begins below 18."""
    ages, word = _age_patterns()
    for match in ages.finditer(text):
        lowest, highest = int(match[1]), int(match[2])
        start, end = match.span()
        around = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        if (
            _CHILD <= lowest < highest < _ELDERLY
            and (highest <= _STILL_YOUNG or lowest < _ADULT)
            and any(map(word.search, around))
        ):
            yield start, end, lowest < _ADULT


def _value(written: str) -> float:
    if _GROUPED.fullmatch(written):
        return float(written.replace(".", "").replace(",", ""))
    return float(written.replace(",", "."))


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load(files("bot.nlu").joinpath("sums.yml").read_text(encoding="utf-8"))


@cache
def _large() -> dict[str, float]:
    """Word for a currency -> the sum that is large in it."""
    return {_fold(word): float(one["large"]) for one in _data()["currencies"].values() for word in one["words"]}


@cache
def _times() -> dict[str, int]:
    return {_fold(word): int(factor) for factor, words in _data()["times"].items() for word in words}


@cache
def _pattern() -> regex.Pattern[str]:
    money, times = _any(_large()), _any(_times())
    before, to, daily, daily_before = (
        _any(map(_fold, _data()[name])) for name in ("before", "to", "daily", "daily_before")
    )
    return regex.compile(
        rf"(?:(?P<daily_before>{daily_before}) ?)?(?:(?P<money_before>{money}) ?)?(?:(?P<before>{before}) ?)?"
        rf"(?<![\d.,])(?P<first>{_NUMBER})(?: ?(?P<times>{times}))?"
        rf"(?: ?(?:{to}) ?(?:(?:{money}) ?)?(?P<second>{_NUMBER})(?: ?(?P<times2>{times}))?)?"
        rf"(?: ?(?P<money>{money}))?(?: ?(?P<daily>{daily}))?"
    )


@cache
def _age_patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """A range of two-digit numbers, and a word that says that it is one of ages."""
    to = _any(map(_fold, _data()["to"]))
    ages = rf"(?<![\d.,])(\d\d) ?(?:{to}) ?(\d\d)(?!\d|[.,]\d|%)"
    return regex.compile(ages), regex.compile(_any(map(_fold, _data()["ages"])))


def _any(words: Iterable[str]) -> str:
    """One of *words*, the longest first; words between spaces only whole."""
    return "|".join(map(_whole, sorted(set(words), key=len, reverse=True)))


def _whole(word: str) -> str:
    escaped = regex.escape(word)
    if not word[-1].isalpha() or main_script(word) in UNSPACED:
        return escaped
    return rf"(?<![\p{{L}}\p{{M}}]){escaped}(?![\p{{L}}\p{{M}}])"


def _fold(word: str) -> str:
    return normalise(str(word)).matching
