"""What the services need from the parts they do not know; each is met by a part that :mod:`bot.app` hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from bot.core.conversation import Conversation, Event
from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.ids import Address, ChannelName, ConversationId, MessageId, OperatorId
from bot.core.message import Received, Reply, Saying
from bot.core.taxonomy import Language
from bot.core.turn import Accepted, PendingTurn, ShownMessage, TurnOutcome
from bot.core.understanding import Understanding

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: The time now, aware and in UTC.
Clock = Callable[[], datetime]


class Run(Protocol):
    """Does one transaction's work without holding up everybody else."""

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


class Engine(Protocol):
    """Understands a message and decides what the bot says."""

    async def understand(self, text: str) -> Understanding: ...
    async def respond(self, turn: DialogueTurn) -> DialogueResult: ...


class ToldWord(Protocol):
    """See :class:`bot.content.library.ToldWord`."""

    @property
    def payload(self) -> str: ...
    @property
    def languages(self) -> Sequence[Language]: ...


class Staffing(Protocol):
    """Who is there to take conversations over: see :class:`bot.store.queue.Staffing`."""

    @property
    def at_the_desk(self) -> int: ...
    @property
    def waiting(self) -> int: ...


class Wording(Protocol):
    """Puts a saying into words."""

    def word(
        self, saying: Saying, language: Language, form: str = "chat", told_in: Language | None = None
    ) -> Reply: ...


class ReadySentences(Wording, Protocol):
    """Puts sayings into words, and knows which of them an operator may send as they stand."""

    def is_card(self, key: str) -> bool: ...


class ConversationStore(Protocol):
    """See :class:`bot.store.conversations.Conversations`."""

    def receive(self, received: Received, now: datetime) -> Accepted: ...
    def with_pending_turns(self) -> list[ConversationId]: ...
    def next_turn(self, conversation_id: ConversationId) -> PendingTurn | None: ...
    def commit_turn(self, outcome: TurnOutcome, *, hand_out: bool = False) -> tuple[ShownMessage, ...]: ...
    def record_attempts(self, conversation_ids: Iterable[ConversationId]) -> None: ...
    def collect_outgoing(self, channel: ChannelName, address: Address, now: datetime) -> list[ShownMessage]: ...
    def history(
        self, channel: ChannelName, address: Address, after: MessageId, now: datetime
    ) -> tuple[Conversation | None, list[ShownMessage]]: ...
    def find(self, channel: ChannelName, address: Address) -> ConversationId | None: ...
    def get(self, conversation_id: ConversationId) -> Conversation | None: ...
    def change(self, conversation_id: ConversationId, changes: Iterable[Event], now: datetime) -> Conversation: ...
    def write_as_operator(
        self, conversation_id: ConversationId, operator: OperatorId, said: str | Reply, now: datetime
    ) -> ShownMessage: ...
    def queue_sayings(
        self,
        conversation_id: ConversationId,
        replies: Iterable[Reply],
        now: datetime,
        *,
        operator: OperatorId | None = None,
    ) -> None: ...


class EraserStore(Protocol):
    """See :class:`bot.store.erase.Eraser`."""

    def erase(self, conversation_id: ConversationId, now: datetime) -> bool: ...
