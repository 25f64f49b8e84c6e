"""A rehearsal as it is kept: who practises with whom, and every line of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.ids import OperatorId
from bot.core.message import Author, Saying
from bot.core.rehearsal import End, Move, Tap
from bot.core.rehearsal_score import Result


@dataclass(frozen=True)
class Said:
    """One line. ``text`` is empty where the operator kept quiet."""

    author: Author
    text: str
    gloss: str | None = None  # of a person's line, in English
    tap: Tap | None = None  # of a person's line: the answer that it is
    move: Move | None = None  # of an operator's line: how it was read
    saying: Saying | None = None  # of an operator's line: the phrase that it is
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class PracticeLine:
    id: int  # grows
    at: datetime
    said: Said


@dataclass(frozen=True)
class PracticeRehearsal:
    """A rehearsal without its words. ``results`` is empty until it has ended."""

    id: str
    operator: OperatorId
    person: str
    seed: int
    begun_at: datetime
    replied_at: datetime | None
    ended_at: datetime | None
    end: End | None
    shared: bool
    moves: int
    results: tuple[Result, ...] = ()
