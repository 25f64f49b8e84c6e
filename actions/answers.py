"""Questions, and the country that an answer waits for."""

from __future__ import annotations

from actions.talk import ASKED_COUNTRY, Outcome, Situation, Talk
from actions.urgent import DISCLOSURES, EMERGENCY, SELF_HARM, emergency, self_harm
from bot.core.message import Saying

#: Answered alike everywhere: what helps here does not wait for a country.
_SAME_EVERYWHERE = frozenset(("ask_trafficking", "ask_money_transfer"))


def answer(topic: str, situation: Situation) -> Outcome:
    """The answer to *topic*; where it needs a country that nobody named yet, the general part and one question."""
    values = {"topic": topic, **situation.places}
    if situation.places or topic in _SAME_EVERYWHERE:
        return Outcome((Saying("answer", values),), topic, {"pending_topic": None})
    if situation.asked_country:
        return Outcome((Saying("answer", values),), topic, {"pending_topic": topic})
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
            return answer("ask_contact" if waiting in DISCLOSURES else waiting, situation)
        if named := situation.entities.get("country"):
            return Outcome((Saying("country_noted", {"country": named}),))
        return Outcome((Saying("inform_noted"),))
