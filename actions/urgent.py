"""Someone needs action: danger, thoughts of suicide, a disclosure, the wish for a human."""

from __future__ import annotations

from actions.talk import ASKED_COUNTRY, Outcome, Situation, Talk
from bot.core.message import Saying

EMERGENCY = "emergency"
SELF_HARM = "self_harm"
#: Routed intent -> the saying that holds it. None of them asks for the story.
_HELD = {
    "report_exploitation": "disclosure_self",
    "report_other": "disclosure_other",
    "report_suspect": "disclosure_suspect",
    "disclosure_held": "disclosure_held",
}
DISCLOSURES = frozenset(_HELD.values())


def emergency(situation: Situation) -> Outcome:
    """The number first. Without a country, the way that works in most places, and one short question."""
    waits = None if situation.country else EMERGENCY
    return Outcome(
        (Saying("emergency", situation.places),),
        None if situation.country else ASKED_COUNTRY,
        {"pending_topic": waits, "asked_country": situation.asked_country or waits is not None},
    )


def self_harm(situation: Situation) -> Outcome:
    waits = None if situation.country else SELF_HARM
    return Outcome((Saying("self_harm", situation.places),), SELF_HARM, {"pending_topic": waits})


class Emergency(Talk):
    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_emergency"

    def decide(self, situation: Situation) -> Outcome:
        if situation.unsafe:
            return Outcome((Saying("emergency_quiet", situation.places),))
        return emergency(situation)


class SelfHarm(Talk):
    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_self_harm"

    def decide(self, situation: Situation) -> Outcome:
        if situation.unsafe:
            return Outcome((Saying("emergency_quiet", situation.places),))
        return self_harm(situation)


class Disclosure(Talk):
    """Thanks, no doubt, no interrogation; a human reads it. The country is asked once, so that a number can follow."""

    def name(self) -> str:
        return "action_disclosure"

    def decide(self, situation: Situation) -> Outcome:
        key = _HELD[situation.intent]
        if situation.country or situation.asked_country:
            return Outcome((Saying(key, situation.places),))
        return Outcome((Saying(key, {"ask": True}),), ASKED_COUNTRY, {"pending_topic": key, "asked_country": True})


class AskHuman(Talk):
    def name(self) -> str:
        return "action_ask_human"

    def decide(self, situation: Situation) -> Outcome:
        key = "human_unavailable" if situation.unavailable else "human_asked"
        return Outcome((Saying(key, situation.places if situation.unavailable else {}),))
