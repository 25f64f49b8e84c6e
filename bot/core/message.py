"""A message on its way in, and a reply on its way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.ids import Address, ChannelName


class Author(StrEnum):
    PERSON = "person"
    BOT = "bot"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Attached:
    """Something in a message that is not text, or says how the text came. Its content stays with the channel.

    ``kind``: photo, voice, audio, video, document, sticker, location, contact, edit (the text replaces an earlier one),
    forwarded. ``ref`` is what the channel fetches it by; ``about`` is plain JSON: coordinates, a name, a media type.
    """

    kind: str
    ref: str | None = None
    size: int | None = None  # bytes, as claimed
    about: Mapping[str, Any] = field(default_factory=dict)


def label(attached: Sequence[Attached]) -> str:
    """What stands for a message that has no words: ``[photo]``, ``[location] 3.139, 101.687``."""
    return " ".join(
        " ".join((f"[{one.kind}]", ", ".join(str(value) for value in one.about.values() if value))).strip()
        for one in attached
    )


def has_words(text: str, attached: Sequence[Attached]) -> bool:
    """Did the person write anything, or only send something?"""
    return not attached or text != label(attached)


@dataclass(frozen=True)
class Received:
    """One message as a channel took it from a person whom the channel has proved."""

    channel: ChannelName
    channel_message_id: str  # unique in its channel: a second delivery of it changes nothing
    address: Address
    text: str  # as sent
    sent_at: datetime  # aware, UTC
    payload: str | None = None  # of a pressed button: "/intent" or "/intent{json}"; *text* is then its title
    language: str | None = None  # chosen in the channel's own menu, stronger than what is detected
    hint: str | None = None  # the language of the person's phone: holds for a first message that has no words
    choice: int | None = None  # a bare number: picks a button where the last thing we said was a numbered menu
    attached: tuple[Attached, ...] = ()
    answered: bool = False  # the channel itself answers it (STOP by SMS): kept and weighed, but nothing is said


@dataclass(frozen=True)
class Saying:
    """Something to say, before it has a language: a phrase by its key, with what fills it.

    The same saying is worded for the person in their language and for the operator in theirs.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)  # plain JSON values only


@dataclass(frozen=True)
class Button:
    """A tap instead of typing. ``payload`` is what comes back as the person's message."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """A saying worded in the person's language."""

    text: str
    saying: Saying
    buttons: tuple[Button, ...] = ()


class Delivery(StrEnum):
    """Where an outgoing message stands. A receipt moves it only to the right."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNCERTAIN = "uncertain"  # the line broke while it was sent: it may have arrived, and is not sent again blindly
    FAILED = "failed"
    WITHHELD = "withheld"  # written by the bot, not sent: an operator had taken over
