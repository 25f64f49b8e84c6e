"""What is suggested to an operator next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.content.cards import Cards
from bot.core.conversation import Conversation
from bot.core.ids import ChannelName, ConversationId, CountryCode, MessageId
from bot.core.questions import QUESTIONS, is_known
from bot.core.risk import Sign, assess
from bot.core.suggest import MOST, RULES, Why, suggest
from bot.core.taxonomy import INDICATORS, Indicator

NOW = datetime(2026, 1, 5, tzinfo=UTC)
CARDS = sorted(RULES.cards)
signs_seen = st.frozensets(st.sampled_from(sorted(INDICATORS)).map(Indicator), max_size=5)


def conversation(*signs: str, unsafe: bool = False, present: str | None = "TH") -> Conversation:
    countries = {"present": CountryCode(present)} if present else {}
    assessment = assess(Sign(Indicator(one), MessageId(1)) for one in signs)
    return Conversation(
        ConversationId("c"), ChannelName("web"), NOW, assessment=assessment, unsafe=unsafe, countries=countries
    )


def keys(about: Conversation, *signs: str, said: tuple[str, ...] = (), foreign: bool = False) -> list[str]:
    return [one.key for one in suggest(about, [Indicator(one) for one in signs], said, foreign=foreign)]


def test_every_sentence_that_can_be_suggested_is_one_that_an_operator_can_send() -> None:
    assert RULES.cards <= {key for group in Cards.load().groups.values() for key in group}
    assert RULES.signs.keys() == INDICATORS.keys()


@given(signs_seen, st.booleans(), st.booleans(), st.frozensets(st.sampled_from(CARDS), max_size=12))
def test_there_are_few_none_twice_and_none_that_was_said_or_shown_already(
    signs: frozenset[Indicator], unsafe: bool, foreign: bool, said: frozenset[str]
) -> None:
    found = suggest(conversation(*signs, unsafe=unsafe), signs, said, foreign=foreign)
    listed = [one.key for one in found]
    assert len(listed) == len(set(listed)) <= MOST
    assert not said & set(listed)
    assert not any(is_known(QUESTIONS[key], signs) for key in listed if key in QUESTIONS)


@given(signs_seen, st.booleans())
def test_while_somebody_may_watch_only_what_keeps_safe_is_suggested(signs: frozenset[Indicator], foreign: bool) -> None:
    found = suggest(conversation(*signs, unsafe=True), signs, (), foreign=foreign)
    assert {one.why for one in found} == {Why.WATCHED}
    assert {one.key for one in found} <= set(RULES.watched)


def test_in_an_emergency_safety_comes_before_any_introduction() -> None:
    found = keys(conversation("immediate_danger"), "immediate_danger", foreign=True)
    assert found[:3] == ["card.safe_now", "card.where", "card.others_there"]
    assert keys(conversation("document_retention"), "document_retention")[0] == "card.hello"


def test_an_operator_who_cannot_read_the_language_says_so_early() -> None:
    assert keys(conversation(), foreign=True)[:2] == ["card.hello", "card.no_language"]
    assert "card.no_language" not in keys(conversation())


def test_a_question_that_was_answered_is_not_suggested_again() -> None:
    papers = conversation("document_retention")
    assert "card.passport_photo" in keys(papers, "document_retention", said=("card.hello",))
    answered = replace(papers, answers={"card.passport_photo": "yes"})
    assert "card.passport_photo" not in keys(answered, "document_retention", said=("card.hello",))


def test_permission_is_suggested_where_it_is_grave_and_the_country_where_it_is_not_known() -> None:
    grave = conversation("restriction_of_movement", present=None)
    found = suggest(grave, [Indicator("restriction_of_movement")], ("card.hello", "card.safe_now"), foreign=False)
    whys = {one.why for one in found}
    assert {Why.PLACE, Why.SIGN, Why.CONSENT} <= whys
    assert Why.CONSENT not in {one.why for one in suggest(conversation(), (), ("card.hello",), foreign=False)}


def test_each_suggestion_by_a_sign_names_the_sign() -> None:
    found = suggest(conversation("debt_bondage"), [Indicator("debt_bondage")], ("card.hello",), foreign=False)
    assert all((one.sign == "debt_bondage") == (one.why is Why.SIGN) for one in found)
