"""Sayings in words: fallback, buttons, language, pages."""

from __future__ import annotations

import json

import pytest

from bot.content.countries import Countries
from bot.content.library import Library
from bot.content.menus import answers_offered
from bot.content.phrases import Phrase, Phrasebook, fill
from bot.content.sms import fit, segments
from bot.core.message import Saying
from bot.core.questions import QUESTIONS
from bot.core.taxonomy import ENGLISH, INTENTS, LANGUAGES, Language

LIBRARY = Library.load()


def test_a_phrase_that_a_language_lacks_is_said_in_english() -> None:
    book = Phrasebook({ENGLISH: {"greet": Phrase("Hello.")}, Language("km"): {}})
    assert book.say("greet", Language("km")) == "Hello."
    assert book.say("greet", Language("lo")) == "Hello."


def test_a_saying_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        LIBRARY.word(Saying("no_such_saying"), ENGLISH)


def test_a_placeholder_without_a_value_never_shows_its_braces() -> None:
    assert fill("I noted {country}.", {}) == "I noted ."
    assert fill("I noted {country}.", {"country": "{origin}"}) == "I noted {origin}."


def test_a_country_is_named_in_the_persons_language() -> None:
    assert "Malaysia" in LIBRARY.word(Saying("country_noted", {"country": "MY"}), ENGLISH).text
    assert Countries.load().name("MY", Language("km")) == "ម៉ាឡេស៊ី"


def test_the_change_of_language_is_said_in_the_new_one_but_glossed_for_the_operator() -> None:
    changed = Saying("language_changed", {"language": "en"})
    assert "English" in LIBRARY.word(changed, Language("km")).text
    to_khmer = Saying("language_changed", {"language": "km"})
    assert LIBRARY.word(to_khmer, ENGLISH, "gloss").text == LIBRARY.text("language_changed", ENGLISH)


def test_an_operator_reads_the_numbers_that_were_told() -> None:
    told = Saying("answer", {"topic": "ask_wages", "present": "TH"})
    in_khmer = LIBRARY.word(told, Language("km")).text
    assert "1-800-010-181" in in_khmer
    assert "1-800-010-181" in LIBRARY.word(told, ENGLISH, "gloss", Language("km")).text
    assert "1-800-010-181" not in LIBRARY.word(told, ENGLISH).text


def test_a_country_that_we_know_nothing_of_has_its_name_all_the_same() -> None:
    assert "Kuwait" in LIBRARY.word(Saying("disclosure_self", {"present": "KW"}), ENGLISH).text
    assert "கத்தார்" in LIBRARY.word(Saying("country_noted", {"country": "QA"}), Language("ta")).text


def test_the_language_menu_names_every_language_in_its_own_script() -> None:
    buttons = LIBRARY.word(Saying("language_menu"), ENGLISH).buttons
    assert [button.title for button in buttons] == list(LANGUAGES.values())
    assert buttons[6].payload == '/change_language{"language": "my"}'


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_where_one_is_can_be_tapped_or_skipped(language: Language) -> None:
    *countries, skip = LIBRARY.word(Saying("ask_country"), language).buttons
    assert len(countries) >= 4
    assert skip.payload == "/deny"
    for button in countries:
        assert json.loads(button.payload.removeprefix("/inform"))["country"] in LIBRARY.countries.names


def test_every_button_says_something_that_the_dialogue_understands() -> None:
    for key in LIBRARY._menus.entries:
        for _, payload in LIBRARY._menus.entries[key]:
            intent = payload.removeprefix("/").split("{")[0]
            assert intent in {*INTENTS, "guide", "check_offer"}, f"{key}: {payload}"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_answer_to_a_closed_question_has_its_own_title(language: Language) -> None:
    for question in QUESTIONS.values():
        titles = [button.title for button in answers_offered(question, LIBRARY.phrases, language)]
        assert len(set(titles)) == len(titles), f"{question.key}: {titles}"


def test_a_closed_question_comes_with_its_answers_a_way_to_skip_and_a_way_to_stop() -> None:
    *answers, skip, stop = LIBRARY.word(Saying("question.pay"), ENGLISH).buttons
    assert [button.title for button in answers] == ["Yes, all of it", "Only a part", "No pay"]
    assert (skip.title, stop.title) == ("Skip", "No more questions")
    assert answers[2].payload == '/answer{"question": "question.pay", "answer": "none"}'


def test_a_page_gets_all_its_words_at_once() -> None:
    words = LIBRARY.texts("chat.", ENGLISH)
    assert words["chat.send"] == "Send"
    assert all(key.startswith("chat.") for key in words)


def test_nothing_a_passer_by_reads_on_the_page_tells_what_it_is() -> None:
    told = " ".join([LIBRARY.text("chat.title", ENGLISH), LIBRARY.text("chat.heading", ENGLISH)]).lower()
    assert not any(word in told for word in ("hotline", "help", "traffick", "safe", "migrant"))


@pytest.mark.parametrize(
    ("text", "count"), [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("က" * 70, 1), ("က" * 135, 3)]
)
def test_an_sms_is_counted_as_the_networks_count_it(text: str, count: int) -> None:
    assert segments(text) == count


def test_the_most_important_part_of_an_sms_stays_whole() -> None:
    assert fit([[(2, "b" * 300)], [(0, "Call 999")], [(1, "a" * 290)]]) == "Call 999\n" + "a" * 290
