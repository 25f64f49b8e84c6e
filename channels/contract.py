"""What a channel is: one file that meets :class:`Channel` (a package, where it has grown), and one entry in
:mod:`channels.known`.

A channel proves who wrote, turns it into ``Received``, and sends what the outbox gives it. It keeps nothing, decides
nothing, and raises nothing but :class:`~bot.core.sending.SendFailed` when it sends and
:class:`~bot.core.fetching.NotFetched` when it fetches. ``tests/channels/test_contract.py``
is run on every channel.
"""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.routing import Route

from bot.core.ids import Address, ChannelName
from bot.core.message import Attached, Delivery, Received, Reply
from bot.core.sending import Outgoing, Part, Receipt, Sent
from bot.core.turn import Accepted

Clock = Callable[[], datetime]


class Inbox(Protocol):
    """Where a channel hands in what it took; durable when a method returns. See :class:`bot.services.inbox.Inbox`."""

    async def room(self) -> None: ...
    async def accept(self, received: Received) -> Accepted: ...
    async def press(
        self, channel: ChannelName, address: Address, channel_message_id: str, code: str, sent_at: datetime
    ) -> bool: ...
    async def receipt(self, receipt: Receipt) -> None: ...
    async def came(
        self,
        channel: ChannelName,
        address: Address,
        delivery: Delivery,
        *,
        channel_ids: Collection[str] = (),
        until: datetime | None = None,
    ) -> None: ...
    async def shut(self, channel: ChannelName, address: Address, mark: str) -> None: ...
    async def open(self, channel: ChannelName, address: Address) -> None: ...
    async def is_opted_out(self, channel: ChannelName, address: Address) -> bool: ...
    async def say(self, channel: ChannelName, address: Address, key: str) -> None: ...
    def refuse(self, channel: str) -> None: ...


@dataclass(frozen=True)
class Finding:
    """What ``hotline doctor`` prints of a channel: is it well, what was looked at, what to do if not."""

    well: bool
    looked_at: str
    remedy: str = ""


class Channel(Protocol):
    """A channel that is written to."""

    @property
    def names(self) -> frozenset[ChannelName]:
        """Of its conversations: SMS and WhatsApp share one provider and are two."""

    @property
    def rate(self) -> float:
        """Most messages in a second that the other side takes from us; 0 where it sets no limit."""

    @property
    def can_look_up(self) -> bool:
        """Can :meth:`look_up` tell whether a message was taken?"""

    def routes(self, inbox: Inbox) -> list[Route]:
        """Its webhooks. Each proves the sender or answers 403, counts that, and keeps no trace."""

    async def open(self, inbox: Inbox) -> None:
        """Begin: connect, register, poll. Returns when it has begun; a channel that is away is tried on and on."""

    async def close(self) -> None:
        """Stop taking messages; sending still works."""

    async def end(self) -> None:
        """Let go of every connection."""

    def parts(self, outgoing: Outgoing) -> list[Part]:
        """How a message goes over the line; the same for the same message, at every call."""

    async def send(self, outgoing: Outgoing, part: Part) -> Sent:
        """Send one part once. Raises SendFailed, whose class says what is known."""

    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None:
        """Was a doubtful part taken? *known* are the ids of what was surely sent. None: no. Raises SendFailed."""

    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent:
        """Send something that is stored nowhere: last words after erasing. Raises SendFailed."""

    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None:
        """Take back what the other side keeps of an erased conversation, as far as it lets us. Raises SendFailed."""

    async def fetch(self, attached: Attached, most: int) -> bytes:
        """The content of something that a person sent, of *most* bytes; kept nowhere. Raises NotFetched."""

    def examine(self) -> AsyncIterator[Finding]:
        """What is right and wrong with its settings, for ``hotline doctor``."""


def chosen_number(text: str) -> int | None:
    """The number that a message is, in the digits of any script; None: it is something else.

    >>> chosen_number(" 2 "), chosen_number("๒"), chosen_number("2."), chosen_number("20 000"), chosen_number("two")
    (2, 2, 2, None, None)
    """
    digits = text.strip().rstrip(".)။។")
    if not 1 <= len(digits) <= 2 or not all(unicodedata.category(one) == "Nd" for one in digits):
        return None
    return int(digits)
