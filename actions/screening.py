"""A few short questions after a disclosure, so that nobody tells a story twice: asked for, skipped, stopped."""

from __future__ import annotations

from actions.talk import ASKED_COUNTRY, Outcome, Situation, Talk
from bot.core.message import Saying
from bot.core.questions import IN_OWN_WORDS, QUESTIONS, ROUNDS, SKIP, next_question, warnings

#: What was told -> the round of questions that may follow.
ROUND_AFTER = {
    "disclosure_self": "self",
    "disclosure_held": "self",
    "disclosure_other": "other",
    "disclosure_suspect": "suspect",
}
_OFFER = "offer"


def offer_questions(round_name: str, situation: Situation) -> Outcome:
    """May we ask? Once in a conversation, and only where something is left to ask."""
    if "screen.offer" in situation.answers or next_question(round_name, situation.signs, situation.answers) is None:
        return Outcome(())
    return Outcome((Saying("screen.offer"),), "screen.offer", {"round": round_name})


def go_on(situation: Situation, name: str, *before: Saying) -> Outcome:
    """The next question of round *name*, after *before*; at its end the closing words."""
    question = next_question(name, situation.signs, situation.answers)
    if question is not None:
        return Outcome((*before, Saying(question)), question, {"round": name})
    if name == _OFFER:
        return _result(warnings(situation.answers), situation)
    return Outcome((Saying("screen.done"),))


def _round_of(question: str, situation: Situation) -> str | None:
    """The round that *question* belongs to: the one we are in, if it may be."""
    return next((name for name in (situation.round, *ROUNDS) if name and question in ROUNDS[name]), None)


def _result(flags: tuple[str, ...], situation: Situation) -> Outcome:
    """What was seen in the offer; where no country is known, one question for whom to ask there."""
    said = Saying("offer_result", {"flags": list(flags), **situation.places})
    if situation.places or situation.asked_country:
        return Outcome((said,), slots={"pending_topic": None})
    waits = {"pending_topic": "ask_agency", "asked_country": True}
    return Outcome((said, Saying("ask_country")), ASKED_COUNTRY, waits)


class Answered(Talk):
    """An answer to a closed question came, by a tap or as a yes or no."""

    def name(self) -> str:
        return "action_answered"

    def decide(self, situation: Situation) -> Outcome:
        given = situation.given
        if given is None:
            return Outcome((Saying("uncertain"),))
        key, answer = given.question, given.answer
        if key == "screen.offer":
            return (
                go_on(situation, situation.round or "self") if answer == "yes" else Outcome((Saying("screen.stopped"),))
            )
        if key == "code_word.offer":
            if answer == "yes":
                return Outcome((Saying("code_word.ask"),), "code_word.ask")
            return Outcome((Saying("deny_plain"),))
        if (saying := QUESTIONS[key].leads.get(answer)) is not None:
            return Outcome((Saying(saying),))
        if (name := _round_of(key, situation)) is not None:
            return go_on(situation, name, *([Saying("screen.skipped")] if answer == SKIP else []))
        if answer in QUESTIONS[key].states and situation.is_grave:
            return Outcome((Saying("disclosure_held", situation.places),), slots={"told_before": True})
        if answer in QUESTIONS[key].concern or answer in QUESTIONS[key].states:
            return Outcome((Saying("concern"),))
        if key.startswith("card."):
            return Outcome((Saying("screen.noted"),))
        return Outcome((Saying("deny_plain" if answer in ("no", SKIP) else "affirm_plain"),))


class Noted(Talk):
    """Between our questions the person told something in their own words; the open question is not asked again."""

    def name(self) -> str:
        return "action_noted"

    def decide(self, situation: Situation) -> Outcome:
        return go_on(situation, _round_of(situation.question or "", situation) or "self", Saying("screen.noted"))


class Enough(Talk):
    """No more questions, at any word."""

    def name(self) -> str:
        return "action_enough"

    def decide(self, situation: Situation) -> Outcome:
        return Outcome((Saying("screen.stopped"),))


class CheckOffer(Talk):
    """Look at a job offer: in the person's own words, or by questions with answers to tap."""

    def name(self) -> str:
        return "action_check_offer"

    def decide(self, situation: Situation) -> Outcome:
        if situation.entities.get("how") != "questions":
            return Outcome((Saying("offer.ask"),), "offer.ask")
        return go_on(situation, _OFFER)


class Told(Talk):
    """Words of the person's own, as we asked for them; and a job offer, asked for or not."""

    def name(self) -> str:
        return "action_told"

    def decide(self, situation: Situation) -> Outcome:
        asked = situation.question
        if asked == "offer.ask" or asked not in IN_OWN_WORDS:  # an advert that was asked for, or came by itself
            return _result(situation.red_flags, situation)
        if asked == "code_word.ask":
            if situation.code_word is None:
                return Outcome((Saying("code_word.too_long"),), asked)
            return Outcome((Saying("code_word.set", {"word": situation.code_word}),), "code_word.set")
        if asked == "code_word.set":
            return Outcome((Saying("safe_time.noted"),))
        return Outcome((Saying("callback.noted"),))
