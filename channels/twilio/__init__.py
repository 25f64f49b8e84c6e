"""SMS and WhatsApp by Twilio: signed webhooks, status callbacks, number menus, the window of a day on WhatsApp.

The settings are read here. The other rooms:

* :mod:`~channels.twilio.incoming`: who calls is proved by the signature; messages, STOP and START, status callbacks;
* :mod:`~channels.twilio.forms`: what the forms of those calls say;
* :mod:`~channels.twilio.channel`: sending, looking up, taking back, fetching;
* :mod:`~channels.twilio.api`: calls of Twilio, and what its errors mean;
* :mod:`~channels.twilio.examine`: for ``hotline doctor``.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.sms import Price
from channels.contract import Clock
from channels.known import BadSettings, address, number
from channels.twilio.api import Account
from channels.twilio.channel import Twilio
from channels.twilio.forms import SMS, WHATSAPP, WHATSAPP_PREFIX


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
    segment_price(values)
    ours = Account(
        sid=account,
        token=token,
        login=(key, secret) if key else (account, token),
        senders={SMS: sms_from, WHATSAPP: whatsapp_from},
        service=service,
        template=values["HOTLINE_TWILIO_WHATSAPP_TEMPLATE"],
        public_url=(values["HOTLINE_TWILIO_PUBLIC_URL"] or public_url).rstrip("/"),
        api_url=address(values, "HOTLINE_TWILIO_API_URL"),
        timeout=number(values, "HOTLINE_TWILIO_TIMEOUT", least=0.1),
    )
    return Twilio(ours, number(values, "HOTLINE_TWILIO_RATE"), clock)


def segment_price(values: Mapping[str, str]) -> Price | None:
    """What an SMS costs, as the hotline has set it; None: it has not. Raises BadSettings."""
    told = values.get("HOTLINE_TWILIO_SEGMENT_PRICE", "")
    try:
        return Price.read(told) if told else None
    except ValueError:
        raise BadSettings(f"HOTLINE_TWILIO_SEGMENT_PRICE is {told!r}: write it like 0.05 USD.") from None
