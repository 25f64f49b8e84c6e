"""The figures of a report."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from bot.cli.bench_report import Measured, Report, Round

LEVELS = (1, 8)


def measured(*speeds: float, errors: int = 0) -> Measured:
    rounds = [Round(speed, 1000 / speed, 2000 / speed, 3000 / speed, 100, errors, 1, 400 / speed) for speed in speeds]
    return Measured(1.5, 200.0, dict.fromkeys(LEVELS, rounds))


def test_percentiles_are_times_that_were_measured() -> None:
    found = Round.of(2.0, [float(number) for number in range(100, 0, -1)], errors=3, silent=4, cpu_seconds=1.03)
    assert (found.turns_per_second, found.p50_ms, found.p95_ms, found.p99_ms) == (50.0, 51.0, 96.0, 100.0)
    assert (found.turns, found.errors, found.silent, found.cpu_ms) == (100, 3, 4, 10.0)
    alone = Round.of(1.0, [7.0], errors=0, silent=0, cpu_seconds=None)
    assert (alone.p50_ms, alone.p99_ms) == (7.0, 7.0)


def test_a_level_shows_the_median_of_its_rounds_and_all_their_errors() -> None:
    found = measured(10, 1000, 20, errors=2).figures(8)
    assert (found.turns_per_second, found.p50_ms, found.turns, found.errors, found.silent) == (20, 50, 300, 6, 3)


def test_a_ratio_compares_neighbours_in_time() -> None:
    # the machine was ten times slower in the second round, and in the third only for the other
    report = Report({"hotline": measured(100, 10, 100), "limit": measured(1000, 100, 100)}, {})
    assert report.ratios() == {"ratio_to_limit": {"1": 0.1, "8": 0.1, "geometric_mean": 0.1}}


def test_the_mean_over_levels_is_geometric() -> None:
    fast = Measured(1, None, {1: measured(90).rounds[1], 8: measured(10).rounds[8]})
    ratios = Report({"hotline": fast, "limit": measured(10)}, {}).ratios()
    assert ratios["ratio_to_limit"] == {"1": 9.0, "8": 1.0, "geometric_mean": 3.0}


def test_without_stock_rasa_there_is_no_ratio_to_it() -> None:
    both = {"hotline": measured(50), "limit": measured(500)}
    assert "ratio_to_stock" not in Report(both, {}).as_dict()
    assert Report(both | {"stock": measured(5)}, {}).as_dict()["ratio_to_stock"]["geometric_mean"] == pytest.approx(10)


def test_the_json_form_is_one_line_with_every_figure() -> None:
    report = Report({"hotline": measured(50), "stock": measured(5), "limit": measured(500)}, {"turns": 100})
    line = json.dumps(report.as_dict())
    assert "\n" not in line
    assert all("\n" not in told for told in report.lines())
    told = json.loads(line)
    assert told["turns"] == 100
    assert told["servers"]["stock"]["levels"]["8"]["p99_ms"] == 600.0
    assert told["servers"]["hotline"]["start_seconds"] == 1.5
    assert told["servers"]["hotline"]["levels"]["1"]["cpu_ms"] == 8.0
    assert told["servers"]["hotline"]["memory_mb"] == 200.0


def test_the_table_fits_a_terminal_of_eighty_columns() -> None:
    report = Report({"hotline": measured(50), "stock": measured(5), "limit": measured(12345)}, {})
    shown = io.StringIO()
    Console(file=shown, width=80).print(report.table())
    text = shown.getvalue()
    assert "…" not in text
    for word in ("hotline", "stock Rasa", "bare server", "turns/s", "x stock", "x limit", "12345.0"):
        assert word in text
    rows = [line for line in text.splitlines()[1:] if line.strip(" \u2500")]
    assert len(rows) == 1 + 3 * len(LEVELS), "a row was broken in two"
