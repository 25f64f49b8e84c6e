"""``hotline bench``: this server, stock Rasa and a bare server under the same load, in one run.

The three run all the time and are asked in turn, in several short rounds and in alternating order, so that whatever
else the machine does meets all of them. Everything is on one machine, the load generator included.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from bot.cli import bench_servers as servers
from bot.cli.bench_environment import StockUnavailable, stock_python
from bot.cli.bench_report import Measured, Report, Round
from bot.cli.bench_stock import StockProject, ready_stock_model, write_project
from bot.cli.model import ready_model
from bot.settings import Settings

LEVELS = (1, 8, 64)  # conversations at a time
ROUNDS = 5
MESSAGES_EACH = 10  # of one conversation, as in bench/load.py

_AT_LEAST = 2.0  # seconds of each load, else a fast server is measured by its first moments
_AT_MOST = 90.0
_QUIET = 0.15  # share of the processors that may be busy with something else


def run_bench(settings: Settings, root: Path, say: Console, *, as_json: bool, turns: int, stock: bool) -> None:
    """Measure, and print a table, or one line of JSON, on standard output; progress goes to *say*.

    Args:
        turns: at each level, over all rounds; every conversation has ten at least.
        stock: False leaves stock Rasa out.
    """
    try:
        report = measure(settings, root, say, turns=turns, stock=stock)
    except (StockUnavailable, servers.ServerFailed) as error:
        say.print(f"hotline bench: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    Console(highlight=False).print(report.table())
    for line in report.lines():
        print(line)


def measure(settings: Settings, root: Path, say: Console, *, turns: int, stock: bool) -> Report:
    """See :func:`run_bench`. Raises StockUnavailable, ServerFailed."""
    load = Load(root, _texts(root), turns)
    project, python = _stock_project(root, say) if stock else (None, None)
    ready_model(settings, root, say)
    folder = root / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    # beside the project: a folder for temporary files may lie in memory, where a durable write costs nothing
    with tempfile.TemporaryDirectory(dir=folder, prefix="run-") as run, ExitStack() as stack:
        running: list[servers.Server] = []

        def start(name: str) -> Path:
            say.print(f"Starting {name}")
            (Path(run) / name).mkdir()
            return Path(run) / name

        running.append(stack.enter_context(servers.hotline(root, start("hotline"), settings.model_dir)))
        if project is not None and python is not None:
            running.append(stack.enter_context(servers.stock(python, project, start("stock"))))
        running.append(stack.enter_context(servers.limit(root, start("limit"))))
        busy = _busy_share()
        if busy is not None and busy > _QUIET:
            say.print(
                f"The machine is busy with something else ({busy:.0%} of its processors): trust ratios only.",
                soft_wrap=True,
            )
        rounds = _rounds(load, running, say)
        measured = {
            server.name: Measured(server.start_seconds, server.memory_mb(), rounds[server.name]) for server in running
        }
    return Report(measured, _notes(turns, busy, project))


@dataclass(frozen=True)
class Load:
    """Runs ``bench/load.py``."""

    root: Path
    texts: list[str]
    turns: int

    def __call__(self, server: servers.Server, level: int, seed: str, *, warm_up: bool = False) -> Round:
        """Put *server* under load once. Raises ServerFailed when no turn was answered."""
        job = {
            "host": "127.0.0.1",
            "port": server.port,
            "messages": self.texts,
            "conversations": level,
            "turns": level * MESSAGES_EACH if warm_up else max(self.turns // ROUNDS, level * MESSAGES_EACH),
            "seconds": 0.0 if warm_up else _AT_LEAST,
            "limit": _AT_MOST,
            "seed": seed,
        }
        before = server.cpu_seconds()
        done = subprocess.run(  # noqa: S603
            [sys.executable, str(self.root / "bench" / "load.py")],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        result = json.loads(done.stdout)
        if not result["milliseconds"]:
            raise servers.ServerFailed(f"{server.name} answered nothing: {result['first_error']}")
        after = server.cpu_seconds()
        used = None if before is None or after is None else after - before
        return Round.of(result["seconds"], result["milliseconds"], result["errors"], result["silent"], used)


def _rounds(load: Load, running: list[servers.Server], say: Console) -> dict[str, dict[int, list[Round]]]:
    rounds: dict[str, dict[int, list[Round]]] = {server.name: {level: [] for level in LEVELS} for server in running}
    for server in running:
        load(server, 2, "warm up", warm_up=True)
    for number in range(ROUNDS):
        for level in LEVELS:
            for server in running if number % 2 == 0 else reversed(running):
                # the same messages for every server
                rounds[server.name][level].append(load(server, level, f"{number} {level}"))
        speeds = (
            f"{name} {'/'.join(f'{by_level[level][-1].turns_per_second:.0f}' for level in LEVELS)}"
            for name, by_level in rounds.items()
        )
        say.print(f"Round {number + 1} of {ROUNDS}, turns/s at {'/'.join(map(str, LEVELS))}: {', '.join(speeds)}")
    return rounds


def _stock_project(root: Path, say: Console) -> tuple[StockProject, Path]:
    python = stock_python(root, say)
    project = write_project(root, root / "build" / "bench" / "stock")
    ready_stock_model(project, python, say)
    return project, python


def _texts(root: Path) -> list[str]:
    files = sorted((root / "tests" / "understanding").glob("*.jsonl"))
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    texts = [str(json.loads(line)["text"]) for line in lines]
    if not texts:
        raise servers.ServerFailed("there are no messages to send: tests/understanding/*.jsonl is missing.")
    return texts


def _notes(turns: int, busy: float | None, project: StockProject | None) -> dict[str, Any]:
    notes: dict[str, Any] = {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "busy_before": None if busy is None else round(busy, 2),
        "turns": turns,
        "rounds": ROUNDS,
        "messages_per_conversation": MESSAGES_EACH,
    }
    if project is not None:
        notes["stock_training_messages"] = project.examples
        notes["training_messages"] = project.examples_in_all
    return notes


def _busy_share(seconds: float = 2.0) -> float | None:
    """The share of all processors' time that is used while nothing is asked; None where ``/proc`` is missing."""
    try:
        before = _processor_times()
        time.sleep(seconds)
        after = _processor_times()
    except OSError:
        return None
    spent = [later - earlier for earlier, later in zip(before, after, strict=True)]
    idle = spent[3] + spent[4]  # idle, and waiting for the disk
    return 1 - idle / max(1, sum(spent))


def _processor_times() -> list[int]:
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    return [int(field) for field in first.split()[1:9]]
