"""What the services need from the parts they do not know; each is met by a part that :mod:`bot.app` hands over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import ParamSpec, Protocol, TypeVar

from bot.core.care import Act, Debrief, Standing
from bot.core.casework import NewNote, Request, RequestId, RequestKind
from bot.core.conversation import Conversation, Event
from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.figures import Counts
from bot.core.ids import Address, ChannelName, ConversationId, MessageId, OperatorId
from bot.core.ladder import Call, Climbed, OnLadder
from bot.core.message import Attached, Button, Delivery, Received, Reply, Saying
from bot.core.practice import PracticeLine, PracticeRehearsal, Said
from bot.core.rehearsal import End
from bot.core.rehearsal_score import Result
from bot.core.sending import Lease, Outgoing, Part, Receipt, Sent
from bot.core.taxonomy import Language
from bot.core.turn import Accepted, PendingTurn, ShownMessage, TurnOutcome
from bot.core.understanding import Understanding
from bot.core.urgency import Whom

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


#: Who is there to take conversations over: see :meth:`bot.store.queue.Queue.at_the_desk`.
WhoIsThere = Callable[[datetime], Sequence[object]]


class LineStore(Protocol):
    """See :class:`bot.store.queue.Queue`."""

    def at_the_desk(self, now: datetime) -> Sequence[object]: ...
    def before(self, one: Conversation, whom: Whom) -> int: ...


class Wording(Protocol):
    """Puts a saying into words."""

    def word(
        self, saying: Saying, language: Language, form: str = "chat", told_in: Language | None = None
    ) -> Reply: ...


class ReadySentences(Wording, Protocol):
    """Puts sayings into words, and knows which of them an operator may send."""

    def is_card(self, key: str) -> bool: ...
    def withheld(self, saying: Saying, language: Language, form: str) -> str | None: ...


class ConversationStore(Protocol):
    """See :class:`bot.store.conversations.Conversations`."""

    def receive(self, received: Received, now: datetime) -> Accepted: ...
    def with_pending_turns(self) -> list[ConversationId]: ...
    def next_turn(self, conversation_id: ConversationId) -> PendingTurn | None: ...
    def commit_turn(self, outcome: TurnOutcome, *, hand_out: bool = False) -> tuple[ShownMessage, ...]: ...
    def record_attempt(self, message_id: MessageId) -> None: ...
    def collect_outgoing(self, channel: ChannelName, address: Address, now: datetime) -> list[ShownMessage]: ...
    def history(
        self, channel: ChannelName, address: Address, after: MessageId, now: datetime
    ) -> tuple[Conversation | None, list[ShownMessage]]: ...
    def find(self, channel: ChannelName, address: Address) -> ConversationId | None: ...
    def get(self, conversation_id: ConversationId) -> Conversation | None: ...
    def attached(self, conversation_id: ConversationId, message_id: MessageId) -> tuple[Attached, ...]: ...
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


class CaseStore(Protocol):
    """See :class:`bot.store.cases.Cases`."""

    def add_note(self, conversation_id: ConversationId, operator: OperatorId, note: NewNote, now: datetime) -> None: ...
    def change(
        self,
        conversation_id: ConversationId,
        operator: OperatorId,
        changes: Iterable[Event],
        note: NewNote | None,
        now: datetime,
    ) -> Conversation: ...
    def ask(
        self,
        kind: RequestKind,
        conversation_id: ConversationId,
        by: OperatorId,
        to: OperatorId,
        note: NewNote | None,
        now: datetime,
    ) -> RequestId: ...
    def accept(self, request_id: RequestId, operator: OperatorId, now: datetime) -> Conversation: ...
    def decline(self, request_id: RequestId, operator: OperatorId, now: datetime) -> Conversation | None: ...
    def reply(self, request_id: RequestId, operator: OperatorId, note: NewNote, now: datetime) -> ConversationId: ...
    def withdraw(self, request_id: RequestId, operator: OperatorId, now: datetime) -> ConversationId: ...
    def overdue(self, asked_before: datetime) -> list[Request]: ...
    def give_up(self, request_id: RequestId, now: datetime) -> Conversation | None: ...


class SupervisionStore(Protocol):
    """See :class:`bot.store.supervision.Supervision`."""

    def reassign(
        self,
        conversation_id: ConversationId,
        by: OperatorId,
        to: OperatorId | None,
        note: NewNote | None,
        now: datetime,
    ) -> tuple[Conversation, Conversation]: ...


class FigureStore(Protocol):
    """See :class:`bot.store.figures.Figures`."""

    def counts(self, first: date, last: date) -> Counts: ...


class CareStore(Protocol):
    """See :class:`bot.store.care.Care`."""

    def standing(self, operator: OperatorId, since: datetime) -> Standing: ...
    def standings(self, since: datetime) -> dict[OperatorId, Standing]: ...
    def others_there(self, operator: OperatorId, now: datetime) -> list[OperatorId]: ...
    def emergency_waits(self) -> bool: ...
    def add_act(self, operator: OperatorId, act: Act, now: datetime) -> None: ...
    def add_debrief(
        self, operator: OperatorId, conversation_id: ConversationId, debrief: Debrief | None, now: datetime
    ) -> None: ...


class OutboxStore(Protocol):
    """See :class:`bot.store.outbox.Outbox`."""

    def claim(
        self,
        channels: Collection[ChannelName],
        worker: str,
        now: datetime,
        limit: int,
        lapsed: Collection[Lease] = (),
    ) -> list[ConversationId]: ...
    def leases(self) -> list[Lease]: ...
    def release(self, conversation_id: ConversationId, worker: str) -> None: ...
    def next_due(self, now: datetime) -> datetime | None: ...
    def take(self, conversation_id: ConversationId, worker: str, now: datetime) -> Outgoing | None: ...
    def sent(self, outgoing: Outgoing, sent: Sent, now: datetime, *, last: bool) -> None: ...
    def wait(
        self, outgoing: Outgoing, due_at: datetime, reason: str, now: datetime, *, counts: bool = True
    ) -> None: ...
    def doubt(self, outgoing: Outgoing, due_at: datetime, now: datetime) -> None: ...
    def again(self, outgoing: Outgoing) -> bool: ...
    def park(self, outgoing: Outgoing, delivery: Delivery, reason: str, now: datetime) -> None: ...
    def finish(self, outgoing: Outgoing, now: datetime) -> None: ...
    def shut(
        self,
        conversation_id: ConversationId,
        mark: str,
        now: datetime,
        outgoing: Outgoing | None = None,
        reason: str | None = None,
    ) -> None: ...
    def open(self, conversation_id: ConversationId, now: datetime) -> bool: ...
    def is_opted_out(self, conversation_id: ConversationId) -> bool: ...
    def known_ids(
        self, conversation_id: ConversationId, but: tuple[MessageId, int] | None = None
    ) -> frozenset[str]: ...
    def dispatched(
        self, conversation_id: ConversationId, channel_ids: Collection[str], until: datetime | None
    ) -> list[tuple[MessageId, int]]: ...
    def receipt(self, receipt: Receipt, now: datetime) -> ConversationId | None: ...
    def offered(self, conversation_id: ConversationId) -> tuple[Button, ...]: ...
    def button(self, conversation_id: ConversationId, message_id: MessageId, number: int) -> Button | None: ...
    def send_again(self, conversation_id: ConversationId, message_id: MessageId, now: datetime) -> bool: ...
    def traces(self, conversation_id: ConversationId) -> Traces | None: ...


class Traces(Protocol):
    """See :class:`bot.store.returned.Traces`."""

    @property
    def channel(self) -> ChannelName: ...
    @property
    def address(self) -> Address: ...
    @property
    def sent(self) -> tuple[str, ...]: ...
    @property
    def received(self) -> tuple[str, ...]: ...


class Sender(Protocol):
    """A channel that is written to, as the outbox needs it: see :mod:`channels.contract`."""

    @property
    def rate(self) -> float: ...
    @property
    def can_look_up(self) -> bool: ...

    def parts(self, outgoing: Outgoing) -> list[Part]: ...
    async def send(self, outgoing: Outgoing, part: Part) -> Sent: ...
    async def look_up(self, outgoing: Outgoing, part: Part, known: frozenset[str]) -> Sent | None: ...
    async def say(self, channel: ChannelName, address: Address, reply: Reply) -> Sent: ...
    async def forget(
        self, channel: ChannelName, address: Address, sent: Sequence[str], received: Sequence[str]
    ) -> None: ...


class Fetcher(Protocol):
    """A channel that has what people sent besides text: see :mod:`channels.contract`."""

    async def fetch(self, attached: Attached, most: int) -> bytes: ...


class Parting(Protocol):
    """See :class:`bot.services.deliver.Deliver`."""

    async def traces(self, conversation_id: ConversationId) -> Traces | None: ...
    def part_from(self, traces: Traces, last_words: Sequence[Reply] = ()) -> None: ...


class EraserStore(Protocol):
    """See :class:`bot.store.erase.Eraser`."""

    def erase(self, conversation_id: ConversationId, now: datetime) -> bool: ...


class Somebody(Protocol):
    """An operator: see :class:`bot.store.operators.Operator`."""

    @property
    def id(self) -> OperatorId: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def active(self) -> bool: ...


class PeopleStore(Protocol):
    """See :class:`bot.store.operators.Operators`."""

    def add(self, name: str, role: str, now: datetime) -> Somebody: ...
    def get(self, operator: OperatorId) -> Somebody | None: ...
    def set_role(self, operator: OperatorId, role: str) -> None: ...
    def set_active(self, operator: OperatorId, *, active: bool) -> None: ...
    def add_link(self, operator: OperatorId, token: str, expires_at: datetime) -> None: ...


class HeldStore(Protocol):
    """Which conversations an operator holds: see :class:`bot.store.conversations.Conversations`."""

    def held_by(self, operator: OperatorId) -> list[ConversationId]: ...
    def change(self, conversation_id: ConversationId, changes: Iterable[Event], now: datetime) -> Conversation: ...


class SessionStore(Protocol):
    """See :class:`bot.store.sessions.Sessions`."""

    def end_all(self, operator: OperatorId, *, but: str | None = None) -> int: ...


class SecondStepStore(Protocol):
    """See :class:`bot.store.second_step.SecondSteps`."""

    def reset(self, operator: OperatorId) -> None: ...


class AuditStore(Protocol):
    """See :class:`bot.store.audit.AuditLog`."""

    def record(
        self,
        operator: OperatorId | None,
        action: str,
        conversation_id: ConversationId | None,
        now: datetime,
        detail: str | None = None,
        words: str | None = None,
    ) -> None: ...


class PracticeStore(Protocol):
    """See :class:`bot.store.practice.PracticeRoom`."""

    def begin(
        self, rehearsal_id: str, operator: OperatorId, person: str, seed: int, opening: Iterable[Said], now: datetime
    ) -> None: ...
    def get(self, rehearsal_id: str) -> PracticeRehearsal | None: ...
    def lines(self, rehearsal_id: str) -> list[PracticeLine]: ...
    def add(self, rehearsal: PracticeRehearsal, said: Iterable[Said], end: End | None, now: datetime) -> None: ...
    def stop(self, rehearsal_id: str, now: datetime) -> bool: ...
    def keep_results(self, rehearsal_id: str, results: Iterable[Result]) -> None: ...
    def forget(self, before: datetime, now: datetime) -> int: ...


class NextInLine(Protocol):
    """See :class:`bot.store.queue.Waiting`."""

    @property
    def id(self) -> ConversationId: ...


class NextStore(Protocol):
    """See :class:`bot.store.queue.Queue`."""

    def next_for(self, operator: OperatorId, whom: Whom, let_go_since: datetime) -> Sequence[NextInLine]: ...


class LadderStore(Protocol):
    """See :class:`bot.store.ladder.Ladders`."""

    def to_climb(self, now: datetime, untold_since: datetime, *, everybody: bool) -> Sequence[OnLadder]: ...
    def next_at(self) -> datetime | None: ...
    def climb(
        self,
        one: OnLadder,
        after: Climbed,
        next_at: datetime | None,
        now: datetime,
        on_call: Collection[tuple[str, str]] = (),
    ) -> bool: ...
    def tell(
        self, conversation_id: ConversationId, replies: Collection[Reply], question: str | None, now: datetime
    ) -> bool: ...
    def forget(self) -> None: ...
    def claim_calls(self, target: tuple[str, str], now: datetime, until: datetime) -> Call | None: ...
    def called(
        self, call: Call, state: str, now: datetime, due_at: datetime | None = None, reason: str = ""
    ) -> None: ...
    def next_call_at(self) -> datetime | None: ...
