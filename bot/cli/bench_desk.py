"""``hotline bench --desk``: many desks open at once, and how long until a message is on every screen.

This server, and beside it an earlier checkout when one is given, are asked in turn, round by round, so that whatever
else the machine does meets both. The load is a process of its own on the same machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from bot.cli import bench_servers as servers
from bot.cli.model import ready_model
from bot.settings import Settings

_TEXT = "my boss keeps my passport and I want to talk to a person"
_QUIET_FOR = 3  # seconds in a row
_RESTS_BELOW = 0.2  # of a processor
_LONGEST_REST = 180.0  # seconds


@dataclass(frozen=True)
class Size:
    """How much: *messages* in each of *rounds*, and at most *limit* seconds for the last one to be seen."""

    operators: int = 200
    conversations: int = 5_000
    messages: int = 150
    per_second: float = 5.0
    rounds: int = 2
    limit: float = 60.0


@dataclass(frozen=True)
class Times:
    """Milliseconds from when the person began to send until a message was on a screen."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Times:
        ordered = sorted(milliseconds) or [float("nan")]
        return cls(*(ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.50, 0.95, 0.99)))


@dataclass(frozen=True)
class Seen:
    """One round."""

    lists: Times
    conversations: Times
    missing: int  # screens that a message did not reach, over all messages
    errors: int
    first_error: str
    asked_for_lists: float  # times, for each message
    kilobytes: float  # to all screens, for each message
    cpu_ms: float | None  # of the server, for each message
    memory_mb: float | None

    def figures(self) -> dict[str, float | None]:
        """By the titles of the table's rows."""
        times = {"the list": self.lists, "the open conversation": self.conversations}
        shown = {f"in {where}, {name} ms": value for where, of in times.items() for name, value in asdict(of).items()}
        return shown | {
            "screens not reached": self.missing,
            "errors": self.errors,
            "lists asked for, each message": self.asked_for_lists,
            "kB to all screens, each message": self.kilobytes,
            "processor ms, each message": self.cpu_ms,
            "memory, MB": self.memory_mb,
        }


def run_bench_desk(settings: Settings, root: Path, say: Console, *, as_json: bool, against: Path | None) -> None:
    """Measure and print a table, or one line of JSON; *against*: the folder of an earlier checkout."""
    try:
        found = measure(settings, root, say, Size(), against=against)
    except servers.ServerFailed as error:
        say.print(f"hotline bench: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps({name: [asdict(one) for one in rounds] for name, rounds in found.items()}))
        return
    Console(highlight=False).print(_table(found, Size()))


def measure(
    settings: Settings, root: Path, say: Console, size: Size, *, against: Path | None = None
) -> dict[str, list[Seen]]:
    """Every round of each server, by its name. Raises ServerFailed."""
    ready_model(settings, root, say)
    folder = root / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    checkouts = {"now": root} | ({"before": against} if against is not None else {})
    with tempfile.TemporaryDirectory(dir=folder, prefix="desk-") as run, ExitStack() as stack:
        jobs, running = {}, {}
        for name, checkout in checkouts.items():
            (Path(run) / name).mkdir()
            say.print(f"Filling a store for {name}: {size.conversations} conversations, {size.operators} operators")
            jobs[name] = _filled(root, checkout, Path(run) / name, size)
            running[name] = stack.enter_context(servers.hotline(checkout, Path(run) / name, settings.model_dir))
        for server in running.values():
            _wait_until_it_rests(server, say)
        found: dict[str, list[Seen]] = {name: [] for name in running}
        for number in range(size.rounds):
            for name in running if number % 2 == 0 else reversed(running):
                seen = _round(root, running[name], size, jobs[name], number)
                found[name].append(seen)
                say.print(
                    f"Round {number + 1} of {size.rounds}, {name}: p95 {seen.lists.p95:.0f} ms in the list, "
                    f"{seen.conversations.p95:.0f} ms in the conversation, {seen.missing} missing, {seen.errors} errors"
                    + (f" ({seen.first_error})" if seen.errors else ""),
                    soft_wrap=True,
                )
    return found


def _wait_until_it_rests(server: servers.Server, say: Console) -> None:
    """Thousands who began to wait in a store that was filled by hand are all called for when the server begins: no
    hotline has that, and it is over before the first round."""
    say.print(f"Waiting until {server.name} has called for everybody who waits")
    quiet, deadline, used = 0, time.monotonic() + _LONGEST_REST, server.cpu_seconds()
    while used is not None and quiet < _QUIET_FOR and time.monotonic() < deadline:
        time.sleep(1)
        before, used = used, server.cpu_seconds()
        quiet = quiet + 1 if used is not None and used - before < _RESTS_BELOW else 0


def _filled(root: Path, checkout: Path, folder: Path, size: Size) -> dict[str, Any]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(root / "bench" / "fill.py"), str(size.operators), str(size.conversations)],
        cwd=checkout,
        env=environ | {"HOTLINE_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
    )
    filled: dict[str, Any] = json.loads(done.stdout)
    return filled


def _round(root: Path, server: servers.Server, size: Size, filled: Mapping[str, Any], number: int) -> Seen:
    job = {
        **filled,
        "host": "127.0.0.1",
        "port": server.port,
        "text": _TEXT,
        "per_second": size.per_second,
        "messages": size.messages,
        "limit": size.limit,
        "seed": number,
    }
    before = server.cpu_seconds()
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(root / "bench" / "desk.py")],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    result, after = json.loads(done.stdout), server.cpu_seconds()
    if not result["lists"]:
        raise servers.ServerFailed(f"{server.name} answered nothing: {result['first_error']}")
    used = None if before is None or after is None else after - before
    return Seen(
        lists=Times.of(result["lists"]),
        conversations=Times.of(result["conversations"]),
        missing=result["missing"],
        errors=result["errors"],
        first_error=result["first_error"],
        asked_for_lists=result["asked"].get("/desk", 0) / size.messages,
        kilobytes=result["bytes"] / size.messages / 1024,
        cpu_ms=None if used is None else used * 1000 / size.messages,
        memory_mb=server.memory_mb(),
    )


def _table(found: Mapping[str, Sequence[Seen]], size: Size) -> Table:
    table = Table(
        title=f"{size.operators} desks open, {size.conversations} open conversations, "
        f"{size.per_second:g} messages a second (medians of {size.rounds} rounds)",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("")
    for name in found:
        table.add_column(name, justify="right")
    if "before" in found:
        table.add_column("before / now", justify="right")
    rounds = {name: [one.figures() for one in each] for name, each in found.items()}
    for title in next(iter(rounds.values()))[0]:
        values = [median(one[title] or 0.0 for one in each) for each in rounds.values()]
        cells = [f"{value:.2f}" if value < 10 else f"{value:.0f}" for value in values]
        if "before" in found:
            cells.append(f"{values[1] / values[0]:.1f}" if values[0] else "")
        table.add_row(title, *cells)
    return table
