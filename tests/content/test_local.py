"""Dates and money as people of each language write them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content import local
from bot.content.library import Library
from bot.content.reading import ContentInvalid
from bot.core.message import Saying
from bot.core.taxonomy import LANGUAGES, Language

#: A day, a month, a year, 400 baht and 10,320 won, read by eye in each language.
WRITTEN = {
    "en": ("1 March 2026", "August 2025", "2018", "400 baht", "10,320 South Korean won"),
    "id": ("1 Maret 2026", "Agustus 2025", "2018", "400 baht", "10.320 won"),
    "ms": ("1 Mac 2026", "Ogos 2025", "2018", "400 baht", "10,320 won"),
    "fil": ("Marso 1, 2026", "Agosto 2025", "2018", "400 baht", "10,320 won"),
    "vi": ("1 tháng 3 năm 2026", "tháng 8 năm 2025", "năm 2018", "400 baht", "10.320 won"),
    "th": ("1 มีนาคม พ.ศ. 2569", "สิงหาคม พ.ศ. 2568", "พ.ศ. 2561", "400 บาท", "10,320 วอน"),
    "my": ("2026 ခုနှစ် မတ်လ 1 ရက်", "2025 ခုနှစ် ဩဂုတ်လ", "2018 ခုနှစ်", "ဘတ် 400", "ကိုရီးယားဝမ် 10,320"),
    "km": ("ថ្ងៃទី 1 ខែមីនា ឆ្នាំ 2026", "ខែសីហា ឆ្នាំ 2025", "ឆ្នាំ 2018", "400 បាត", "10,320 វ៉ុន"),
    "lo": ("ວັນທີ 1 ມີນາ 2026", "ເດືອນສິງຫາ 2025", "ປີ 2018", "400 ບາດ", "10.320 ວອນ"),
    "zh": ("2026年3月1日", "2025年8月", "2018年", "400 泰铢", "10,320 韩元"),
    "ta": ("1 மார்ச், 2026", "ஆகஸ்ட் 2025", "2018", "400 பாட்", "10,320 கொரிய வான்"),
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_day_a_month_a_year_and_money_are_written_as_people_write_them(language: Language) -> None:
    dates = tuple(local.date(text, language) for text in ("2026-03-01", "2025-08", "2018"))
    assert (*dates, local.money(400, "THB", language), local.money(10320, "KRW", language)) == WRITTEN[language]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_code_of_a_currency_no_hidden_space_and_only_plain_digits_reach_a_person(language: Language) -> None:
    for currency in ("AED", "BND", "HKD", "IDR", "JPY", "KRW", "MMK", "MYR", "SAR", "SGD", "THB", "TWD", "USD", "VND"):
        text = local.money(1234.5, currency, language)
        assert re.search(r"1[.,]234[.,]5", text)
        assert currency not in text
        assert "\u200b" not in text
        assert all(character.isascii() for character in text if character.isdigit())


def test_malaysian_pay_is_written_with_its_sign_where_pay_slips_are() -> None:
    assert [local.money(1700, "MYR", Language(code)) for code in ("en", "ms", "id", "fil")] == [
        "RM1,700", "RM1,700", "RM1.700", "RM1,700",
    ]  # fmt: skip


def test_the_last_day_of_february_is_a_day_in_the_buddhist_era_too() -> None:
    assert local.date("2024-02-29", Language("th")) == "29 กุมภาพันธ์ พ.ศ. 2567"


def test_a_language_that_cldr_does_not_know_is_dated_in_english() -> None:
    assert local.date("2026-03-01", Language("qaa")) == "1 March 2026"


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="month must be in"):
        local.date("2026-13", Language("en"))


def test_an_answer_in_thai_names_one_era_only(library: Library) -> None:
    text = library.word(Saying("answer", {"topic": "ask_wages", "present": "KR"}), Language("th")).text
    assert "1 มกราคม พ.ศ. 2569" in text
    assert "ค.ศ." not in text, "the date is in the Buddhist era: take (ปี ค.ศ.) out of answer.changing*"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("dates: {}\nmoney: {th: {THB: บาท}}", r"money\.th\.THB: write \{amount\} once"),
        ("dates: {}\nmoney: {fr: {}}", r"money\.fr: no language of ours"),
        ("dates: {th: {years_added: 543}}\nmoney: {}", r"dates\.th: has years_added: write day, month and year"),
        ("dates: {th: {yaer: x}}\nmoney: {}", r"dates\.th: unknown field yaer"),
    ],
)
def test_a_fault_in_the_file_comes_with_its_remedy(tmp_path: Path, text: str, remedy: str) -> None:
    (tmp_path / "local.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentInvalid, match=remedy):
        local.read_local(tmp_path / "local.yml")


def test_chinese_sentences_stand_close_and_its_commas_are_its_own() -> None:
    library = Library.load()
    wages = library.word(Saying("answer", {"topic": "ask_wages", "present": "KR"}), Language("zh")).text
    assert "。 " not in wages
    told = library.word(Saying("disclosure_self", {"destination": "TH"}), Language("zh")).text
    assert ", " not in told
    assert "，" in told
