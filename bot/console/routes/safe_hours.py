"""When a person may be written to: set and cleared by whoever helps."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from bot.console.access import Helper
from bot.console.parts import Parts
from bot.console.safe_hours import SafeHoursView
from bot.core.hours import ZONES
from bot.core.ids import ConversationId
from bot.core.safe_hours import SafeHours
from bot.services.changes import Changes
from bot.store.operators import Operator


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["conversations"])
    clocks = {*ZONES.values(), str(parts.zone)}

    async def set_to(hours: SafeHours | None, conversation_id: str, operator: Operator) -> None:
        about = ConversationId(conversation_id)
        if await parts.run(parts.safe_hours.set, about, hours, parts.clock()):
            # without the hours: lines of the log outlive the conversation
            await parts.access.record(operator, "set_safe_hours" if hours else "cleared_safe_hours", about)
            parts.changes.tell(about, Changes.DESK)

    @router.put("/conversations/{conversation_id}/safe-hours", status_code=204)
    async def put(conversation_id: str, form: SafeHoursView, operator: Helper) -> None:
        """The person may be written to in these hours. *zone*: the ``clock`` that the conversation was shown with."""
        if form.zone not in clocks:
            raise HTTPException(422, "write the zone of the conversation's clock")
        try:
            hours = form.read()
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await set_to(hours, conversation_id, operator)

    @router.delete("/conversations/{conversation_id}/safe-hours", status_code=204)
    async def clear(conversation_id: str, operator: Helper) -> None:
        """The person may be written to at all times."""
        await set_to(None, conversation_id, operator)

    return router
