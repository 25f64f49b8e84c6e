"""From Twilio's webhook forms to what we take from people, and the keywords by which SMS is stopped and started."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Delivery, Received, label
from channels.commands import command
from channels.contract import chosen_number

SMS, WHATSAPP = ChannelName("sms"), ChannelName("whatsapp")
WHATSAPP_PREFIX = "whatsapp:"

#: Words by which Twilio itself stops and starts SMS to a number, whether or not it tells us so (OptOutType).
STOP_WORDS = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
START_WORDS = frozenset(["START", "YES", "UNSTOP"])

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_KINDS = (("image/", "photo"), ("audio/", "voice"), ("video/", "video"), ("text/vcard", "contact"))
_MOST_MEDIA = 10

#: A message's status -> how far it has come. What Twilio queued, it has taken.
_STATUS = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), Delivery.SENT),
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    **dict.fromkeys(("undelivered", "failed", "canceled"), Delivery.FAILED),
}
#: WhatsApp took no free text as the person had not written for a day.
_WINDOW = "63016"


def read_form(form: Mapping[str, str], now: datetime) -> Received | None:
    """The message in a signed form; None: it names nobody."""
    sender, sid = form.get("From", ""), form.get("MessageSid", "")
    if not sender or not sid or len(sid) > 64:
        return None
    channel = WHATSAPP if sender.startswith(WHATSAPP_PREFIX) else SMS
    number = sender.removeprefix(WHATSAPP_PREFIX)
    attached = _attached(form)
    body = form.get("Body", "")
    return Received(
        channel,
        sid,
        Address(number),
        body if body.strip() else label(attached),
        now,
        payload=command(body),
        choice=chosen_number(body),
        attached=attached,
        # a sender by name (a shop, a network) takes no answer, and two machines must not talk for ever
        answered=_NUMBER.fullmatch(number) is None,
    )


def _attached(form: Mapping[str, str]) -> tuple[Attached, ...]:
    found: list[Attached] = []
    count = form.get("NumMedia", "0")
    for number in range(min(int(count) if count.isdecimal() else 0, _MOST_MEDIA)):
        kind = form.get(f"MediaContentType{number}", "")
        name = next((ours for theirs, ours in _KINDS if kind.startswith(theirs)), "document")
        found.append(Attached(name, form.get(f"MediaUrl{number}"), about={"type": kind} if kind else {}))
    if form.get("Latitude") and form.get("Longitude"):
        names = {"latitude": "Latitude", "longitude": "Longitude", "name": "Label", "address": "Address"}
        found.append(Attached("location", about={ours: form[his] for ours, his in names.items() if form.get(his)}))
    if not found and not form.get("Body", "").strip():
        found.append(Attached("empty"))
    if form.get("Forwarded") == "true":
        found.insert(0, Attached("forwarded"))
    return tuple(found)


def stops(form: Mapping[str, str], received: Received) -> bool:
    """Has Twilio stopped what we send to this number because of this message?"""
    if form.get("OptOutType"):
        return form["OptOutType"] == "STOP"
    return received.channel == SMS and _word(form) in STOP_WORDS


def starts(form: Mapping[str, str], received: Received) -> bool:
    """Has Twilio opened it again, if it was stopped? (YES also answers questions of ours.)"""
    if form.get("OptOutType"):
        return form["OptOutType"] == "START"
    return received.channel == SMS and _word(form) in START_WORDS


def answered_by_twilio(form: Mapping[str, str]) -> bool:
    """With Advanced Opt-Out Twilio itself answers STOP, START and HELP."""
    return bool(form.get("OptOutType"))


def _word(form: Mapping[str, str]) -> str:
    return form.get("Body", "").strip().upper()


def read_status(form: Mapping[str, str]) -> tuple[Delivery, str | None] | None:
    """What a status callback says, with the reason of a failure; None: nothing that we know."""
    delivery = _STATUS.get(form.get("MessageStatus", ""))
    if delivery is None:
        return None
    code = form.get("ErrorCode", "")
    if delivery is not Delivery.FAILED:
        return delivery, None
    return delivery, "window_closed" if code == _WINDOW else f"twilio_{code or 'failed'}"[:40]
