"""What a person sent besides text: fetched when it is opened, each time, and every opening stands in the audit log."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from bot.console.access import Reader
from bot.console.attached import ContactView, contact_of
from bot.console.parts import Parts
from bot.core.conversation import Conversation
from bot.core.fetching import Gone, NotFetched, TooLarge
from bot.core.ids import MessageId
from bot.core.message import Attached
from bot.store.operators import Operator

_HEADERS = {
    # a stranger made it: it may run nothing, be framed by nothing and be taken for nothing that it is not
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["attachments"])

    async def opened(
        conversation_id: str, message_id: int, place: int, operator: Operator, action: str
    ) -> tuple[Conversation, Attached]:
        conversation = await parts.access.conversation_for(operator, conversation_id)
        attached = await parts.attachments.one(conversation.id, MessageId(message_id), place)
        await parts.access.record(operator, action, conversation.id)
        return conversation, attached

    @router.get(
        "/conversations/{conversation_id}/messages/{message_id}/attached/{place}",
        response_class=Response,
        responses={
            200: {"content": {"application/octet-stream": {}}, "description": "the file"},
            410: {"description": "the channel has it no more"},
            413: {"description": "it is larger than the hotline fetches"},
            502: {"description": "the channel cannot be reached now"},
        },
    )
    async def open_one(conversation_id: str, message_id: int, place: int, operator: Reader) -> Response:
        """A file as it came; *place* counts from 0 what came with the message."""
        conversation, attached = await opened(conversation_id, message_id, place, operator, "opened_attached")
        try:
            file = await parts.attachments.fetch(conversation.channel, attached)
        except TooLarge:
            most = parts.attachments.limits.most / 2**20
            raise HTTPException(413, f"larger than {most:g} MB: ask the person to say what it shows") from None
        except Gone:
            raise HTTPException(410, "the channel has it no more: ask the person to send it again") from None
        except NotFetched:
            raise HTTPException(502, "the channel cannot be reached now: try again in a minute") from None
        disposition = "inline" if file.shown else "attachment"
        named = f'{disposition}; filename="{message_id}-{place}.{file.ending}"'
        return Response(file.content, media_type=file.type, headers=_HEADERS | {"Content-Disposition": named})

    @router.get("/conversations/{conversation_id}/messages/{message_id}/attached/{place}/contact")
    async def reveal(conversation_id: str, message_id: int, place: int, operator: Reader) -> ContactView:
        """The name and number of a contact that the person sent, which the conversation shows in part alone."""
        _, attached = await opened(conversation_id, message_id, place, operator, "revealed_contact")
        if attached.kind != "contact":
            raise HTTPException(404, "this is no contact")
        return contact_of(attached)

    return router
