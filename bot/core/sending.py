"""What a channel is given to send, what it answers, and what its failures mean for the outbox."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.core.ids import Address, ChannelName, ConversationId, MessageId
from bot.core.message import Author, Button, Delivery


@dataclass(frozen=True)
class Outgoing:
    """The next thing to send in a conversation: one part of one message, taken from the outbox.

    ``part`` counts from 0: a message too long for its channel goes in several, in order. ``doubtful``: a process ended,
    or a line broke, while this very part was on its way, so that it may have arrived. ``since`` is when its sending
    was begun first.
    """

    conversation_id: ConversationId
    channel: ChannelName
    address: Address
    message_id: MessageId
    part: int
    done: int  # other parts that went before
    author: Author
    text: str
    buttons: tuple[Button, ...]
    saying: str | None  # key of the phrase; none for what an operator typed
    queued_at: datetime
    since: datetime
    last_person_at: datetime | None
    attempts: int
    doubtful: bool = False


@dataclass(frozen=True)
class Part:
    """What goes over the line at once."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Sent:
    """The channel took it. ``segments``: how many SMS it costs; None where nobody counts."""

    channel_id: str
    segments: int | None = None


@dataclass(frozen=True)
class Lease:
    """Who sends a conversation's messages; ``beat`` is another after every sign of life."""

    conversation_id: ConversationId
    by: str
    beat: int


@dataclass(frozen=True)
class Receipt:
    """What a channel says later about a part that it took."""

    message_id: MessageId
    part: int
    delivery: Delivery
    reason: str | None = None
    channel_id: str | None = None


class SendFailed(Exception):
    """The channel did not take the message; the class says what the outbox does next.

    SendFailed
    |- Throttled      wait as long as the channel says, then again
    |- Unreachable    it was surely not taken: again, later and later
    |- Uncertain      it may have been taken: ask the channel, else a human decides; never sent again blindly
    |  +- Undecided   the channel was asked and cannot tell: a human decides
    |- Shut           the person cannot or will not be written to
    |  |- OptedOut    until they say START
    |  |- Blocked     until they unblock us or write
    |  +- WindowClosed  it waits until they write
    |- Misconfigured  our own settings are wrong: it waits, and somebody is told
    +- Refused        this message will never be taken: parked, and somebody is told
    """

    def __init__(self, reason: str) -> None:
        """*reason* is a short code for operators and figures, such as ``telegram_400``; no word of the message."""
        super().__init__(reason)
        self.reason = reason


class Throttled(SendFailed):
    """``after`` in seconds. ``everybody``: the whole channel must wait, not this conversation alone."""

    def __init__(self, reason: str, after: float, *, everybody: bool = False) -> None:
        super().__init__(reason)
        self.after, self.everybody = after, everybody


class Unreachable(SendFailed):
    pass


class Uncertain(SendFailed):
    pass


class Undecided(Uncertain):
    pass


class Shut(SendFailed):
    #: What the outbox of the conversation is marked with.
    mark = ""


class OptedOut(Shut):
    mark = "opted_out"


class Blocked(Shut):
    mark = "blocked"


class WindowClosed(Shut):
    mark = "window_closed"


class Misconfigured(SendFailed):
    pass


class Refused(SendFailed):
    pass


#: The person asked us to stop in words: nothing more is sent until they write again.
STOPPED = "stopped"
#: Marks that a new message of the person lifts; an opt-out by SMS is lifted by START alone.
LIFTED_BY_WRITING = (Blocked.mark, WindowClosed.mark, STOPPED)
#: The saying after which nothing more is sent.
STOP_SAYING = "stop_done"


def button_code(message_id: MessageId, number: int) -> str:
    """What stands for a button on a channel whose buttons hold little (Telegram: 64 bytes), and cannot be forged into
    another: the button itself is looked up in the message.

    >>> button_code(MessageId(812), 2), read_button_code("812.2"), read_button_code("/ask_human")
    ('812.2', (812, 2), None)
    """
    return f"{message_id}.{number}"


def read_button_code(code: str) -> tuple[MessageId, int] | None:
    """The message and the number of the button (from 0), or None: it is no such code."""
    match = _CODE.fullmatch(code)
    return (MessageId(int(match[1])), int(match[2])) if match else None


_CODE = re.compile(r"([1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,2})")

#: How far a message has come. A receipt moves it only up; what failed or arrived stays so.
_RANK = {
    Delivery.QUEUED: 0,
    Delivery.SENDING: 1,
    Delivery.UNCERTAIN: 2,
    Delivery.SENT: 3,
    Delivery.FAILED: 4,
    Delivery.DELIVERED: 5,
    Delivery.READ: 6,
}


def moves(now: Delivery, to: Delivery) -> bool:
    """Does a receipt move a message that stands at *now* to *to*?

    >>> moves(Delivery.DELIVERED, Delivery.SENT), moves(Delivery.SENT, Delivery.READ)
    (False, True)
    """
    return now in _RANK and to in _RANK and _RANK[to] > _RANK[now]
