"""The channels that this hotline can open, each with its settings. A new channel is a file and an entry here.

One that has grown is a package, whose ``__init__`` says what is where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from channels.contract import Channel, Clock


class BadSettings(Exception):
    """A channel cannot be opened as it is set; the text says which setting and what to write instead."""


@dataclass(frozen=True)
class Setting:
    """One environment variable of a channel; a *secret* one is never shown."""

    name: str
    meaning: str
    default: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Kind:
    """A channel that can be had.

    Attributes:
        module: has ``open_channel(values, public_url, clock) -> Channel``, which raises BadSettings.
        switch: the setting without which the channel stays shut.
        api_url: the setting that names its server.
    """

    module: str
    switch: str
    api_url: str
    settings: tuple[Setting, ...]


KNOWN: tuple[Kind, ...] = (
    Kind(
        "channels.telegram",
        "HOTLINE_TELEGRAM_TOKEN",
        "HOTLINE_TELEGRAM_API_URL",
        (
            Setting("HOTLINE_TELEGRAM_TOKEN", "the bot's token, from @BotFather", secret=True),
            Setting("HOTLINE_TELEGRAM_MODE", "polling (works everywhere) or webhook (needs https)", "polling"),
            Setting("HOTLINE_TELEGRAM_SECRET", "of the webhook; made from the token when empty", secret=True),
            Setting("HOTLINE_TELEGRAM_API_URL", "the Bot API server", "https://api.telegram.org"),
            Setting("HOTLINE_TELEGRAM_FILE_URL", "where files are fetched, if not at the Bot API server"),
            Setting("HOTLINE_TELEGRAM_RATE", "most messages in a second, 0 for no limit", "25"),
            Setting("HOTLINE_TELEGRAM_TIMEOUT", "seconds for one request", "15"),
        ),
    ),
    Kind(
        "channels.twilio",
        "HOTLINE_TWILIO_ACCOUNT_SID",
        "HOTLINE_TWILIO_API_URL",
        (
            Setting("HOTLINE_TWILIO_ACCOUNT_SID", "of the account, begins with AC"),
            Setting("HOTLINE_TWILIO_AUTH_TOKEN", "of the account; Twilio signs with it", secret=True),
            Setting("HOTLINE_TWILIO_API_KEY", "to log in with a key instead, begins with SK"),
            Setting("HOTLINE_TWILIO_API_SECRET", "of that key", secret=True),
            Setting("HOTLINE_TWILIO_SMS_FROM", "our number for SMS, +15005550006"),
            Setting("HOTLINE_TWILIO_MESSAGING_SERVICE_SID", "a service that chooses our number, begins with MG"),
            Setting("HOTLINE_TWILIO_WHATSAPP_FROM", "our number for WhatsApp"),
            Setting("HOTLINE_TWILIO_WHATSAPP_TEMPLATE", "sent after a silent day on WhatsApp, begins with HX"),
            Setting("HOTLINE_TWILIO_PUBLIC_URL", "the address that Twilio calls, if not HOTLINE_PUBLIC_URL"),
            Setting("HOTLINE_TWILIO_API_URL", "the API server", "https://api.twilio.com"),
            Setting("HOTLINE_TWILIO_RATE", "most messages in a second, 0 for no limit", "20"),
            Setting("HOTLINE_TWILIO_TIMEOUT", "seconds for one request", "15"),
            Setting("HOTLINE_TWILIO_SEGMENT_PRICE", "of one SMS, shown to operators as they write: 0.05 USD"),
        ),
    ),
    Kind(
        "channels.line",
        "HOTLINE_LINE_TOKEN",
        "HOTLINE_LINE_API_URL",
        (
            Setting("HOTLINE_LINE_TOKEN", "channel access token (long-lived) of LINE's Messaging API", secret=True),
            Setting("HOTLINE_LINE_SECRET", "channel secret, with which LINE signs", secret=True),
            Setting("HOTLINE_LINE_API_URL", "the API server", "https://api.line.me"),
            Setting("HOTLINE_LINE_DATA_URL", "where files are fetched", "https://api-data.line.me"),
            Setting("HOTLINE_LINE_RATE", "most messages in a second, 0 for no limit", "50"),
            Setting("HOTLINE_LINE_TIMEOUT", "seconds for one request", "15"),
        ),
    ),
    Kind(
        "channels.messenger",
        "HOTLINE_MESSENGER_TOKEN",
        "HOTLINE_MESSENGER_API_URL",
        (
            Setting("HOTLINE_MESSENGER_TOKEN", "page access token", secret=True),
            Setting("HOTLINE_MESSENGER_SECRET", "app secret, with which Meta signs", secret=True),
            Setting("HOTLINE_MESSENGER_VERIFY_TOKEN", "a word of your own, the same in Meta's console", secret=True),
            Setting("HOTLINE_MESSENGER_API_URL", "the API server", "https://graph.facebook.com"),
            Setting("HOTLINE_MESSENGER_RATE", "most messages in a second, 0 for no limit", "30"),
            Setting("HOTLINE_MESSENGER_TIMEOUT", "seconds for one request", "15"),
        ),
    ),
)


def names() -> list[Setting]:
    """Every setting of every channel."""
    return [setting for kind in KNOWN for setting in kind.settings]


def read(environ: Mapping[str, str]) -> dict[str, str]:
    """The values of all channels' settings; what is not set has its default."""
    return {one.name: environ.get(one.name, "").strip() or one.default for one in names()}


def open_channels(values: Mapping[str, str], public_url: str, clock: Clock) -> list[Channel]:
    """Every channel that is switched on. Raises BadSettings."""
    opened = []
    for kind in KNOWN:
        if values.get(kind.switch):
            channel: Channel = import_module(kind.module).open_channel(values, public_url, clock)
            opened.append(channel)
    return opened


def number(values: Mapping[str, str], name: str, *, least: float = 0.0) -> float:
    """A setting that is a number. Raises BadSettings."""
    try:
        found = float(values[name])
    except ValueError:
        found = -1.0
    if not found >= least:
        raise BadSettings(f"{name} is {values[name]!r}: write a number, {least:g} or more.")
    return found


def address(values: Mapping[str, str], name: str) -> str:
    """A setting that is a web address, without a slash at its end. Raises BadSettings."""
    if not values[name].startswith(("https://", "http://")):
        raise BadSettings(f"{name} is {values[name]!r}: it must begin with https:// (or http:// for a test server).")
    return values[name].rstrip("/")
