"""Danger, thoughts of suicide, a disclosure: the right number, first, and no promise."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bot.content.library import Library
from bot.content.sms import MOST_SEGMENTS, segments
from bot.core.message import Saying
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

LIBRARY = Library.load()
COUNTRIES = sorted(LIBRARY.directory.contacts)
WRITTEN = sorted(LIBRARY.phrases.by_language)
DISCLOSURES = ("disclosure_self", "disclosure_other", "disclosure_suspect", "disclosure_held")

#: The first number in danger, as printed by the states; written here a second time on purpose.
FIRST = {
    "BN": "993", "KH": "117", "ID": "112", "LA": "191", "MY": "999", "MM": "199", "PH": "911", "SG": "999",
    "TH": "191", "VN": "113", "TL": "112", "TW": "110", "HK": "999", "KR": "112", "JP": "110", "SA": "999",
    "AE": "999", "CN": "110",
}  # fmt: skip
#: The national line for people who are held or forced to work, as dialled inside.
HELD = {
    "KH": "1288", "ID": "0800-1000", "LA": "1362", "MY": "03-8000 8000", "PH": "1343", "SG": "6435 0000", "TH": "1300",
    "VN": "111", "TW": "02-2388-3095", "KR": "1600-8248", "JP": "0120-924-839", "AE": "800 7283",
}  # fmt: skip


def _say(key: str, language: Language = ENGLISH, form: str = "chat", **values: object) -> str:
    return LIBRARY.word(Saying(key, values), language, form).text


def _numbers(text: str) -> set[str]:
    """Numbers of the directory that *text* holds, as bare digits; groups of digits stand apart in a chat."""
    digits = {re.sub(r"\D", "", found) for found in re.findall(r"[+\d][\d -]+\d", text)}
    return digits & LIBRARY.telephone_numbers()


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_emergency_number_of_the_country_stands_in_the_first_line(country: str) -> None:
    first, *_ = _say("emergency", present=country).splitlines()
    assert re.search(rf"\b{FIRST[country]}\b", first)


@pytest.mark.parametrize("country", sorted(HELD))
def test_the_line_for_people_who_are_held_comes_second(country: str) -> None:
    _, second, *_ = _say("emergency", present=country).splitlines()
    assert HELD[country] in second


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_number_comes_first_in_every_language(language: Language) -> None:
    for country in COUNTRIES:
        assert FIRST[country] in _say("emergency", language, present=country).splitlines()[0]


def test_without_a_country_there_is_a_way_that_works_in_most_places_and_one_question() -> None:
    reply = LIBRARY.word(Saying("emergency"), ENGLISH)
    assert "112" in reply.text.splitlines()[0]
    assert reply.text.count("?") == 1
    assert '/inform{"country": "MY"}' in [button.payload for button in reply.buttons]


def test_someone_whose_home_alone_is_known_also_gets_the_line_of_home_for_its_people_abroad() -> None:
    assert "+62 812-9007-0027" in _say("emergency", origin="ID")


def test_where_the_police_read_sms_it_is_told() -> None:
    assert "70999" in _say("emergency", present="SG")
    assert "70999" not in _say("emergency", destination="SG")


@pytest.mark.parametrize("key", ["emergency", "emergency_quiet", "self_harm", "human_unavailable", *DISCLOSURES])
@pytest.mark.parametrize("language", WRITTEN)
def test_an_urgent_sms_is_two_messages_at_most_and_keeps_every_number_of_the_chat(language: Language, key: str) -> None:
    too_long = set()
    for where, country in product(("present", "destination"), COUNTRIES):
        place = {where: country, "ask": True}
        text = _say(key, language, "sms", **place)
        assert _numbers(_say(key, language, **place)) <= _numbers(text), f"{place}: {text}"
        if segments(text) > MOST_SEGMENTS:
            too_long.add(country)
    assert not too_long, f"shorten the sms of {key} in {language}: it leaves no room for the number of {too_long}"


@pytest.mark.parametrize("language", WRITTEN)
def test_an_urgent_sms_to_somebody_whose_place_nobody_knows_is_two_messages_at_most(language: Language) -> None:
    for key, home in product(("emergency", "self_harm", "human_unavailable", *DISCLOSURES), [*COUNTRIES, None]):
        text = _say(key, language, "sms", origin=home, ask=True)
        assert segments(text) <= MOST_SEGMENTS, f"{key} {home}: {text}"


def test_a_long_official_name_gives_way_to_what_one_can_do_now_and_never_takes_the_number_with_it() -> None:
    text = _say("disclosure_held", Language("lo"), "sms", present="SG")
    assert "6435 0000" in text
    assert "Singapore Police" not in text


def test_while_someone_watches_the_reply_to_danger_holds_the_bare_number_and_nothing_telling() -> None:
    text = _say("emergency_quiet", present="MY")
    assert "999" in text
    assert not re.search(r"danger|police|emergency|help|work|held", text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_someone_who_thinks_of_suicide_gets_kind_words_before_a_number_and_a_question_at_the_end(country: str) -> None:
    text = _say("self_harm", present=country)
    assert text.startswith("Thank you for telling me.")
    assert text.endswith("?")
    assert FIRST[country] in text
    assert "suicide" not in text


def test_the_crisis_line_is_one_that_speaks_the_persons_language() -> None:
    assert "HealthServe" in _say("self_harm", Language("ta"), present="SG")


@pytest.mark.parametrize("key", DISCLOSURES)
def test_a_disclosure_is_thanked_and_never_questioned(key: str) -> None:
    text = _say(key, present="TH")
    assert text.startswith("Thank you")
    assert "1300" in text
    assert "?" not in text


def test_nothing_urgent_promises_safety() -> None:
    for key, country in product(("emergency", "self_harm", "human_unavailable", *DISCLOSURES), COUNTRIES):
        assert not re.search(r"you are safe|will rescue|will be fine|is on the way", _say(key, present=country), re.I)
