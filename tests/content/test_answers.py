"""Every question, for every country and corridor, is answered without a gap and with numbers of the directory only."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bot.content.check import check
from bot.core.message import Saying
from bot.core.taxonomy import ENGLISH, QUESTIONS, Intent, Language
from tests.content.rendering import COUNTRIES, LIBRARY, PLACES, WRITTEN


def _answer(topic: str, places: dict[str, str], language: Language = ENGLISH, form: str = "chat") -> str:
    return LIBRARY.word(Saying("answer", {"topic": topic, **places}), language, form).text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _told(text: str) -> list[str]:
    """Numbers in the list of contacts of an answer, as bare digits."""
    numbers = []
    for line in text.splitlines():
        if line.startswith("- "):
            found = re.search(r": ([+#]?\d[\d -]*(?: ext \d+)?)", line)
            assert found, f"a line without a number: {line}"
            numbers.append(_digits(found[1]))
    return numbers


def _known(places: dict[str, str]) -> set[str]:
    countries = set(places.values())
    return {
        digits
        for country in countries
        for contact in LIBRARY.directory.contacts[country]  # type: ignore[index]
        if contact.sayable
        for digits in contact.numbers
    }


@pytest.mark.parametrize("topic", sorted(QUESTIONS))
def test_an_answer_has_no_gap_wherever_the_person_is(topic: Intent) -> None:
    for places in PLACES:
        text = _answer(topic, places)
        assert not re.search(r"[{}]|None|\bXX\b|  |\n\n\n|: \n|\(\)|, ,| \.|answer\.|fact\.", text), f"{places}: {text}"
        assert text.startswith(LIBRARY.text(f"answer.{topic}.do", ENGLISH))
        assert text.endswith(LIBRARY.text(f"answer.{topic}.next", ENGLISH))
        assert len(text) < 1600, f"{places}: {len(text)} characters"


@pytest.mark.parametrize("topic", sorted(QUESTIONS))
def test_an_answer_names_only_numbers_of_the_directory(topic: Intent) -> None:
    for places in PLACES:
        told = _told(_answer(topic, places))
        assert len(told) <= 3
        assert len(set(told)) == len(told), f"{places}: a number twice"
        assert set(told) <= _known(places), f"{places}: {told}"


@pytest.mark.parametrize("topic", sorted(QUESTIONS - {Intent("ask_money_transfer")}))
def test_whoever_tells_us_where_they_are_gets_a_number_or_an_honest_word(topic: Intent) -> None:
    for country in COUNTRIES:
        text = _answer(topic, {"present": country})
        assert _told(text) or "I do not have a checked number" in text, f"{country}: {text}"


def test_what_is_unsure_reaches_nobody() -> None:
    def numbers(*, unsure: bool) -> set[str]:
        contacts = (contact for listed in LIBRARY.directory.contacts.values() for contact in listed)
        return {
            digits for contact in contacts if (contact.confidence == "unsure") is unsure for digits in contact.numbers
        }

    unsure = numbers(unsure=True) - numbers(unsure=False)
    assert unsure, "the seed holds unsure numbers; without one this proves nothing"
    for topic, places in product(sorted(QUESTIONS), PLACES):
        assert not unsure & set(_told(_answer(topic, places)))
    for topic, country in product(sorted(QUESTIONS), COUNTRIES):
        assert all(fact.confidence != "unsure" for fact in LIBRARY.facts.about(topic, country))


def test_an_indonesian_in_malaysia_gets_the_malaysian_line_and_her_embassy() -> None:
    text = _answer("ask_passport_kept", {"present": "MY", "origin": "ID"})
    assert "In Malaysia, an employer may not keep your passport." in text
    assert "03-8000 8000" in text
    assert "Embassy of Indonesia: +60 17-500 7047" in text


def test_a_line_that_speaks_the_persons_language_comes_first() -> None:
    assert "1-800-010-180" in _answer("ask_wages", {"present": "TH"}, Language("my"))
    assert "1-800-010-181" in _answer("ask_wages", {"present": "TH"}, Language("km"))


def test_someone_still_at_home_is_told_the_rules_of_both_ends_with_numbers_that_work_from_home() -> None:
    text = _answer("ask_fees", {"present": "ID", "origin": "ID", "destination": "SG"})
    assert "In Singapore, the agency may take at most one month" in text
    assert "In Indonesia, nobody may take a fee from you" in text
    assert "+65 6438 5122" in text
    assert "0800-1000" in text


def test_a_short_number_says_where_it_works_when_nobody_knows_where_the_person_is() -> None:
    assert "15999 (inside Malaysia" in _answer("ask_shelter", {"destination": "MY"})
    assert "inside Malaysia" not in _answer("ask_shelter", {"present": "MY"})


def test_what_is_only_likely_is_said_as_belief_with_the_office_to_ask() -> None:
    text = _answer("ask_hours", {"present": "MY"})
    assert "We believe this is so, but please check with the labour office (Department of Labour, JTKSM)." in text


def test_by_sms_a_rule_keeps_whom_it_is_for_and_how_sure_we_are_of_it() -> None:
    text = _answer("ask_hours", {"present": "MY"}, form="sms")
    assert "Other rules hold for work in a private home." in text
    assert "We believe this is so, but please check with the labour office." in text
    assert "8000 8000" in text


def test_a_figure_that_moves_carries_its_date() -> None:
    text = _answer("ask_wages", {"present": "KR"})
    assert "10,320 South Korean won an hour. This is from 1 January 2026 and can change" in text


def test_without_a_rule_we_say_so_and_give_the_office() -> None:
    text = _answer("ask_hours", {"present": "BN"})
    assert "I do not have a checked rule about this for Brunei." in text
    assert "238 1848" in text


def test_a_rule_of_the_corridor_stands_in_place_of_the_general_one() -> None:
    from_indonesia = _answer("ask_fees", {"present": "HK", "origin": "ID"})
    from_elsewhere = _answer("ask_fees", {"present": "HK", "origin": "PH"})
    assert "10 percent" not in from_indonesia
    assert "10 percent" in from_elsewhere


def test_whom_a_rule_leaves_out_is_told_so() -> None:
    assert "RM1,700 a month. Other rules hold for work in a private home." in _answer("ask_wages", {"present": "MY"})
    assert "This is about work in a private home." in _answer("ask_hours", {"present": "SG"})


def test_someone_at_home_gets_a_line_of_home_where_none_there_can_be_dialled_from_here() -> None:
    assert "1343" in _answer("ask_rights", {"present": "PH", "origin": "PH", "destination": "SA"})


def test_where_no_other_line_is_known_the_number_for_danger_is_given_for_a_safe_place() -> None:
    assert "emergency: 112" in _answer("ask_shelter", {"present": "TL"})


def test_a_country_is_named_as_one_says_it_in_a_sentence() -> None:
    assert "In the Philippines, " in _answer("ask_fees", {"present": "PH"})


def test_a_line_in_the_tongue_of_home_is_chosen_for_someone_who_writes_english() -> None:
    assert "1-800-010-180" in _answer("ask_wages", {"present": "TH", "origin": "MM"})


def test_the_penalty_that_would_fall_on_the_person_is_never_told() -> None:
    for country in COUNTRIES:
        assert "can be fined" not in _answer("ask_irregular", {"present": country})


@pytest.fixture(scope="module")
def problems() -> list[str]:
    return [str(problem) for problem in check()]


@pytest.mark.parametrize("part", [*(f"phrases/{language}" for language in WRITTEN), "facts", "directory"])
def test_what_is_written_is_without_a_fault(part: str, problems: list[str]) -> None:
    assert [problem for problem in problems if problem.startswith(f"bot/content/{part}")] == []
