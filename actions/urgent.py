"""Someone needs action: danger, thoughts of suicide, a disclosure, the wish for a human."""

from __future__ import annotations

from typing import Any

from actions.screening import ROUND_AFTER, offer_questions
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
#: Sign -> the situation in which its words may help, the first that holds.
_SITUATIONS = {
    "child": "child",
    "sexual_violence": "sexual_violence",
    "forced_marriage": "marriage",
    "forced_criminality": "scam",
    "sexual_exploitation": "sexual_exploitation",
}
#: Words that fit the person harmed and whoever writes for them alike.
_FIT_OTHERS = frozenset(("child", "sexual_violence"))
#: Kind of work -> situation.
_WORK = {"online scam": "scam", "fishing": "fishing", "domestic work": "domestic"}
#: Signs that fit somebody who is only missing.
_OF_THE_MISSING = frozenset(("isolation", "deception", "restriction_of_movement"))


def situation_of(situation: Situation) -> str | None:
    """The name of the words that may help after a disclosure, or None: see ``situation.*`` in the phrases.

    Most of them speak to whoever is in it; about somebody else only some are said, and of a suspect none.
    """
    if situation.intent == "report_suspect":
        return None
    for sign, name in _SITUATIONS.items():
        if sign in situation.signs and (situation.intent != "report_other" or name in _FIT_OTHERS):
            return name
    if situation.intent == "report_other":
        return "missing" if situation.signs <= _OF_THE_MISSING else None
    return _WORK.get(situation.entities.get("job") or situation.job or "")


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
    asked = None if situation.brief else "self_harm.team"
    return Outcome((Saying("self_harm", situation.places),), asked, {"pending_topic": waits})


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
    """Thanks, no doubt, no interrogation; a human reads it. The country is asked once, so that a number can follow.

    What may help in the situation comes with it, and an offer of a few questions: one question at a time, so it waits
    where the country is asked.
    """

    def name(self) -> str:
        return "action_disclosure"

    def decide(self, situation: Situation) -> Outcome:
        key = "disclosure_held" if situation.told_before else _HELD[situation.intent]
        named = None if situation.told_before else situation_of(situation)
        helps = (Saying("situation", {"situation": named, **situation.places}),) if named else ()
        slots: dict[str, Any] = {"told_before": True}
        if not situation.country and not situation.asked_country:
            slots |= {"pending_topic": key, "asked_country": True}
            return Outcome((Saying(key), *helps, Saying("disclosure.where")), ASKED_COUNTRY, slots)
        more = offer_questions(ROUND_AFTER[key], situation)
        return Outcome((Saying(key, situation.places), *helps, *more.sayings), more.question, slots | dict(more.slots))


class AskHuman(Talk):
    def name(self) -> str:
        return "action_ask_human"

    def decide(self, situation: Situation) -> Outcome:
        if situation.unavailable:
            asked = "human_unavailable.back"
            return Outcome((Saying("human_unavailable", situation.places), Saying(asked)), asked)
        if situation.waiting_before:
            return Outcome((Saying("human_asked"), Saying("human_waiting", {"count": situation.waiting_before})))
        return Outcome((Saying("human_asked"),))
