"""What channels share that are told by webhook: opening and closing, taking a text apart, proving who posts JSON."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from bot.core.ids import Address, ChannelName
from bot.core.message import Button, Reply
from bot.core.sending import Outgoing, Part, Sent
from bot.text.split import split
from channels.calls import Calls, raw_body
from channels.contract import Inbox


def in_parts(text: str, longest: int, buttons: Sequence[Button] = ()) -> list[Part]:
    """*text* cut at *longest* UTF-16 units, the buttons under the last part."""
    texts = split(text, longest)
    return [*(Part(one) for one in texts[:-1]), Part(texts[-1], tuple(buttons))]


class Webhooks:
    """Begins and ends with the server that takes its webhooks."""

    async def open(self, inbox: Inbox) -> None:
        """Nothing to do: the other side begins."""

    async def close(self) -> None:
        """Nothing to do: the server takes no more."""


class SignedJson(Webhooks, ABC):
    """A channel whose other side posts signed JSON, and takes texts with a few buttons under the last."""

    name: ClassVar[ChannelName]
    longest_text: ClassVar[int]  # UTF-16 units
    most_buttons: ClassVar[int]

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def end(self) -> None:
        await self._calls.end()

    @abstractmethod
    def _is_signed(self, request: Request, body: bytes) -> bool:
        """Did the other side sign *body*?"""

    @abstractmethod
    async def _say_text(self, address: Address, text: str) -> Sent:
        """Send a text of which nothing is stored. Raises SendFailed."""

    async def _told(self, request: Request, inbox: Inbox) -> dict[str, Any] | Response:
        """The JSON object of a request, or how it is refused: 403 counts it, and keeps no trace."""
        body = await raw_body(request)
        if body is None or not self._is_signed(request, body):
            inbox.refuse(self.name)
            return Response(status_code=403)
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        return told if isinstance(told, dict) else {}

    def parts(self, outgoing: Outgoing) -> list[Part]:
        return in_parts(outgoing.text, self.longest_text, outgoing.buttons[: self.most_buttons])

    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent:
        for text in split(reply.text, self.longest_text):
            sent = await self._say_text(address, text)
        return sent
