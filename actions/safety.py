"""First contact, and somebody watching: is it safe to talk, and how to stop at once."""

from __future__ import annotations

from actions.talk import ASKED_COUNTRY, ASKED_ERASE, ASKED_SAFETY, Outcome, Situation, Talk
from bot.core.message import Saying


class Greet(Talk):
    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_greet"

    def decide(self, situation: Situation) -> Outcome:
        if situation.unsafe:
            return Outcome((Saying("welcome_back"),), ASKED_SAFETY)
        if situation.first_turn:
            return Outcome((Saying("greet"), Saying("safety_check")), ASKED_SAFETY)
        return Outcome((Saying("greet_again"),))


class StopTalking(Talk):
    """Someone watches: a harmless line, and nothing telling until the person says that it is safe."""

    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_unsafe"

    def decide(self, situation: Situation) -> Outcome:
        return Outcome((Saying("unsafe"),), slots={"unsafe": True})


class Yes(Talk):
    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_affirm"

    def decide(self, situation: Situation) -> Outcome:
        if situation.question == ASKED_ERASE:
            return Outcome((Saying("erase_done"),), slots={"erase": True})
        if situation.question == ASKED_SAFETY and situation.unsafe and situation.code_word is None:
            offer = "code_word.offer"
            return Outcome((Saying("safe_thanks"), Saying(offer)), offer, {"unsafe": False})
        if situation.question == ASKED_SAFETY:
            return Outcome((Saying("safe_thanks"),), slots={"unsafe": False})
        if situation.unsafe:
            return Outcome((Saying("welcome_back"),), ASKED_SAFETY)
        return Outcome((Saying("affirm_plain"),))


class No(Talk):
    while_watched = True
    introduces = False

    def name(self) -> str:
        return "action_deny"

    def decide(self, situation: Situation) -> Outcome:
        if situation.question == ASKED_SAFETY:
            return Outcome((Saying("unsafe"),), slots={"unsafe": True})
        if situation.question == ASKED_ERASE:
            return Outcome((Saying("erase_kept"),))
        if situation.unsafe:
            return Outcome((Saying("unsafe_still"),))
        if situation.question == ASKED_COUNTRY:
            return Outcome((Saying("country_skipped"),), slots={"pending_topic": None})
        return Outcome((Saying("deny_plain"),))
