"""Rasa's REST contract: ``POST /webhooks/rest/webhook {"sender", "message"}`` -> ``[{"recipient_id", "text", ...}]``.

The turn is committed before the answer. An optional ``message_id`` makes a repeated request harmless.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.ids import Address, ChannelName
from bot.core.message import Received, Reply
from bot.core.turn import ShownMessage
from channels.bodies import BadBody, id_field, json_object, text_field, to_json

REST = ChannelName("rest")
_LONGEST_ID = 128


class Answers(Protocol):
    """See :class:`bot.services.exchange.Exchange`."""

    async def answer(self, received: Received) -> Sequence[Reply | ShownMessage]: ...


def routes(exchange: Answers, clock: Callable[[], datetime], refusals: tuple[type[Exception], ...]) -> list[Route]:
    """The channel's routes.

    Args:
        refusals: what *exchange* raises when a sender must wait; it becomes 429.
    """

    async def webhook(request: Request) -> Response:
        try:
            body = await json_object(request)
            sender = id_field(body, "sender", longest=_LONGEST_ID)
            message = text_field(body, "message")
            message_id = id_field(body, "message_id", longest=_LONGEST_ID, default=uuid.uuid4().hex)
        except BadBody as error:
            return to_json({"error": str(error)}, error.status)
        payload = message if message.startswith("/") else None
        received = Received(REST, f"{sender}/{message_id}", Address(sender), message, clock(), payload=payload)
        try:
            said = await exchange.answer(received)
        except refusals:
            return to_json(
                {"error": "too many messages wait for an answer: send the next one in a few seconds"},
                429,
                {"Retry-After": "5"},
            )
        return to_json([_wire(sender, one) for one in said])

    return [Route("/webhooks/rest/webhook", webhook, methods=["POST"])]


def _wire(sender: str, said: Reply | ShownMessage) -> dict[str, object]:
    wire: dict[str, object] = {"recipient_id": sender, "text": said.text}
    if said.buttons:
        wire["buttons"] = [{"title": button.title, "payload": button.payload} for button in said.buttons]
    return wire
