"""Risk, by the rules of the taxonomy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ids import MessageId
from bot.core.risk import Risk, Sign, assess
from bot.core.taxonomy import EXPLOITATION, GRAVE, INDICATORS, MEANS_OF_CONTROL, Indicator

signs = st.builds(Sign, st.sampled_from(sorted(INDICATORS)), st.integers(1, 9).map(MessageId))


def seen(*indicators: str) -> tuple[Risk, str]:
    assessment = assess(Sign(Indicator(name), MessageId(1)) for name in indicators)
    return assessment.risk, assessment.rule


@pytest.mark.parametrize(
    ("indicators", "risk", "rule"),
    [
        ((), Risk.NONE, "none"),
        (("document_retention",), Risk.CONCERN, "single_sign"),
        (("wage_withholding",), Risk.CONCERN, "single_sign"),  # it is both exploitation and means: one is not two
        (("abusive_conditions", "excessive_overtime"), Risk.CONCERN, "single_sign"),
        (("irregular_transport",), Risk.CONCERN, "single_sign"),
        (("child",), Risk.CONCERN, "single_sign"),
        (("document_retention", "isolation"), Risk.HIGH, "several_means"),
        (("excessive_overtime", "document_retention"), Risk.HIGH, "exploitation_by_means"),
        (("wage_withholding", "debt_bondage"), Risk.HIGH, "exploitation_by_means"),
        (("child", "excessive_overtime"), Risk.HIGH, "child_exploited"),
        (("forced_marriage",), Risk.HIGH, "grave_sign"),
        (("child", "sexual_exploitation"), Risk.EMERGENCY, "child_sexual_harm"),
        (("self_harm", "wage_withholding"), Risk.EMERGENCY, "self_harm"),
        (("immediate_danger", "self_harm"), Risk.EMERGENCY, "life_at_risk"),
    ],
)
def test_the_first_rule_that_holds_decides(indicators: tuple[str, ...], risk: Risk, rule: str) -> None:
    assert seen(*indicators) == (risk, rule)


@pytest.mark.parametrize("indicator", sorted(GRAVE))
def test_a_grave_sign_alone_is_high(indicator: Indicator) -> None:
    assert seen(indicator)[0] is Risk.HIGH


@given(st.lists(signs), signs)
def test_a_further_sign_never_lowers_the_risk(before: list[Sign], further: Sign) -> None:
    assert assess([*before, further]).risk >= assess(before).risk


@given(st.lists(signs).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_signs_changes_nothing(orders: tuple[list[Sign], list[Sign]]) -> None:
    one, other = map(assess, orders)
    assert (one.risk, one.rule, set(one.because)) == (other.risk, other.rule, set(other.because))


@given(st.lists(signs, min_size=1))
def test_a_verdict_names_its_grounds_and_they_suffice(given_signs: list[Sign]) -> None:
    assessment = assess(given_signs)
    assert assessment.because
    assert set(assessment.because) <= set(given_signs)
    assert assess(assessment.because).risk is assessment.risk


def test_the_sets_name_only_indicators() -> None:
    assert set(INDICATORS) >= (GRAVE | MEANS_OF_CONTROL | EXPLOITATION)
