"""Care for operators: each sees their own alone."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from bot.console.access import Helper, HelperReading
from bot.console.parts import Parts
from bot.core.care import Act, Debrief, Mood
from bot.core.ids import ConversationId
from bot.services.care import LONGEST_ANSWER, Load


class CareView(BaseModel):
    """*state*: of the pause: free, later, resting, called. *ask_about*: a grave case to say a word about."""

    today: int
    week: int
    state: str
    begins: datetime | None
    ends: datetime | None
    may_put_off: bool
    offers_next: bool
    ask_about: str | None


class ActForm(BaseModel):
    act: Act


class DebriefForm(BaseModel):
    """*mood* None: the operator does not want to, and is not asked again."""

    conversation: str = Field(max_length=32)
    mood: Mood | None = None
    stays: str = Field("", max_length=LONGEST_ANSWER)
    helps: str = Field("", max_length=LONGEST_ANSWER)
    shared: bool = False


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["care"])

    @router.get("/care")
    async def mine(operator: HelperReading) -> CareView:
        """Grave cases today and this week, the pause that is due, and whether a word about one is wished."""
        return _show(await parts.care.of(operator.id))

    @router.post("/care/pause")
    async def act(form: ActForm, operator: Helper) -> CareView:
        """Put the pause off, or take it now."""
        return _show(await parts.care.act(operator.id, form.act))

    @router.post("/care/debrief", status_code=204)
    async def debrief(form: DebriefForm, operator: Helper) -> None:
        """Three short answers, the operator's alone unless shared. They are erased with the conversation."""
        said = None
        if form.mood is not None:
            said = Debrief(form.mood, form.stays.strip(), form.helps.strip(), form.shared)
        try:
            await parts.care.debrief(operator.id, ConversationId(form.conversation), said)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None

    return router


def _show(load: Load) -> CareView:
    pause = load.pause
    return CareView(
        today=load.today,
        week=load.week,
        state=pause.state.value,
        begins=pause.begins,
        ends=pause.ends,
        may_put_off=pause.put_offs_left > 0,
        offers_next=pause.offers_next,
        ask_about=load.ask_about,
    )
