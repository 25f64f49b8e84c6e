"""How well messages are understood, language by language: what ``hotline evaluate`` prints.

Files hold one JSON object a line: ``{"text", "lang"?, "intent"?, "indicators"?, "risk"?, "countries"?, "group"?,
"style"?}``. What a line does not give is not measured on it; the language is otherwise that of the file's name
(``my.jsonl``). ``group`` is ``hard_negative`` for alarming words without an indicator; ``style`` is ``romanised``,
``bare`` (without diacritics) or ``mixed`` with another language where the text is not plain.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.ids import MessageId
from bot.core.risk import Risk, Sign, assess
from bot.core.taxonomy import INDICATORS, INTENTS, LANGUAGES, Indicator
from bot.core.understanding import Understanding
from bot.nlu.data import Example
from bot.nlu.parse import Understand, risk_of, understood
from bot.nlu.scores import ALL, Report, summarise

_LETTERS_A_WORD = 8


class BadCase(Exception):
    """A line that cannot be measured; the text names file, line and fault."""


@dataclass(frozen=True)
class Case:
    """A message with what should be understood in it; None where nothing is said about it."""

    text: str
    language: str
    intent: str | None = None
    indicators: frozenset[str] | None = None
    risk: Risk | None = None
    countries: frozenset[str] | None = None
    group: str | None = None
    style: str | None = None

    @property
    def words(self) -> int:
        """Its length in words; where no spaces are written, what that many letters would be."""
        parts = self.text.split()
        return max(len(parts), sum(map(len, parts)) // _LETTERS_A_WORD)

    @classmethod
    def of_example(cls, example: Example) -> Case:
        """A training message as a case."""
        indicators = frozenset(map(str, example.indicators))
        return cls(example.text, example.language, example.intent, indicators, _risk(indicators))


@dataclass(frozen=True)
class Outcome:
    """A case and what was made of it."""

    case: Case
    found: Understanding
    risk: Risk
    milliseconds: float

    @property
    def indicators(self) -> frozenset[str]:
        return frozenset(str(found.indicator) for found in self.found.indicators)


def read_cases(files: Iterable[Path]) -> list[Case]:
    """All lines of all files. Raises BadCase."""
    return [
        _case(json_line, file, number)
        for file in files
        for number, json_line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if json_line.strip()
    ]


def evaluate(understand: Understand, files: Iterable[Path]) -> Report:
    """Measure on files; for callers without an event loop. Raises BadCase."""
    return asyncio.run(measure(understand, read_cases(files)))[1]


async def measure(understand: Understand, cases: Sequence[Case]) -> tuple[list[Outcome], Report]:
    """Understand every case, one after the other, and sum up by language and over all."""
    if cases:
        await understood(understand, cases[0].text)  # what is loaded on first use is not counted
    outcomes = []
    for case in cases:
        start = time.perf_counter()
        found = await understood(understand, case.text)
        spent = (time.perf_counter() - start) * 1000
        outcomes.append(Outcome(case, found, risk_of(found).risk, spent))
    languages = sorted({case.language for case in cases}, key=[*LANGUAGES, *sorted({c.language for c in cases})].index)
    by_language = {code: [one for one in outcomes if one.case.language == code] for code in languages}
    return outcomes, Report({code: summarise(some) for code, some in (by_language | {ALL: outcomes}).items()})


def _risk(indicators: Iterable[str]) -> Risk:
    return assess(Sign(Indicator(name), MessageId(0)) for name in indicators).risk


def _case(line: str, file: Path, number: int) -> Case:
    where = f"{file}, line {number}"
    try:
        content: dict[str, Any] = json.loads(line)
        text = content["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadCase(f'{where}: not a JSON object with a "text": {error}') from error
    language = content.get("lang") or next((part for part in _name_parts(file) if part in LANGUAGES), None)
    if language is None:
        raise BadCase(f'{where}: no "lang", and the file name does not name one of {", ".join(LANGUAGES)}')
    intent, indicators, risk = content.get("intent"), content.get("indicators"), content.get("risk")
    if intent is not None and intent not in INTENTS:
        raise BadCase(f"{where}: unknown intent {intent!r}")
    if unknown := set(indicators or ()) - set(map(str, INDICATORS)):
        raise BadCase(f"{where}: unknown indicators {sorted(unknown)}")
    if risk is not None and risk not in {level.word for level in Risk}:
        raise BadCase(f"{where}: unknown risk {risk!r}")
    known = None if indicators is None else frozenset(indicators)
    level = Risk[risk.upper()] if risk is not None else None if known is None else _risk(known)
    countries = content.get("countries")
    return Case(
        text,
        language,
        intent,
        known,
        level,
        None if countries is None else frozenset(countries),
        content.get("group"),
        content.get("style"),
    )


def _name_parts(file: Path) -> list[str]:
    return [*file.stem.replace("-", "_").replace(".", "_").split("_"), file.parent.name]
