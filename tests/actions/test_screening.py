"""Our questions after a disclosure, and about a job offer: asked for first, skipped, stopped at any word."""

from __future__ import annotations

from actions.screening import Answered, CheckOffer, Enough, Noted, Told
from actions.talk import Outcome, Situation
from actions.urgent import Disclosure
from bot.core.questions import OWN_WORDS


def says(outcome: Outcome) -> list[str]:
    return [saying.key for saying in outcome.sayings]


def answered(question: str, answer: str, before: dict[str, str] | None = None, **known: object) -> Outcome:
    """What is said after *answer*, the others having been given before."""
    answers = {**(before or {}), question: answer}
    return Answered().outcome(Situation("answer", question=question, answers=answers, **known))  # type: ignore[arg-type]


def test_questions_are_offered_once_after_a_disclosure_and_only_asked_after_a_yes() -> None:
    told = Disclosure().outcome(Situation("report_exploitation", present="MY"))
    assert says(told)[-1] == "screen.offer"
    assert answered("screen.offer", "yes", round="self").question == "question.free"
    assert says(answered("screen.offer", "no", round="self")) == ["screen.stopped"]


def test_the_next_question_follows_each_answer_until_six_and_the_last_asks_for_consent() -> None:
    answers = {"screen.offer": "yes"}
    question: str | None = "question.free"
    asked = []
    while question is not None:
        asked.append(question)
        outcome = answered(question, "skip", answers, round="self")
        answers[question] = "skip"
        question = outcome.question
    assert len(asked) == 6
    assert asked[-1] == "question.share"
    assert says(outcome) == ["screen.done"] or says(outcome) == ["screen.skipped", "screen.done"]


def test_a_skipped_question_is_left_in_peace() -> None:
    assert says(answered("question.free", "skip", round="self"))[0] == "screen.skipped"


def test_what_is_told_in_own_words_is_noted_and_the_next_question_follows() -> None:
    outcome = Noted().outcome(
        Situation("noted", question="question.free", round="self", answers={"question.free": OWN_WORDS})
    )
    assert says(outcome) == ["screen.noted", "question.child_age"]


def test_enough_ends_it() -> None:
    assert says(Enough().outcome(Situation("enough", question="question.free", round="self"))) == ["screen.stopped"]


def test_an_answer_that_calls_a_human_is_held_and_one_that_only_worries_offers_one() -> None:
    asked = "answer.ask_passport_kept.next"
    assert says(answered(asked, "no", risk="high", present="MY")) == ["disclosure_held"]
    assert says(answered("answer.ask_return.next", "yes")) == ["concern"]
    assert says(answered("answer.ask_return.next", "no")) == ["deny_plain"]
    assert says(answered("answer.ask_passport_kept.next", "yes")) == ["affirm_plain"]


def test_whoever_thinks_of_suicide_is_answered_by_whether_they_are_alone() -> None:
    assert says(answered("self_harm.team", "yes")) == ["self_harm.alone"]
    assert says(answered("self_harm.team", "no")) == ["self_harm.with"]


def test_a_late_tap_on_an_earlier_question_goes_on_with_its_own_round() -> None:
    outcome = answered("question.offer_money", "no", {"question.free": "yes"}, round="self")
    assert outcome.question == "question.offer_visa"


def test_the_offer_is_looked_at_in_the_persons_words() -> None:
    asked = CheckOffer().outcome(Situation("check_offer"))
    assert says(asked) == ["offer.ask"]
    told = Told().outcome(
        Situation("told", question=asked.question, red_flags=("pay_first", "hurry"), destination="KH")
    )
    assert told.sayings[0].key == "offer_result"
    assert told.sayings[0].values == {"flags": ["pay_first", "hurry"], "destination": "KH"}


def test_an_advert_that_comes_by_itself_is_looked_at_and_the_country_asked_for() -> None:
    told = Told().outcome(Situation("told", red_flags=("hurry", "tourist_visa")))
    assert says(told) == ["offer_result", "ask_country"]
    assert told.slots["pending_topic"] == "ask_agency"


def test_or_by_questions_whose_answers_tell_the_signs() -> None:
    begun = CheckOffer().outcome(Situation("check_offer", entities={"how": "questions"}))
    assert begun.question == "question.offer_money"
    given = {
        "question.offer_money": "yes", "question.offer_visa": "visit", "question.offer_contract": "yes",
        "question.offer_papers": "no",
    }  # fmt: skip
    end = answered("question.offer_office", "dont_know", given, round="offer")
    assert end.sayings[0].values == {"flags": ["pay_first", "tourist_visa"]}


def test_a_word_of_ones_own_is_kept_and_followed_by_a_good_time() -> None:
    kept = Told().outcome(Situation("told", question="code_word.ask", code_word="nasi"))
    assert says(kept) == ["code_word.set"]
    assert says(Told().outcome(Situation("told", question=kept.question))) == ["safe_time.noted"]
    assert says(Told().outcome(Situation("told", question="code_word.ask"))) == ["code_word.too_long"]
