"""LINE, by its Messaging API: signed webhooks, quick replies, and pushes that may be repeated without doubling.

LINE takes a key with each push and refuses a second one with the same key (409), so that a message whose answer was
lost is simply sent again: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.fetching import Gone
from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Received, label
from bot.core.sending import (
    Blocked,
    Misconfigured,
    Outgoing,
    Part,
    Refused,
    SendFailed,
    Sent,
    Throttled,
    button_code,
)
from channels.calls import Calls, moment, objects, short, signed_base64
from channels.commands import command
from channels.contract import Clock, Finding, Inbox
from channels.files import download
from channels.known import BadSettings, address, number
from channels.webhooks import SignedJson

LINE = ChannelName("line")
PATH = "/webhooks/line"
_LONGEST_TITLE = 20
_KINDS = {"image": "photo", "video": "video", "audio": "voice", "file": "document", "sticker": "sticker"}
#: From which the keys of our pushes are made: the same message has the same key after a restart too.
_KEYS = uuid.UUID("5f2c6c0a-6a0b-4a55-9d0e-1d3c2f1c7b11")


def open_channel(values: Mapping[str, str], public_url: str, clock: Clock) -> Line:
    """Raises BadSettings."""
    if not values["HOTLINE_LINE_SECRET"]:
        raise BadSettings("HOTLINE_LINE_SECRET is empty: copy the channel secret from LINE's developer console.")
    return Line(
        values["HOTLINE_LINE_TOKEN"],
        values["HOTLINE_LINE_SECRET"],
        api_url=address(values, "HOTLINE_LINE_API_URL"),
        data_url=address(values, "HOTLINE_LINE_DATA_URL"),
        webhook_url=public_url + PATH,
        rate=number(values, "HOTLINE_LINE_RATE"),
        timeout=number(values, "HOTLINE_LINE_TIMEOUT", least=0.1),
        clock=clock,
    )


class _Taken(SendFailed):
    """A push with this key was taken before."""


class Line(SignedJson):
    """See :class:`channels.contract.Channel`."""

    name, names = LINE, frozenset({LINE})
    longest_text, most_buttons = 5000, 13
    can_look_up = True  # in its own way: what is sent again does not double

    def __init__(
        self,
        token: str,
        secret: str,
        *,
        api_url: str,
        data_url: str,
        webhook_url: str,
        rate: float,
        timeout: float,
        clock: Clock,
    ) -> None:
        """*timeout* in seconds, *rate* in messages a second."""
        self.rate = rate
        self._secret, self._webhook_url, self._clock = secret, webhook_url, clock
        self._login, self._data_url, self._timeout = {"Authorization": f"Bearer {token}"}, data_url, timeout
        super().__init__(Calls("line", api_url, self._login, timeout))

    def routes(self, inbox: Inbox) -> list[Route]:
        async def webhook(request: Request) -> Response:
            told = await self._told(request, inbox)
            if isinstance(told, Response):
                return told
            for event in objects(told.get("events")):
                await self._take(event, inbox)
            return Response()

        return [Route(PATH, webhook, methods=["POST"])]

    def _is_signed(self, request: Request, body: bytes) -> bool:
        return signed_base64(self._secret, body, request.headers.get("X-Line-Signature", ""))

    async def _take(self, event: dict[str, Any], inbox: Inbox) -> None:
        source = event.get("source") or {}
        person, event_id = source.get("userId"), event.get("webhookEventId")
        if source.get("type") != "user" or not isinstance(person, str) or not isinstance(event_id, str):
            return  # a group: others would read what we answer
        at = moment(event.get("timestamp")) or self._clock()
        who = Address(person)
        match event.get("type"):
            case "message":
                text, attached = _content(event.get("message") or {})
                await inbox.accept(Received(LINE, event_id, who, text, at, payload=command(text), attached=attached))
            case "postback":
                await inbox.press(LINE, who, event_id, str((event.get("postback") or {}).get("data")), at)
            case "follow":
                await inbox.open(LINE, who)
                await inbox.accept(Received(LINE, event_id, who, "/start", at, payload="/greet"))
            case "unfollow":
                await inbox.shut(LINE, who, Blocked.mark)

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        message: dict[str, Any] = {"type": "text", "text": part.text}
        if part.buttons:
            message["quickReply"] = {
                "items": [
                    {
                        "type": "action",
                        "action": {
                            "type": "postback",
                            "label": short(button.title, _LONGEST_TITLE),
                            "data": button_code(outgoing.message_id, place),
                            "displayText": button.title,
                        },
                    }
                    for place, button in enumerate(part.buttons)
                ]
            }
        key = uuid.uuid5(_KEYS, f"{outgoing.conversation_id}/{outgoing.message_id}/{outgoing.part}")
        try:
            return await self._push(outgoing.address, message, key)
        except _Taken:
            return Sent(str(key))

    async def _push(self, to: Address, message: dict[str, Any], key: uuid.UUID) -> Sent:
        body = {"to": to, "messages": [message]}
        taken = await self._calls("POST", "/v2/bot/message/push", _refused, body, {"X-Line-Retry-Key": str(key)})
        ids = [str(one.get("id")) for one in objects(taken.get("sentMessages"))]
        return Sent(ids[0][:64] if ids else str(key))

    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None:
        return None  # it may be sent again with its own key: LINE tells whether it had it

    async def _say_text(self, address: Address, text: str) -> Sent:
        return await self._push(address, {"type": "text", "text": text}, uuid.uuid4())

    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None:
        """LINE lets nobody take back what was sent."""

    async def fetch(self, attached: Attached, most: int) -> bytes:
        """LINE keeps it "for a certain period": https://developers.line.biz/en/reference/messaging-api/#get-content"""
        if attached.ref is None or not attached.ref.isdecimal():
            raise Gone
        url = f"{self._data_url}/v2/bot/message/{attached.ref}/content"
        return await download(url, most, timeout=self._timeout, headers=self._login)

    async def examine(self) -> AsyncIterator[Finding]:
        try:
            me = await self._calls("GET", "/v2/bot/info", _refused)
            yield Finding(True, f"LINE: the account {me.get('basicId')}")
            hook = await self._calls("GET", "/v2/bot/channel/webhook/endpoint", _refused)
        except SendFailed as error:
            remedy = (
                "LINE does not take this token: make a new channel access token and set HOTLINE_LINE_TOKEN"
                if isinstance(error, Misconfigured)
                else "it cannot be reached: check the network and HOTLINE_LINE_API_URL"
            )
            yield Finding(False, f"LINE ({error.reason})", remedy)
            return
        finally:
            await self.end()
        right = hook.get("endpoint") == self._webhook_url and hook.get("active") is True
        yield Finding(right, "LINE: the webhook", f"enter {self._webhook_url} in LINE's console and switch it on")


def _refused(status: int, body: dict[str, Any]) -> SendFailed:
    if status == 409:
        return _Taken("line_409")
    if status == 429:
        return Throttled("line_429", 5.0, everybody=True)
    if status in (401, 403):
        return Misconfigured(f"line_{status}")
    return Refused(f"line_{status}")


def _content(message: dict[str, Any]) -> tuple[str, tuple[Attached, ...]]:
    kind = message.get("type")
    if kind == "text":
        return str(message.get("text")), ()
    attached: tuple[Attached, ...]
    if kind == "location":
        names = {"latitude": "latitude", "longitude": "longitude", "name": "title", "address": "address"}
        where = {ours: str(message[theirs]) for ours, theirs in names.items() if message.get(theirs)}
        attached = (Attached("location", about=where),)
    else:
        attached = (Attached(_KINDS.get(str(kind), "message"), str(message.get("id")), message.get("fileSize")),)
    return label(attached), attached
