"""Whom a hotline calls when nobody at its desk answers, as the settings name them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.ids import Address, ChannelName
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

#: Channels on which we may begin: others let us write only to whoever wrote to us within a day.
CHANNELS = ("sms", "telegram")


@dataclass(frozen=True)
class Target:
    """A phone or a chat of somebody on call, and the language in which they are called."""

    channel: ChannelName
    address: Address
    language: Language = ENGLISH


def read_targets(text: str) -> tuple[Target, ...]:
    """Targets as the setting has them. Raises ValueError with what to write instead.

    >>> read_targets("sms:+66812345678/th, telegram:123456")[0].language
    'th'
    """
    return tuple(_target(one.strip()) for one in text.split(",") if one.strip())


def _target(text: str) -> Target:
    where, _, language = text.partition("/")
    channel, _, address = where.partition(":")
    number = address.removeprefix("+") if channel == "sms" else address.removeprefix("-")
    well = channel in CHANNELS and number.isascii() and number.isdecimal()
    if channel == "sms":
        well = well and address.startswith("+")
    if not well or (language and language not in LANGUAGES):
        raise ValueError(
            "HOTLINE_ON_CALL: write sms:+66812345678 or telegram:123456 (the number of a chat that has pressed Start), "
            "a language after a slash if it is not English (sms:+66812345678/th), and a comma between several"
        )
    return Target(ChannelName(channel), Address(address), Language(language or ENGLISH))
