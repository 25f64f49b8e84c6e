"""Operators among themselves: notes, handing over, a second pair of eyes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from bot.console.access import Helper, Reader
from bot.console.case import RequestView, show_request
from bot.console.conversation import ConversationView
from bot.console.opened import opened
from bot.console.parts import Parts
from bot.core.casework import LONGEST_NOTE, Request, RequestId
from bot.core.ids import ConversationId, OperatorId
from bot.store.operators import Operator

_MOST = 2**31 - 1  # a greater number is no id


class NoteForm(BaseModel):
    text: str = Field(min_length=1, max_length=LONGEST_NOTE)


class AskForm(BaseModel):
    """*to*: the id of one of ``/colleagues``."""

    to: int = Field(ge=1, le=_MOST)
    text: str = Field(default="", max_length=LONGEST_NOTE)


class ColleagueView(BaseModel):
    """Who is at the desk and can be asked. *languages*: those they read; *holds*: how many conversations."""

    id: int
    name: str
    languages: list[str]
    holds: int


class ColleaguesView(BaseModel):
    """*answer_within*: minutes after which an offered conversation that nobody took waits in the queue again."""

    answer_within: int
    colleagues: list[ColleagueView]


class BellView(RequestView):
    """A request that waits, with what one must know of its conversation before opening it."""

    conversation: str
    risk: str
    language: str


RequestPath = Annotated[int, Path(ge=1, le=_MOST)]


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["casework"])
    casework = parts.casework

    async def names() -> dict[int, str]:
        return {one.id: one.name for one in await parts.run(parts.operators.all)}

    async def asked(operator: Operator, request_id: int) -> Request:
        """An open request that concerns *operator*."""
        waiting = await parts.run(parts.cases.open_for, operator.id)
        found = next((one for one in waiting if one.id == request_id), None)
        if found is None:
            raise HTTPException(409, "too_late")
        return found

    @router.post("/conversations/{conversation_id}/notes", status_code=201)
    async def note(conversation_id: str, form: NoteForm, operator: Helper) -> ConversationView:
        """Write a note for colleagues; the person never sees it."""
        try:
            await casework.note(ConversationId(conversation_id), operator.id, form.text)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "noted", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/transfer", status_code=201)
    async def transfer(conversation_id: str, form: AskForm, operator: Helper) -> ConversationView:
        """Offer the conversation to a colleague; it stays with its holder until they accept."""
        await casework.transfer(ConversationId(conversation_id), operator.id, OperatorId(form.to), form.text)
        await parts.access.record(operator, "asked_transfer", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/look", status_code=201)
    async def look(conversation_id: str, form: AskForm, operator: Helper) -> ConversationView:
        """Ask a colleague to look at it and to write what they think."""
        try:
            await casework.look(ConversationId(conversation_id), operator.id, OperatorId(form.to), form.text)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "asked_look", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.get("/colleagues")
    async def colleagues(operator: Reader) -> ColleaguesView:
        """Other operators who have the desk open, whoever holds least first."""
        there = await parts.run(parts.cases.at_the_desk, parts.clock())
        listed = [
            ColleagueView(id=one.id, name=one.name, languages=list(one.languages), holds=one.holds)
            for one in there
            if one.id != operator.id
        ]
        return ColleaguesView(answer_within=int(casework.answer_within.total_seconds() // 60), colleagues=listed)

    @router.get("/requests")
    async def requests(operator: Reader) -> list[BellView]:
        """What colleagues ask of this operator, and what this operator asked and waits for."""
        called = await names()
        shown = []
        for one in await parts.run(parts.cases.open_for, operator.id):
            conversation = await parts.run(parts.conversations.get, one.conversation)
            if conversation is not None:
                view = show_request(one, called, operator.id)
                shown.append(
                    BellView(
                        **view.model_dump(),
                        conversation=conversation.id,
                        risk=conversation.risk.word,
                        language=conversation.language,
                    )
                )
        return shown

    @router.post("/requests/{request_id}/accept")
    async def accept(request_id: RequestPath, operator: Helper) -> ConversationView:
        """Take the conversation that a colleague offers."""
        conversation = await casework.accept(RequestId(request_id), operator.id)
        await parts.access.record(operator, "accepted_transfer", conversation.id)
        return await opened(parts, operator, conversation.id)

    @router.post("/requests/{request_id}/decline", status_code=204)
    async def decline(request_id: RequestPath, operator: Helper) -> None:
        """Say no. An offered conversation waits in the queue again, where it waited before."""
        request = await asked(operator, request_id)
        await casework.decline(request.id, operator.id)
        await parts.access.record(operator, "declined", request.conversation)

    @router.post("/requests/{request_id}/reply", status_code=204)
    async def reply(request_id: RequestPath, form: NoteForm, operator: Helper) -> None:
        """Say what one thinks, as a second pair of eyes."""
        request = await asked(operator, request_id)
        try:
            await casework.reply(request.id, operator.id, form.text)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "replied", request.conversation)

    @router.post("/requests/{request_id}/withdraw", status_code=204)
    async def withdraw(request_id: RequestPath, operator: Helper) -> None:
        """Ask no longer."""
        request = await asked(operator, request_id)
        await casework.withdraw(request.id, operator.id)
        await parts.access.record(operator, "withdrew", request.conversation)

    return router
