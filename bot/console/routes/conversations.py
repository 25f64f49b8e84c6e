"""One conversation: read it, take it over, hand it back, close it, reopen it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from bot.console.access import Helper, Reader
from bot.console.conversation import ConversationView
from bot.console.masks import REVEALED, Reason
from bot.console.opened import opened
from bot.console.parts import Parts
from bot.console.safe_hours import Decided
from bot.core.casework import LONGEST_NOTE, OUTCOMES
from bot.core.ids import ConversationId, MessageId


class HandOverForm(BaseModel):
    agreed: str = Field(default="", max_length=LONGEST_NOTE)
    open: str = Field(default="", max_length=LONGEST_NOTE)


class OutcomeForm(BaseModel):
    """Without an outcome nothing is closed; the refusal names them all, which a mere "field required" would not."""

    model_config = ConfigDict(json_schema_extra={"required": ["outcome"]})

    outcome: str = Field(default="", max_length=40, json_schema_extra={"enum": list(OUTCOMES)})
    words: str = Field(default="", max_length=LONGEST_NOTE)
    tell: bool = False


class RevealForm(BaseModel):
    """*words* are asked for with the reason "other", and kept until the conversation is erased."""

    reason: Reason
    words: str = Field(default="", max_length=200)


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["conversations"])

    @router.get("/conversations/{conversation_id}")
    async def one(conversation_id: str, operator: Reader) -> ConversationView:
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/take-over")
    async def take_over(conversation_id: str, operator: Helper) -> ConversationView:
        await parts.desk.take_over(ConversationId(conversation_id), operator.id)
        await parts.access.record(operator, "took_over", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/hand-back")
    async def hand_back(conversation_id: str, operator: Helper, form: HandOverForm | None = None) -> ConversationView:
        """The bot answers again; what is written goes to whoever takes it next."""
        words = form or HandOverForm()
        await parts.desk.hand_back(ConversationId(conversation_id), operator.id, words.agreed, words.open)
        await parts.access.record(operator, "handed_back", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/close")
    async def close(conversation_id: str, operator: Helper, form: OutcomeForm | None = None) -> ConversationView:
        """Nobody holds it any more. 422 without *outcome*, which is one of ``/outcomes``.

        With *tell* the person hears that the chat is closed and that they can write again, unless it is outside their
        safe hours.
        """
        told = form or OutcomeForm()
        try:
            await parts.desk.close(
                ConversationId(conversation_id), operator.id, told.outcome, told.words, tell=told.tell
            )
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "closed", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/reopen")
    async def reopen(conversation_id: str, operator: Helper) -> ConversationView:
        """Go on with a closed conversation."""
        await parts.desk.reopen(ConversationId(conversation_id), operator.id)
        await parts.access.record(operator, "reopened", ConversationId(conversation_id))
        return await opened(parts, operator, conversation_id)

    @router.get("/outcomes")
    async def outcomes(_: Reader) -> list[str]:
        """What may have come of a conversation, in the order in which it is offered."""
        return list(OUTCOMES)

    @router.post("/conversations/{conversation_id}/reveal")
    async def reveal(conversation_id: str, form: RevealForm, operator: Helper) -> ConversationView:
        """Show this operator the names, numbers and addresses of a conversation for 15 minutes; the reason is kept."""
        words = form.words.strip()
        if form.reason is Reason.OTHER and not words:
            raise HTTPException(422, "say in words why you need it")
        conversation = await parts.access.conversation_for(operator, conversation_id)
        told = words if form.reason is Reason.OTHER else None
        await parts.access.record(operator, REVEALED, conversation.id, form.reason.value, told)
        return await opened(parts, operator, conversation_id)

    @router.post("/conversations/{conversation_id}/messages/{message_id}/send-again", status_code=204)
    async def send_again(conversation_id: str, message_id: int, operator: Helper, form: Decided | None = None) -> None:
        """Send a message again that failed or may not have arrived: the one who decides has seen that it may double."""
        conversation = await parts.access.conversation_for(operator, conversation_id)
        decided = form or Decided()
        sending = parts.desk.send_again(
            conversation.id, MessageId(message_id), outside_safe_hours=decided.outside_safe_hours
        )
        if not await sending:
            raise HTTPException(409, "this message was sent, or waits already")
        await parts.access.record(operator, "sent_again", conversation.id, decided.detail)

    return router
