"""The supervisor's live view: who waits, who does what; and giving a conversation to somebody."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from bot.console.access import Helper, HelperReading, Supervisor, SupervisorChanging
from bot.console.parts import Parts
from bot.console.supervision import (
    NoticeView,
    OverviewView,
    show_at_work,
    show_debrief,
    show_line,
    show_notice,
    show_waiting,
)
from bot.core.casework import LONGEST_NOTE
from bot.core.conversation import Holder
from bot.core.ids import ConversationId, OperatorId
from bot.services.care import day_begins


class ReassignForm(BaseModel):
    """*to*: an operator's id; None: back to the queue."""

    to: int | None
    note: str = Field("", max_length=LONGEST_NOTE)


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["supervision"])

    @router.get("/overview")
    async def overview(operator: Supervisor) -> OverviewView:
        """Queue by risk and language, and everybody who may take conversations over."""
        now = parts.clock()
        today = day_begins(now, parts.zone)
        by_risk, by_language = await parts.run(parts.supervision.queue)
        waiting = await parts.run(parts.queue.waiting, (Holder.QUEUE,))
        people = await parts.run(parts.supervision.operators, now)
        exposed_today = await parts.run(parts.care_store.exposures, today)
        exposed_week = await parts.run(parts.care_store.exposures, today - timedelta(days=today.weekday()))
        resting = await parts.care.resting()
        debriefs = await parts.run(parts.care_store.shared)
        return OverviewView(
            by_risk=[show_line(one) for one in by_risk],
            by_language=[show_line(one) for one in by_language],
            waiting=show_waiting(waiting, operator.id),
            operators=[show_at_work(one, exposed_today, exposed_week, one.id in resting) for one in people],
            debriefs=[show_debrief(one) for one in debriefs],
        )

    @router.post("/conversations/{conversation_id}/reassign", status_code=204)
    async def reassign(conversation_id: str, form: ReassignForm, operator: SupervisorChanging) -> None:
        """Give a conversation to an operator who is at the desk, or back to the queue. Both are told."""
        to = OperatorId(form.to) if form.to is not None else None
        await parts.supervise.reassign(ConversationId(conversation_id), operator.id, to, form.note)
        whom = str(form.to) if form.to is not None else "queue"
        await parts.access.record(operator, "reassigned", ConversationId(conversation_id), detail=whom)

    @router.get("/notices")
    async def notices(operator: HelperReading) -> list[NoticeView]:
        """What the operator was told by a supervisor and has not put away."""
        told = await parts.run(parts.supervision.notices, operator.id)
        notes: dict[tuple[ConversationId, int], str] = {}
        for conversation_id in {one.conversation for one in told if one.note is not None}:
            for note in await parts.run(parts.cases.notes, conversation_id):
                notes[conversation_id, note.id] = note.words.get("text", "")
            await parts.access.record(operator, "read_notice", conversation_id)
        return [show_notice(one, notes) for one in told]

    @router.post("/notices/{notice_id}/seen", status_code=204)
    async def seen(notice_id: int, operator: Helper) -> None:
        if not await parts.run(parts.supervision.put_away, notice_id, operator.id, parts.clock()):
            raise HTTPException(404, "there is no such notice; it was put away, or the conversation was erased")

    @router.post("/debriefs/{debrief_id}/talked", status_code=204)
    async def talked(debrief_id: int, operator: SupervisorChanging) -> None:
        """The supervisor has talked with the operator who wished it."""
        if not await parts.run(parts.care_store.talked, debrief_id, parts.clock()):
            raise HTTPException(404, "somebody has talked with them already")
        await parts.access.record(operator, "talked_with_operator", None)

    return router
