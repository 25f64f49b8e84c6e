"""Two conversations of one person: shown to operators on both, and said to nobody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from bot.console.access import Helper, Reader
from bot.console.linked import SHORTEST_NUMBER, LinkedView
from bot.console.parts import Parts
from bot.console.statuses import problem
from bot.core.ids import ConversationId
from bot.services.changes import Changes

_Number = Annotated[str, Path(pattern=rf"^[0-9a-f]{{{SHORTEST_NUMBER},32}}$")]


class LinkedForm(BaseModel):
    conversation: str = Field(pattern="^[0-9a-f]{32}$")


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["links"])

    @router.get("/conversations-by-number/{number}", responses=problem(409))
    async def find(number: _Number, operator: Reader) -> LinkedView:
        """Which conversation has this number, so that an operator sees what they are about to link."""
        found = await parts.run(parts.links.numbered, number)
        if not found:
            raise HTTPException(404, "no conversation has this number; it may have been erased")
        if len(found) > 1:
            raise HTTPException(409, "several conversations begin with this number: write more of it")
        return LinkedView.of(found[0])

    @router.post("/conversations/{conversation_id}/links", status_code=204)
    async def link(conversation_id: str, form: LinkedForm, operator: Helper) -> None:
        one, other = ConversationId(conversation_id), ConversationId(form.conversation)
        if one == other:
            raise HTTPException(409, "this is the same conversation")
        if not await parts.run(parts.links.link, one, other, operator.id, parts.clock()):
            raise HTTPException(409, "these two are linked already")
        for each in (one, other):
            await parts.access.record(operator, "linked", each)
        parts.changes.tell(one, other, Changes.DESK)

    @router.delete("/conversations/{conversation_id}/links/{other_id}", status_code=204)
    async def unlink(conversation_id: str, other_id: str, operator: Helper) -> None:
        one, other = ConversationId(conversation_id), ConversationId(other_id)
        if not await parts.run(parts.links.unlink, one, other, parts.clock()):
            raise HTTPException(404, "these two are not linked")
        for each in (one, other):
            await parts.access.record(operator, "unlinked", each)
        parts.changes.tell(one, other, Changes.DESK)

    return router
