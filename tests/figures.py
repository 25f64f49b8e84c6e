"""Writes the README's table of languages from what the commands print: ``make figures``.

``python -m tests.figures --check`` says whether the table still holds, with room for rounding.
"""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import date
from pathlib import Path

from rich.console import Console

from bot.cli.main import ROOT
from bot.cli.model import ready_model
from bot.content.coverage import country_lines, languages
from bot.content.library import Library
from bot.content.reviewed import utc_today
from bot.core.taxonomy import LANGUAGES
from bot.nlu.engine import Engine
from bot.nlu.evaluate import measure, read_cases
from bot.nlu.scores import Report
from bot.settings import Settings

README = ROOT / "README.md"
VALIDATION = ROOT / "tests" / "understanding"
COUNTRIES = "<!-- countries: written by `make figures` -->", "<!-- /countries -->"
BEGIN, END = "<!-- languages: written by `make figures` -->", "<!-- /languages -->"
#: In percent points. A processor other than x86-64 may sum otherwise in training, and differs by less than this; a
#: language has some thirty emergencies to count, so that two of them more or less are more.
ROOM, ROOM_OF_FEW = 3, 8
_FEW = 8  # column of the emergencies


def table(library: Library, report: Report) -> str:
    """The table in Markdown, an empty cell where nothing is written or measured yet."""
    written = {one.language: one for one in languages(library)}
    lines = [
        "Percent, by `hotline evaluate tests/understanding`, on messages whose authors wrote no training line.",
        "",
        "| language | phrases | reviewed | sound | messages | intent | indicators (F1) | emergencies found "
        "| false alarms |",
        "|---|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    for code, name in LANGUAGES.items():
        cover, scores = written[code], report.summaries.get(code)
        phrases = f"{cover.written} of {cover.of}" if cover.written else "not yet"
        cells = [f"{name} ({code})", phrases, str(cover.reviewed), "yes" if cover.sound else "no voice"]
        if scores is None:
            cells += ["none yet", "", "", "", ""]
        else:
            cells += [
                str(scores.messages),
                _percent(scores.intent.value),
                _percent(scores.indicators_together.f1),
                _percent(scores.emergency.value),
                _percent(scores.false_alarms.value),
            ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f}"


def places(library: Library, day: date) -> str:
    """The table of countries as it is on *day*: figures grow old, and rules end."""
    return "\n".join([f"As of {day}:", "", *country_lines(library, day)])


def told_on(places: str) -> date:
    """The day of a table of countries."""
    return date.fromisoformat(places.partition(":")[0].removeprefix("As of "))


def measured(engine: Engine) -> Report:
    _, report = asyncio.run(measure(engine.understand, read_cases(sorted(VALIDATION.glob("*.jsonl")))))
    return report


def in_readme(readme: str, begin: str = BEGIN, end: str = END) -> str:
    return readme.split(begin)[1].split(end)[0].strip()


def _written(readme: str, table: str, begin: str, end: str) -> str:
    return f"{readme.split(begin)[0]}{begin}\n{table}\n{end}{readme.split(end)[1]}"


def differs(old: str, new: str) -> bool:
    """Other words, or a figure that moved by more than ROOM (emergencies: ROOM_OF_FEW)."""
    number = re.compile(r"\d+")
    if number.sub("#", old) != number.sub("#", new):
        return True
    return any(
        abs(int(before) - int(now)) > (ROOM_OF_FEW if column == _FEW else ROOM)
        for old_line, new_line in zip(old.splitlines(), new.splitlines(), strict=True)
        for column, (old_cell, new_cell) in enumerate(zip(old_line.split("|"), new_line.split("|"), strict=True))
        for before, now in zip(number.findall(old_cell), number.findall(new_cell), strict=True)
    )


def main(arguments: list[str]) -> int:
    library = Library.load()
    engine = Engine.load(ready_model(Settings.read(), ROOT, Console(stderr=True)), library)
    readme, new = README.read_text(encoding="utf-8"), table(library, measured(engine))
    if "--check" in arguments:
        told = in_readme(readme, *COUNTRIES)
        known = places(library, told_on(told))
        if differs(in_readme(readme), new) or told != known:
            print(f"A table of the README is no longer true: run `make figures`.\n{new}\n{known}")
            return 1
        return 0
    readme = _written(_written(readme, new, BEGIN, END), places(library, utc_today()), *COUNTRIES)
    Path(README).write_text(readme, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
