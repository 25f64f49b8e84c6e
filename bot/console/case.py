"""What stands beside a conversation: notes, requests, its history, how the risk rose, what to say next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from bot.console.cards import CardView, show_card
from bot.content.library import Library, asked_by
from bot.core.casework import Note, Request
from bot.core.conversation import Conversation
from bot.core.ids import SHORT_CHANNELS, OperatorId
from bot.core.message import Author
from bot.core.rise import rises
from bot.core.suggest import suggest
from bot.core.taxonomy import Language
from bot.core.turn import ShownMessage
from bot.store.holdings import Holding

Names = Mapping[int, str]


class NoteView(BaseModel):
    """*words*: ``text``, or of a hand-over ``agreed`` and ``open``."""

    id: int
    kind: str
    operator: str
    at: datetime
    words: dict[str, str]


class RequestView(BaseModel):
    """What one operator asks of another. *answer*: null while it waits. *note*: what was written with it."""

    id: int
    kind: str
    by: str
    to: str
    by_me: bool
    to_me: bool
    at: datetime
    note: int | None
    answer: str | None
    answered_at: datetime | None


class HoldingView(BaseModel):
    """Who had the conversation when. *ended*: null for the present holder."""

    holder: str
    operator: str | None
    begun_at: datetime
    ended_at: datetime | None
    ended: str | None
    outcome: str | None


class RiseView(BaseModel):
    """A step of the risk, the message behind it and the indicators that this message brought."""

    message_id: int
    at: datetime
    risk: str
    rule: str
    indicators: list[str]


class SuggestionView(BaseModel):
    """A ready sentence that leads on. *why*: which rule suggests it; *sign*: the indicator, where one leads to it."""

    why: str
    sign: str | None
    card: CardView


class CaseView(BaseModel):
    """*short*: what is said goes out as an SMS. *translates*: single messages can be translated by a machine."""

    notes: list[NoteView]
    requests: list[RequestView]
    history: list[HoldingView]
    rises: list[RiseView]
    suggestions: list[SuggestionView]
    outcome: str | None
    short: bool
    translates: bool


def show_request(request: Request, names: Names, reader: OperatorId) -> RequestView:
    return RequestView(
        id=request.id,
        kind=request.kind.value,
        by=names.get(request.by, ""),
        to=names.get(request.to, ""),
        by_me=request.by == reader,
        to_me=request.to == reader,
        at=request.at,
        note=request.note,
        answer=request.answer.value if request.answer else None,
        answered_at=request.answered_at,
    )


def show_notes(notes: Sequence[Note], names: Names) -> list[NoteView]:
    return [
        NoteView(id=one.id, kind=one.kind.value, operator=names.get(one.operator, ""), at=one.at, words=dict(one.words))
        for one in notes
    ]


def show_history(history: Sequence[Holding], names: Names) -> list[HoldingView]:
    return [
        HoldingView(
            holder=one.holder.value,
            operator=names.get(one.operator) if one.operator is not None else None,
            begun_at=one.begun_at,
            ended_at=one.ended_at,
            ended=one.ended.value if one.ended else None,
            outcome=one.outcome,
        )
        for one in history
    ]


def show_rises(messages: Sequence[ShownMessage]) -> list[RiseView]:
    """How the risk rose from message to message."""
    at = {one.id: one.at for one in messages}
    seen = [
        (one.id, [found.indicator for found in one.understanding.indicators])
        for one in messages
        if one.author is Author.PERSON and one.understanding is not None
    ]
    return [
        RiseView(
            message_id=step.message_id,
            at=at[step.message_id],
            risk=step.assessment.risk.word,
            rule=step.assessment.rule,
            indicators=list(step.new),
        )
        for step in rises(seen)
    ]


def show_suggestions(
    conversation: Conversation, messages: Sequence[ShownMessage], read: Language, library: Library
) -> list[SuggestionView]:
    """What to say next, worded for both sides."""
    signs = [
        found.indicator for one in messages if one.understanding is not None for found in one.understanding.indicators
    ]
    sayings = [one.saying for one in messages if one.saying is not None]
    said = {key for one in sayings for key in (one.key, asked_by(one)) if key is not None}
    form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
    found = suggest(conversation, signs, said, foreign=read != conversation.language)
    return [
        SuggestionView(
            why=one.why.value,
            sign=one.sign,
            card=show_card(one.key, library, conversation.language, read, form),
        )
        for one in found
        if library.is_card(one.key)
    ]
