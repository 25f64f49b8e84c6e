"""The forms in which the desk's pages get their data (they are also its OpenAPI)."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from bot.console.cards import AnswerView, AskedView, show_answer, show_answers, show_open_question
from bot.content.library import Library
from bot.core.conversation import Conversation
from bot.core.message import Author
from bot.core.questions import answered
from bot.core.taxonomy import Language
from bot.core.turn import ShownMessage
from bot.core.understanding import Span, Understanding
from bot.store.queue import Waiting
from bot.text.split import graphemes

_STACKS = "\u1039\u17d2"


class OperatorView(BaseModel):
    id: int
    name: str
    role: str
    language: str


class LinkView(OperatorView):
    """Whose one-time link it is, and how short a password may be."""

    shortest_password: int


class SessionView(BaseModel):
    """A session with all that the page needs at its start.

    *languages* are ours, by their own names; of those in *drafts* a native speaker has not read every phrase.
    """

    operator: OperatorView
    csrf: str
    languages: dict[str, str]
    drafts: list[str]


class WaitingView(BaseModel):
    """One line of a list. ``waiting_since`` is set while the person waits for a human."""

    id: str
    channel: str
    holder: str
    operator: str | None
    mine: bool
    risk: str
    rule: str
    language: str
    handoff_reason: str | None
    waiting_since: datetime | None
    opened_at: datetime
    last_person_at: datetime | None
    indicators: list[str]

    @classmethod
    def of(cls, waiting: Waiting, operator_id: int) -> WaitingView:
        return cls(
            id=waiting.id,
            channel=waiting.channel,
            holder=waiting.holder.value,
            operator=waiting.operator,
            mine=waiting.operator_id == operator_id,
            risk=waiting.risk.word,
            rule=waiting.rule,
            language=waiting.language,
            handoff_reason=waiting.handoff_reason,
            waiting_since=waiting.waiting_since,
            opened_at=waiting.opened_at,
            last_person_at=waiting.last_person_at,
            indicators=list(waiting.indicators),
        )


class DeskView(BaseModel):
    """All lists at one moment; ``last_event_id`` is where the live events go on from."""

    last_event_id: int
    conversations: list[WaitingView]


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
    attached: list[str] = Field(default_factory=list)  # kinds: photo, location, edit
    segments: int | None = None  # SMS that it cost
    understood: bool = True
    buttons: list[str] = Field(default_factory=list)
    buttons_gloss: list[str] = Field(default_factory=list)  # what they say in the operator's language, beside a gloss


class Because(BaseModel):
    indicator: str
    message_id: int


class ConversationView(BaseModel):
    id: str
    channel: str
    holder: str
    operator: str | None
    mine: bool
    risk: str
    rule: str
    because: list[Because]
    language: str
    countries: dict[str, str]
    unsafe: bool
    other_hand: str | None
    handoff_reason: str | None
    waiting_since: datetime | None
    opened_at: datetime
    answers: list[AnswerView]
    question: AskedView | None  # waits for its answer
    told: dict[str, str]  # in the person's own words: code_word, safe_time, callback
    messages: list[MessageView]


def show_conversation(
    conversation: Conversation,
    messages: list[ShownMessage],
    names: dict[int, str],
    reader: OperatorView,
    library: Library,
) -> ConversationView:
    """A conversation as *reader* sees it; *names* are all operators' by id."""
    read = Language(reader.language)
    return ConversationView(
        id=conversation.id,
        channel=conversation.channel,
        holder=conversation.holder.value,
        operator=names.get(conversation.operator) if conversation.operator is not None else None,
        mine=conversation.operator == reader.id,
        risk=conversation.risk.word,
        rule=conversation.assessment.rule,
        because=[
            Because(indicator=sign.indicator, message_id=sign.message_id) for sign in conversation.assessment.because
        ],
        language=conversation.language,
        countries=dict(conversation.countries),
        unsafe=conversation.unsafe,
        other_hand=conversation.other_hand,
        handoff_reason=conversation.handoff_reason,
        waiting_since=conversation.waiting_since,
        opened_at=conversation.opened_at,
        answers=show_answers(conversation, library, read),
        question=show_open_question(conversation, library, read),
        told=dict(conversation.told),
        messages=[show_message(message, conversation.language, names, read, library) for message in messages],
    )


def show_message(
    message: ShownMessage, spoken: Language, names: dict[int, str], read: Language, library: Library
) -> MessageView:
    """A message of a conversation in the language *spoken*, for an operator who reads *read*."""
    view = MessageView(
        id=message.id,
        author=message.author.value,
        operator=names.get(message.operator_id) if message.operator_id is not None else None,
        at=message.at,
        pieces=[Piece(text=message.text)],
        delivery=message.delivery.value if message.delivery else None,
        reason=message.reason,
        attached=[one.kind for one in message.attached],
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
    if message.author is not Author.PERSON and message.saying is not None and read != spoken:
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
