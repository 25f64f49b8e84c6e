"""Search in what was written, and by a conversation's id."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from bot.console.access import ReaderChanging
from bot.console.narrowing import Narrowed
from bot.console.parts import Parts
from bot.console.waiting import WaitingView
from bot.core.conversation import Holder
from bot.core.ids import MessageId
from bot.store.filters import Chosen
from bot.store.operators import Operator
from bot.store.search import Search

#: So much one request looks at and finds; the page asks for more.
_MOST_LOOKED, _MOST_FOUND = 20_000, 50
_ID = re.compile(r"[0-9a-f]{6,32}")


class SearchForm(BaseModel):
    """*words* stand in no address and in no log. *before*: go on from where the last answer ended."""

    words: Annotated[str, Field(min_length=1, max_length=200)]
    chosen: Narrowed = Field(default_factory=Narrowed)
    zone: Annotated[str, Field(max_length=40)] = "UTC"
    before: Annotated[int, Field(ge=0, lt=2**31)] | None = None


class FoundView(BaseModel):
    """One line of the answer: a conversation that was found (with the message that holds the words, unless it was found
    by its id), or how far the search has come. ``before`` in the last line: from there it goes on; none: all was seen.
    """

    conversation: WaitingView | None = None
    message_id: int | None = None
    looked: int | None = None
    of: int | None = None
    before: int | None = None
    done: bool = False


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["queue"])

    @router.post(
        "/search", response_class=StreamingResponse, responses={200: {"content": {"application/x-ndjson": {}}}}
    )
    async def search(form: SearchForm, operator: ReaderChanging) -> StreamingResponse:
        """Lines of JSON (FoundView), the newest messages first. Spellings that look or read alike meet."""
        try:
            chosen = form.chosen.chosen(tuple(Holder), form.zone)
            looking = parts.search(form.words, chosen)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "searched", None)
        before = MessageId(form.before) if form.before is not None else None
        by_id = form.words.strip().lower()
        lines = _search(parts, operator, looking, before, by_id if _ID.fullmatch(by_id) else None)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})

    return router


async def _search(
    parts: Parts, operator: Operator, looking: Search, before: MessageId | None, by_id: str | None
) -> AsyncIterator[str]:
    seen: set[str] = set()

    async def line(chosen: Chosen, message_id: int | None) -> AsyncIterator[str]:
        for one in await parts.run(parts.queue.waiting, chosen=chosen, limit=20):
            if one.id not in seen:
                seen.add(one.id)
                await parts.access.record(operator, "found", one.id)
                view = WaitingView.of(one, operator.id)
                yield _line(FoundView(conversation=view, message_id=message_id))

    if by_id is not None and before is None:
        async for text in line(Chosen(tuple(Holder), id_begins=by_id), None):
            yield text
    total = await asyncio.to_thread(looking.total)
    looked = 0
    while True:
        # in a thread of its own on either database: opening seals holds nobody up
        step = await asyncio.to_thread(looking.step, before)
        looked, before = looked + step.messages, step.before
        for found in step.found:
            if found.conversation_id not in seen:
                async for text in line(Chosen(tuple(Holder), ids=(found.conversation_id,)), found.message_id):
                    yield text
        done = before is None or looked >= _MOST_LOOKED or len(seen) >= _MOST_FOUND
        yield _line(FoundView(looked=looked, of=total, before=before, done=done))
        if done:
            return


def _line(view: FoundView) -> str:
    return json.dumps(view.model_dump(mode="json", exclude_none=True), ensure_ascii=False) + "\n"
