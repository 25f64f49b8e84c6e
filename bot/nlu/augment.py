"""Messages made from training messages, as people also type them: without accents, with a slip of the finger.

Made messages are marked as such and weigh less than written ones. They are never used to measure anything.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

import regex

from bot.text.folding import bare
from bot.text.normalise import normalise
from bot.text.split import graphemes

#: What a made message counts beside a written one.
WEIGHT = 0.4
_WORD = regex.compile(r"[\p{L}\p{M}]{4,}")


def variants(text: str) -> Iterator[str]:
    """The same message, typed otherwise; the same text gives the same variants."""
    matching = normalise(text).matching
    stripped = bare(matching)
    if stripped != matching:
        yield stripped
    seed = zlib.crc32(matching.encode())
    slipped = _slips(stripped if seed % 2 else matching, random.Random(seed))  # noqa: S311 - no secret, only a choice
    if slipped not in (matching, stripped):
        yield slipped


def _slips(text: str, chance: random.Random) -> str:
    """One slip in about every third longer word: a letter lost, doubled, or swapped with the next."""

    def slip(match: regex.Match[str]) -> str:
        letters = graphemes(match.group())
        if len(letters) < 4 or chance.random() > 0.35:
            return match.group()
        place = chance.randrange(1, len(letters) - 1)
        kind = chance.randrange(3)
        if kind == 0:
            del letters[place]
        elif kind == 1:
            letters.insert(place, letters[place])
        else:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        return "".join(letters)

    return _WORD.sub(slip, text)
