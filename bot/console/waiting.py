"""The lists of conversations, in the forms in which a page gets them (they are also its OpenAPI)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from bot.console.safe_hours import SafeHoursView, show_safe_hours
from bot.store.queue import Totals, Waiting


class WaitingView(BaseModel):
    """One line of a list. ``waiting_since`` is set while the person waits for a human.

    *order*: a line whose parts are smaller, the first difference deciding, stands before this one.
    """

    id: str
    order: list[int | str]
    channel: str
    holder: str
    operator: str | None
    operator_id: int | None
    mine: bool
    risk: str
    rule: str
    language: str
    handoff_reason: str | None
    waiting_since: datetime | None
    opened_at: datetime
    last_person_at: datetime | None
    indicators: list[str]
    country: str | None
    unsafe: bool
    safe_hours: SafeHoursView | None
    labels: list[int]
    rung: str  # how far the calling has gone: see bot.core.ladder.Rung
    acknowledged_by: str | None  # who is on it ...
    acknowledged_until: datetime | None  # ... until then

    @classmethod
    def of(cls, waiting: Waiting, operator_id: int | None) -> WaitingView:
        """For the operator *operator_id*; None: for everybody, so that it is nobody's own."""
        return cls(
            id=waiting.id,
            order=list(waiting.order),
            channel=waiting.channel,
            holder=waiting.holder.value,
            operator=waiting.operator,
            operator_id=waiting.operator_id,
            mine=operator_id is not None and waiting.operator_id == operator_id,
            risk=waiting.risk.word,
            rule=waiting.rule,
            language=waiting.language,
            handoff_reason=waiting.handoff_reason,
            waiting_since=waiting.waiting_since,
            opened_at=waiting.opened_at,
            last_person_at=waiting.last_person_at,
            indicators=list(waiting.indicators),
            country=waiting.country,
            unsafe=waiting.unsafe,
            safe_hours=show_safe_hours(waiting.safe_hours),
            labels=list(waiting.labels),
            rung=waiting.rung.word,
            acknowledged_by=waiting.acknowledged_by,
            acknowledged_until=waiting.acknowledged_until,
        )


class TotalsView(BaseModel):
    """How many conversations are open, by holder; a list may show fewer."""

    queue: int
    operator: int
    bot: int

    @classmethod
    def of(cls, totals: Totals) -> TotalsView:
        return cls(queue=totals.queue, operator=totals.operator, bot=totals.bot)


class DeskView(BaseModel):
    """All lists at one moment; ``last_event_id`` is where the live events go on from.

    *floor*: every conversation up to this order is here, and those behind it only where they are the operator's own;
    null: all are here. *size*: lines of a full list.
    """

    last_event_id: int
    conversations: list[WaitingView]
    floor: list[int | str] | None
    size: int
    totals: TotalsView


class CallingView(BaseModel):
    """How many wait for a human; *urgent*: of them, with high risk or in an emergency."""

    waiting: int
    urgent: int
