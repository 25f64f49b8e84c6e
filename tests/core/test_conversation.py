"""One holder at a time, whatever happens in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conversation import (
    Closed,
    Conversation,
    CountryNoted,
    Event,
    HandedBack,
    HandoffRequested,
    Holder,
    LanguageSet,
    NotHeld,
    OperatorWrote,
    PersonWaits,
    Reopened,
    Returned,
    RiskRaised,
    SafetyNoted,
    TakenOver,
    Transferred,
    apply,
)
from bot.core.ids import ChannelName, ConversationId, CountryCode, OperatorId
from bot.core.language import hear
from bot.core.risk import Assessment, Risk
from bot.core.taxonomy import Language
from bot.core.understanding import LanguageGuess

NOW = datetime(2026, 1, 5, tzinfo=UTC)
DARA, MAYA = OperatorId(1), OperatorId(2)

events = st.one_of(
    st.sampled_from(list(Risk)).map(lambda risk: RiskRaised(Assessment(risk, "a_rule"))),
    st.just(HandoffRequested("sign", NOW)),
    st.sampled_from([DARA, MAYA]).map(lambda one: TakenOver(one, NOW)),
    st.just(PersonWaits(NOW)),
    st.sampled_from([None, "card.hurt"]).map(OperatorWrote),
    st.just(HandedBack(NOW)),
    st.sampled_from([DARA, MAYA]).map(lambda one: Transferred(one, NOW)),
    st.just(Returned(NOW, NOW, "transfer_not_taken")),
    st.just(Closed(NOW)),
    st.just(Reopened(NOW)),
    st.booleans().map(SafetyNoted),
    st.just(CountryNoted("present", CountryCode("MY"))),
    st.tuples(st.sampled_from(["my", "th"]), st.booleans()).map(lambda x: LanguageSet(Language(x[0]), x[1])),
)


def fresh() -> Conversation:
    return Conversation(ConversationId("c"), ChannelName("web"), NOW)


def after(*changes: Event) -> Conversation:
    conversation = fresh()
    for change in changes:
        conversation = apply(conversation, change)
    return conversation


@given(st.lists(events))
def test_any_order_of_events_leaves_one_holder_and_never_lowers_the_risk(changes: list[Event]) -> None:
    conversation = fresh()
    for change in changes:
        try:
            following = apply(conversation, change)
        except NotHeld:
            continue
        assert (following.holder is Holder.OPERATOR) == (following.operator is not None)
        assert following.risk >= conversation.risk
        assert following.holder is not Holder.QUEUE or following.waiting_since is not None
        conversation = following


def test_a_second_operator_cannot_take_a_held_conversation() -> None:
    with pytest.raises(NotHeld):
        after(TakenOver(DARA, NOW), TakenOver(MAYA, NOW))


def test_a_closed_conversation_cannot_be_taken_until_the_person_writes_again() -> None:
    with pytest.raises(NotHeld):
        after(Closed(NOW), TakenOver(DARA, NOW))
    assert after(Closed(NOW), Reopened(NOW)).holder is Holder.BOT


def test_a_conversation_that_nobody_took_waits_as_long_as_it_did_and_says_why() -> None:
    earlier = NOW.replace(year=2025)
    asked = after(HandoffRequested("sign", earlier), TakenOver(DARA, NOW))
    returned = apply(asked, Returned(NOW, earlier, "transfer_not_taken"))
    assert (returned.holder, returned.operator, returned.waiting_since) == (Holder.QUEUE, None, earlier)
    assert returned.handoff_reason == "sign"
    unasked = after(TakenOver(DARA, NOW), Returned(NOW, NOW, "transfer_not_taken"))
    assert unasked.handoff_reason == "transfer_not_taken"


@pytest.mark.parametrize("event", [Transferred(MAYA, NOW), Returned(NOW, NOW, "transfer_not_taken")])
def test_nobody_gives_away_what_no_operator_holds(event: Event) -> None:
    for before in ((), (HandoffRequested("sign", NOW),), (Closed(NOW),)):
        with pytest.raises(NotHeld):
            after(*before, event)


def test_what_an_operator_writes_ends_the_waiting_and_closes_an_earlier_question() -> None:
    asked = after(TakenOver(DARA, NOW), PersonWaits(NOW), OperatorWrote("card.may_police"))
    assert (asked.waiting_since, asked.question) == (None, "card.may_police")
    assert apply(asked, OperatorWrote()).question is None
    with pytest.raises(NotHeld):
        after(OperatorWrote("card.may_police"))


def test_a_waiting_conversation_keeps_the_time_from_which_it_waits() -> None:
    later = NOW.replace(hour=5)
    assert after(HandoffRequested("sign", NOW), HandoffRequested("sign", later)).waiting_since == NOW


def test_the_persons_own_choice_of_language_stands_against_the_detector() -> None:
    chosen = after(LanguageSet(Language("km"), by_person=True))
    assert apply(chosen, LanguageSet(Language("th"), by_person=False)).language == "km"
    assert hear(chosen, LanguageGuess(Language("th"), 1.0), 30) == []


def heard(conversation: Conversation, code: str, words: int, confidence: float = 0.9) -> Conversation:
    for event in hear(conversation, LanguageGuess(Language(code), confidence), words):
        conversation = apply(conversation, event)
    return conversation


def test_the_first_message_sets_the_language() -> None:
    assert heard(fresh(), "my", 3).language == "my"


def test_one_short_message_never_flips_the_language_but_several_do() -> None:
    conversation = heard(fresh(), "id", 6)
    conversation = heard(conversation, "en", 2)
    assert conversation.language == "id"
    for _ in range(6):
        conversation = heard(conversation, "en", 2)
    assert conversation.language == "en"


def test_one_long_plain_message_in_another_language_is_answered_in_it() -> None:
    conversation = heard(heard(fresh(), "en", 8), "en", 8)
    assert heard(conversation, "my", 8, confidence=0.99).language == "my"
    assert heard(conversation, "my", 8, confidence=0.6).language == "en"


def test_indonesian_and_malay_need_more_than_one_message() -> None:
    conversation = heard(heard(fresh(), "id", 8), "id", 8)
    conversation = heard(conversation, "ms", 8)
    assert conversation.language == "id"
    for _ in range(2):
        conversation = heard(conversation, "ms", 8)
    assert conversation.language == "ms"


def test_an_unsure_or_foreign_language_changes_nothing() -> None:
    assert heard(fresh(), "und", 9).language == "en"
    assert heard(fresh(), "sw", 9).language == "en"
