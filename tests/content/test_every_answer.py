"""Whatever is asked, in whatever language, wherever the person is and by whatever channel: the answer is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from bot.content.sms import MOST_SEGMENTS, segments
from bot.core.message import Saying
from bot.core.offer import RED_FLAGS
from bot.core.taxonomy import ENGLISH, QUESTIONS, Intent, Language
from tests.content.rendering import (
    COUNTRIES,
    LIBRARY,
    MOST_CHARACTERS,
    PLACES,
    WRITTEN,
    faults,
    figures,
    numbers,
    of_directory,
    telling_places,
)

DISCLOSURES = ("disclosure_self", "disclosure_other", "disclosure_suspect", "disclosure_held")
SITUATIONS = [key for key in LIBRARY.phrases.keys if key.startswith("situation.")]
#: Homes whose languages choose another line, and no home.
HOMES = (None, "MM", "ID", "PH", "KH", "VN", "LA")


def _wrong(saying: Saying, places: Mapping[str, str], language: Language, form: str, topic: str = "") -> list[str]:
    """What is wrong with *saying* to somebody at *places*, in words."""
    text = LIBRARY.word(Saying(saying.key, {**saying.values, **places}), language, form).text
    wrong = [fault for line in text.splitlines() if line for fault in faults(line, language, topic)]
    if not text or re.search(r"\n{3}|:\n(?![-•])|[:：]\Z", text):
        wrong.append(f"a gap between lines: {text!r}")
    if form == "chat" and len(text) > MOST_CHARACTERS:
        wrong.append(f"{len(text)} characters: {text}")
    if strangers := numbers(text) - of_directory(tuple(places.values())) - figures(language):
        wrong.append(f"{strangers} are in no directory of {places}: {text}")
    return wrong


def _said(language: Language) -> Iterator[tuple[Saying, str]]:
    """Sayings beside answers that are put together from parts, if they are written in *language*."""
    for key in ("emergency", "emergency_quiet", "self_harm", "human_unavailable", *DISCLOSURES):
        yield Saying(key), key
    written = LIBRARY.phrases.by_language[language]
    for key in SITUATIONS:
        if key in written:
            yield Saying("situation", {"situation": key.removeprefix("situation.")}), key
    if {"offer.found", "offer.none", "offer.verify", *(f"offer.flag.{flag}" for flag in RED_FLAGS)} <= set(written):
        yield Saying("offer_result", {"flags": []}), "offer.none"
        for flag in RED_FLAGS:
            yield Saying("offer_result", {"flags": [flag]}), "offer.found"


@pytest.mark.parametrize("topic", sorted(QUESTIONS))
@pytest.mark.parametrize("language", WRITTEN)
def test_an_answer_is_whole_in_its_language_wherever_the_person_is(language: Language, topic: Intent) -> None:
    saying = Saying("answer", {"topic": topic})
    everywhere = PLACES if language == ENGLISH else telling_places(topic)
    wrong = [
        fault
        for places, form in product(everywhere, ("chat", "sms"))
        for fault in _wrong(saying, places, language, form, topic)
    ]
    assert sorted(set(wrong)) == []


@pytest.mark.parametrize("topic", sorted(QUESTIONS))
@pytest.mark.parametrize("language", WRITTEN)
def test_an_answer_by_sms_is_two_messages_at_most_and_holds_the_first_number(language: Language, topic: Intent) -> None:
    saying = Saying("answer", {"topic": topic})
    for places in PLACES if language == ENGLISH else telling_places(topic):
        chat = LIBRARY.word(Saying("answer", {**saying.values, **places}), language).text
        text = LIBRARY.word(Saying("answer", {**saying.values, **places}), language, "sms").text
        assert segments(text) <= MOST_SEGMENTS, f"{places}: {text}"
        listed = [line for line in chat.splitlines() if line.startswith("- ")]
        if listed:
            told = re.search(r": ([+#]?\d[\d -]*(?: ext \d+)?)", listed[0])
            assert told, f"a line without a number: {listed[0]}"
            assert numbers(told[1]) <= numbers(text), f"{places}: {text}"


@pytest.mark.parametrize("language", WRITTEN)
def test_what_is_said_in_need_is_whole_in_its_language_wherever_the_person_is(language: Language) -> None:
    places: list[dict[str, str]] = [{}, *({"origin": country} for country in COUNTRIES)]
    for where, country, home in product(("present", "destination"), COUNTRIES, HOMES):
        places.append({where: country} | ({"origin": home} if home else {}))
    wrong = [
        fault
        for (saying, _), values, form in product(_said(language), places, ("chat", "sms"))
        for fault in _wrong(saying, values, language, form)
    ]
    assert sorted(set(wrong)) == []


@pytest.mark.parametrize(
    ("language", "line", "fault"),
    [
        ("en", "Call {number} now.", "a gap: '{'"),
        ("en", "Call None now.", "a gap: 'None'"),
        ("en", "You can also call 999, .", "a gap: ', .'"),
        ("en", "labour office ():", "a gap: '()'"),
        ("en", "In Malaysia,  the agency may take RM500.", "a gap: '  '"),
        ("en", "Ask the labour office..", "a gap: '..'"),
        ("my", "အလုပ်သမားရုံးကို မေးပါ။။", "a gap: '။။'"),
        ("zh", "请再问一下劳工部门。，", "a gap: '。，'"),
        ("th", "เก็บสัญญาไว้ Ask the labour office first.", "a sentence in English"),
        ("id", "Di Malaysia, the employer pays and you keep it.", "a sentence in English"),
        ("km", "ទូរស័ព្ទ 1300 ຕຳຫຼວດ", "holds letters of another script (lao)"),
        ("lo", "You can call the labour office or your embassy now", "is written in Latin letters"),
        ("en", "This is illegal.", "says “illegal”"),
    ],
)
def test_what_is_not_whole_is_noticed(language: Language, line: str, fault: str) -> None:
    assert fault in "; ".join(faults(line, language))


def test_names_of_offices_and_languages_are_no_fault_in_any_script() -> None:
    line = "- សំណាក់ការងារ (HUG Korea): 1577-0071 (ភាសាខ្មែរ, 한국어, English, 中文)"
    assert faults(line, Language("km")) == ()


def test_a_number_is_told_from_money_a_day_an_hour_and_an_address() -> None:
    text = "1,700 / 10.320 / 08:00-17:00 / +60 17-500 7047 / 1-800-010-180 / https://a.example/99"
    assert numbers(text) == {"1700", "10320", "0800", "60175007047", "1800010180"}
