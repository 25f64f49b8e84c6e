"""Facebook Messenger, by the Send API of a page: signed webhooks, quick replies, the window of a day."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.core.fetching import Gone
from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Delivery, Received, label
from bot.core.sending import (
    Blocked,
    Misconfigured,
    Outgoing,
    Part,
    Refused,
    SendFailed,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
    WindowClosed,
    button_code,
    read_button_code,
)
from channels.calls import Calls, moment, objects, short, signed_hex
from channels.commands import command
from channels.contract import Clock, Finding, Inbox
from channels.files import download, same_origin
from channels.known import BadSettings, address, number
from channels.webhooks import SignedJson

MESSENGER = ChannelName("messenger")
PATH = "/webhooks/messenger"
_VERSION = "/v23.0"
_LONGEST_TITLE = 20
_KINDS = {"image": "photo", "video": "video", "audio": "voice", "file": "document", "location": "location"}
#: https://developers.facebook.com/docs/messenger-platform/error-codes
_TOO_FAST = frozenset((4, 17, 32, 613))
_TOKEN = frozenset((190, 102, 200))
_GONE = 551
_TEMPORARY = frozenset((1, 2, 1200))
_OUTSIDE_WINDOW = 2018278
_RECEIPTS = (("delivery", Delivery.DELIVERED), ("read", Delivery.READ))
_MOST_IDS = 100
_FILE_HOSTS = (".fbcdn.net", ".fbsbx.com")
_GONE_PERSON = 2018001


def open_channel(values: Mapping[str, str], public_url: str, clock: Clock) -> Messenger:
    """Raises BadSettings."""
    for name in ("HOTLINE_MESSENGER_SECRET", "HOTLINE_MESSENGER_VERIFY_TOKEN"):
        if not values[name]:
            raise BadSettings(f"{name} is empty: bot/docs/channels.md says where it stands in Meta's console.")
    return Messenger(
        values["HOTLINE_MESSENGER_TOKEN"],
        values["HOTLINE_MESSENGER_SECRET"],
        values["HOTLINE_MESSENGER_VERIFY_TOKEN"],
        api_url=address(values, "HOTLINE_MESSENGER_API_URL"),
        webhook_url=public_url + PATH,
        rate=number(values, "HOTLINE_MESSENGER_RATE"),
        timeout=number(values, "HOTLINE_MESSENGER_TIMEOUT", least=0.1),
        clock=clock,
    )


class Messenger(SignedJson):
    """See :class:`channels.contract.Channel`."""

    name, names = MESSENGER, frozenset({MESSENGER})
    longest_text, most_buttons = 2000, 13
    can_look_up = False

    def __init__(
        self,
        token: str,
        secret: str,
        verify_token: str,
        *,
        api_url: str,
        webhook_url: str,
        rate: float,
        timeout: float,
        clock: Clock,
    ) -> None:
        """*timeout* in seconds, *rate* in messages a second."""
        self.rate = rate
        self._secret, self._verify_token, self._webhook_url = secret, verify_token, webhook_url
        self._api_url, self._timeout, self._clock = api_url, timeout, clock
        super().__init__(Calls("messenger", api_url + _VERSION, {"Authorization": f"Bearer {token}"}, timeout))

    def routes(self, inbox: Inbox) -> list[Route]:
        async def webhook(request: Request) -> Response:
            if request.method == "GET":
                return self._verified(request, inbox)
            told = await self._told(request, inbox)
            if isinstance(told, Response):
                return told
            for entry in objects(told.get("entry")):
                for event in objects(entry.get("messaging")):
                    await self._take(event, inbox)
            return Response()

        return [Route(PATH, webhook, methods=["GET", "POST"])]

    def _is_signed(self, request: Request, body: bytes) -> bool:
        return signed_hex(self._secret, body, request.headers.get("X-Hub-Signature-256", ""))

    def _verified(self, request: Request, inbox: Inbox) -> Response:
        """Meta asks once, when the webhook is entered in its console."""
        asked = request.query_params
        given = asked.get("hub.verify_token", "")
        if not hmac.compare_digest(given.encode(), self._verify_token.encode()):
            inbox.refuse(MESSENGER)
            return Response(status_code=403)
        return PlainTextResponse(asked.get("hub.challenge", ""))

    async def _take(self, event: dict[str, Any], inbox: Inbox) -> None:
        person = (event.get("sender") or {}).get("id")
        message, pressed = event.get("message"), event.get("postback")
        at = moment(event.get("timestamp")) or self._clock()
        if not isinstance(person, str):
            return
        who = Address(person)
        for name, delivery in _RECEIPTS:
            if isinstance(receipt := event.get(name), dict):
                await self._note(who, delivery, receipt, inbox)
                return
        if isinstance(pressed, dict):
            # "Get started" and the like: a code of ours, or a greeting
            mid, code = str(pressed.get("mid") or f"{person}.{event.get('timestamp')}"), str(pressed.get("payload"))
            if not await inbox.press(MESSENGER, who, mid[:128], code, at):
                text = str(pressed.get("title") or "/start")
                await inbox.accept(Received(MESSENGER, mid[:128], who, text, at, payload="/greet"))
            return
        if not isinstance(message, dict) or message.get("is_echo") or not isinstance(message.get("mid"), str):
            return
        mid = message["mid"][:128]
        code = str((message.get("quick_reply") or {}).get("payload"))
        if read_button_code(code) and await inbox.press(MESSENGER, who, mid, code, at):
            return
        attached = tuple(_attached(one) for one in objects(message.get("attachments")))
        text = str(message.get("text") or "") or label(attached) or "[message]"
        if not message.get("text") and not attached:
            attached = (Attached("message"),)
        await inbox.accept(Received(MESSENGER, mid, who, text, at, payload=command(text), attached=attached))

    async def _note(self, who: Address, delivery: Delivery, receipt: dict[str, Any], inbox: Inbox) -> None:
        """A delivery names messages or a moment, a reading a moment: all that was sent until then has come so far."""
        named = receipt.get("mids")
        ids = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
        until = None if ids else moment(receipt.get("watermark"))
        await inbox.came(MESSENGER, who, delivery, channel_ids=ids[:_MOST_IDS], until=until)

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        message: dict[str, Any] = {"text": part.text}
        if part.buttons:
            message["quick_replies"] = [
                {
                    "content_type": "text",
                    "title": short(button.title, _LONGEST_TITLE),
                    "payload": button_code(outgoing.message_id, place),
                }
                for place, button in enumerate(part.buttons)
            ]
        return await self._post(outgoing.address, message)

    async def _post(self, to: Address, message: dict[str, Any]) -> Sent:
        body = {"recipient": {"id": to}, "messaging_type": "RESPONSE", "message": message}
        taken = await self._calls("POST", "/me/messages", _refused, body)
        return Sent(str(taken.get("message_id"))[:64])

    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None:
        raise Uncertain("messenger_cannot_tell")

    async def _say_text(self, address: Address, text: str) -> Sent:
        return await self._post(address, {"text": text})

    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None:
        """Meta lets no page take back what it sent; the person can delete the chat."""

    async def fetch(self, attached: Attached, most: int) -> bytes:
        if attached.ref is None or not (_is_metas(attached.ref) or same_origin(attached.ref, self._api_url)):
            raise Gone
        return await download(attached.ref, most, timeout=self._timeout)

    async def examine(self) -> AsyncIterator[Finding]:
        try:
            me = await self._calls("GET", "/me?fields=name", _refused)
            yield Finding(True, f"Messenger: the page {me.get('name')}")
        except SendFailed as error:
            remedy = (
                "Meta does not take this token: make a new page access token and set HOTLINE_MESSENGER_TOKEN"
                if isinstance(error, Misconfigured)
                else "it cannot be reached: check the network and HOTLINE_MESSENGER_API_URL"
            )
            yield Finding(False, f"Messenger ({error.reason})", remedy)
        finally:
            await self.end()
        yield Finding(True, f"Messenger: the webhook in Meta's console must be {self._webhook_url}")


def _refused(status: int, body: dict[str, Any]) -> SendFailed:
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    code, inner = error.get("code"), error.get("error_subcode")
    reason = f"messenger_{code or status}"[:40]
    if inner == _OUTSIDE_WINDOW:
        return WindowClosed("window_closed")
    if code in _TOO_FAST or status == 429:
        return Throttled(reason, 30.0, everybody=True)
    if code in _TOKEN or status == 401:
        return Misconfigured(reason)
    if code == _GONE or inner == _GONE_PERSON:
        return Blocked(reason)
    if code in _TEMPORARY:
        return Unreachable(reason)
    return Refused(reason)


def _is_metas(url: str) -> bool:
    """Does *url* lead to the servers on which Meta keeps what people sent?"""
    try:
        where = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return where.scheme == "https" and where.port is None and where.host.endswith(_FILE_HOSTS)


def _attached(raw: dict[str, Any]) -> Attached:
    payload = raw.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    kind = _KINDS.get(str(raw.get("type")), "message")
    place = payload.get("coordinates")
    if isinstance(place, dict):
        return Attached(kind, about={"latitude": str(place.get("lat")), "longitude": str(place.get("long"))})
    return Attached(kind, payload.get("url"))
