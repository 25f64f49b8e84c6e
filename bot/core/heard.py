"""What a message means for its conversation: the signs in it, what it is about, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core import language, other_hand, places, questions
from bot.core.conversation import (
    Answered,
    Asked,
    Conversation,
    Event,
    HandoffRequested,
    Holder,
    LanguageSet,
    PersonWaits,
    Reopened,
    RiskRaised,
    SafetyNoted,
    Told,
    apply,
)
from bot.core.ids import SHORT_CHANNELS
from bot.core.message import has_words
from bot.core.risk import Assessment, Sign, assess
from bot.core.route import NOTED, TOLD, Route, route
from bot.core.taxonomy import LANGUAGES, Intent
from bot.core.turn import PendingTurn
from bot.core.understanding import Understanding

#: A message without words; what a human must look at in it.
WORDLESS = Intent("attachment")
_LOOKED_AT = frozenset(("photo", "voice", "audio", "video", "document", "location", "contact"))
#: The person cannot talk safely.
UNSAFE = Intent("unsafe_to_talk")
#: Where red flags of a job offer mean something.
_ABOUT_AN_OFFER = frozenset((TOLD, Intent("ask_job_offer")))

#: Question in own words -> what of it is kept.
_WHAT_IS_TOLD = {"code_word.ask": "code_word", "code_word.set": "safe_time", "human_unavailable.back": "callback"}
#: Longest word of one's own, in characters: it must be quick to type, and come to be typed by chance never.
_LONGEST_CODE_WORD = 30


@dataclass(frozen=True)
class Heard:
    """One message, weighed.

    Attributes:
        understanding: with what an answer to the open question states.
        signs: the message's own.
        route: what it is about, and whether it calls a human.
        conversation: with all that the message changes, before anything is said to it.
    """

    understanding: Understanding
    signs: tuple[Sign, ...]
    route: Route
    conversation: Conversation


def weigh(pending: PendingTurn, understood: Understanding, now: datetime) -> Heard:
    """Weigh a message and the whole conversation with it."""
    before = pending.conversation
    answer = questions.given(understood, before.question)
    if answer is not None:
        understood = questions.stated(understood, answer)
    signs = tuple(Sign(found.indicator, pending.message_id) for found in understood.indicators)
    after = assess((*pending.signs, *signs))
    routed = route(understood, assess(signs), after, before.question, sms=before.channel in SHORT_CHANNELS)
    if not has_words(pending.text, pending.attached):
        looked_at = any(one.kind in _LOOKED_AT for one in pending.attached)
        routed = Route(WORDLESS, "attachment" if looked_at else None)
    if routed.intent not in _ABOUT_AN_OFFER:
        understood = replace(understood, red_flags=())  # a kept passport is no sign of an offer where none is made

    conversation = before
    for event in _changes(pending, understood, answer, after, routed, now):
        conversation = apply(conversation, event)
    if conversation.holder is Holder.OPERATOR:  # the bot is silent: the operator must see it
        for event in _left_to_the_operator(answer, routed, now):
            conversation = apply(conversation, event)
    return Heard(understood, signs, routed, conversation)


def _changes(
    pending: PendingTurn,
    understood: Understanding,
    answer: questions.Given | None,
    after: Assessment,
    routed: Route,
    now: datetime,
) -> Iterator[Event]:
    before = pending.conversation
    if before.holder is Holder.CLOSED:
        yield Reopened(now)
    if pending.first and pending.payload is not None and pending.hint is not None and pending.hint in LANGUAGES:
        yield LanguageSet(pending.hint, by_person=False)
    if after.risk > before.risk:
        yield RiskRaised(after)
    if pending.chosen_language is not None:
        yield LanguageSet(pending.chosen_language, by_person=True)
    elif pending.payload is None:
        words = _length_in_words(understood.readable)
        yield from other_hand.suspect(before, routed.intent, understood.language, words)
        yield from language.hear(before, understood.language, words)
    yield from places.note_countries(before, routed.intent, understood.entities)
    if answer is not None:
        yield Answered(answer.question, answer.answer)
    elif before.question is not None and routed.intent == NOTED:
        yield Answered(before.question, questions.OWN_WORDS)
    elif routed.intent == TOLD and (what := _WHAT_IS_TOLD.get(before.question or "")) and _fits(what, pending.text):
        yield Told(what, pending.text.strip())
    if routed.handoff is not None:
        yield HandoffRequested(routed.handoff, now)


def _left_to_the_operator(answer: questions.Given | None, routed: Route, now: datetime) -> Iterator[Event]:
    yield PersonWaits(now)
    if answer is not None:
        yield Asked(None)
    if routed.intent == UNSAFE:
        yield SafetyNoted(True)


def _fits(what: str, text: str) -> bool:
    return what != "code_word" or 0 < len(text.strip()) <= _LONGEST_CODE_WORD


def _length_in_words(text: str) -> int:
    # a script without spaces writes about four characters where another writes a word
    words = text.split()
    return max(len(words), sum(len(word) for word in words) // 8)
