"""Queue and operators, as a supervisor's page gets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from bot.console.safe_hours import SafeHoursView, show_safe_hours
from bot.console.waiting import WaitingView
from bot.core.ids import ConversationId, OperatorId
from bot.store.care import SharedDebrief
from bot.store.queue import Waiting
from bot.store.supervision import AtWork, Line, Notice


class LineView(BaseModel):
    """How many wait, and since when the one that waits longest."""

    group: str
    waiting: int
    since: datetime


class HeldView(BaseModel):
    id: str
    risk: str
    language: str
    unanswered_since: datetime | None
    safe_hours: SafeHoursView | None
    last_person_at: datetime | None


class AtWorkView(BaseModel):
    """An operator. *today*, *week*: grave cases. *resting*: in a pause. *there*: at the desk; *locked*: the page is."""

    id: int
    name: str
    role: str
    languages: list[str]
    there: bool
    locked: bool
    seen_at: datetime | None
    holds: list[HeldView]
    unanswered_since: datetime | None
    today: int
    week: int
    resting: bool


class SharedDebriefView(BaseModel):
    id: int
    operator: str
    at: datetime
    mood: str
    stays: str
    helps: str


class OverviewView(BaseModel):
    by_risk: list[LineView]
    by_language: list[LineView]
    waiting: list[WaitingView]
    operators: list[AtWorkView]
    debriefs: list[SharedDebriefView]


class NoticeView(BaseModel):
    """A supervisor gave the operator a conversation, or took one from them, and why."""

    id: int
    conversation: str
    by: str
    kind: str
    at: datetime
    note: str


def show_line(line: Line) -> LineView:
    return LineView(group=line.group, waiting=line.waiting, since=line.since)


def show_at_work(
    one: AtWork, today: Mapping[OperatorId, int], week: Mapping[OperatorId, int], resting: bool
) -> AtWorkView:
    unanswered = [held.unanswered_since for held in one.holds if held.unanswered_since is not None]
    return AtWorkView(
        id=one.id,
        name=one.name,
        role=one.role,
        languages=list(one.languages),
        there=one.there,
        locked=one.locked,
        seen_at=one.seen_at,
        holds=[
            HeldView(
                id=held.id,
                risk=held.risk.word,
                language=held.language,
                unanswered_since=held.unanswered_since,
                safe_hours=show_safe_hours(held.safe_hours),
                last_person_at=held.last_person_at,
            )
            for held in one.holds
        ],
        unanswered_since=min(unanswered, default=None),
        today=today.get(one.id, 0),
        week=week.get(one.id, 0),
        resting=resting,
    )


def show_debrief(shared: SharedDebrief) -> SharedDebriefView:
    said = shared.debrief
    return SharedDebriefView(
        id=shared.id, operator=shared.operator, at=shared.at, mood=said.mood.value, stays=said.stays, helps=said.helps
    )


def show_waiting(waiting: Sequence[Waiting], reader: OperatorId) -> list[WaitingView]:
    return [WaitingView.of(one, reader) for one in waiting]


def show_notice(notice: Notice, notes: Mapping[tuple[ConversationId, int], str]) -> NoticeView:
    """*notes*: words by conversation and id."""
    note = notes.get((notice.conversation, notice.note), "") if notice.note is not None else ""
    return NoticeView(
        id=notice.id, conversation=notice.conversation, by=notice.by, kind=notice.kind, at=notice.at, note=note
    )
