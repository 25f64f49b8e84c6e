"""The web chat: a page at ``/`` and the requests that it makes.

A random token is the address. The page proposes one with its first message, so that sending that again after a lost
line makes no second conversation; from then on it is kept in a cookie that no script can read. A message carries an id
made by the page, so that sending it again changes nothing.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.core.conversation import Conversation
from bot.core.ids import Address, ChannelName, MessageId
from bot.core.message import Author, Received
from bot.core.taxonomy import LANGUAGES
from bot.core.turn import Accepted, ShownMessage
from channels.bodies import BadBody, id_field, json_object, text_field, to_json

WEB = ChannelName("web")
COOKIE = "c"
#: Set by the page itself on quick exit: from that moment on the token beside it counts no more. No script can take the
#: token away, and the request that asks us to do it may be lost with the line.
LEFT = "left"
_LONGEST_WAIT = 25.0  # seconds; below what proxies cut
_A_MONTH = 30 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")


class News(Protocol):
    """See :class:`bot.services.exchange.News`."""

    @property
    def conversation(self) -> Conversation | None: ...
    @property
    def messages(self) -> tuple[ShownMessage, ...]: ...


class Sounds(Protocol):
    """See :class:`bot.content.sounds.Sounds`."""

    def address(self, text: str, /) -> str | None: ...
    def file(self, language: str, says: str, /) -> Path | None: ...


class Exchange(Protocol):
    """See :class:`bot.services.exchange.Exchange`."""

    async def accept(self, received: Received) -> Accepted: ...
    async def news(self, channel: ChannelName, address: Address, after: MessageId, wait: float) -> News: ...
    async def erase(self, channel: ChannelName, address: Address) -> bool: ...


def routes(
    exchange: Exchange,
    clock: Callable[[], datetime],
    refusals: tuple[type[Exception], ...],
    sounds: Sounds,
    *,
    secure_cookies: bool,
) -> list[Route]:
    """The requests of the page (the page itself is in :mod:`channels.web_page`).

    ``POST /chat/messages {"id", "text", "payload"?, "language"?, "token"?, "leaves"?}`` -> 202 once it is stored, 429,
    413, 400; with ``"leaves": true``, sent on quick exit, the browser is told to forget the token as well;
    ``GET /chat/messages?after=N&wait=S`` -> ``{"messages": [...], "holder", "language", "started"}``;
    ``DELETE /chat`` erases; ``POST /chat/leave`` forgets the token in this browser. A message of the bot that was made
    as sound names it, to be had at ``GET /audio/LANGUAGE/NAME.mp3``.
    """

    def remember(request: Request, response: Response, token: str) -> Response:
        response.set_cookie(COOKIE, token, max_age=_A_MONTH, httponly=True, samesite="strict", secure=secure_cookies)
        if LEFT in request.cookies:
            response.delete_cookie(LEFT, samesite="strict", secure=secure_cookies)
        return response

    def forget(response: Response) -> Response:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure_cookies)
        response.delete_cookie(LEFT, samesite="strict", secure=secure_cookies)
        return response

    async def send(request: Request) -> Response:
        if not _same_origin(request):
            return to_json({"error": "not from this page"}, 403)
        try:
            body = await json_object(request)
            text = text_field(body, "text")
            message_id = id_field(body, "id", longest=64)
            payload = text_field(body, "payload", longest=500) if "payload" in body else None
            token = _token(request) or _proposed(body)
        except BadBody as error:
            return to_json({"error": str(error)}, error.status)
        language = body.get("language")
        received = Received(
            WEB,
            f"{token}/{message_id}",
            Address(token),
            text,
            clock(),
            payload=payload,
            language=language if isinstance(language, str) and language in LANGUAGES else None,
        )
        try:
            accepted = await exchange.accept(received)
        except refusals:
            return to_json({"error": "too many messages wait for an answer"}, 429, {"Retry-After": "5"})
        stored = to_json({"id": accepted.message_id}, 202)
        return forget(stored) if body.get("leaves") is True else remember(request, stored, token)

    async def news(request: Request) -> Response:
        token = _token(request)
        if token is None:
            nothing = to_json({"messages": [], "started": False})
            return forget(nothing) if LEFT in request.cookies else nothing
        try:
            after = MessageId(max(0, int(request.query_params.get("after", "0"))))
            wait = min(max(0.0, float(request.query_params.get("wait", "0"))), _LONGEST_WAIT)
        except ValueError:
            return to_json({"error": '"after" and "wait" must be numbers'}, 400)
        found = await _while_there(request, exchange.news(WEB, Address(token), after, wait))
        if found is None:
            return Response(status_code=204)
        conversation = found.conversation
        if conversation is None:
            return to_json({"messages": [], "started": False})
        return to_json(
            {
                "messages": [_wire(message, token, sounds) for message in found.messages],
                "started": True,
                "holder": conversation.holder.value,
                "language": conversation.language,
            }
        )

    async def erase(request: Request) -> Response:
        if not _same_origin(request):
            return to_json({"error": "not from this page"}, 403)
        token = _token(request)
        if token is not None:
            await exchange.erase(WEB, Address(token))
        return forget(to_json({"erased": True}))

    async def leave(request: Request) -> Response:
        # quick exit: what was told stays with the operators, this browser keeps nothing
        if not _same_origin(request):
            return to_json({"error": "not from this page"}, 403)
        return forget(Response(status_code=204))

    async def sound(request: Request) -> Response:
        file = sounds.file(request.path_params["language"], request.path_params["says"])
        # sounds are not kept on the device either: what somebody listened to is nobody's business
        return FileResponse(file, media_type="audio/mpeg") if file else Response("not found", 404)

    return [
        Route("/chat/messages", send, methods=["POST"]),
        Route("/chat/messages", news, methods=["GET"]),
        Route("/chat", erase, methods=["DELETE"]),
        Route("/chat/leave", leave, methods=["POST"]),
        Route("/audio/{language}/{says}.mp3", sound),
    ]


async def _while_there(request: Request, asked: Awaitable[News]) -> News | None:
    """The answer, or None as soon as whoever asked is gone: a closed page must not hold its place for half a minute."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    answer, leaving = asyncio.ensure_future(asked), asyncio.ensure_future(gone())
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        answer.cancel()
        leaving.cancel()


def _token(request: Request) -> str | None:
    token = request.cookies.get(COOKIE) if LEFT not in request.cookies else None
    return token if token and len(token) <= 64 else None


def _proposed(body: dict[str, Any]) -> str:
    if "token" not in body:
        return secrets.token_urlsafe(24)
    token = text_field(body, "token", longest=64)
    if _TOKEN.fullmatch(token) is None:
        raise BadBody('"token" must be 32 to 64 random letters and digits')
    return token


def _same_origin(request: Request) -> bool:
    # browsers say where a request comes from; another site cannot make a visitor's page write or erase here
    site = request.headers.get("sec-fetch-site")
    return site is None or site in ("same-origin", "none")


def _wire(message: ShownMessage, token: str, sounds: Sounds) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "id": message.id,
        "from": "me" if message.author is Author.PERSON else message.author.value,
        "text": message.text,
        "at": message.at.isoformat(),
    }
    if message.author is Author.PERSON and message.channel_message_id:
        wire["mine"] = message.channel_message_id.removeprefix(f"{token}/")
    if message.buttons:
        wire["buttons"] = [{"title": button.title, "payload": button.payload} for button in message.buttons]
    if message.author is Author.BOT and (address := sounds.address(message.text)):
        wire["sound"] = f"/audio/{address}.mp3"
    return wire
