"""A message on its way in, and a reply on its way out."""

from __future__ import annotations

from collections.abc import Mapping
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
class Received:
    """One message as a channel took it from a person whom the channel has proved."""

    channel: ChannelName
    channel_message_id: str  # unique in its channel: a second delivery of it changes nothing
    address: Address
    text: str  # as sent
    sent_at: datetime  # aware, UTC
    payload: str | None = None  # of a pressed button: "/intent" or "/intent{json}"; *text* is then its title
    language: str | None = None  # chosen in the channel's own menu, stronger than what is detected


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
    FAILED = "failed"
    WITHHELD = "withheld"  # written by the bot, not sent: an operator had taken over
