"""What ``hotline parse`` and ``hotline evaluate`` promise, whatever understands the messages."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.understanding import Entity, Evidence, IntentGuess, LanguageGuess, Understanding
from bot.nlu.evaluate import BadCase, evaluate, measure, read_cases
from bot.nlu.parse import BadLine, parse_line
from bot.nlu.scores import show, show_confusions


def by_words(text: str) -> Understanding:
    """A working understanding by plain words: enough to measure."""
    words = {"passport": "document_retention", "knife": "immediate_danger"}
    indicators = [name for word, name in words.items() if word in text]
    intent = "out_of_scope" if "weather" in text else "report_exploitation" if indicators else "greet"
    country = (Entity("country", "MY", 0, 4, "present"),) if "Malaysia" in text else ()
    return Understanding(
        text,
        text,
        LanguageGuess(Language("id" if "saya" in text else "en"), 0.9),
        IntentGuess(Intent(intent), 0.8),
        tuple(Evidence(Indicator(name), 0.7, ((0, 3),)) for name in indicators),
        country,
    )


async def by_words_in_time(text: str) -> Understanding:
    return by_words(text)


LINES = [
    {
        "text": "boss has my passport",
        "lang": "en",
        "intent": "report_exploitation",
        "indicators": ["document_retention"],
    },
    {"text": "he has a knife", "lang": "en", "intent": "report_danger", "indicators": ["immediate_danger"]},
    {"text": "he will kill me", "lang": "en", "intent": "report_danger", "indicators": ["immediate_danger"]},
    {"text": "I keep my own passport", "lang": "en", "intent": "inform", "indicators": []},
    {"text": "hello", "lang": "en", "intent": "greet", "indicators": []},
    {"text": "weather?", "lang": "en", "intent": "out_of_scope", "indicators": [], "risk": "none"},
    {"text": "saya di Malaysia", "lang": "ms", "countries": ["MY"]},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "en.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES), encoding="utf-8")
    return path


def test_the_figures_are_those_that_one_counts_by_hand(file: Path) -> None:
    english = evaluate(by_words, [file]).as_dict()["languages"]["en"]
    assert english["messages"] == 6
    assert english["language"] == 1.0
    assert english["intent"] == pytest.approx(3 / 6)
    assert english["indicators"]["document_retention"] == {
        "right": 1, "wrong": 1, "missed": 0, "precision": 0.5, "recall": 1.0, "f1": 0.6667,
    }  # fmt: skip
    assert english["indicators_micro_f1"] == pytest.approx(2 * 2 / (2 * 2 + 1 + 1), abs=1e-4)
    assert english["emergency"] == 0.5
    assert english["urgent"] == 0.5
    assert english["false_alarms"] == pytest.approx(1 / 3, abs=1e-4)
    assert english["out_of_scope"] == 1.0
    assert english["milliseconds"] >= 0


def test_what_a_line_does_not_say_is_not_measured(file: Path) -> None:
    malay = evaluate(by_words, [file]).as_dict()["languages"]["ms"]
    assert malay["intent"] is None
    assert malay["countries"] == 1.0
    assert (malay["language"], malay["language_twins"]) == (0.0, 1.0)


def test_an_understanding_that_takes_its_time_is_waited_for(file: Path) -> None:
    report = asyncio.run(measure(by_words_in_time, read_cases([file])))[1]
    waited, at_once = report.as_dict()["all"], evaluate(by_words, [file]).as_dict()["all"]
    assert waited | {"milliseconds": 0} == at_once | {"milliseconds": 0}


def test_the_language_is_that_of_the_file_where_a_line_names_none(tmp_path: Path) -> None:
    path = tmp_path / "stories_my.jsonl"
    path.write_text('{"text": "hello"}\n', encoding="utf-8")
    assert read_cases([path])[0].language == "my"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not a JSON object"),
        ('{"lang": "en"}', "not a JSON object"),
        ('{"text": "x"}', "does not name one of"),
        ('{"text": "x", "lang": "en", "intent": "wave"}', "unknown intent"),
        ('{"text": "x", "lang": "en", "indicators": ["pain"]}', "unknown indicators"),
        ('{"text": "x", "lang": "en", "risk": "huge"}', "unknown risk"),
    ],
)
def test_a_line_that_cannot_be_measured_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(BadCase, match=fault) as raised:
        read_cases([path])
    assert "cases.jsonl, line 1" in str(raised.value)


def test_people_see_every_language_and_every_indicator(file: Path) -> None:
    outcomes, report = asyncio.run(measure(by_words, read_cases([file])))
    page = Console(file=io.StringIO(), width=200)
    show(report, page)
    show_confusions(outcomes, page)
    text = page.file.getvalue()  # type: ignore[attr-defined]
    assert "document_retention" in text
    assert "en immediate_danger missed: he will kill me" in text


def parse(line: dict[str, object]) -> dict[str, object]:
    return asyncio.run(parse_line(line, by_words))


def test_a_parsed_line_has_the_promised_form() -> None:
    assert parse({"text": "he has a knife", "channel": "sms"}) == {
        "text": "he has a knife",
        "language": {"code": "en", "confidence": 0.9},
        "intent": {"name": "report_exploitation", "confidence": 0.8},
        "indicators": [{"name": "immediate_danger", "confidence": 0.7, "evidence": [[0, 3]]}],
        "entities": [],
        "risk": {"level": "emergency", "rule": "life_at_risk"},
    }


def test_a_language_the_person_chose_stands() -> None:
    assert parse({"text": "hello", "language": "km"})["language"] == {"code": "km", "confidence": 1.0}


@pytest.mark.parametrize("line", [{}, {"text": 3}, {"text": "x", "language": "xx"}])
def test_a_line_without_text_or_with_a_foreign_language_is_refused(line: dict[str, object]) -> None:
    with pytest.raises(BadLine):
        parse(line)
