"""What goes out by Twilio: SMS and WhatsApp, number menus, the window of a day; and what is taken back or fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from starlette.routing import Route

from bot.content.sms import MOST_SEGMENTS, cheap, segments
from bot.core.fetching import Gone
from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Reply
from bot.core.sending import Misconfigured, Outgoing, Part, Refused, Sent, Undecided, WindowClosed, button_code
from bot.text.split import split
from channels.contract import Clock, Finding, Inbox
from channels.files import download, same_origin
from channels.twilio.api import Account, Api
from channels.twilio.examine import examine
from channels.twilio.forms import SMS, WHATSAPP, WHATSAPP_PREFIX
from channels.twilio.incoming import STATUS_PATH, Incoming
from channels.webhooks import Webhooks, in_parts

_LONGEST_BODY = 1600  # UTF-16 units
_WINDOW = timedelta(hours=24)
_AGREE = timedelta(minutes=1)  # two clocks that differ by less are right
_JUST_NOW = timedelta(minutes=15)
_CLOCKS_DIFFER = timedelta(hours=26)  # a clock with a wrong zone, or a wrong day
_EARLY = timedelta(minutes=5)  # before Twilio would refuse: our clocks may differ


class Twilio(Webhooks):
    """See :class:`channels.contract.Channel`."""

    names = frozenset({SMS, WHATSAPP})
    can_look_up = True

    def __init__(self, account: Account, rate: float, clock: Clock) -> None:
        """*rate* in messages a second."""
        self.rate = rate
        self._account, self._clock = account, clock
        self._api = Api(account)

    def routes(self, inbox: Inbox) -> list[Route]:
        return Incoming(self._account, self._clock, inbox).routes()

    async def end(self) -> None:
        await self._api.end()

    def examine(self) -> AsyncIterator[Finding]:
        return examine(self._account, self._api)

    def parts(self, outgoing: Outgoing) -> list[Part]:
        lines = [f"{place} {button.title}" for place, button in enumerate(outgoing.buttons, 1)]
        if outgoing.channel != SMS:
            return in_parts("\n".join([outgoing.text, *lines]), _LONGEST_BODY)
        text = cheap(outgoing.text)
        lines = [cheap(line) for line in lines]
        whole = "\n".join([text, *lines])
        if not lines or segments(whole) <= MOST_SEGMENTS:
            return in_parts(whole, _LONGEST_BODY)
        # the words first and alone; of the menu what two messages hold, which is ordered by need
        while len(lines) > 1 and segments("\n".join(lines)) > MOST_SEGMENTS:
            lines.pop()
        return [*in_parts(text, _LONGEST_BODY), Part("\n".join(lines))]

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        if outgoing.channel == WHATSAPP and self._window_is_closed(outgoing):
            if not self._account.template:
                raise WindowClosed("window_closed")
            await self._create(outgoing.channel, outgoing.address, content_sid=self._account.template)
            raise WindowClosed("window_template")
        callback = f"{self._account.public_url}{STATUS_PATH}?m={button_code(outgoing.message_id, outgoing.part)}"
        return await self._create(outgoing.channel, outgoing.address, body=part.text, status_callback=callback)

    def _window_is_closed(self, outgoing: Outgoing) -> bool:
        last = outgoing.last_person_at
        return last is None or self._clock() - last > _WINDOW - _EARLY

    async def _create(self, channel: ChannelName, to: Address, **what: str) -> Sent:
        prefix = WHATSAPP_PREFIX if channel == WHATSAPP else ""
        sender = self._account.senders[channel]
        if not sender and not (channel == SMS and self._account.service):
            raise Misconfigured("twilio_no_sender")
        if channel == SMS and self._account.service:
            what["messaging_service_sid"] = self._account.service
        else:
            what["from_"] = prefix + sender
        message = await self._api.asked(self._api.client.messages.create_async(to=prefix + to, **what))
        counted = int(message.num_segments or 0)
        body = what.get("body", "")
        return Sent(message.sid, (counted or segments(body)) if channel == SMS else None)

    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None:
        to = (WHATSAPP_PREFIX if outgoing.channel == WHATSAPP else "") + outgoing.address
        listed = await self._api.asked(self._api.client.messages.list_async(to=to, limit=100))
        # what went before this one is known, so it is younger than that, by Twilio's own clock: ours may have jumped
        before = [one.date_created for one in listed if one.sid in known and one.date_created is not None]
        unknown = [one for one in listed if one.sid not in known and one.body == part.text]
        found = [one for one in unknown if not before or one.date_created is None or one.date_created >= max(before)]
        for message in found:
            if before or message.date_created is None or self._is_of_now(message.date_created, outgoing.since):
                return Sent(message.sid, int(message.num_segments or 0) or None)
        if any(one.date_created >= outgoing.since - _CLOCKS_DIFFER for one in found):
            raise Undecided("twilio_cannot_tell")  # ours, and the clock jumped since; or of before an erasing
        return None

    def _is_of_now(self, created: datetime, since: datetime) -> bool:
        """Was it created after *since*? Where the clocks differ, or ours was set back: was it a short while ago?"""
        if created >= since - timedelta(seconds=5):
            return True
        now, theirs = self._clock(), self._api.their_time
        wrong = (theirs is not None and abs(theirs - now) > _AGREE) or since > now + _AGREE
        return wrong and (theirs or now) - created <= _JUST_NOW

    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent:
        for body in split(cheap(reply.text) if channel == SMS else reply.text, _LONGEST_BODY):
            sent = await self._create(channel, address, body=body)
        return sent

    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None:
        for sid in (*received, *sent):
            try:
                await self._api.asked(self._api.client.messages(sid).delete_async())
            except (Refused, Misconfigured):  # gone already, or still on its way
                continue

    async def fetch(self, attached: Attached, most: int) -> bytes:
        # the address came with a webhook: only our own account's files are asked for, at the API that is set
        ours, ref = self._account, attached.ref
        home = f"{ours.api_url}/2010-04-01/Accounts/{ours.sid}/Messages/"
        if ref is None or not ref.startswith(home) or not same_origin(ref, ours.api_url):
            raise Gone
        return await download(ref, most, timeout=ours.timeout, login=ours.login, redirects=True)
