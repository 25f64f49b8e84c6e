"""A conversation and who holds it. Decisions return events; :func:`apply` gives the next state.

One holder at a time, in one field: the bot, the queue, an operator, or nobody any more. The bot goes on answering
while a conversation waits in the queue, so that nobody is left with nobody; from the moment an operator takes over
it is silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.core.ids import ChannelName, ConversationId, CountryCode, OperatorId
from bot.core.risk import NO_RISK, Assessment, Risk
from bot.core.safe_hours import Moment, SafeHours, moment
from bot.core.taxonomy import ENGLISH, Language


class Holder(StrEnum):
    BOT = "bot"
    QUEUE = "queue"
    OPERATOR = "operator"
    CLOSED = "closed"


@dataclass(frozen=True)
class Conversation:
    """A person on a channel, until erased."""

    id: ConversationId
    channel: ChannelName
    opened_at: datetime
    holder: Holder = Holder.BOT
    operator: OperatorId | None = None
    language: Language = ENGLISH
    language_chosen: bool = False  # by the person: the detector no longer changes it
    assessment: Assessment = NO_RISK
    waiting_since: datetime | None = None  # in the queue, or with an operator and unanswered
    handoff_reason: str | None = None
    countries: Mapping[str, CountryCode] = field(default_factory=dict)  # role -> country
    language_evidence: Mapping[Language, float] = field(default_factory=dict)  # see bot.core.language
    unsafe: bool = False  # the person said that someone watches: nothing telling is written until they say otherwise
    other_hand: str | None = None  # why somebody else may be writing: see bot.core.other_hand
    question: str | None = None  # what was asked last, where the next message may be its answer
    answers: Mapping[str, str] = field(default_factory=dict)  # closed question -> answer: see bot.core.questions
    told: Mapping[str, str] = field(default_factory=dict)  # what was told in own words, by a name of TOLD
    outcome: str | None = None  # of a closed one: what came of it, in the operator's judgement
    helped: bool = False  # by an operator, who has heard it: the bot asks for nothing that was told to them
    # both as they were read, and written apart from a turn: by operators, and when a message comes in
    safe_hours: SafeHours | None = None  # when the person may be written to; None: at all times
    last_person_at: datetime | None = None  # they wrote last

    @property
    def risk(self) -> Risk:
        return self.assessment.risk

    @property
    def country(self) -> CountryCode | None:
        """Where help is needed: where the person is, else where they go."""
        return self.countries.get("present") or self.countries.get("destination")

    def may_be_told(self, now: datetime) -> bool:
        """May something be said to the person *now* that nobody decided to say at this hour?"""
        return moment(self.safe_hours, self.last_person_at, now) is not Moment.NOT_NOW


#: What a person tells in own words for later: the word that means "not safe", when to write, how to reach them.
TOLD = ("code_word", "safe_time", "callback")


@dataclass(frozen=True)
class RiskRaised:
    assessment: Assessment


@dataclass(frozen=True)
class LanguageSet:
    language: Language
    by_person: bool


@dataclass(frozen=True)
class LanguageHeard:
    """What the detector made of one message, weighed: see :mod:`bot.core.language`."""

    language: Language
    weight: float


@dataclass(frozen=True)
class CountryNoted:
    role: str  # origin, destination, present
    country: CountryCode


@dataclass(frozen=True)
class HandoffRequested:
    reason: str
    at: datetime


@dataclass(frozen=True)
class TakenOver:
    operator: OperatorId
    at: datetime


@dataclass(frozen=True)
class Transferred:
    """Another operator has it now."""

    operator: OperatorId
    at: datetime


@dataclass(frozen=True)
class Returned:
    """It waits in the queue again, as if it had waited ``since`` then."""

    at: datetime
    since: datetime
    reason: str


@dataclass(frozen=True)
class PersonWaits:
    """The person wrote to the operator who holds the conversation."""

    at: datetime


@dataclass(frozen=True)
class OperatorWrote:
    """To the person. ``question``: a closed question, whose answer is waited for; None: words that ask none."""

    question: str | None = None


@dataclass(frozen=True)
class HandedBack:
    at: datetime


@dataclass(frozen=True)
class OperatorGone:
    """Whoever held it works here no more: it waits for somebody else."""

    at: datetime


@dataclass(frozen=True)
class Closed:
    """``outcome``: what came of it."""

    at: datetime
    outcome: str | None = None


@dataclass(frozen=True)
class Reopened:
    """The person wrote again after closing, or an operator goes on with it."""

    at: datetime


@dataclass(frozen=True)
class SafetyNoted:
    unsafe: bool


@dataclass(frozen=True)
class OtherHandSuspected:
    why: str


@dataclass(frozen=True)
class Asked:
    """``question`` waits for an answer now; None: nothing does."""

    question: str | None


@dataclass(frozen=True)
class Answered:
    question: str
    answer: str


@dataclass(frozen=True)
class Told:
    what: str
    words: str


Event = (
    RiskRaised
    | LanguageSet
    | LanguageHeard
    | CountryNoted
    | HandoffRequested
    | TakenOver
    | Transferred
    | Returned
    | PersonWaits
    | OperatorWrote
    | HandedBack
    | OperatorGone
    | Closed
    | Reopened
    | SafetyNoted
    | OtherHandSuspected
    | Asked
    | Answered
    | Told
)


class NotHeld(Exception):
    """The change needs another holder than the conversation has."""


def apply(conversation: Conversation, event: Event) -> Conversation:
    """The conversation after *event*.

    Raises NotHeld: two operators at once, or a hand-back of what nobody holds.
    """
    match event:
        case RiskRaised(assessment):
            return replace(conversation, assessment=max(conversation.assessment, assessment, key=lambda a: a.risk))
        case LanguageSet(language, by_person):
            if conversation.language_chosen and not by_person:
                return conversation
            return replace(conversation, language=language, language_chosen=conversation.language_chosen or by_person)
        case LanguageHeard(language, weight):
            heard = dict(conversation.language_evidence)
            heard[language] = heard.get(language, 0.0) + weight
            return replace(conversation, language_evidence=heard)
        case CountryNoted(role, country):
            return replace(conversation, countries={**conversation.countries, role: country})
        case HandoffRequested(reason, at):
            if conversation.holder is not Holder.BOT:
                return conversation
            return replace(conversation, holder=Holder.QUEUE, waiting_since=at, handoff_reason=reason)
        case TakenOver(operator, _):
            if conversation.holder is Holder.OPERATOR and conversation.operator != operator:
                raise NotHeld("another operator holds this conversation")
            if conversation.holder is Holder.CLOSED:
                raise NotHeld("this conversation is closed")
            # a yes meant for the operator must not answer a question of the bot
            return replace(conversation, holder=Holder.OPERATOR, operator=operator, waiting_since=None, question=None)
        case Transferred(operator, _):
            if conversation.holder is not Holder.OPERATOR:
                raise NotHeld("no operator holds this conversation")
            return replace(conversation, operator=operator)
        case Returned(_, since, reason):
            if conversation.holder is not Holder.OPERATOR:
                raise NotHeld("no operator holds this conversation")
            return replace(
                conversation,
                holder=Holder.QUEUE,
                operator=None,
                waiting_since=since,
                handoff_reason=conversation.handoff_reason or reason,
                question=None,
                helped=True,
            )
        case PersonWaits(at):
            if conversation.holder is not Holder.OPERATOR or conversation.waiting_since is not None:
                return conversation
            return replace(conversation, waiting_since=at)
        case OperatorWrote(question):
            if conversation.holder is not Holder.OPERATOR:
                raise NotHeld("no operator holds this conversation")
            # a yes to what was written last must not answer an earlier question
            return replace(conversation, waiting_since=None, question=question)
        case HandedBack():
            if conversation.holder is not Holder.OPERATOR:
                raise NotHeld("no operator holds this conversation")
            return replace(
                conversation,
                holder=Holder.BOT,
                operator=None,
                waiting_since=None,
                handoff_reason=None,
                question=None,
                helped=True,
            )
        case Closed(_, outcome):
            return replace(
                conversation,
                holder=Holder.CLOSED,
                operator=None,
                waiting_since=None,
                handoff_reason=None,
                outcome=outcome,
            )
        case OperatorGone(at):
            if conversation.holder is not Holder.OPERATOR:
                return conversation
            return replace(
                conversation,
                holder=Holder.QUEUE,
                operator=None,
                waiting_since=conversation.waiting_since or at,
                handoff_reason="operator_gone",
                question=None,
            )
        case Closed():
            return replace(conversation, holder=Holder.CLOSED, operator=None, waiting_since=None, handoff_reason=None)
        case Reopened():
            if conversation.holder is not Holder.CLOSED:
                return conversation
            return replace(conversation, holder=Holder.BOT, outcome=None)
        case SafetyNoted(unsafe):
            return replace(conversation, unsafe=unsafe)
        case OtherHandSuspected(why):
            return replace(conversation, other_hand=conversation.other_hand or why)
        case Asked(question):
            return replace(conversation, question=question)
        case Answered(question, answer):
            return replace(conversation, answers={**conversation.answers, question: answer})
        case Told(what, words):
            return replace(conversation, told={**conversation.told, what: words})
