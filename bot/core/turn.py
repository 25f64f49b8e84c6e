"""A turn: what we do with one incoming message. What is read at its start and what is written at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.conversation import Conversation
from bot.core.ids import ConversationId, MessageId
from bot.core.message import Attached, Author, Button, Delivery, Reply, Saying
from bot.core.risk import Sign
from bot.core.taxonomy import Language
from bot.core.understanding import Understanding


@dataclass(frozen=True)
class PendingTurn:
    """The oldest unanswered message of a conversation with all that a turn needs to know.

    ``version`` is the conversation's at reading: the turn is written only if nothing else changed it meanwhile.
    """

    conversation: Conversation
    version: int
    message_id: MessageId
    text: str
    payload: str | None
    chosen_language: Language | None  # in the channel's own menu
    attempts: int
    signs: tuple[Sign, ...]
    memory: bytes | None
    first: bool  # the person's first message
    wrapped_key: bytes = field(repr=False)  # the store's own, with which it seals what the turn leaves
    hint: Language | None = None  # of the person's phone
    attached: tuple[Attached, ...] = ()
    answered: bool = False  # by the channel itself: nothing is said


@dataclass(frozen=True)
class Accepted:
    """A received message, stored.

    ``duplicate``: the channel had delivered it before, and nothing was changed. ``turn``: its turn, when no other
    message of the conversation waits before it.
    """

    conversation_id: ConversationId
    message_id: MessageId
    duplicate: bool = False
    turn: PendingTurn | None = None


@dataclass(frozen=True)
class TurnOutcome:
    """Everything a turn leaves behind, written in one transaction."""

    pending: PendingTurn
    conversation: Conversation
    understanding: Understanding
    new_signs: tuple[Sign, ...]
    replies: tuple[Reply, ...]
    memory: bytes | None
    at: datetime


class Stale(Exception):
    """Something else changed the conversation since it was read: read it again and decide anew."""


@dataclass(frozen=True)
class ShownMessage:
    """A message as a reader sees it: the person their own side, an operator both."""

    id: MessageId
    author: Author
    at: datetime
    text: str
    operator_id: int | None = None
    delivery: Delivery | None = None
    buttons: tuple[Button, ...] = ()
    saying: Saying | None = None
    understanding: Understanding | None = None
    channel_message_id: str | None = None
    answers: MessageId | None = None  # the message that this one replies to
    turn: str | None = None  # of an incoming message: pending, done
    attached: tuple[Attached, ...] = ()
    reason: str | None = None  # why an outgoing message waits or could not be sent
    segments: int | None = None  # SMS that it cost
