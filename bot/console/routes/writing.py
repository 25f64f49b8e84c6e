"""What an operator writes to a person: own words, or ready sentences."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from bot.console.access import Anyone, Helper
from bot.console.cards import CardsView, show_cards
from bot.console.kept import UNCHANGED, Kept
from bot.console.message import MessageView, show_message
from bot.console.parts import Parts
from bot.console.safe_hours import Decided
from bot.console.sms import SmsView, show_sms
from bot.content.library import FACT, LINE
from bot.core.ids import ConversationId
from bot.core.taxonomy import LANGUAGES, Language
from bot.core.turn import ShownMessage
from bot.services.desk import LONGEST_TEXT
from bot.store.operators import Operator


class WriteForm(BaseModel):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class CardForm(BaseModel):
    card: str = Field(max_length=80)


class WriteToPerson(WriteForm, Decided):
    pass


class CardToPerson(CardForm, Decided):
    pass


class EntryToPerson(Decided):
    id: str = Field(max_length=120)


def routes(parts: Parts) -> APIRouter:
    router, kept = APIRouter(tags=["writing"]), Kept()

    async def written(
        shown: Awaitable[ShownMessage], operator: Operator, conversation_id: str, decided: Decided
    ) -> MessageView:
        try:
            message = await shown
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "wrote", ConversationId(conversation_id), decided.detail)
        conversation = await parts.run(parts.conversations.get, ConversationId(conversation_id))
        if conversation is None:
            raise LookupError(conversation_id)
        names: dict[int, str] = {operator.id: operator.name}
        messages = await parts.run(parts.conversations.messages, conversation.id)
        mask = await parts.access.mask_for(operator, conversation, messages)
        return show_message(message, conversation.language, names, Language(operator.language), parts.library, mask)

    @router.post("/conversations/{conversation_id}/messages", status_code=201)
    async def write(conversation_id: str, form: WriteToPerson, operator: Helper) -> MessageView:
        writing = parts.desk.write(
            ConversationId(conversation_id), operator.id, form.text, outside_safe_hours=form.outside_safe_hours
        )
        return await written(writing, operator, conversation_id, form)

    @router.get("/cards", response_model=CardsView, responses=UNCHANGED)
    async def cards(
        request: Request, operator: Anyone, language: Annotated[str, Query(max_length=8)], short: bool = False
    ) -> Response:
        """Every ready sentence for a person who speaks *language*, beside the operator's own; *short*: as an SMS.

        Nobody's words.
        """
        if language not in LANGUAGES:
            raise HTTPException(422, f"write one of {', '.join(LANGUAGES)}")
        spoken, read, form = Language(language), Language(operator.language), "sms" if short else "chat"
        made = partial(show_cards, parts.library, spoken, read, form)
        return kept.answer(request, (spoken, read, form), lambda: made().model_dump_json().encode())

    @router.post("/conversations/{conversation_id}/cards", status_code=201)
    async def send_card(conversation_id: str, form: CardToPerson, operator: Helper) -> MessageView:
        """Send a ready sentence; it is said in the person's language."""
        sending = parts.desk.send_card(
            ConversationId(conversation_id), operator.id, form.card, outside_safe_hours=form.outside_safe_hours
        )
        return await written(sending, operator, conversation_id, form)

    @router.post("/conversations/{conversation_id}/lines", status_code=201)
    async def send_line(conversation_id: str, form: EntryToPerson, operator: Helper) -> MessageView:
        """Send one telephone line of the directory, in the person's language."""
        sending = parts.desk.send_entry(
            ConversationId(conversation_id), operator.id, LINE, form.id, outside_safe_hours=form.outside_safe_hours
        )
        return await written(sending, operator, conversation_id, form)

    @router.post("/conversations/{conversation_id}/facts", status_code=201)
    async def send_fact(conversation_id: str, form: EntryToPerson, operator: Helper) -> MessageView:
        """Send one rule or right, in the person's language."""
        sending = parts.desk.send_entry(
            ConversationId(conversation_id), operator.id, FACT, form.id, outside_safe_hours=form.outside_safe_hours
        )
        return await written(sending, operator, conversation_id, form)

    @router.get("/sms")
    async def sms(operator: Anyone) -> SmsView:
        """What the page needs to count the segments of an SMS while it is written, and their price."""
        return show_sms(parts.sms_price)

    return router
