"""Two forms of what a person wrote: one for people to read, one to compare with.

The original is never changed; both forms are made from it, and the second remembers where its characters stood.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.text import folding
from bot.text.tracked import Tracked
from bot.text.zawgyi import repair

_ROUNDS = 4  # one fold seldom lets another apply; more than this has not been seen


@dataclass(frozen=True)
class Normalised:
    """A text with its two forms.

    ``readable`` is NFC, Zawgyi turned into Unicode, free of control and direction characters.
    ``matching`` is what models and lexicons see: one spelling for what looks or reads alike. It is not for people.
    ``offsets[i]`` is the start and end, in code points of ``original``, of what character *i* of ``matching`` stands
    for.
    """

    original: str
    readable: str
    matching: str
    offsets: tuple[tuple[int, int], ...]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where ``matching[begin:end]`` (not empty) stands in the original."""
        return self.offsets[begin][0], self.offsets[end - 1][1]


def normalise(text: str) -> Normalised:
    """Both forms of *text*; never fails, whatever the text holds, and takes time in proportion to its length.

    Normalising a form once more leaves it as it is.

    >>> normalise("ＨＥＬＰ meeeee ๕๐๐ บาท").matching
    'help mee 500 บาท'
    """
    tracked = Tracked(text)
    _make_readable(tracked)
    readable = tracked.text
    for _ in range(_ROUNDS):
        before = tracked.text
        folding.fold(tracked)
        _make_readable(tracked)
        if tracked.text == before:
            break
    offsets = tuple(zip(tracked.starts, tracked.ends, strict=True))
    return Normalised(text, readable, tracked.text, offsets)


def _make_readable(tracked: Tracked) -> None:
    folding.drop_controls(tracked)
    repair(tracked)
    tracked.compose()
