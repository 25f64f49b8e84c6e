"""Messages made from training messages, as people also type them: without accents, with a slip of the finger.

Made messages are marked as such and weigh less than written ones. They are never used to measure anything.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import regex

from bot.nlu.fit import Sample
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


def two_in_one(samples: Sequence[Sample], times: int, seed: int) -> list[Sample]:
    """Messages that say what two written messages of one language say, with the indicators of both.

    Training messages are short; people who tell their story say many things in one message. What is learnt from a
    part must hold in the whole.
    """
    chance = random.Random(seed)  # noqa: S311
    telling: dict[str, list[Sample]] = {}
    others: dict[str, list[Sample]] = {}
    for sample in samples:
        if sample.weight == 1:
            (telling if sample.indicators else others).setdefault(sample.language, []).append(sample)
    made = []
    for language, own in telling.items():
        for sample in own * times:
            beside = own if chance.random() < _BOTH_TELL else others.get(language, own)
            other = chance.choice(beside)
            keys = np.union1d(sample.keys, other.keys)
            indicators = tuple(sorted({*sample.indicators, *other.indicators}))
            made.append(Sample(keys, None, indicators, _MIXED_WEIGHT, language))
    return made


_BOTH_TELL = 0.7  # how often both parts carry an indicator
_MIXED_WEIGHT = 0.5


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
