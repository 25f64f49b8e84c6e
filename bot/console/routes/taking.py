"""The main act: take the next most urgent. And "I am on it", for who needs a moment before taking over."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from bot.console.access import Helper
from bot.console.conversation import ConversationView
from bot.console.opened import opened
from bot.console.parts import Parts
from bot.console.routes.lists import speaks
from bot.core.ids import ConversationId
from bot.services.changes import Changes


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["queue"])

    @router.post("/take-next", responses={204: {"description": "Nobody waits."}}, response_model=ConversationView)
    async def take_next(operator: Helper) -> ConversationView | Response:
        """Take over whoever needs a human most; 204 when nobody waits. Two operators at once get two conversations."""
        if not await parts.care.offers_next(operator.id):
            raise HTTPException(409, "you are in a pause: end it or put it off first")
        taken = await parts.take_next(operator.id, speaks(operator))
        if taken is None:
            return Response(status_code=204)
        await parts.access.record(operator, "took_over", taken.id)
        return await opened(parts, operator, taken.id)

    @router.post("/conversations/{conversation_id}/acknowledge", status_code=204)
    async def acknowledge(conversation_id: str, operator: Helper) -> None:
        """Hold the calling for three minutes. 404: it does not wait (any more)."""
        waiting = ConversationId(conversation_id)
        await parts.run(parts.ladders.acknowledge, waiting, operator.id, parts.clock())
        await parts.access.record(operator, "acknowledged", waiting)
        parts.changes.tell(waiting, Changes.DESK)

    return router
