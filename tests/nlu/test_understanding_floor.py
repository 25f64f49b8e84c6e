"""What the trained model must not fall below, on messages that are not trained on.

The floors stand two to three points below what is reached, five to eight where only a few dozen messages count: data
that are changed a little move it by a point, and by two messages in thirty. Raise them when understanding gets better.
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
    "en": (0.86, 0.82, 0.86, 0.88, 0.06),
    "id": (0.88, 0.86, 0.89, 0.87, 0.05),
    "ms": (0.89, 0.89, 0.92, 0.94, 0.08),
    "fil": (0.89, 0.87, 0.87, 0.89, 0.08),
    "vi": (0.89, 0.86, 0.88, 0.86, 0.05),
    "th": (0.89, 0.88, 0.92, 0.89, 0.09),
    "my": (0.88, 0.82, 0.89, 0.89, 0.09),
    "km": (0.86, 0.85, 0.92, 0.84, 0.07),
    "lo": (0.85, 0.85, 0.92, 0.82, 0.05),
    "zh": (0.89, 0.87, 0.85, 0.90, 0.07),
    "ta": (0.87, 0.83, 0.89, 0.79, 0.07),
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
