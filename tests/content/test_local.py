"""Dates, times and money as people of each language write them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel import Locale

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


@pytest.mark.parametrize("language", [*LANGUAGES, "shn"])
def test_a_page_that_fills_in_figures_writes_each_date_as_the_bot_does(language: str) -> None:
    forms = local.date_forms(Language(language))
    for month in range(1, 13):
        year = 2026 + int(forms["years_added"])
        filled = forms[f"whole.{month}"].replace("{day}", "9").replace("{year}", str(year))
        assert filled == local.date(f"2026-{month:02}-09", Language(language))
        assert forms[f"short.{month}"].count("{day}") == 1
    assert len({forms[f"weekday.{day}"] for day in range(1, 8)}) == 7


#: 1 and 4 days, 1 and 4 hours, 1 and 5 minutes, 1 and 9 seconds, read by eye in each language.
LASTED = {
    "en": ("1 day", "4 days", "1 hour", "4 hours", "1 minute", "5 minutes", "1 second", "9 seconds"),
    "id": ("1 hari", "4 hari", "1 jam", "4 jam", "1 menit", "5 menit", "1 detik", "9 detik"),
    "ms": ("1 hari", "4 hari", "1 jam", "4 jam", "1 minit", "5 minit", "1 saat", "9 saat"),
    "fil": ("1 araw", "4 na araw", "1 oras", "4 na oras", "1 minuto", "5 minuto", "1 segundo", "9 na segundo"),
    "vi": ("1 ngày", "4 ngày", "1 giờ", "4 giờ", "1 phút", "5 phút", "1 giây", "9 giây"),
    "th": ("1 วัน", "4 วัน", "1 ชั่วโมง", "4 ชั่วโมง", "1 นาที", "5 นาที", "1 วินาที", "9 วินาที"),
    "my": ("1 ရက်", "4 ရက်", "1 နာရီ", "4 နာရီ", "1 မိနစ်", "5 မိနစ်", "1 စက္ကန့်", "9 စက္ကန့်"),
    "km": ("1 ថ្ងៃ", "4 ថ្ងៃ", "1 ម៉ោង", "4 ម៉ោង", "1 នាទី", "5 នាទី", "1 វិនាទី", "9 វិនាទី"),
    "lo": ("1 ມື້", "4 ມື້", "1 ຊົ່ວໂມງ", "4 ຊົ່ວໂມງ", "1 ນາທີ", "5 ນາທີ", "1 ວິນາທີ", "9 ວິນາທີ"),
    "zh": ("1天", "4天", "1小时", "4小时", "1分钟", "5分钟", "1秒钟", "9秒钟"),
    "ta": (
        *("1 நாள்", "4 நாட்கள்", "1 மணிநேரம்", "4 மணிநேரங்கள்"),
        *("1 நிமிடம்", "5 நிமிடங்கள்", "1 விநாடி", "9 விநாடிகள்"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_writes_a_time_in_units_as_people_of_each_language_do(language: Language) -> None:
    forms = local.unit_forms(language)
    counts = (
        ("day", 1),
        ("day", 4),
        ("hour", 1),
        ("hour", 4),
        ("minute", 1),
        ("minute", 5),
        ("second", 1),
        ("second", 9),
    )
    plurals = forms["plural"].split(" ")
    written = (forms[f"{unit}.{plurals[count]}"].replace("{count}", str(count)) for unit, count in counts)
    assert tuple(text.replace("\u00a0", " ") for text in written) == LASTED[language]
    assert forms["between"] == ("" if language == "zh" else " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_has_a_form_of_its_unit(language: Language) -> None:
    forms = local.unit_forms(language)
    plurals = forms["plural"].split(" ")
    of = Locale.parse(language).plural_form
    assert [plurals[count if count < 100 else 100 + count % 100] for count in range(20_000)] == list(
        map(of, range(20_000))
    )
    for form in {f"{unit}.{plural}" for unit in ("day", "hour", "minute", "second") for plural in plurals}:
        assert forms[form].count("{count}") == 1
        assert not re.search(r"\d|\u200b|duration| ", forms[form])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_sets_the_marks_writes_numbers_and_sizes_as_the_bot_does(language: Language) -> None:
    marks, units = local.figure_forms(language), local.unit_forms(language)
    assert "1{group}234{group}567{decimal}25".format(**marks) == local.figure(1234567.25, language)
    assert (units["kilobyte"], units["megabyte"]) == ("{count}\u00a0kB", "{count}\u00a0MB")
    before = language not in ("vi", "my", "km")
    assert marks["money"] == ("{currency}\u00a0{amount}" if before else "{amount}\u00a0{currency}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clock_is_named_by_its_zone(language: Language) -> None:
    named = local.date_forms(language)["zone"].replace("{offset}", "+7")
    assert named == ("ម៉ោងសកល +7" if language == "km" else "GMT+7")


def test_times_and_numbers_of_a_language_that_nobody_knows_are_english() -> None:
    nowhere, english = Language("qaa"), Language("en")
    assert local.unit_forms(nowhere) == local.unit_forms(english)
    assert local.figure_forms(nowhere) == local.figure_forms(english)


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
        (
            "dates: {}\nmoney: {}\nbetween: {th: {sentences: '', parts: ''}}",
            r"between\.th: write sentences, parts and units",
        ),
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


#: Burmese, Khmer, Lao and Vietnamese as each language calls them: read by eye.
NAMED = {
    "en": ("Burmese", "Khmer", "Lao", "Vietnamese"),
    "id": ("Burma", "Khmer", "Lao", "Vietnam"),
    "ms": ("Burma", "Khmer", "Laos", "Vietnam"),
    "fil": ("Burmese", "Khmer", "Lao", "Vietnamese"),
    "vi": ("Tiếng Miến Điện", "Tiếng Khmer", "Tiếng Lào", "Tiếng Việt"),
    "th": ("พม่า", "เขมร", "ลาว", "เวียดนาม"),
    "my": ("မြန်မာ", "ခမာ", "လာအို", "ဗီယက်နမ်"),
    "km": ("ភូមា", "ខ្មែរ", "ឡាវ", "វៀតណាម"),
    "lo": ("ມຽນມາ", "ຂະເໝນ", "ລາວ", "ຫວຽດນາມ"),
    "zh": ("缅甸语", "高棉语", "老挝语", "越南语"),
    "ta": ("பர்மீஸ்", "கெமெர்", "லாவோ", "வியட்நாமீஸ்"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_are_named_in_every_language(language: Language) -> None:
    assert tuple(local.language_name(code, language) for code in ("my", "km", "lo", "vi")) == NAMED[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_that_a_page_may_name_is_named_in_a_script_its_reader_cannot_read(
    library: Library, language: Language
) -> None:
    scripts = {"my": "MYANMAR", "km": "KHMER", "lo": "LAO", "th": "THAI", "zh": "CJK", "ta": "TAMIL"}
    for code in library.languages():
        name = local.language_name(code, language)
        letters = {unicodedata.name(letter).split()[0] for letter in name if letter.isalpha()}
        assert letters == {scripts.get(language, "LATIN")}, (code, name)
        assert "\u200b" not in name


def test_a_language_that_cldr_cannot_name_for_its_reader_has_its_own_name_and_a_code_of_nobody_itself() -> None:
    nowhere = Language("xx")
    assert local.language_name("my", nowhere) == LANGUAGES[Language("my")]
    assert local.language_name("shn", nowhere) == "တႆး"
    assert local.language_name("tet", nowhere) == "Tetum", "whose own name CLDR does not have: in English"
    assert local.language_name("qqq", Language("my")) == "qqq"
