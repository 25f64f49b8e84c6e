"""The details that a message names, with their roles, where they stand."""

from __future__ import annotations

import pytest

from bot.nlu.entities import EntityReader
from bot.nlu.lexicon import Found
from bot.text.normalise import normalise

READER = EntityReader()


def details(text: str, language: str = "en") -> set[tuple[str, str, str | None]]:
    found = READER.read(normalise(text), [], language)
    assert all(text[one.start : one.end].strip() for one in found)
    return {(one.entity, one.value, one.role) for one in found}


@pytest.mark.parametrize(
    ("text", "country", "role"),
    [
        ("I am from Myanmar", "MM", "origin"),
        ("stuck in KK Park", "MM", "present"),
        ("they want to bring me to Laos", "LA", "destination"),
        ("saya dari Lombok", "ID", "origin"),
        ("sekarang di Johor", "MY", "present"),
        ("mau kerja ke Taiwan", "TW", "destination"),
        ("မြဝတီမှာ", "MM", "present"),
        ("မြန်မာကပါ", "MM", "origin"),
        ("ထိုင်းကို သွားမယ်", "TH", "destination"),
        ("มาจากพม่า", "MM", "origin"),
        ("อยู่ที่แม่สอด", "TH", "present"),
        ("tôi quê ở Nghệ An", "VN", "origin"),
        ("dang o campuchia", "KH", "present"),
        ("我在西港", "KH", "present"),
        ("從越南來的", "VN", "origin"),
        ("நான் மலேசியாவில் இருக்கேன்", "MY", "present"),
        ("சிங்கப்பூர்ல வேலை", "SG", "present"),
        ("தாய்லாந்துக்கு போகணும்", "TH", "destination"),
        ("இலங்கையிலிருந்து வந்தேன்", "LK", "origin"),
        ("dubai ku poganum", "AE", "destination"),
        ("Burmese worker", "MM", None),
        ("minta nomor KBRI", "ID", None),
    ],
)
def test_a_country_or_a_place_in_it_is_named_with_its_role(text: str, country: str, role: str | None) -> None:
    assert ("country", country, role) in details(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tak nak pergi", "ms"),  # "not", and a Thai province
        ("my boss", "en"),
        ("can you reply in Thai please", "en"),
        ("ညီမလေး ဘယ်မှာလဲ", "my"),  # "little sister" ends like "Malaysia"
        ("5000000", "en"),
    ],
)
def test_ordinary_words_are_no_country(text: str, language: str) -> None:
    assert not details(text, language)


@pytest.mark.parametrize(
    "text", ["i am 16 years old", "she is 16", "umur 16 tahun", "အသက် ၁၆ နှစ်", "อายุ 16", "16岁", "16 tuổi", "อายุ ๑๖ ปี"]
)
def test_an_age_is_read_in_any_digits(text: str) -> None:
    assert ("age", "16", None) in details(text)


@pytest.mark.parametrize("text", ["working here 3 years", "owe 16 million", "16:30", "room 16"])
def test_other_numbers_are_no_age(text: str) -> None:
    assert not any(entity == "age" for entity, _, _ in details(text))


@pytest.mark.parametrize("text", ["we are 12 people", "12 orang", "12 คน", "၁၂ ယောက်", "12 người", "12个人"])
def test_a_number_of_people_is_read(text: str) -> None:
    assert ("people", "12", None) in details(text)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("call +66 81 234 5678", "en", "+66812345678"),
        ("โทร ๐๘๑-๒๓๔-๕๖๗๘", "th", "+66812345678"),
        ("my number is 0812345678 i am in thailand", "en", "+66812345678"),
    ],
)
def test_a_phone_number_is_written_for_dialling_from_anywhere(text: str, language: str, number: str) -> None:
    assert ("phone", number, None) in details(text, language)


def test_a_job_is_told_by_its_concept() -> None:
    found = READER.read(normalise("i am a maid"), [Found("maid", 7, 11, True)], "en")
    assert [(one.entity, one.value) for one in found] == [("job", "domestic work")]
