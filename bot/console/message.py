"""One message, in the form in which a page gets it: evidence marked in its words, and what its reader can read."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from pydantic import BaseModel, Field

from bot.console.attached import AttachedView, show_attached
from bot.console.cards import AnswerView, show_answer
from bot.console.masks import HIDDEN, Mask
from bot.content.library import Library
from bot.core.message import Author, has_words
from bot.core.questions import answered
from bot.core.taxonomy import Language
from bot.core.turn import ShownMessage
from bot.core.understanding import Span, Understanding
from bot.text.split import graphemes

_STACKS = "\u1039\u17d2"


class Piece(BaseModel):
    """A run of a message's text, the indicators that its words are evidence of, and the red flags of an offer."""

    text: str
    indicators: list[str] = Field(default_factory=list)
    red_flags: list[str] = Field(default_factory=list)


class RedFlagView(BaseModel):
    """A warning sign in a job offer, with the reason why it is one in the operator's language."""

    name: str
    text: str


class MessageView(BaseModel):
    id: int
    author: str
    operator: str | None
    at: datetime
    pieces: list[Piece]
    readable: str | None = None  # the repaired text, where it differs from what was written
    gloss: str | None = None  # what the bot said, in the operator's language
    intent: str | None = None
    language: str | None = None
    indicators: list[str] = Field(default_factory=list)
    red_flags: list[RedFlagView] = Field(default_factory=list)
    answered: AnswerView | None = None  # the closed question that it answers, and how
    delivery: str | None = None
    reason: str | None = None  # why it waits or could not be sent: a code
    attached: list[AttachedView] = Field(default_factory=list)
    segments: int | None = None  # SMS that it cost
    understood: bool = True
    buttons: list[str] = Field(default_factory=list)
    buttons_gloss: list[str] = Field(default_factory=list)  # what they say in the operator's language, beside a gloss


def show_message(
    message: ShownMessage,
    spoken: Language,
    names: dict[int, str],
    read: Language,
    library: Library,
    mask: Mask = HIDDEN,
) -> MessageView:
    """A message of a conversation in the language *spoken*, for an operator who reads *read*."""
    wordless = not has_words(message.text, message.attached)  # of the text as it came, before anything in it is masked
    message = mask.message(message)
    view = MessageView(
        id=message.id,
        author=message.author.value,
        operator=names.get(message.operator_id) if message.operator_id is not None else None,
        at=message.at,
        pieces=[Piece(text=message.text)],
        delivery=message.delivery.value if message.delivery else None,
        reason=message.reason,
        attached=show_attached(message.attached),
        segments=message.segments,
        buttons=[button.title for button in message.buttons],
    )
    understood = message.understanding
    if understood is not None:
        view.pieces = _pieces(understood)
        view.readable = understood.readable if understood.readable != understood.text else None
        view.intent = understood.intent.name
        view.language = understood.language.code
        view.indicators = [found.indicator for found in understood.indicators]
        view.red_flags = [
            RedFlagView(name=flag.name, text=library.text(f"offer.flag.{flag.name}", read))
            for flag in understood.red_flags
        ]
        if (given := answered(understood)) is not None:
            view.answered = show_answer(given, library, read)
        view.understood = not understood.failed
    if wordless:
        # what stands for the words repeats a number that is masked, and nothing was understood
        view.pieces, view.readable, view.intent = [], None, None
    if message.author is not Author.PERSON and message.saying is not None and read != spoken:
        with suppress(KeyError):  # the content has changed since, and has no such saying any more
            gloss = library.word(message.saying, read, "gloss", spoken)
            view.gloss = gloss.text
            view.buttons_gloss = [button.title for button in gloss.buttons] if message.buttons else []
    return view


def _pieces(understood: Understanding) -> list[Piece]:
    """Cut a text where evidence begins or ends, so that a page needs to know nothing of offsets.

    Evidence that begins or ends inside a written character is widened to the whole of it: half of one is not readable.
    """
    text = understood.text
    places = _between_characters(text)

    def widened(spans: tuple[Span, ...]) -> list[Span]:
        begins = (places[max(bisect.bisect_right(places, begin) - 1, 0)] for begin, _ in spans)
        ends = (places[min(bisect.bisect_left(places, end), len(places) - 1)] for _, end in spans)
        return list(zip(begins, ends, strict=True))

    marked: dict[str, list[Span]] = {found.indicator: widened(found.spans) for found in understood.indicators}
    flagged: dict[str, list[Span]] = {flag.name: widened(flag.spans) for flag in understood.red_flags}
    spans = (span for listed in (*marked.values(), *flagged.values()) for span in listed)
    edges = sorted({0, len(text)}.union(*spans))
    return [
        Piece(text=text[start:end], indicators=_at(start, end, marked), red_flags=_at(start, end, flagged))
        for start, end in itertools.pairwise(edges)
    ] or [Piece(text=text)]


def _at(start: int, end: int, marked: Mapping[str, list[Span]]) -> list[str]:
    """Whose words hold the run of text from *start* to *end*."""
    return [name for name, spans in marked.items() if any(first <= start and end <= last for first, last in spans)]


def _between_characters(text: str) -> list[int]:
    """Where *text* can be cut. After a sign that stacks the next letter under it (Burmese, Khmer) it cannot."""
    places = [0, *itertools.accumulate(map(len, graphemes(text)))]
    return [place for place in places if place == 0 or text[place - 1] not in _STACKS or place == len(text)]
