"""A text in one spelling that knows where it came from, and what its scripts set apart: words, or nothing.

In Latin, Tamil and most scripts a name is made of words. Thai, Lao, Khmer, Burmese and Chinese write on without a
space: there a name is a piece of text, and no piece begins or ends inside a written syllable.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from bot.text import folding
from bot.text.tracked import Tracked
from bot.text.zawgyi import repair

Span = tuple[int, int]

#: Scripts that set no words apart, by the names of :func:`bot.content.script.script_of`, with their letters and marks.
PIECES = {
    "THAI": regex.compile(r"(?:(?=[\p{L}\p{M}])\p{Thai})+"),
    "LAO": regex.compile(r"(?:(?=[\p{L}\p{M}])\p{Lao})+"),
    "KHMER": regex.compile(r"(?:(?=[\p{L}\p{M}])\p{Khmer})+"),
    "MYANMAR": regex.compile(r"(?:(?=[\p{L}\p{M}])\p{Myanmar})+"),
    "CJK": regex.compile(r"[\p{Han}·]+"),
}
_BLOCKS = (
    (0x0E00, 0x0E7F, "THAI"),
    (0x0E80, 0x0EFF, "LAO"),
    (0x1000, 0x109F, "MYANMAR"),
    (0x1780, 0x17FF, "KHMER"),
    (0x3400, 0x9FFF, "CJK"),
    (0xA9E0, 0xA9FF, "MYANMAR"),
    (0xAA60, 0xAA7F, "MYANMAR"),
    (0xF900, 0xFAFF, "CJK"),
    (0x20000, 0x3FFFF, "CJK"),
)
#: One word of a script that sets words apart; "a/l" and "d/o" stand between a name and a father's.
WORD = regex.compile(
    r"(?V1)[ads]/[lpo](?![\p{L}\p{M}])"
    r"|[[\p{L}\p{M}]--[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}]]+"
    r"(?:['\-][[\p{L}\p{M}]--[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}]]+)*"
)
#: Before a piece: not inside a syllable (after a sign that stacks, or a vowel that is written before its consonant).
NOT_BEGUN = r"(?<![\u1039\u17d2\u0e40-\u0e44\u0ec0-\u0ec4])"
#: After a piece: no mark that belongs to its last letter, and no Burmese consonant that closes its syllable.
COMPLETE = r"(?!\p{M}|[\u1000-\u1021]\u1037?[\u1039\u103a])"


@dataclass(frozen=True)
class Spelt:
    """*text* is for comparing; of its character *i*, ``starts[i]`` and ``ends[i]`` bound what stands in *original*."""

    original: str
    text: str
    starts: list[int]
    ends: list[int]

    def place(self, span: Span) -> Span:
        """Where a part of ``text`` stands in the original, with every mark that hangs on it."""
        begin, end = self.starts[span[0]], self.ends[span[1] - 1]
        while end < len(self.original) and _MARK.match(self.original, end):
            end += 1
        return begin, end

    def is_capital(self, place: int) -> bool:
        return self.original[self.starts[place]].isupper()


_MARK = regex.compile(r"\p{M}")


def spelt(text: str) -> Spelt:
    """*text* in the spelling that is compared: the first round of :func:`bot.text.normalise.normalise`, which further
    rounds seldom change and which is fast enough for every message of a conversation at once."""
    tracked = Tracked(text)
    folding.drop_controls(tracked)
    repair(tracked)
    tracked.compose()
    folding.fold(tracked)
    return Spelt(text, tracked.text, tracked.starts, tracked.ends)


def script_at(text: str, place: int) -> str | None:
    """The script of a letter that sets no words apart; None for every other character, and at the end."""
    if place < 0 or place >= len(text):
        return None
    code = ord(text[place])
    if code < _BLOCKS[0][0]:
        return None
    return next((script for first, last, script in _BLOCKS if first <= code <= last), None)


def stands_alone(text: str, begin: int, end: int) -> bool:
    """Is ``text[begin:end]`` whole words, or whole syllables where words are not set apart?"""
    if script_at(text, begin) is None:
        if begin > 0 and text[begin - 1].isalnum() and script_at(text, begin - 1) is None:
            return False
    elif not _BEGIN.match(text, begin):
        return False
    if script_at(text, end - 1) is None:
        return end == len(text) or (WORD.match(text, end) is None and not text[end].isdigit())
    return _END.match(text, end) is not None


_BEGIN, _END = regex.compile(NOT_BEGUN), regex.compile(COMPLETE)
