"""What operators write down and ask of each other about a conversation. The person sees none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType

import yaml

from bot.core.ids import ConversationId, OperatorId

NoteId = NewType("NoteId", int)
RequestId = NewType("RequestId", int)

#: Longest note of an operator, in characters.
LONGEST_NOTE = 4_000


class NoteKind(StrEnum):
    NOTE = "note"
    TRANSFER = "transfer"  # to whoever takes it next
    LOOK = "look"  # what somebody else is asked to look at
    REPLY = "reply"  # of whoever was asked
    HAND_OVER = "hand_over"  # what was agreed and what is open, for the bot's time and the next operator
    OUTCOME = "outcome"  # on closing


@dataclass(frozen=True)
class NewNote:
    """A note before it is written. ``words``: ``text``, or of a hand-over ``agreed`` and ``open``; none is empty."""

    kind: NoteKind
    words: Mapping[str, str]


@dataclass(frozen=True)
class Note:
    id: NoteId
    kind: NoteKind
    operator: OperatorId
    at: datetime
    words: Mapping[str, str]


class RequestKind(StrEnum):
    TRANSFER = "transfer"  # take it over from me
    LOOK = "look"  # a second pair of eyes; the holder stays


class Answer(StrEnum):
    """How a request ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"  # by whoever asked
    REPLIED = "replied"  # a look, with words
    OVERTAKEN = "overtaken"  # whoever asked does not hold the conversation any more


@dataclass(frozen=True)
class Request:
    """One operator asks another. ``note``: what they wrote with it. ``answer``: None while it is open."""

    id: RequestId
    kind: RequestKind
    conversation: ConversationId
    by: OperatorId
    to: OperatorId
    at: datetime
    note: NoteId | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Colleague:
    """Who is at the desk now. ``holds``: how many conversations. ``languages``: those they read."""

    id: OperatorId
    name: str
    languages: tuple[str, ...]
    holds: int


class Refused(Exception):
    """The request cannot be made or answered as things stand; the code says why: see phrases ``desk.refused.*``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_DATA = yaml.safe_load(Path(__file__).with_name("outcomes.yml").read_text(encoding="utf-8"))
#: Outcome of a closed conversation -> whether it was somebody in need of help, who counts in figures.
OUTCOMES: Mapping[str, bool] = {name: fields["counts"] for name, fields in _DATA["outcomes"].items()}
