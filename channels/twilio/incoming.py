"""What Twilio calls us for: messages that came in, STOP and START among them, and what became of what we sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.core.ids import Address
from bot.core.sending import OptedOut, Receipt, read_button_code
from channels.calls import raw_body
from channels.contract import Clock, Inbox
from channels.twilio.api import OPTED_OUT, Account
from channels.twilio.forms import (
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
_MOST_FIELDS = 200
_TAKEN = Response("<Response></Response>", media_type="text/xml")


class Incoming:
    """The webhooks of one account. What Twilio did not sign gets 403, is counted, and leaves no trace."""

    def __init__(self, account: Account, clock: Clock, inbox: Inbox) -> None:
        self._account, self._clock, self._inbox = account, clock, inbox
        self._validator = RequestValidator(account.token)

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self._incoming, methods=["POST"]),
            Route(STATUS_PATH, self._status, methods=["POST"]),
        ]

    async def _incoming(self, request: Request) -> Response:
        form = await self._proved(request)
        if form is None:
            self._inbox.refuse("twilio")
            return Response(status_code=403)
        await self._take(form)
        return _TAKEN

    async def _status(self, request: Request) -> Response:
        form = await self._proved(request)
        if form is None:
            self._inbox.refuse("twilio")
            return Response(status_code=403)
        await self._note(form, request.query_params.get("m", ""))
        return Response(status_code=204)

    async def _proved(self, request: Request) -> dict[str, str] | None:
        """The form, if Twilio signed it for our public address; else None."""
        raw = await raw_body(request)
        if raw is None:
            return None
        try:
            # blank fields are signed too, and so is whatever Twilio adds one day: all of it is checked
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
        except ValueError:
            return None
        form = dict(pairs)
        query = request.url.query
        # what Twilio called is in the settings: behind a proxy the request's own address is another
        url = self._account.public_url + request.url.path + (f"?{query}" if query else "")
        signature = request.headers.get("X-Twilio-Signature", "")
        return form if form and self._validator.validate(url, form, signature) else None

    async def _take(self, form: Mapping[str, str]) -> None:
        received = read_form(form, self._clock())
        if received is None or received.address in self._account.senders.values():
            return
        code = form.get("ButtonPayload") or form.get("ListId") or ""
        if read_button_code(code) and await self._inbox.press(
            received.channel, received.address, received.channel_message_id, code, received.sent_at
        ):
            return
        where = (received.channel, received.address)
        was_out = starts(form, received) and await self._inbox.is_opted_out(*where)
        stopping = stops(form, received)
        if stopping or was_out or answered_by_twilio(form):
            received = replace(received, answered=True)
        accepted = await self._inbox.accept(received)
        if accepted.duplicate:  # an old STOP, told again, must not undo a START
            return
        if stopping:
            await self._inbox.shut(*where, OptedOut.mark)
        elif was_out:
            await self._inbox.open(*where)
            if not answered_by_twilio(form):
                await self._inbox.say(*where, "start_done")

    async def _note(self, form: Mapping[str, str], which: str) -> None:
        found, read = read_button_code(which), read_status(form)
        if found is None or read is None:
            return
        message_id, part = found
        delivery, reason = read
        await self._inbox.receipt(Receipt(message_id, part, delivery, reason, form.get("MessageSid")))
        if form.get("ErrorCode") == str(OPTED_OUT):
            to = form.get("To", "")
            channel = WHATSAPP if to.startswith(WHATSAPP_PREFIX) else SMS
            await self._inbox.shut(channel, Address(to.removeprefix(WHATSAPP_PREFIX)), OptedOut.mark)
