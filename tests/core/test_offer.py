"""Red flags of a job offer: what together makes one, and what takes it away."""

from __future__ import annotations

import pytest

from bot.core.offer import RED_FLAGS, FoundConcept, red_flags


def say(*words: str, apart: int = 1) -> list[FoundConcept]:
    """The concepts *words*, each five characters long, so far apart."""
    return [
        FoundConcept(place * (5 + apart), place * (5 + apart) + 5, concept)
        for place, concept in enumerate(words)
        if concept != "."
    ]


def flags(*words: str, where: tuple[str, ...] = (), apart: int = 1, breaks: tuple[int, ...] = ()) -> list[str]:
    return [flag.name for flag in red_flags(say(*words, apart=apart), where, breaks)]


def test_the_flags_are_those_that_were_agreed() -> None:
    assert list(RED_FLAGS) == [
        "pay_first", "easy_high_pay", "tourist_visa", "keeps_papers", "hurry", "no_contract", "chat_only",
        "travel_debt", "scam_place", "secret", "young_women", "marriage_pay", "hidden_way",
    ]  # fmt: skip


def test_nothing_said_is_no_flag() -> None:
    assert red_flags([], ()) == ()


def test_high_pay_alone_is_no_flag_and_with_easy_work_it_is() -> None:
    assert flags("big_pay") == []
    assert flags("big_pay", "easy_work") == ["easy_high_pay"]


def test_a_flag_carries_the_places_of_its_words_in_order() -> None:
    (flag,) = red_flags(say("easy_work", ".", "big_pay"), ())
    assert flag.spans == ((0, 5), (12, 17))


def test_words_that_overlap_are_marked_as_one() -> None:
    (flag,) = red_flags([FoundConcept(0, 6, "big_pay"), FoundConcept(4, 9, "easy_work")], ())
    assert flag.spans == ((0, 9),)


@pytest.mark.parametrize(("where", "expected"), [((), []), (("TH",), []), (("KH",), ["scam_place"])])
def test_office_work_warns_where_scam_compounds_are(where: tuple[str, ...], expected: list[str]) -> None:
    assert flags("online_office", where=where) == expected


def test_a_town_of_scam_compounds_needs_no_country() -> None:
    assert flags("online_office", "scam_town") == ["scam_place"]


def test_a_large_wage_is_ordinary_in_a_rich_country() -> None:
    assert flags("large_sum", "no_schooling", where=("KR",)) == []
    assert flags("large_sum", "no_schooling", where=("TH",)) == ["easy_high_pay"]


def test_a_no_before_the_words_denies_them() -> None:
    assert flags("denial_before", "fee_before_work") == []


def test_a_no_after_the_words_denies_them_as_burmese_and_tamil_have_it() -> None:
    assert flags("fee_before_work", "denial_after") == []
    assert flags("denial_after", "fee_before_work") == ["pay_first"]


def test_a_no_in_another_sentence_denies_nothing() -> None:
    assert flags("denial_before", "fee_before_work", breaks=(5,)) == ["pay_first"]


def test_a_no_far_away_denies_nothing() -> None:
    assert flags("denial_before", "fee_before_work", apart=40) == ["pay_first"]


def test_a_no_inside_a_longer_word_denies_nothing() -> None:
    concepts = [
        FoundConcept(0, 2, "denial_before"),
        FoundConcept(0, 13, "no_schooling"),
        FoundConcept(15, 22, "fee_before_work"),
    ]
    assert [flag.name for flag in red_flags(concepts, ())] == ["pay_first"]


def test_a_word_that_only_looks_like_one_hides_what_is_inside() -> None:
    concepts = [FoundConcept(0, 8, "only_alike"), FoundConcept(3, 8, "hurry_said"), FoundConcept(10, 15, "salary")]
    assert red_flags(concepts, ()) == ()


def test_a_fee_that_the_employer_pays_is_no_flag() -> None:
    assert flags("fee_before_work", "paid_by_them") == []


def test_a_passport_that_workers_keep_themselves_is_no_flag() -> None:
    assert flags("papers_given", "papers_stay_own") == []


def test_a_contract_signed_before_departure_is_no_flag() -> None:
    assert flags("contract_later", "contract_first") == []


def test_contact_by_chat_is_no_flag_where_an_office_is_named() -> None:
    assert flags("chat_contact", "salary") == ["chat_only"]
    assert flags("chat_contact", "salary", apart=500) == ["chat_only"]
    assert flags("chat_contact", "salary", "office_named", apart=500) == []


def test_what_tells_that_work_is_offered_is_asked_for_and_not_marked() -> None:
    assert flags("hurry_said") == []
    (flag,) = red_flags(say("hurry_said", "salary"), ())
    assert flag.spans == ((0, 5),)


def test_two_things_that_must_be_near_are_none_far_apart_or_in_two_sentences() -> None:
    assert flags("night_said", "crossing_said") == ["hidden_way"]
    assert flags("crossing_said", "night_said") == ["hidden_way"]
    assert flags("night_said", "crossing_said", apart=200) == []
    assert flags("night_said", "crossing_said", breaks=(5,)) == []


def test_one_word_does_not_stand_for_two() -> None:
    assert red_flags([FoundConcept(0, 4, "woman_said"), FoundConcept(0, 4, "good_looking")], ()) == ()


def test_a_concept_that_no_rule_speaks_of_changes_nothing() -> None:
    assert flags("weather", "big_pay", "weather", "easy_work") == ["easy_high_pay"]
