"""A machine's translation of one message, where the hotline has set up a server for it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from bot.console.access import Helper
from bot.console.parts import Parts
from bot.core.message import has_words
from bot.core.taxonomy import UNDETERMINED, Language
from bot.services.translate import Untranslated


class TranslationView(BaseModel):
    """A machine made it, and it may be wrong: it is shown below the original and its signs, never alone."""

    text: str
    language: str


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["translation"])

    @router.post("/conversations/{conversation_id}/messages/{message_id}/translation")
    async def translation(conversation_id: str, message_id: int, operator: Helper) -> TranslationView:
        """Have one message translated into the operator's language; its text leaves this machine."""
        conversation = await parts.access.conversation_for(operator, conversation_id)
        if parts.translator is None:
            raise HTTPException(409, "off")
        messages = await parts.run(parts.conversations.messages, conversation.id)
        message = next((one for one in messages if one.id == message_id), None)
        if message is None or not has_words(message.text, message.attached):
            raise HTTPException(404, "there is no such message, or it has no words")
        await parts.access.record(operator, "translated", conversation.id)
        # what is hidden from the operator stays hidden from the server: else it would come back readable
        mask = await parts.access.mask_for(operator, conversation, messages)
        shown = mask.message(message)
        understood = shown.understanding
        source = understood.language.code if understood is not None else conversation.language
        text = understood.readable if understood is not None else shown.text
        target = Language(operator.language)
        try:
            translated = await parts.translator(text, source or UNDETERMINED, target)
        except Untranslated as error:
            raise HTTPException(409, error.code) from None
        return TranslationView(text=translated, language=target)

    return router
