"""The desk's JSON API, at ``/desk/api``."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from bot.console.access import COOKIE, Access, AccessOf, Changer, Reader
from bot.console.cards import CardsView, show_cards
from bot.console.sign_in import LOCK_FOR, SHORTEST_PASSWORD, LockedOut, Refused, SignedIn, WeakPassword
from bot.console.views import (
    ConversationView,
    DeskView,
    LinkView,
    MessageView,
    OperatorView,
    SessionView,
    WaitingView,
    show_conversation,
    show_message,
)
from bot.content.library import Library
from bot.core.conversation import Holder, NotHeld
from bot.core.ids import ConversationId, MessageId
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language
from bot.core.turn import ShownMessage
from bot.services.changes import Changes
from bot.services.desk import LONGEST_TEXT, Desk
from bot.services.ports import Run
from bot.store.conversations import Conversations
from bot.store.operators import Operator, Operators
from bot.store.queue import Queue

_OPEN = (Holder.QUEUE, Holder.OPERATOR, Holder.BOT)
_KEEP_ALIVE = 15.0  # seconds between signs of life on a silent line: the page hears that it lives, proxies keep it open


@dataclass(frozen=True)
class Parts:
    """What the desk is wired to."""

    access: Access
    desk: Desk
    conversations: Conversations
    operators: Operators
    queue: Queue
    library: Library
    changes: Changes
    run: Run
    secure_cookies: bool


class SignInForm(BaseModel):
    name: str = Field(max_length=80)
    password: str = Field(max_length=1000)


class LinkForm(BaseModel):
    token: str = Field(max_length=200)


class WelcomeForm(LinkForm):
    password: str = Field(max_length=1000)


class WriteForm(BaseModel):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class CardForm(BaseModel):
    card: str = Field(max_length=80)


class LanguageForm(BaseModel):
    language: str = Field(max_length=8)


def make_api(parts: Parts) -> FastAPI:
    """The API as an app of its own, so that its OpenAPI lists the desk's routes alone."""
    app = FastAPI(title="Hotline desk", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    app.state.access = parts.access
    app.include_router(_sessions(parts))
    app.include_router(_conversations(parts))
    app.include_router(_writing(parts))

    @app.exception_handler(NotHeld)
    async def conflict(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    @app.exception_handler(LookupError)
    async def gone(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": "there is no such conversation; it may have been erased"}, 404)

    @app.exception_handler(PermissionError)
    async def not_yours(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    return app


def _sessions(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["session"])
    sign_in = parts.access.sign_in

    def opened(signed: SignedIn, response: Response) -> SessionView:
        response.set_cookie(
            COOKIE, signed.token, httponly=True, samesite="strict", secure=parts.secure_cookies, path="/desk"
        )
        return _session_view(signed.operator, signed.csrf, parts.library)

    @router.post("/sign-in")
    async def begin(form: SignInForm, response: Response) -> SessionView:
        try:
            return opened(await sign_in(form.name, form.password), response)
        except Refused:
            raise HTTPException(401, "name or password is not right") from None
        except LockedOut:
            minutes = int(LOCK_FOR.total_seconds() // 60)
            raise HTTPException(429, "too many tries", {"Retry-After": str(minutes * 60)}) from None

    @router.post("/link")
    async def whose_link(form: LinkForm) -> LinkView:
        try:
            owner = _operator_view(await sign_in.link_owner(form.token))
        except Refused:
            raise HTTPException(410, "this link was used already or is too old") from None
        return LinkView(**owner.model_dump(), shortest_password=SHORTEST_PASSWORD)

    @router.post("/welcome")
    async def welcome(form: WelcomeForm, response: Response) -> SessionView:
        try:
            return opened(await sign_in.welcome(form.token, form.password), response)
        except Refused:
            raise HTTPException(410, "this link was used already or is too old") from None
        except WeakPassword:
            raise HTTPException(422, f"at least {SHORTEST_PASSWORD} characters, not one over and over") from None

    @router.post("/sign-out", status_code=204)
    async def end(request: Request, response: Response, _: Changer) -> None:
        await sign_in.sign_out(request.cookies.get(COOKIE, ""))
        response.delete_cookie(COOKIE, path="/desk")

    @router.get("/me")
    async def me(request: Request, access: AccessOf) -> SessionView:
        session = await access.session(request)
        return _session_view(session.operator, session.csrf, parts.library)

    @router.put("/me/language", status_code=204)
    async def read_in(form: LanguageForm, operator: Changer) -> None:
        if form.language not in LANGUAGES:
            raise HTTPException(422, f"write one of {', '.join(LANGUAGES)}")
        await parts.run(parts.operators.set_language, operator.id, form.language)

    @router.get("/words")
    async def words(response: Response, language: Annotated[str, Query(max_length=8)] = "en") -> dict[str, str]:
        """The desk's own words in a language, which ``Content-Language`` names; English where none are written yet.

        With them the countries, as ``desk.country_name.TH``: few browsers can name one in Burmese or Lao.
        """
        spoken = Language(language) if language in LANGUAGES else ENGLISH
        response.headers["Content-Language"] = spoken
        countries = parts.library.countries
        named = {f"desk.country_name.{code}": countries.title(code, spoken) for code in countries.names}
        return parts.library.texts("desk.", spoken) | named

    return router


def _conversations(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["conversations"])

    async def view(operator: Operator, conversation_id: str) -> ConversationView:
        conversation = await parts.access.conversation_for(operator, conversation_id)
        messages = await parts.run(parts.conversations.messages, conversation.id)
        names: dict[int, str] = {one.id: one.name for one in await parts.run(parts.operators.all)}
        return show_conversation(conversation, messages, names, _operator_view(operator), parts.library)

    @router.get("/desk")
    async def lists(operator: Reader, closed: bool = False) -> DeskView:
        """Conversations, most urgent first: who waits before who does not, then risk, then who waits longest."""
        last = await parts.run(parts.queue.last_event_id)
        shown = await parts.run(parts.queue.waiting, (Holder.CLOSED,) if closed else _OPEN)
        return DeskView(last_event_id=last, conversations=[WaitingView.of(one, operator.id) for one in shown])

    @router.get("/conversations/{conversation_id}")
    async def one(conversation_id: str, operator: Reader) -> ConversationView:
        return await view(operator, conversation_id)

    @router.post("/conversations/{conversation_id}/take-over")
    async def take_over(conversation_id: str, operator: Changer) -> ConversationView:
        await parts.desk.take_over(ConversationId(conversation_id), operator.id)
        await parts.access.record(operator, "took_over", ConversationId(conversation_id))
        return await view(operator, conversation_id)

    @router.post("/conversations/{conversation_id}/hand-back")
    async def hand_back(conversation_id: str, operator: Changer) -> ConversationView:
        await parts.desk.hand_back(ConversationId(conversation_id), operator.id)
        await parts.access.record(operator, "handed_back", ConversationId(conversation_id))
        return await view(operator, conversation_id)

    @router.post("/conversations/{conversation_id}/close")
    async def close(conversation_id: str, operator: Changer) -> ConversationView:
        await parts.desk.close(ConversationId(conversation_id), operator.id)
        await parts.access.record(operator, "closed", ConversationId(conversation_id))
        return await view(operator, conversation_id)

    @router.post("/conversations/{conversation_id}/messages/{message_id}/send-again", status_code=204)
    async def send_again(conversation_id: str, message_id: int, operator: Changer) -> None:
        """Send a message again that failed or may not have arrived: the one who decides has seen that it may double."""
        conversation = await parts.access.conversation_for(operator, conversation_id)
        if not await parts.desk.send_again(conversation.id, MessageId(message_id)):
            raise HTTPException(409, "this message was sent, or waits already")
        await parts.access.record(operator, "sent_again", conversation.id)

    @router.get("/events", response_class=StreamingResponse)
    async def events(
        request: Request,
        operator: Reader,
        after: Annotated[int, Query(ge=0)] = 0,
        last_event_id: Annotated[str, Header()] = "",
    ) -> StreamingResponse:
        """Server-sent events from one id on: each names a conversation that changed, and how."""
        begin = int(last_event_id) if last_event_id.isdecimal() else after
        return StreamingResponse(
            _events(parts, request, begin),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


def _writing(parts: Parts) -> APIRouter:
    """What an operator writes to a person: own words, or ready sentences."""
    router = APIRouter(tags=["writing"])

    async def written(shown: Awaitable[ShownMessage], operator: Operator, conversation_id: str) -> MessageView:
        try:
            message = await shown
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        await parts.access.record(operator, "wrote", ConversationId(conversation_id))
        conversation = await parts.run(parts.conversations.get, ConversationId(conversation_id))
        if conversation is None:
            raise LookupError(conversation_id)
        names: dict[int, str] = {operator.id: operator.name}
        return show_message(message, conversation.language, names, Language(operator.language), parts.library)

    @router.post("/conversations/{conversation_id}/messages", status_code=201)
    async def write(conversation_id: str, form: WriteForm, operator: Changer) -> MessageView:
        writing = parts.desk.write(ConversationId(conversation_id), operator.id, form.text)
        return await written(writing, operator, conversation_id)

    @router.get("/cards")
    async def cards(operator: Reader, language: Annotated[str, Query(max_length=8)]) -> CardsView:
        """Every ready sentence for a person who speaks *language*, beside the operator's own."""
        if language not in LANGUAGES:
            raise HTTPException(422, f"write one of {', '.join(LANGUAGES)}")
        return show_cards(parts.library, Language(language), Language(operator.language))

    @router.post("/conversations/{conversation_id}/cards", status_code=201)
    async def send_card(conversation_id: str, form: CardForm, operator: Changer) -> MessageView:
        """Send a ready sentence; it is said in the person's language."""
        sending = parts.desk.send_card(ConversationId(conversation_id), operator.id, form.card)
        return await written(sending, operator, conversation_id)

    return router


async def _events(parts: Parts, request: Request, after: int) -> AsyncIterator[str]:
    async with parts.changes.subscribe(Changes.DESK) as news:
        yield "retry: 2000\n\n"
        while True:
            for event in await parts.run(parts.queue.events_after, after):
                after = event.id
                data = json.dumps({"kind": event.kind, "conversation": event.conversation_id})
                yield f"id: {event.id}\ndata: {data}\n\n"
            if not await news.wait(_KEEP_ALIVE):
                if parts.changes.closed:
                    return
                # a session that ended, or was ended, stops its stream too
                if await parts.access.sign_in.session(request.cookies.get(COOKIE, "")) is None:
                    return
                yield "event: here\ndata: {}\n\n"


def _session_view(operator: Operator, csrf: str, library: Library) -> SessionView:
    return SessionView(
        operator=_operator_view(operator),
        csrf=csrf,
        languages={str(code): name for code, name in LANGUAGES.items()},
        drafts=[code for code in LANGUAGES if library.is_draft(code)],
    )


def _operator_view(operator: Operator) -> OperatorView:
    return OperatorView(id=operator.id, name=operator.name, role=operator.role, language=operator.language)
