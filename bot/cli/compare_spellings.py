"""Messages typed otherwise than they were written, by code, to see what understanding loses by it."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO

import regex
from myanmar.converter import convert

from bot.core.taxonomy import LANGUAGES
from bot.text.folding import bare
from bot.text.split import graphemes

_WORD = regex.compile(r"[\p{L}\p{M}]{3,}")
_SPACED = regex.compile(r"[\p{Latin}\p{Tamil}]")
_CLUSTERS_A_WORD = 4  # where no spaces are written


def misspelt(text: str) -> str:
    """One slip in every word of three letters or more: a letter lost, doubled, or swapped with the next."""
    chance = random.Random(zlib.crc32(text.encode()))  # noqa: S311 - no secret, only a choice

    def slip(match: regex.Match[str]) -> str:
        letters = graphemes(match.group())
        size = len(letters) if _SPACED.match(match.group()) else _CLUSTERS_A_WORD
        words = [letters[begin : begin + size] for begin in range(0, len(letters), size)]
        return "".join(_slipped(word, chance) for word in words)

    return _WORD.sub(slip, text)


def _slipped(word: Sequence[str], chance: random.Random) -> str:
    if len(word) < 3:
        return "".join(word)
    place = chance.randrange(1, len(word) - 1)
    before, letter, after, rest = word[:place], word[place], word[place + 1], word[place + 2 :]
    middle = chance.choice(([after], [letter, letter, after], [after, letter]))
    return "".join([*before, *middle, *rest])


def zawgyi(text: str) -> str:
    """Burmese as the Zawgyi font encodes it."""
    with redirect_stdout(StringIO()):  # it prints what it cannot stack
        converted: str = convert(text, "unicode", "zawgyi")
    return converted


#: How it is typed -> the languages for which that is common, and how to type it so.
SPELLINGS: dict[str, tuple[tuple[str, ...], Callable[[str], str]]] = {
    "Zawgyi": (("my",), zawgyi),
    "without diacritics": (("vi",), bare),
    "a slip in every word": (tuple(LANGUAGES), misspelt),
}
