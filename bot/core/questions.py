"""Closed questions: which answers one may tap, what each tells, which question comes next. See ``questions.yml``.

Gentle by rule: at most six, each may be skipped, none whose answer the conversation shows already (Polaris toolkit for
hotlines: ask only what is needed for the help asked for now; WHO 2003: the talk may stop at any time).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bot.core.taxonomy import EXPLOITATION, INDICATORS, MEANS_OF_CONTROL, Indicator, Intent
from bot.core.understanding import Entity, Evidence, IntentGuess, Understanding

SKIP = "skip"
#: Instead of tapping, the person told something in their own words: the question is not asked again.
OWN_WORDS = "own_words"

#: A button under a closed question, or a yes or no to it.
ANSWER = Intent("answer")
_ANSWER_DETAILS = frozenset(("question", "answer"))

#: Questions after which the next message is taken as it stands, whatever it means.
IN_OWN_WORDS = frozenset(("code_word.ask", "code_word.set", "human_unavailable.back", "offer.ask"))


@dataclass(frozen=True)
class ClosedQuestion:
    """``key`` is the phrase that is asked; the rest as in ``questions.yml``."""

    key: str
    answers: tuple[str, ...]
    states: Mapping[str, Indicator]
    warns: Mapping[str, str]
    concern: frozenset[str]
    leads: Mapping[str, str]
    tapped: bool
    about: str | None


@dataclass(frozen=True)
class Round:
    """Questions asked one by one."""

    first: tuple[str, ...]
    then: tuple[str, ...]
    last: str | None
    most: int

    def __contains__(self, key: object) -> bool:
        return key in self.first or key in self.then or key == self.last


@dataclass(frozen=True)
class Given:
    """An answer to a closed question."""

    question: str
    answer: str


def _question(key: str, fields: Mapping[str, Any]) -> ClosedQuestion:
    states = {answer: Indicator(name) for answer, name in fields.get("states", {}).items()}
    if not set(states.values()) <= set(INDICATORS):
        raise ValueError(f"questions.yml: {key} states no indicator of taxonomy.yml")
    return ClosedQuestion(
        key,
        tuple(fields["answers"]),
        states,
        fields.get("warns", {}),
        frozenset(fields.get("concern", ())),
        fields.get("leads", {}),
        fields.get("tapped", False),
        fields.get("about"),
    )


_DATA = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
QUESTIONS: Mapping[str, ClosedQuestion] = {key: _question(key, fields) for key, fields in _DATA["questions"].items()}
ROUNDS: Mapping[str, Round] = {
    name: Round(tuple(fields["first"]), tuple(fields["then"]), fields.get("last"), fields["most"])
    for name, fields in _DATA["rounds"].items()
}


def given(understood: Understanding, asked: str | None) -> Given | None:
    """The answer that a message is, or None.

    Args:
        asked: the closed question that is open. A button tells its own question, so that a late tap still counts for
            it; a typed yes or no answers the open one.
    """
    if understood.intent.name == ANSWER:
        told = {entity.entity: entity.value for entity in understood.entities}
        question = QUESTIONS.get(told.get("question", ""))
        answer = told.get("answer", "")
        return Given(question.key, answer) if question and answer in (*question.answers, SKIP) else None
    question = QUESTIONS.get(asked or "")
    answer = {"affirm": "yes", "deny": "no"}.get(understood.intent.name, "")
    if question is None or question.tapped or understood.indicators or not answer:
        return None
    if answer in question.answers:
        return Given(question.key, answer)
    return Given(question.key, SKIP) if answer == "no" else None  # "no" where no is not an answer: rather not


def stated(understood: Understanding, answer: Given) -> Understanding:
    """*understood* as the answer it is, typed or tapped, with the sign that it states."""
    indicator = QUESTIONS[answer.question].states.get(answer.answer)
    signs = (Evidence(indicator, 1.0, ((0, len(understood.text)),)),) if indicator is not None else ()
    besides = tuple(entity for entity in understood.entities if entity.entity not in _ANSWER_DETAILS)
    told = (Entity("question", answer.question, 0, 0), Entity("answer", answer.answer, 0, 0))
    return replace(understood, intent=IntentGuess(ANSWER, 1.0), indicators=signs, entities=(*besides, *told))


def answered(understood: Understanding) -> Given | None:
    """The answer that :func:`stated` found in a message, or None."""
    told = {entity.entity: entity.value for entity in understood.entities if entity.entity in _ANSWER_DETAILS}
    if understood.intent.name != ANSWER or len(told) < len(_ANSWER_DETAILS):
        return None
    return Given(told["question"], told["answer"])


def warnings(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The red flags of a job offer that *answers* tell, by question."""
    told = (QUESTIONS[key].warns.get(answer) for key, answer in answers.items() if key in QUESTIONS)
    return tuple(dict.fromkeys(flag for flag in told if flag is not None))


def next_question(round_name: str, signs: Collection[str], answers: Mapping[str, str]) -> str | None:
    """The next question of a round, or None at its end.

    Args:
        signs: indicators that the conversation has shown.
        answers: given so far, by question; an answered question is not asked again.
    """
    round_ = ROUNDS[round_name]
    if round_.last in answers:
        return None
    room = round_.most - sum(key in answers for key in (*round_.first, *round_.then)) - (round_.last is not None)
    open_ = [QUESTIONS[key] for key in (*round_.first, *round_.then) if key not in answers]
    telling = [question for question in open_ if not is_known(question, signs)]
    if room <= 0 or not telling:
        return round_.last
    known = _elements(signs, answers)
    later = [question for question in telling if question.key not in round_.first]
    return next(
        (question.key for question in telling if question.key in round_.first),
        min(later, key=lambda question: question.about in known).key if later else round_.last,
    )


def is_known(question: ClosedQuestion, signs: Collection[str]) -> bool:
    """Have *signs* shown already what the question would find out?"""
    return bool(question.states) and all(indicator in signs for indicator in question.states.values())


def _elements(signs: Iterable[str], answers: Mapping[str, str]) -> set[str]:
    """The elements of which something is known."""
    told = {question.about for key, question in QUESTIONS.items() if key in answers and question.about}
    seen = set(map(Indicator, signs))
    return (
        {about for about in told if about == "act"}
        | ({"means"} if seen & MEANS_OF_CONTROL else set())
        | ({"purpose"} if seen & EXPLOITATION else set())
    )
