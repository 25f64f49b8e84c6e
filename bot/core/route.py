"""What the next reply must serve, and whether a human is called: pure rules over what was understood.

The intent that was read is only the beginning. A message that shows danger is answered as danger whatever it asks;
a disclosure that asks nothing is held, never bounced; an uncertain reading asks back.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.risk import Assessment, Risk
from bot.core.taxonomy import DISCLOSURES, LANGUAGES, QUESTIONS, UNDETERMINED, Intent
from bot.core.understanding import Entity, Understanding

#: Below this confidence the intent is not trusted and a short menu asks back.
TRUST = 0.40

#: A language that is none of ours is believed from this confidence on.
_SURELY_OTHER = 0.9

#: A message of which this share are the letters of a country's name is a bare detail.
_MOST_OF_IT = 0.6

UNCERTAIN = Intent("uncertain")
OTHER_LANGUAGE = Intent("other_language")
FAILED = Intent("failed")
HELD = Intent("disclosure_held")

# What the person wants of the conversation itself comes before any answer of ours.
_WILL_OF_THE_PERSON = frozenset(map(Intent, ("unsafe_to_talk", "stop", "delete_data")))


@dataclass(frozen=True)
class Route:
    """``intent`` for the dialogue; ``handoff`` is the reason to call a human, or None."""

    intent: Intent
    handoff: str | None = None


def route(understood: Understanding, here: Assessment, after: Assessment) -> Route:
    """Decide on one message.

    Args:
        understood: this message.
        here: the assessment of this message's own signs alone.
        after: the assessment of the whole conversation, this message included.
    """
    if understood.failed:
        return Route(FAILED, "understanding_failed")
    intent = understood.intent.name
    if here.risk is Risk.EMERGENCY:
        if intent in _WILL_OF_THE_PERSON:
            return Route(intent, here.rule)
        return Route(Intent("report_self_harm") if here.rule == "self_harm" else Intent("report_danger"), here.rule)
    if here.risk is Risk.NONE and _is_bare_detail(understood):
        return Route(Intent("inform"))
    handoff = _handoff(understood, here, after)
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
