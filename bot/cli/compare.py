"""``hotline compare``: our understanding beside what others would take off the shelf, on the same messages.

Others are Rasa's default pipeline, a plain TF-IDF with a linear model, and langdetect for the language; each learns
from the same training messages and is asked the same validation messages, in one run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bot.cli.bench_environment import StockUnavailable
from bot.cli.compare_chart import chart
from bot.cli.compare_others import Plain, by_diet, langdetect_language
from bot.cli.compare_report import Compared, page, rows, shares, spelling_lines
from bot.cli.compare_spellings import SPELLINGS
from bot.content.library import Library
from bot.nlu.data import find_files, read_examples
from bot.nlu.engine import Engine
from bot.nlu.evaluate import Outcome, measure, read_cases

TABLE = Path("bot/docs/understanding-compared.md")
CHART = Path("bot/docs/images/understanding.svg")


#: Messages that Rasa's pipeline learns from: with all it had not ended its first epoch after a quarter of an hour.
DIET_MOST = 4000


def compare(model: Path, root: Path, files: Sequence[Path], epochs: int, say: Console) -> Compared:
    """Measure all. *epochs*: of Rasa's network, 0 leaves it out. Raises StockUnavailable, BadCase."""
    cases = read_cases(files)
    texts = [case.text for case in cases]
    examples = read_examples(find_files(root / "nlu_data"))
    say.print(f"{len(cases)} messages, {len(examples)} to learn from")
    engine = Engine.load(model, Library.load())
    outcomes, report = asyncio.run(measure(engine.understand, cases))
    intents = {"hotline": [one.found.intent.name == one.case.intent for one in outcomes]}
    signs = {"hotline": [one.indicators for one in outcomes]}
    say.print("Training TF-IDF and a linear model")
    plain = Plain(examples)
    intents["TF-IDF"] = [found == case.intent for found, case in zip(plain.intents(texts), cases, strict=True)]
    signs["TF-IDF"] = plain.indicators(texts)
    if epochs:
        say.print(f"Training Rasa's default pipeline on {DIET_MOST} messages, {epochs} epochs")
        found = by_diet(root, examples, texts, epochs, DIET_MOST, say)
        intents["Rasa default"] = [one == case.intent for one, case in zip(found, cases, strict=True)]
    languages = {
        "hotline": [one.found.language.code == one.case.language for one in outcomes],
        "langdetect": [langdetect_language(case.text) == case.language for case in cases],
    }
    return Compared(cases, report, intents, languages, signs, _by_spelling(engine, outcomes))


def _by_spelling(engine: Engine, outcomes: Sequence[Outcome]) -> dict[str, dict[str, tuple[int, int, int]]]:
    found: dict[str, dict[str, tuple[int, int, int]]] = {}
    for name, (languages, spell) in SPELLINGS.items():
        for code in languages:
            own = [one for one in outcomes if one.case.language == code and one.case.style is None]
            changed = [(one, spell(one.case.text)) for one in own]
            pairs = [(one, text) for one, text in changed if text != one.case.text]
            if not pairs:
                continue
            before = sum(one.found.intent.name == one.case.intent for one, _ in pairs)
            after = asyncio.run(_right(engine, [(text, one.case.intent) for one, text in pairs]))
            found.setdefault(code, {})[name] = (before, after, len(pairs))
    return found


async def _right(engine: Engine, pairs: Sequence[tuple[str, str | None]]) -> int:
    return sum([(await engine.understand(text)).intent.name == intent for text, intent in pairs])


def run_compare(model: Path, root: Path, files: Sequence[Path], *, epochs: int, write: bool, say: Console) -> None:
    """Measure, print, and with *write* renew the table and the chart in the documentation."""
    try:
        compared = compare(model, root, files, epochs, say)
    except StockUnavailable as error:
        say.print(f"hotline compare: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    shown = rows(compared)
    table = Table(title="Right, in percent", box=SIMPLE, padding=(0, 1, 0, 0), collapse_padding=True, pad_edge=False)
    for number, name in enumerate(shown[0]):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in shown[1:]:
        table.add_row(*row)
    Console(highlight=False).print(table)
    for line in spelling_lines(compared):
        print(line)
    if write:
        (root / TABLE).write_text(page(compared, shown, epochs, DIET_MOST), encoding="utf-8")
        (root / CHART).write_text(chart(shares(compared)), encoding="utf-8")
        say.print(f"Written: {TABLE}, {CHART}")
