"""The desk's load run, in a short form: every message reaches every screen, and no screen asks for the lists again."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from bot.cli.bench_desk import Size, measure
from bot.cli.main import ROOT
from bot.settings import Settings


def test_every_message_reaches_every_screen_and_no_screen_asks_for_the_lists(model: Path) -> None:
    size = Size(operators=5, conversations=30, messages=10, per_second=10, rounds=1, limit=120)
    (seen,) = measure(Settings.read(), ROOT, Console(stderr=True), size)["now"]
    assert (seen.missing, seen.errors, seen.asked_for_lists) == (0, 0, 0)
    assert 0 < seen.lists.p50 <= seen.lists.p95 <= seen.lists.p99
    assert seen.conversations.p50 > 0
