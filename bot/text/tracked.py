"""A text that is rewritten step by step and still knows where each of its characters came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import regex

_CLUSTER = regex.compile(r"\X")


class Tracked:
    """Text under change. ``starts[i]`` and ``ends[i]`` bound what character *i* stood for in the text it began as.

    Both grow from left to right. What is rewritten together (a reordered syllable, a shortened run) shares its bounds:
    finer would be a guess, and marks of one cluster are seen as one sign anyway.

    >>> t = Tracked("Aaaah!")
    >>> t.sub(regex.compile("a{2,}"), "a"), t.lower(), t.text
    (None, None, 'aah!')
    >>> t.starts, t.ends
    ([0, 1, 4, 5], [1, 4, 5, 6])
    """

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = list(range(len(text)))
        self.ends = list(range(1, len(text) + 1))

    def sub(self, pattern: regex.Pattern[str], new: str | Callable[[regex.Match[str]], str]) -> None:
        """Replace every match; *new* is a text or is called with the match."""
        if pattern.search(self.text) is None:
            return
        text, starts, ends = self.text, self.starts, self.ends
        pieces: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        done = 0
        for match in pattern.finditer(text):
            replacement = new if isinstance(new, str) else new(match)
            begin, end = match.span()
            if replacement == text[begin:end]:
                continue
            pieces += (text[done:begin], replacement)
            new_starts += starts[done:begin]
            new_ends += ends[done:begin]
            if begin < end:
                new_starts += [starts[begin]] * len(replacement)
                new_ends += [ends[end - 1]] * len(replacement)
            done = end
        pieces.append(text[done:])
        self.text = "".join(pieces)
        self.starts = new_starts + starts[done:]
        self.ends = new_ends + ends[done:]

    def translate(self, table: Mapping[int, str]) -> None:
        """Replace single characters by single characters."""
        self.text = self.text.translate(table)

    def lower(self) -> None:
        """Fold letter case (``str.casefold``), which can make one character several."""
        self._rewrite_each(self.text.casefold(), self.text, str.casefold)

    def compose(self) -> None:
        """Unicode NFC. Composition never reaches beyond a grapheme cluster."""
        if not unicodedata.is_normalized("NFC", self.text):
            self.sub(_CLUSTER, lambda match: unicodedata.normalize("NFC", match.group()))

    def strip(self) -> None:
        """Drop white space at both ends."""
        begin = len(self.text) - len(self.text.lstrip())
        self.text = self.text.strip()
        self.starts = self.starts[begin : begin + len(self.text)]
        self.ends = self.ends[begin : begin + len(self.text)]

    def _rewrite_each(self, whole: str, text: str, fold: Callable[[str], str]) -> None:
        if len(whole) != len(text):  # folding never shortens, so equal length means one for one
            pieces = [fold(character) for character in text]
            self.starts = [start for start, piece in zip(self.starts, pieces, strict=True) for _ in piece]
            self.ends = [end for end, piece in zip(self.ends, pieces, strict=True) for _ in piece]
            whole = "".join(pieces)
        self.text = whole
