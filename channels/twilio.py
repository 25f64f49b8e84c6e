"""SMS and WhatsApp by Twilio: signed webhooks, status callbacks, number menus, the window of a day on WhatsApp."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response as Answer
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.content.sms import MOST_SEGMENTS, segments
from bot.core.ids import Address, ChannelName
from bot.core.message import Reply
from bot.core.sending import (
    Misconfigured,
    OptedOut,
    Outgoing,
    Part,
    Receipt,
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
from bot.text.split import split
from channels.bodies import MOST_BYTES
from channels.contract import Clock, Finding, Inbox
from channels.known import BadSettings, address, number
from channels.twilio_forms import (
    SMS,
    WHATSAPP,
    WHATSAPP_PREFIX,
    answered_by_twilio,
    read_form,
    read_status,
    starts,
    stops,
)

PATH, STATUS_PATH = "/webhooks/twilio", "/webhooks/twilio/status"
_LONGEST_BODY = 1600  # UTF-16 units
_MOST_FIELDS = 200
_WINDOW = timedelta(hours=24)
_EARLY = timedelta(minutes=5)  # before Twilio would refuse: our clocks may differ
_TAKEN = Response("<Response></Response>", media_type="text/xml")
#: Errors of Twilio's that say that our own settings are wrong, not the message.
_OURS = frozenset((20003, 20404, 21603, 21606, 21609, 21910, 63007, 63015))
_OPTED_OUT = 21610
#: Typographic marks that would make a whole SMS cost twice, and what says the same.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def open_channel(values: Mapping[str, str], public_url: str, clock: Clock) -> Twilio:
    """Raises BadSettings."""
    account, token = values["HOTLINE_TWILIO_ACCOUNT_SID"], values["HOTLINE_TWILIO_AUTH_TOKEN"]
    sms_from, service = values["HOTLINE_TWILIO_SMS_FROM"], values["HOTLINE_TWILIO_MESSAGING_SERVICE_SID"]
    whatsapp_from = values["HOTLINE_TWILIO_WHATSAPP_FROM"].removeprefix(WHATSAPP_PREFIX)
    key, secret = values["HOTLINE_TWILIO_API_KEY"], values["HOTLINE_TWILIO_API_SECRET"]
    if not account.startswith("AC"):
        raise BadSettings("HOTLINE_TWILIO_ACCOUNT_SID begins with AC: copy it from the first page of Twilio's console.")
    if not token:
        raise BadSettings("HOTLINE_TWILIO_AUTH_TOKEN is empty: Twilio signs with it, also when an API key is used.")
    if bool(key) != bool(secret):
        raise BadSettings("HOTLINE_TWILIO_API_KEY and HOTLINE_TWILIO_API_SECRET go together: set both or none.")
    if not (sms_from or service or whatsapp_from):
        raise BadSettings(
            "Nothing to send from: set HOTLINE_TWILIO_SMS_FROM (or HOTLINE_TWILIO_MESSAGING_SERVICE_SID), "
            "HOTLINE_TWILIO_WHATSAPP_FROM, or both."
        )
    for name, value in (("SMS", sms_from), ("WHATSAPP", whatsapp_from)):
        if value and not (value.startswith("+") and value[1:].isdecimal()):
            raise BadSettings(f"HOTLINE_TWILIO_{name}_FROM is {value!r}: write it with + and the country's code.")
    return Twilio(
        account,
        token,
        login=(key, secret) if key else (account, token),
        senders={SMS: sms_from, WHATSAPP: whatsapp_from},
        service=service,
        template=values["HOTLINE_TWILIO_WHATSAPP_TEMPLATE"],
        public_url=(values["HOTLINE_TWILIO_PUBLIC_URL"] or public_url).rstrip("/"),
        api_url=address(values, "HOTLINE_TWILIO_API_URL"),
        rate=number(values, "HOTLINE_TWILIO_RATE"),
        timeout=number(values, "HOTLINE_TWILIO_TIMEOUT", least=0.1),
        clock=clock,
    )


class _Requests(AsyncHttpClient):  # type: ignore[misc]
    """The library's requests over httpx, which tells a line that never stood from one that broke.

    The library's own async client keeps what it sent and writes it to a log.
    """

    def __init__(self, timeout: float) -> None:
        super().__init__(logging.getLogger("twilio"), True, timeout)
        self._client = httpx.AsyncClient(timeout=timeout, limits=httpx.Limits(max_connections=64))

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        allow_redirects: bool = False,
    ) -> Answer:
        answer = await self._client.request(
            method, uri, params=params, data=data, headers=headers, auth=auth, follow_redirects=allow_redirects
        )
        return Answer(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        await self._client.aclose()


class Twilio:
    """See :class:`channels.contract.Channel`."""

    names = frozenset({SMS, WHATSAPP})
    can_look_up = True

    def __init__(
        self,
        account: str,
        token: str,
        *,
        login: tuple[str, str],
        senders: Mapping[ChannelName, str],
        service: str,
        template: str,
        public_url: str,
        api_url: str,
        rate: float,
        timeout: float,
        clock: Clock,
    ) -> None:
        """*senders*: our number by channel, empty where there is none. *template*: the sid of a WhatsApp template."""
        self.rate = rate
        self._account, self._login, self._senders, self._service = account, login, senders, service
        self._template, self._public_url, self._api_url = template, public_url, api_url
        self._timeout, self._clock = timeout, clock
        self._validator = RequestValidator(token)
        self._http: _Requests | None = None
        self._client: Client | None = None
        logging.getLogger("twilio").setLevel(logging.CRITICAL)  # its lines hold what is sent, and to whom

    # --- in --------------------------------------------------------------------------------------------------------

    def routes(self, inbox: Inbox) -> list[Route]:
        async def incoming(request: Request) -> Response:
            form = await self._proved(request)
            if form is None:
                inbox.refuse("twilio")
                return Response(status_code=403)
            await self._take(form, inbox)
            return _TAKEN

        async def status(request: Request) -> Response:
            form = await self._proved(request)
            if form is None:
                inbox.refuse("twilio")
                return Response(status_code=403)
            await self._note(form, request.query_params.get("m", ""), inbox)
            return Response(status_code=204)

        return [Route(PATH, incoming, methods=["POST"]), Route(STATUS_PATH, status, methods=["POST"])]

    async def _proved(self, request: Request) -> dict[str, str] | None:
        """The form, if Twilio signed it for our public address; else None."""
        raw = bytearray()
        async for piece in request.stream():
            raw += piece
            if len(raw) > MOST_BYTES:
                return None
        try:
            # blank fields are signed too, and so is whatever Twilio adds one day: all of it is checked
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
        except ValueError:
            return None
        form = dict(pairs)
        query = request.url.query
        # what Twilio called is in the settings: behind a proxy the request's own address is another
        url = self._public_url + request.url.path + (f"?{query}" if query else "")
        signature = request.headers.get("X-Twilio-Signature", "")
        return form if form and self._validator.validate(url, form, signature) else None

    async def _take(self, form: Mapping[str, str], inbox: Inbox) -> None:
        received = read_form(form, self._clock())
        if received is None or received.address in self._senders.values():
            return
        code = form.get("ButtonPayload") or form.get("ListId") or ""
        if read_button_code(code) and await inbox.press(
            received.channel, received.address, received.channel_message_id, code, received.sent_at
        ):
            return
        where = (received.channel, received.address)
        was_out = starts(form, received) and await inbox.is_opted_out(*where)
        stopping = stops(form, received)
        if stopping or was_out or answered_by_twilio(form):
            received = replace(received, answered=True)
        accepted = await inbox.accept(received)
        if accepted.duplicate:  # an old STOP, told again, must not undo a START
            return
        if stopping:
            await inbox.shut(*where, OptedOut.mark)
        elif was_out:
            await inbox.open(*where)
            if not answered_by_twilio(form):
                await inbox.say(*where, "start_done")

    async def _note(self, form: Mapping[str, str], which: str, inbox: Inbox) -> None:
        found, read = read_button_code(which), read_status(form)
        if found is None or read is None:
            return
        message_id, part = found
        delivery, reason = read
        await inbox.receipt(Receipt(message_id, part, delivery, reason, form.get("MessageSid")))
        if form.get("ErrorCode") == str(_OPTED_OUT):
            to = form.get("To", "")
            channel = WHATSAPP if to.startswith(WHATSAPP_PREFIX) else SMS
            await inbox.shut(channel, Address(to.removeprefix(WHATSAPP_PREFIX)), OptedOut.mark)

    async def open(self, inbox: Inbox) -> None:
        self._connected()

    async def close(self) -> None:
        """Webhooks end with the server."""

    async def end(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = self._client = None

    # --- out -------------------------------------------------------------------------------------------------------

    def parts(self, outgoing: Outgoing) -> list[Part]:
        lines = [f"{place} {button.title}" for place, button in enumerate(outgoing.buttons, 1)]
        if outgoing.channel != SMS:
            return [Part(one) for one in split("\n".join([outgoing.text, *lines]), _LONGEST_BODY)]
        text = _cheap(outgoing.text)
        lines = [_cheap(line) for line in lines]
        whole = "\n".join([text, *lines])
        if not lines or segments(whole) <= MOST_SEGMENTS:
            return [Part(one) for one in split(whole, _LONGEST_BODY)]
        # the words first and alone; of the menu what two messages hold, which is ordered by need
        while len(lines) > 1 and segments("\n".join(lines)) > MOST_SEGMENTS:
            lines.pop()
        return [*(Part(one) for one in split(text, _LONGEST_BODY)), Part("\n".join(lines))]

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        if outgoing.channel == WHATSAPP and self._window_is_closed(outgoing):
            if not self._template:
                raise WindowClosed("window_closed")
            await self._create(outgoing.channel, outgoing.address, content_sid=self._template)
            raise WindowClosed("window_template")
        callback = f"{self._public_url}{STATUS_PATH}?m={button_code(outgoing.message_id, outgoing.part)}"
        return await self._create(outgoing.channel, outgoing.address, body=part.text, status_callback=callback)

    def _window_is_closed(self, outgoing: Outgoing) -> bool:
        last = outgoing.last_person_at
        return last is None or self._clock() - last > _WINDOW - _EARLY

    async def _create(self, channel: ChannelName, to: Address, **what: str) -> Sent:
        prefix = WHATSAPP_PREFIX if channel == WHATSAPP else ""
        sender = self._senders[channel]
        if not sender and not (channel == SMS and self._service):
            raise Misconfigured("twilio_no_sender")
        if channel == SMS and self._service:
            what["messaging_service_sid"] = self._service
        else:
            what["from_"] = prefix + sender
        message = await self._asked(self._connected().messages.create_async(to=prefix + to, **what))
        counted = int(message.num_segments or 0)
        body = what.get("body", "")
        return Sent(message.sid, (counted or segments(body)) if channel == SMS else None)

    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None:
        to = (WHATSAPP_PREFIX if outgoing.channel == WHATSAPP else "") + outgoing.address
        listed = await self._asked(self._connected().messages.list_async(to=to, limit=100))
        earliest = outgoing.since - timedelta(seconds=5)
        for message in listed:
            fresh = message.date_created is None or message.date_created >= earliest
            if fresh and message.sid not in known and message.body == part.text:
                return Sent(message.sid, int(message.num_segments or 0) or None)
        return None

    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent:
        for body in split(_cheap(reply.text) if channel == SMS else reply.text, _LONGEST_BODY):
            sent = await self._create(channel, address, body=body)
        return sent

    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None:
        for sid in (*received, *sent):
            try:
                await self._asked(self._connected().messages(sid).delete_async())
            except (Refused, Misconfigured):  # gone already, or still on its way
                continue

    async def _asked(self, call: Awaitable[Any]) -> Any:
        """The answer. Raises SendFailed."""
        try:
            return await call
        except TwilioRestException as error:
            raise what_is_known(error) from error
        except (
            TwilioException
        ) as error:  # a list that could not be had is raised without its status in a place of its own
            answers = [one.status_code for one in error.args if isinstance(one, Answer)]
            raise what_is_known(TwilioRestException(answers[0] if answers else 500, "")) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise Unreachable("twilio_not_reached") from error
        except httpx.TimeoutException as error:
            raise Uncertain("twilio_no_answer") from error
        except httpx.HTTPError as error:
            raise Uncertain("twilio_cut") from error

    def _connected(self) -> Client:
        if self._client is None:  # made where a loop runs, as its connections belong to one
            self._http = _Requests(self._timeout)
            self._client = Client(*self._login, self._account, http_client=self._http)
            self._client.api.base_url = self._api_url
        return self._client

    # --- for `hotline doctor` ----------------------------------------------------------------------------------------

    async def examine(self) -> AsyncIterator[Finding]:
        yield Finding(
            self._public_url.startswith("https://"),
            f"Twilio: the public address {self._public_url}",
            "Twilio signs an https:// address: set HOTLINE_PUBLIC_URL (or HOTLINE_TWILIO_PUBLIC_URL) to it",
        )
        try:
            await self._asked(self._connected().messages.list_async(limit=1))
            yield Finding(True, "Twilio: account and token")
        except SendFailed as error:
            remedy = (
                "Twilio does not take this login: copy HOTLINE_TWILIO_ACCOUNT_SID and HOTLINE_TWILIO_AUTH_TOKEN again"
                if isinstance(error, Misconfigured)
                else "it cannot be reached: check the network and HOTLINE_TWILIO_API_URL"
            )
            yield Finding(False, f"Twilio ({error.reason})", remedy)
        finally:
            await self.end()
        yield Finding(True, f"Twilio: 'A message comes in' must be POST {self._public_url}{PATH}")


def what_is_known(error: TwilioRestException) -> SendFailed:
    """What an answer of Twilio's means for a message that was being sent."""
    if error.status == 429:
        return Throttled("twilio_429", 1.0, everybody=True)
    if error.status >= 500:
        return Uncertain(f"twilio_{error.status}")
    if error.code == _OPTED_OUT:
        return OptedOut("opted_out")
    if error.status in (401, 403) or error.code in _OURS:
        return Misconfigured(f"twilio_{error.code or error.status}")
    return Refused(f"twilio_{error.code or error.status}")


def _cheap(text: str) -> str:
    """*text* with plain marks where that halves what it costs; as it is where it does not help."""
    plain = text.translate(_PLAIN)
    return plain if segments(plain) < segments(text) else text
