"""What holds of every rehearsal, whatever an operator does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.practice import Scripts
from bot.core.questions import QUESTIONS
from bot.core.rehearsal import ACTS, NUMBER, QUIET, End, Line, Move, Tap, answer, begin
from bot.core.rehearsal_score import Outcome, Rule, Step, score

SCRIPTS = Scripts.load()
CARDS = st.sampled_from(sorted(SCRIPTS.by_card)).map(lambda card: Move((SCRIPTS.by_card[card],), card=card))
WORDS = st.builds(
    Move,
    st.lists(st.sampled_from(sorted(SCRIPTS.topics)), max_size=3, unique=True).map(tuple),
    st.none(),
    st.frozensets(st.sampled_from(sorted(ACTS - {QUIET})), max_size=2),
)
MOVES = st.lists(st.one_of(CARDS, WORDS, st.sampled_from([Move((QUIET,)), Move((NUMBER,))])), max_size=25)


@given(person=st.sampled_from(sorted(SCRIPTS.persons)), moves=MOVES, seed=st.integers(0, 999))
def test_a_person_always_answers_with_lines_of_their_own_until_the_end(
    person: str, moves: list[Move], seed: int
) -> None:
    script = SCRIPTS.persons[person]
    own, state, steps = set(script.lines()), begin(script), []
    for place, move in enumerate(moves):
        if state.end is not None:
            with pytest.raises(ValueError, match="has ended"):
                answer(script, SCRIPTS.topics, state, move, seed)
            break
        turn = answer(script, SCRIPTS.topics, state, move, seed)
        assert turn == answer(script, SCRIPTS.topics, state, move, seed)
        assert turn.said
        for one in turn.said:
            assert one in own if isinstance(one, Line) else one.answer in (*QUESTIONS[one.question].answers, "skip")
        assert turn.acts <= set(SCRIPTS.topics) | ACTS
        assert (turn.after.end is End.LEFT) == (turn.after.trust <= 0)
        assert state.marks <= turn.after.marks
        steps.append(Step(place, turn.acts, state.marks))
        state = turn.after
    results = score(SCRIPTS.rules, steps)
    assert len({result.rule for result in results}) == len(results)
    assert all((result.line is None) == (result.outcome is Outcome.NOT_TRIED) for result in results)


def step(line: int, *acts: str, marks: tuple[str, ...] = ()) -> Step:
    return Step(line, frozenset(acts), frozenset(marks))


def rule(kept: str = "", broken: str = "", before: str = "", since: str | None = None) -> Rule:
    return Rule("r", frozenset(kept.split()), frozenset(broken.split()), frozenset(before.split()), since)


@pytest.mark.parametrize(
    ("judged", "steps", "outcome", "line"),
    [
        (rule(kept="safe"), [step(1, "hello"), step(2, "safe")], Outcome.KEPT, 2),
        (rule(kept="safe"), [step(1, "hello")], Outcome.NOT_TRIED, None),
        (rule(kept="safe", broken="loud"), [step(1, "safe"), step(2, "loud")], Outcome.BROKEN, 2),
        (rule(kept="safe", before="where"), [step(1, "where"), step(2, "safe")], Outcome.BROKEN, 1),
        (rule(kept="safe", before="where"), [step(1, "safe"), step(2, "where")], Outcome.KEPT, 1),
        (rule(kept="safe", before="where"), [step(1, "safe", "where")], Outcome.KEPT, 1),
        (rule(kept="number", since="danger"), [step(1, "number")], None, None),
        (
            rule(kept="number", before="where", since="danger"),
            [step(1, "where"), step(2, "number", marks=("danger",))],
            Outcome.KEPT,
            2,
        ),
    ],
)
def test_a_rule_is_kept_broken_not_tried_or_does_not_come_up(
    judged: Rule, steps: list[Step], outcome: Outcome | None, line: int | None
) -> None:
    results = score([judged], steps)
    assert [(one.outcome, one.line) for one in results] == ([(outcome, line)] if outcome else [])


def test_an_agreement_that_was_refused_is_no_agreement() -> None:
    boat = SCRIPTS.persons["boat"]
    asked = answer(boat, SCRIPTS.topics, begin(boat), Move(("police",), card="card.may_police"), 0)
    assert Tap("card.may_police", "no") in asked.said
    told = answer(boat, SCRIPTS.topics, asked.after, Move(("told_police",), card="card.told_police"), 0)
    assert "told_without_yes" in told.acts
    assert "exposed" not in told.acts
