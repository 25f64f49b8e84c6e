"""Telegram, by the Bot API and python-telegram-bot: long polling, or a webhook with its secret token.

Private chats alone: whoever adds the bot to a group is not answered, as others would read it. Of a person nothing but
the chat's number is kept, sealed.

The settings are read here. The other rooms:

* :mod:`~channels.telegram.incoming`: polling, or the webhook and its secret; each update taken in;
* :mod:`~channels.telegram.updates`: what an update says;
* :mod:`~channels.telegram.channel`: sending, taking back, fetching;
* :mod:`~channels.telegram.api`: calls of the Bot API, and what its errors mean;
* :mod:`~channels.telegram.examine`: for ``hotline doctor``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from channels.contract import Clock
from channels.known import BadSettings, address, number
from channels.telegram.api import Api
from channels.telegram.channel import Telegram
from channels.telegram.incoming import PATH, Webhook

_MODES = ("polling", "webhook")


def open_channel(values: Mapping[str, str], public_url: str, clock: Clock) -> Telegram:
    """Raises BadSettings."""
    token, mode = values["HOTLINE_TELEGRAM_TOKEN"], values["HOTLINE_TELEGRAM_MODE"]
    name, colon, secret = token.partition(":")
    if not (name.isdecimal() and colon and secret):
        raise BadSettings("HOTLINE_TELEGRAM_TOKEN is not a token: copy the whole line from @BotFather, 123456:ABC...")
    if mode not in _MODES:
        raise BadSettings(f"HOTLINE_TELEGRAM_MODE is {mode!r}: write polling or webhook.")
    if mode == "webhook" and not public_url.startswith("https://"):
        raise BadSettings(
            "A Telegram webhook needs HOTLINE_PUBLIC_URL with https://; or set HOTLINE_TELEGRAM_MODE=polling"
        )
    api = Api(
        token,
        api_url=address(values, "HOTLINE_TELEGRAM_API_URL"),
        file_url=address(
            values, "HOTLINE_TELEGRAM_FILE_URL" if values["HOTLINE_TELEGRAM_FILE_URL"] else "HOTLINE_TELEGRAM_API_URL"
        ),
        timeout=number(values, "HOTLINE_TELEGRAM_TIMEOUT", least=0.1),
    )
    webhook = Webhook(
        url=public_url + PATH,
        secret=values["HOTLINE_TELEGRAM_SECRET"] or hashlib.sha256(f"hotline webhook {token}".encode()).hexdigest(),
        used=mode == "webhook",
    )
    return Telegram(api, webhook, number(values, "HOTLINE_TELEGRAM_RATE"), clock)
