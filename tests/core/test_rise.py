"""How the risk rose: told by the same rules that weigh it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.ids import MessageId
from bot.core.rise import rises
from bot.core.risk import Risk, Sign, assess
from bot.core.taxonomy import INDICATORS, Indicator

PAPERS, LOCKED, DANGER = map(Indicator, ("document_retention", "restriction_of_movement", "immediate_danger"))

seen = st.lists(st.lists(st.sampled_from(sorted(INDICATORS)).map(Indicator), max_size=3), max_size=8)


def numbered(messages: list[list[Indicator]]) -> list[tuple[MessageId, list[Indicator]]]:
    return [(MessageId(place), signs) for place, signs in enumerate(messages, 1)]


def test_each_step_names_its_message_its_rule_and_what_was_new() -> None:
    steps = rises(numbered([[], [PAPERS], [PAPERS], [PAPERS, LOCKED], [DANGER]]))
    assert [(one.message_id, one.assessment.risk, one.assessment.rule, one.new) for one in steps] == [
        (2, Risk.CONCERN, "single_sign", (PAPERS,)),
        (4, Risk.HIGH, "grave_sign", (LOCKED,)),
        (5, Risk.EMERGENCY, "life_at_risk", (DANGER,)),
    ]


@given(seen)
def test_the_steps_only_rise_and_end_at_the_risk_of_the_whole(messages: list[list[Indicator]]) -> None:
    steps = rises(numbered(messages))
    levels = [one.assessment.risk for one in steps]
    assert levels == sorted(set(levels))
    whole = assess(Sign(one, place) for place, signs in numbered(messages) for one in signs)
    assert (levels[-1] if levels else Risk.NONE) == whole.risk
