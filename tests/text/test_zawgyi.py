"""Burmese in the Zawgyi encoding is read as if it had been typed in Unicode."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.normalise import normalise
from bot.text.zawgyi import is_zawgyi, to_unicode

BURMESE = Path(__file__).parents[2] / "nlu_data/concepts/my.yml"
PAIRS = [
    ("ေက်းဇူးတင္ပါတယ္", "ကျေးဇူးတင်ပါတယ်"),
    ("အလုပ္ရွင္က ပတ္စပို႔ယူထားတယ္", "အလုပ်ရှင်က ပတ်စပို့ယူထားတယ်"),
    ("ၿမိဳ႕", "မြို့"),
    ("ျပန္ခ်င္တယ္", "ပြန်ချင်တယ်"),
    ("အဂၤလိပ္", "အင်္ဂလိပ်"),
    ("ကိစၥ", "ကိစ္စ"),
    ("လႊတ္မေပးဘူး", "လွှတ်မပေးဘူး"),
    ("ႏွစ္ဆယ္", "နှစ်ဆယ်"),
    ("သူ႔ကို ႐ိုက္တယ္", "သူ့ကို ရိုက်တယ်"),
    ("ဥပေဒ", "ဥပဒေ"),
]


@pytest.mark.parametrize(("zawgyi", "unicode"), PAIRS)
def test_zawgyi_becomes_the_unicode_spelling(zawgyi: str, unicode: str) -> None:
    assert normalise(to_unicode(zawgyi)).matching == normalise(unicode).matching


def test_a_line_of_zawgyi_among_unicode_lines_is_repaired_alone() -> None:
    text = "ကျေးဇူးတင်ပါတယ်\nအလုပ္ရွင္က ပတ္စပို႔ယူထားတယ္"
    assert normalise(text).readable == "ကျေးဇူးတင်ပါတယ်\nအလုပ်ရှင်က ပတ်စပို့ယူထားတယ်"


def test_the_words_of_a_zawgyi_message_are_found_where_they_stand_in_it() -> None:
    text = "အလုပ္ရွင္က ပတ္စပို႔ယူထားတယ္"
    form = normalise(text)
    begin = form.matching.index("ပတ်စပို့")
    start, end = form.span(begin, begin + len("ပတ်စပို့"))
    assert text[start:end] == "ပတ္စပို႔"


@pytest.mark.parametrize("text", ["ကျွန်တော် မြန်မာပြည်ကပါ", "လိၵ်ႈလၢႆး ၽႃႇသႃႇတႆး", "help me", "", "၁၂၃"])
def test_unicode_shan_and_foreign_text_are_not_taken_for_zawgyi(text: str) -> None:
    assert not is_zawgyi(text)
    assert normalise(text).readable == text


@pytest.mark.parametrize(
    "text",
    ["ရွာက", "ရွာ", "ငိုသံကြား", "လက္ခဏာ", "အမြဲ", "တာ့တာ", "မိုးရွာမလား", "မိုးရွာမာလား", "မီးခံသေတ္တာထဲ",
     "လက်နဲ့မထိဖူးဘူး", "လိမ်တာလားဆိုတာ", "ယောက်္ျား", "အင်္ဂလိပ်"],
)  # fmt: skip
def test_a_short_word_in_correct_unicode_is_never_repaired(text: str) -> None:
    assert normalise(text).readable == text


@pytest.mark.parametrize("text", ["အလုပ္ကို", "ကယ္ပါ", "ေရြးပါ", "ကူညီပါဦးေနာ္", "ေၾကာက္တယ္"])
def test_a_short_line_that_cannot_be_unicode_is_repaired(text: str) -> None:
    assert normalise(text).readable == to_unicode(text) != text


def test_no_form_of_the_burmese_lexicon_is_repaired() -> None:
    concepts = yaml.safe_load(BURMESE.read_text(encoding="utf-8"))["concepts"]
    forms = {form.strip("*") for written in concepts.values() for form in written}
    assert [form for form in forms if normalise(form).readable != unicodedata.normalize("NFC", form)] == []


@given(st.text(st.characters(min_codepoint=0x1000, max_codepoint=0x109F), max_size=30))
@settings(max_examples=300)
def test_any_run_of_myanmar_characters_can_be_converted(text: str) -> None:
    assert not set(to_unicode(text)) & {chr(code) for code in range(0x1060, 0x1064)} - set(text)
