"""What `hotline compare` measures with and shows; the comparison itself takes long and is run by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bot.cli.compare_chart import chart
from bot.cli.compare_others import Plain, langdetect_language
from bot.cli.compare_report import Compared, page, rows
from bot.cli.compare_spellings import misspelt, zawgyi
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.understanding import IntentGuess, LanguageGuess, Understanding
from bot.nlu.data import Example
from bot.nlu.evaluate import Case, evaluate
from bot.text.normalise import normalise


def test_every_word_gets_one_slip_and_always_the_same() -> None:
    typed = misspelt("my boss keeps my passport")
    assert typed == misspelt("my boss keeps my passport")
    changed = [now != was for was, now in zip(["my", "boss", "keeps", "my", "passport"], typed.split(), strict=True)]
    assert changed == [False, True, True, False, True]


@pytest.mark.parametrize("text", ["นายจ้างยึดพาสปอร์ตไว้", "အလုပ်ရှင်က ငါ့ကို ရိုက်တယ်", "வேலைக்கு போகணும்"])
def test_slips_never_tear_a_letter_from_its_marks(text: str) -> None:
    assert set(normalise(misspelt(text)).readable) <= set(text)
    assert misspelt(text) != text


def test_zawgyi_is_what_the_reader_turns_back() -> None:
    text = "အလုပ်ရှင်က အပြင်မထွက်ခိုင်းဘူး"
    assert zawgyi(text) != text
    assert normalise(zawgyi(text)).readable == text


def example(text: str, intent: str, *indicators: str) -> Example:
    return Example(text, Intent(intent), tuple(map(Indicator, indicators)), Language("en"), Path("en.yml"))


@pytest.mark.filterwarnings("ignore:Label not")  # most indicators have no example here
def test_the_plain_model_learns_intents_and_indicators() -> None:
    kept, sky = ["boss keeps my passport", "my passport is kept"], ["rain or sun today", "will it rain today"]
    plain = Plain(
        [example(text, "report_exploitation", "document_retention") for text in kept]
        + [example(text, "out_of_scope") for text in sky]
    )
    assert plain.intents(["my boss keeps my passport", "will it rain today"]) == ["report_exploitation", "out_of_scope"]
    assert plain.indicators(["my boss keeps my passport"]) == [{"document_retention"}]


def test_langdetect_answers_in_our_codes_or_not_at_all() -> None:
    assert langdetect_language("Ang bantay po ay nagbabantay sa pintuan namin buong araw") == "fil"
    assert langdetect_language("?!") == ""


def test_the_chart_has_a_bar_for_each_and_says_its_figure() -> None:
    drawn = ET.fromstring(chart({"hotline": {"en": 0.875, "my": 0.9}, "others": {"en": 0.5, "my": 0.25}}))
    told = [title.text for title in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert told == ["hotline, en: 87.5 %", "hotline, my: 90.0 %", "others, en: 50.0 %", "others, my: 25.0 %"]


def test_the_page_holds_the_rows_and_what_was_left_out(tmp_path: Path) -> None:
    file = tmp_path / "en.jsonl"
    file.write_text('{"text": "hi", "intent": "greet", "indicators": []}\n{"text": "ok", "intent": "affirm"}\n')
    said = Understanding("hi", "hi", LanguageGuess(Language("en"), 1.0), IntentGuess(Intent("greet"), 0.9))
    cases = [Case("hi", "en", "greet", frozenset()), Case("ok", "en", "affirm")]
    compared = Compared(
        cases,
        evaluate(lambda text: said, [file]),
        {"hotline": [True, False]},
        {"hotline": [True, True]},
        {"hotline": [frozenset(), frozenset()]},
        {"en": {"a slip in every word": (4, 3, 4)}},
    )
    shown = rows(compared)
    assert shown[:2] == [["", "en", "all"], ["intent, hotline", "50.0", "50.0"]]
    text = page(compared, shown, 0, 4000)
    assert "Rasa's pipeline was left out" in text
    assert "| en | a slip in every word | 100.0 | 75.0 | 4 |" in text
