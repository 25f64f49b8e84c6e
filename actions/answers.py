"""Questions, and the country that an answer waits for."""

from __future__ import annotations

from actions.screening import ROUND_AFTER, offer_questions
from actions.talk import ASKED_COUNTRY, Outcome, Situation, Talk
from actions.urgent import DISCLOSURES, EMERGENCY, SELF_HARM, emergency, self_harm
from bot.core.message import Saying

#: Answered alike everywhere: what helps here does not wait for a country.
_SAME_EVERYWHERE = frozenset(("ask_trafficking", "ask_money_transfer"))
_OFFER = "ask_job_offer"


def answer(topic: str, situation: Situation) -> Outcome:
    """The answer to *topic*; where it needs a country that nobody named yet, the general part and one question."""
    values = {"topic": topic, **situation.places}
    known = bool(situation.places) or topic in _SAME_EVERYWHERE
    waits = {"pending_topic": None if known else topic}
    if topic == _OFFER and not situation.brief:
        # what the offer says tells the country too
        return Outcome((Saying("answer", {**values, "next": False}), Saying("offer.ask")), "offer.ask", waits)
    if known or situation.asked_country:
        return Outcome((Saying("answer", values),), None if situation.brief else f"answer.{topic}.next", waits)
    return Outcome(
        (Saying("answer", {**values, "next": False}), Saying("ask_country")),
        ASKED_COUNTRY,
        {"pending_topic": topic, "asked_country": True},
    )


class Answer(Talk):
    """The intent is the topic."""

    def name(self) -> str:
        return "action_answer"

    def decide(self, situation: Situation) -> Outcome:
        return answer(situation.intent, situation)


class Inform(Talk):
    """A detail came. If a question of the person waits for a country that is known now, it is answered."""

    def name(self) -> str:
        return "action_inform"

    def decide(self, situation: Situation) -> Outcome:
        waiting = situation.pending_topic
        if waiting and situation.places:
            if waiting == EMERGENCY:
                return emergency(situation)
            if waiting == SELF_HARM:
                return self_harm(situation)
            if waiting in DISCLOSURES:
                numbers = Saying("answer", {"topic": "ask_contact", "next": False, **situation.places})
                more = offer_questions(ROUND_AFTER[waiting], situation)
                return Outcome((numbers, *more.sayings), more.question, {"pending_topic": None, **more.slots})
            return answer(waiting, situation)
        if named := situation.entities.get("country"):
            return Outcome((Saying("country_noted", {"country": named}),))
        return Outcome((Saying("inform_noted"),))
