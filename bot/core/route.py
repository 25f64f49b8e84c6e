"""What the next reply must serve, and whether a human is called: pure rules over what was understood.

The intent that was read is only the beginning. A message that shows danger is answered as danger whatever it asks;
a disclosure that asks nothing is held, never bounced; an uncertain reading asks back.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.questions import ANSWER, IN_OWN_WORDS, ROUNDS
from bot.core.risk import Assessment, Risk
from bot.core.taxonomy import DISCLOSURES, LANGUAGES, QUESTIONS, UNDETERMINED, Intent
from bot.core.understanding import Entity, Understanding

#: Below this confidence the intent is not trusted and a short menu asks back.
TRUST = 0.40

_SCREENING = frozenset(
    key for name in ("self", "other", "suspect") for key in (*ROUNDS[name].first, *ROUNDS[name].then)
)

_SCREENING_OFFERED = "screen.offer"

#: A language that is none of ours is believed from this confidence on.
_SURELY_OTHER = 0.9

#: Below this confidence a report without any sign, or a wish for no more messages, may be something else.
_SURE = 0.6

#: An advert that nobody asked for is looked at when it carries so many red flags.
_ADVERT_FLAGS = 2

#: A message of which this share are the letters of a country's name is a bare detail.
_MOST_OF_IT = 0.6

UNCERTAIN = Intent("uncertain")
OTHER_LANGUAGE = Intent("other_language")
FAILED = Intent("failed")
HELD = Intent("disclosure_held")
#: The next message after one of :data:`bot.core.questions.IN_OWN_WORDS`, taken as it stands.
TOLD = Intent("told")
#: In the middle of our questions the person told something in their own words: noted, and on with the next one.
NOTED = Intent("noted")
#: No more questions.
ENOUGH = Intent("enough")

# What the person wants of the conversation itself comes before any answer of ours.
_WILL_OF_THE_PERSON = frozenset(map(Intent, ("unsafe_to_talk", "stop", "delete_data")))

# What a person writes between our questions without leaving them.
_BETWEEN_QUESTIONS = frozenset(
    map(
        Intent,
        (
            "affirm", "deny", "inform", "thank", "out_of_scope", "uncertain", "disclosure_held", "report_exploitation",
            "report_other", "report_suspect",
        ),
    )
)  # fmt: skip
# What a person may still do where we wait for words of their own.
_PLEAS = _WILL_OF_THE_PERSON | DISCLOSURES - {Intent("report_suspect")}
_LEAVES_OWN_WORDS = frozenset(map(Intent, ("deny", "change_language", "report_suspect")))
_HUMAN = Intent("ask_human")
# What an advert is read as.
_ABOUT_OFFERS = frozenset(
    map(Intent, ("ask_job_offer", "ask_agency", "ask_fees", "ask_contract", "ask_documents", "ask_route", "ask_wages"))
)


@dataclass(frozen=True)
class Route:
    """``intent`` for the dialogue; ``handoff`` is the reason to call a human, or None."""

    intent: Intent
    handoff: str | None = None


def route(
    understood: Understanding, here: Assessment, after: Assessment, asked: str | None = None, *, sms: bool = False
) -> Route:
    """Decide on one message.

    Args:
        understood: this message.
        here: the assessment of this message's own signs alone.
        after: the assessment of the whole conversation, this message included.
        asked: what we asked last.
        sms: "stop" there is the network's word for no more messages at all.
    """
    plain = _plain(understood, here, after, asked)
    if asked is None:
        return plain
    if plain.intent == "stop" and (asked in _SCREENING or asked == _SCREENING_OFFERED) and not sms:
        return Route(ENOUGH, plain.handoff)
    if asked in _SCREENING and plain.intent in _BETWEEN_QUESTIONS:
        return Route(NOTED, plain.handoff)
    if asked.startswith("answer.") and _is_mere_reply(plain, understood, here):
        return Route(Intent("inform"), plain.handoff)
    return plain


def _is_mere_reply(plain: Route, understood: Understanding, here: Assessment) -> bool:
    """ "About three months", in reply to the question under an answer."""
    if plain.intent in (UNCERTAIN, "out_of_scope"):
        return True
    unsure = understood.intent.confidence < _SURE and here.risk is Risk.NONE
    return plain.intent in ("report_exploitation", "stop") and unsure


def _plain(understood: Understanding, here: Assessment, after: Assessment, asked: str | None) -> Route:
    if understood.failed:
        return Route(FAILED, "understanding_failed")
    if asked is not None and asked in IN_OWN_WORDS and _is_own_words(understood, here, asked):
        return Route(TOLD, _handoff(understood, here, after))
    intent = understood.intent.name
    if here.risk is Risk.EMERGENCY:
        if intent in _WILL_OF_THE_PERSON:
            return Route(intent, here.rule)
        return Route(Intent("report_self_harm") if here.rule == "self_harm" else Intent("report_danger"), here.rule)
    if intent == ANSWER:
        return Route(ANSWER, _handoff(understood, here, after))
    if here.risk is Risk.NONE and _is_bare_detail(understood):
        return Route(Intent("inform"))
    handoff = _handoff(understood, here, after)
    if _is_advert(understood, here):
        return Route(TOLD, handoff)
    if here.risk is Risk.NONE and _is_other_language(understood):
        return Route(OTHER_LANGUAGE, handoff or "other_language")
    if understood.intent.confidence < TRUST and intent not in _WILL_OF_THE_PERSON:
        if here.risk > Risk.NONE:
            return Route(HELD, handoff or "sign")
        # a country, if nothing else, was understood: "saya di KL"
        return Route(Intent("inform") if _countries(understood) else UNCERTAIN, handoff)
    if intent in DISCLOSURES:
        return Route(intent, handoff or intent)
    if here.risk > Risk.NONE and intent not in QUESTIONS | _WILL_OF_THE_PERSON | {Intent("ask_human")}:
        return Route(HELD, handoff or "sign")
    return Route(intent, handoff)


def _is_own_words(understood: Understanding, here: Assessment, asked: str) -> bool:
    """Not a button or a told word, not a wish about the conversation, and no plea for help."""
    intent = understood.intent
    if intent.confidence == 1.0 or (intent.name in _PLEAS and intent.confidence >= TRUST):
        return False
    if intent.name == _HUMAN and intent.confidence >= TRUST and asked != "human_unavailable.back":
        return False  # but "call me at night" says when
    if asked == "offer.ask":
        # an advert may hold signs of its own, and read like a report; a question of another kind is answered
        return bool(understood.red_flags) or intent.name not in QUESTIONS - _ABOUT_OFFERS or intent.confidence < TRUST
    return here.risk < Risk.HIGH and not (intent.name in _LEAVES_OWN_WORDS and intent.confidence >= TRUST)


def _is_advert(understood: Understanding, here: Assessment) -> bool:
    """A job offer pasted without being asked for."""
    # a question about fees or a kept passport names the same things: only what asks about an offer is one
    like_one = understood.intent.name == "ask_job_offer" or understood.intent.confidence < TRUST
    return len(understood.red_flags) >= _ADVERT_FLAGS and like_one and here.risk < Risk.HIGH


def _is_other_language(understood: Understanding) -> bool:
    """Written in a language that is none of ours: what was read into it is chance."""
    guess = understood.language
    return guess.code not in LANGUAGES and guess.code != UNDETERMINED and guess.confidence >= _SURELY_OTHER


def _is_bare_detail(understood: Understanding) -> bool:
    """A message that is hardly more than a country's name answers "which country?", however it was read."""
    named = {position for entity in _countries(understood) for position in range(entity.start, entity.end)}
    letters = [position for position, letter in enumerate(understood.text) if letter.isalnum()]
    return bool(named) and len(named.intersection(letters)) >= _MOST_OF_IT * len(letters)


def _countries(understood: Understanding) -> list[Entity]:
    return [entity for entity in understood.entities if entity.entity == "country"]


def _handoff(understood: Understanding, here: Assessment, after: Assessment) -> str | None:
    if understood.intent.name == "ask_human":
        return "asked_for_human"
    # a new sign in a grave conversation calls somebody again, also after a hand-back
    if here.risk > Risk.NONE and after.risk >= Risk.HIGH:
        return after.rule
    return None
