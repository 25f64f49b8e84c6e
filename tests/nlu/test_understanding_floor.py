"""What the trained model must not fall below, on messages that are not trained on.

The floors stand two points below what was reached, four to six where only a few dozen messages count: the same data
give the same model on one machine, but another's arithmetic may differ in the last digits. Raise them when
understanding gets better.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.nlu.engine import Engine
from bot.nlu.evaluate import evaluate
from bot.nlu.scores import Report, Summary

VALIDATION = Path(__file__).parents[1] / "understanding"

# language: intent accuracy, indicators' micro-F1, emergencies found, high or emergency found, most false alarms
FLOORS = {
    "en": (0.87, 0.82, 0.88, 0.89, 0.059),
    "id": (0.90, 0.87, 0.91, 0.88, 0.045),
    "ms": (0.89, 0.90, 0.94, 0.95, 0.071),
    "fil": (0.89, 0.88, 0.94, 0.92, 0.074),
    "vi": (0.90, 0.87, 0.90, 0.87, 0.042),
    "th": (0.91, 0.88, 0.94, 0.90, 0.078),
    "my": (0.88, 0.83, 0.91, 0.90, 0.080),
    "km": (0.87, 0.85, 0.94, 0.85, 0.070),
    "lo": (0.85, 0.86, 0.94, 0.83, 0.044),
    "zh": (0.91, 0.87, 0.87, 0.91, 0.063),
    "ta": (0.88, 0.83, 0.91, 0.80, 0.065),
}
#: A word for help, in any of its spellings: never something that has nothing to do with us, never a refusal.
CRIES = ["help", "HELP", "help me", "tolong", "TOLONG", "tolongg", "ကယ်ပါ", "ကူညီပါ", "rescue me", "save me pls"]


@pytest.fixture(scope="module")
def report(engine: Engine) -> Report:
    return evaluate(engine.understand, sorted(VALIDATION.glob("*.jsonl")))


@pytest.mark.parametrize("language", FLOORS)
def test_understanding_is_no_worse_than_it_was(report: Report, language: str) -> None:
    intent, indicators, emergency, urgent, alarms = FLOORS[language]
    reached: Summary = report.summaries[language]
    assert (reached.intent.value or 0) >= intent
    assert (reached.indicators_together.f1 or 0) >= indicators
    assert (reached.emergency.value or 0) >= emergency
    assert (reached.urgent.value or 0) >= urgent
    assert (reached.false_alarms.value or 0) <= alarms


@pytest.mark.parametrize("cry", CRIES)
def test_a_word_for_help_is_heard_as_one(engine: Engine, cry: str) -> None:
    understanding = asyncio.run(engine.understand(cry))
    assert understanding.intent.name in {"help", "report_danger", "ask_human"}
