"""Sentences in which names are said, and how well names in them are hidden.

A file holds a sentence a line, names between ``[[`` and ``]]``; a line without holds no name. Those of ``read`` were
read to mend markers (``bot/content/introduced``) and rules. Those of ``held`` were written without a look at markers
and rules and must not be read to mend them. Both are written by machine, as the markers are: people may write
otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from bot.content.named import Introductions
from bot.core.taxonomy import LANGUAGES

FOLDER = Path(__file__).parent
_NAME = regex.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True)
class Sentence:
    """*names*: where in *text* they stand."""

    text: str
    names: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, line: str) -> Sentence:
        names, taken = [], 0
        for match in _NAME.finditer(line):
            begin = match.start() - taken
            names.append((begin, begin + len(match[1])))
            taken += len("[[]]")
        return cls(_NAME.sub(r"\1", line), tuple(names))


@dataclass
class Score:
    """Of the *names* so many were *hidden* to the last letter; of the lines without a name in so many something was."""

    names: int = 0
    hidden: int = 0
    without: int = 0
    alarms: int = 0

    def add(self, other: Score) -> None:
        self.names += other.names
        self.hidden += other.hidden
        self.without += other.without
        self.alarms += other.alarms

    @property
    def recall(self) -> float:
        return self.hidden / self.names if self.names else 1.0

    @property
    def false_alarms(self) -> float:
        return self.alarms / self.without if self.without else 0.0


def sentences(kind: str, language: str) -> list[Sentence]:
    """The lines of a language's file. *kind*: ``read`` or ``held``."""
    lines = (FOLDER / kind / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [Sentence.of(line) for line in lines if line.strip()]


def score(introductions: Introductions, listed: list[Sentence]) -> Score:
    total = Score()
    for sentence in listed:
        covered = {
            place
            for begin, end in introductions.named_in([sentence.text]).spans(sentence.text)
            for place in range(begin, end)
        }
        total.names += len(sentence.names)
        total.hidden += sum(is_hidden(sentence.text, name, covered) for name in sentence.names)
        if not sentence.names:
            total.without += 1
            total.alarms += bool(covered)
    return total


def is_hidden(text: str, name: tuple[int, int], covered: set[int]) -> bool:
    return all(place in covered for place in range(*name) if text[place].isalnum())


def table(introductions: Introductions) -> str:
    rows = [f"{'':6}{'read: hidden':>16}{'false':>10}{'held out: hidden':>20}{'false':>9}"]
    totals = (Score(), Score())
    for language in LANGUAGES:
        cells = [score(introductions, sentences(kind, language)) for kind in ("read", "held")]
        for total, one in zip(totals, cells, strict=True):
            total.add(one)
        rows.append(_row(language, cells))
    return "\n".join([*rows, _row("all", totals)])


def _row(what: str, cells: Sequence[Score]) -> str:
    shown = (f"{one.hidden:5}/{one.names:<3}{one.recall:5.0%}{one.alarms:5}/{one.without:<3}" for one in cells)
    return f"{what:6}" + "  ".join(shown)
