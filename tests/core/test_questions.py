"""Closed questions: what an answer tells, and which question comes next."""

from __future__ import annotations

import pytest

from bot.core.questions import QUESTIONS, ROUNDS, Given, given, next_question, stated, warnings
from bot.core.taxonomy import INDICATORS, Indicator, Intent, Language
from bot.core.understanding import Entity, Evidence, IntentGuess, LanguageGuess, Understanding


def message(intent: str, *signs: str, **details: str) -> Understanding:
    return Understanding(
        "text",
        "text",
        LanguageGuess(Language("en"), 1.0),
        IntentGuess(Intent(intent), 0.9),
        tuple(Evidence(Indicator(sign), 0.9) for sign in signs),
        tuple(Entity(name, value, 0, 0) for name, value in details.items()),
    )


def test_a_tap_answers_its_own_question_also_late() -> None:
    tap = message("answer", question="question.pay", answer="none")
    assert given(tap, "question.free") == Given("question.pay", "none")


def test_a_tap_that_was_never_offered_answers_nothing() -> None:
    assert given(message("answer", question="question.pay", answer="yes"), None) is None
    assert given(message("answer", question="question.nonsense", answer="yes"), None) is None


def test_a_typed_yes_or_no_answers_the_open_question() -> None:
    assert given(message("deny"), "question.free") == Given("question.free", "no")
    assert given(message("affirm"), "question.free") == Given("question.free", "yes")
    assert given(message("deny"), None) is None


def test_a_typed_not_yet_turns_no_child_into_an_adult() -> None:
    assert given(message("deny"), "question.child_age") is None
    assert given(message("answer", question="question.child_age", answer="no"), None) == Given(
        "question.child_age", "no"
    )


def test_a_no_where_no_is_no_answer_means_rather_not() -> None:
    assert given(message("deny"), "question.papers") == Given("question.papers", "skip")
    assert given(message("affirm"), "question.papers") is None


def test_a_no_that_tells_more_is_read_for_what_it_tells() -> None:
    assert given(message("deny", "physical_violence"), "question.free") is None


def test_an_answer_states_a_sign_with_the_words_behind_it() -> None:
    heard = stated(message("deny"), Given("question.free", "no"))
    assert heard.intent.name == "answer"
    assert [(found.indicator, found.spans) for found in heard.indicators] == [("restriction_of_movement", ((0, 4),))]
    assert stated(message("affirm"), Given("question.free", "yes")).indicators == ()


def test_what_the_conversation_shows_already_is_not_asked() -> None:
    shown = {"restriction_of_movement", "child", "intimidation_threats"}
    answers: dict[str, str] = {}
    asked = []
    while (question := next_question("self", shown, answers)) is not None:
        asked.append(question)
        answers[question] = "skip"
    assert not {"question.free", "question.child_age", "question.threat"} & set(asked)


@pytest.mark.parametrize("name", sorted(ROUNDS))
@pytest.mark.parametrize("shown", [(), tuple(INDICATORS)])
def test_a_round_ends_after_its_most_and_asks_nothing_twice(name: str, shown: tuple[str, ...]) -> None:
    answers: dict[str, str] = {}
    while (question := next_question(name, shown, answers)) is not None:
        assert question not in answers
        answers[question] = "skip"
    assert len(answers) <= ROUNDS[name].most <= 6
    assert ROUNDS[name].last is None or ROUNDS[name].last in answers


def test_danger_is_asked_first_and_then_what_nothing_is_known_of() -> None:
    assert next_question("self", (), {}) == "question.free"
    known = {"question.free": "no", "question.child_age": "no"}
    # a means of control is known: how they came there, or what they are made to do, tells more than another means
    following = next_question("self", ("restriction_of_movement",), known)
    assert QUESTIONS[str(following)].about != "means"


def test_answers_about_an_offer_tell_its_red_flags() -> None:
    told = {"question.offer_money": "yes", "question.offer_visa": "none", "question.free": "no"}
    assert warnings(told) == ("pay_first", "tourist_visa")
