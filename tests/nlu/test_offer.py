"""The red flags that are read in adverts of eleven languages, and the sums and ages in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.core.offer import RED_FLAGS, RedFlag
from bot.nlu.entities import EntityReader
from bot.nlu.lexicon import Lexicon
from bot.nlu.offers import OfferReader
from bot.nlu.reader import read_concepts
from bot.nlu.sums import read_sums, read_wanted_ages
from bot.text.normalise import normalise

ROOT = Path(__file__).parents[2]
ADVERTS = ROOT / "tests" / "offers"
HALVES = ("tuned_on", "held_out")
LEAST = 0.8

Read = Callable[[str, str], tuple[RedFlag, ...]]


@dataclass(frozen=True)
class Advert:
    language: str
    half: str
    text: str
    flags: frozenset[str]

    @property
    def is_genuine(self) -> bool:
        return not self.flags


def adverts() -> list[Advert]:
    return [
        Advert(file.stem, half, one["text"], frozenset(one["flags"]))
        for file in sorted(ADVERTS.glob("*.yml"))
        for half, those in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for one in those
    ]


LANGUAGES = sorted({advert.language for advert in adverts()})


@pytest.fixture(scope="module")
def read() -> Read:
    """Text and language -> red flags, by the lexicon of the data: no model has a part in it."""
    lexicon, details, offers = Lexicon.from_folder(ROOT / "nlu_data"), EntityReader(), OfferReader()

    def flags(text: str, language: str) -> tuple[RedFlag, ...]:
        form = normalise(text)
        concepts = read_concepts(lexicon, form, language)
        return offers.read(form, concepts, details.read(form, concepts, language), language)

    return flags


@dataclass(frozen=True)
class Score:
    """How many flags were found rightly, wrongly, and not at all."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    def __str__(self) -> str:
        return f"precision {self.precision:.2f}, recall {self.recall:.2f} ({self.right + self.missed} flags)"


def judge(read: Read, those: list[Advert]) -> Score:
    counts: Counter[str] = Counter()
    for advert in those:
        found = {flag.name for flag in read(advert.text, advert.language)}
        counts["right"] += len(found & advert.flags)
        counts["wrong"] += len(found - advert.flags)
        counts["missed"] += len(advert.flags - found)
    return Score(counts["right"], counts["wrong"], counts["missed"])


@pytest.mark.parametrize("half", HALVES)
def test_most_flags_are_found_and_most_that_are_found_are_there(half: str, read: Read) -> None:
    those = [advert for advert in adverts() if advert.half == half]
    for language in LANGUAGES:
        print(f"{half} {language}: {judge(read, [advert for advert in those if advert.language == language])}")
    score = judge(read, those)
    print(f"{half}: {score}")
    assert score.precision >= LEAST
    assert score.recall >= LEAST


def test_no_genuine_advert_has_more_than_one_flag(read: Read) -> None:
    found = {advert.text: read(advert.text, advert.language) for advert in adverts() if advert.is_genuine}
    assert found
    assert {text: flags for text, flags in found.items() if len(flags) > 1} == {}


def test_every_language_is_judged_by_twelve_adverts_of_which_four_are_genuine() -> None:
    judged = Counter(advert.language for advert in adverts())
    assert judged == dict.fromkeys(LANGUAGES, 12)
    assert Counter(advert.language for advert in adverts() if advert.is_genuine) == dict.fromkeys(LANGUAGES, 4)


def test_every_flag_is_judged_in_every_language() -> None:
    for language in LANGUAGES:
        judged = {flag for advert in adverts() if advert.language == language for flag in advert.flags}
        assert judged == set(RED_FLAGS), language


def test_the_words_behind_a_flag_are_marked_in_the_text_as_written(read: Read) -> None:
    text = "🔥🔥 ＴＥＬＬ   NOBODY!! ok?"
    (flag,) = read(text, "en")
    assert [text[start:end] for start, end in flag.spans] == ["ＴＥＬＬ   NOBODY"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No deposit. We do not keep your passport, and there is no processing fee to pay."),
        ("id", "Tidak ada deposit, paspor dipegang sendiri oleh pekerja."),
        ("vi", "Không đặt cọc, người lao động tự giữ hộ chiếu."),
        ("th", "ไม่มีค่ามัดจำ คนงานเก็บพาสปอร์ตเอง"),
        ("zh", "不收押金,護照自己保管"),
        ("my", "စရံငွေ မလိုပါ။ ပတ်စပို့ကို ကိုယ်တိုင်သိမ်းပါ။"),
        ("km", "មិនយកប្រាក់កក់ទេ ពលករកាន់ប៉ាស្ប័រដោយខ្លួនឯង"),
    ],
)
def test_what_an_advert_denies_is_no_flag(language: str, text: str, read: Read) -> None:
    assert read(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [("th", "สายด่วน 1300 ครับ"), ("en", "hello, how are you"), ("en", ""), ("zh", " "), ("en", "\ud800")],
)
def test_what_offers_nothing_has_no_flag(language: str, text: str, read: Read) -> None:
    assert read(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text", "large"),
    [
        ("en", "2,500 USD", True),
        ("en", "$ 350 - $400", False),
        ("en", "RM8k", True),
        ("en", "RM1,700", False),
        ("en", "SGD 900", False),
        ("en", "$60 per day", True),
        ("id", "15-20jt", True),
        ("id", "Rp 4.500.000", False),
        ("vi", "25-30 triệu", True),
        ("th", "๓๕,๐๐๐ บาท", True),
        ("th", "วันละ 400 บาท", False),
        ("zh", "2-3万元", True),
        ("zh", "日薪150元", False),
        ("my", "သိန်း ၃၀", True),
        ("my", "၅ သိန်း", False),
        ("km", "១៥០០ដុល្លារ", True),
        ("lo", "30 ລ້ານກີບ", True),
        ("fil", "P80,000", True),
        ("ta", "2 லட்சம்", True),
        ("en", "NT$ 29,500", False),
    ],
)
def test_a_sum_is_large_by_what_its_currency_is_worth(language: str, text: str, large: bool) -> None:
    (found,) = read_sums(normalise(text).matching, language)
    assert found.large is large


@pytest.mark.parametrize("text", ["call 0812345678", "3 people", "in 2024", "18-25"])
def test_a_number_without_currency_is_no_sum(text: str) -> None:
    assert list(read_sums(normalise(text).matching, "en")) == []


@pytest.mark.parametrize(
    ("text", "under_age"),
    [("age 18-25", False), ("umur 16-30 tahun", True), ("nữ 18–24 tuổi", False), ("18-23岁", False)],
)
def test_an_advert_that_wants_only_the_young_is_seen(text: str, under_age: bool) -> None:
    ((_, _, found),) = read_wanted_ages(normalise(text).matching)
    assert found is under_age


@pytest.mark.parametrize("text", ["age 18-45", "12-14 hours a day", "lương 15-20 triệu", "umur 65-70"])
def test_other_ranges_are_no_wanted_ages(text: str) -> None:
    assert list(read_wanted_ages(normalise(text).matching)) == []
