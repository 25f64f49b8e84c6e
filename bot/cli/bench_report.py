"""What was measured, in figures: medians over rounds, ratios of neighbours in time, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import geometric_mean, median
from typing import Any

from rich import box
from rich.table import Table


@dataclass(frozen=True)
class Round:
    """One server under one load, once. Latencies in milliseconds."""

    turns_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    turns: int
    errors: int
    silent: int  # answered, with nothing to say
    cpu_ms: float | None  # of the server's processors, for each turn: what else the machine does matters less to it

    @classmethod
    def of(
        cls, seconds: float, milliseconds: Sequence[float], errors: int, silent: int, cpu_seconds: float | None
    ) -> Round:
        """The figures of one load, which took *seconds*; at least one turn was answered."""
        ordered = sorted(milliseconds)

        def below(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

        return cls(
            len(ordered) / seconds,
            below(0.50),
            below(0.95),
            below(0.99),
            len(ordered),
            errors,
            silent,
            None if cpu_seconds is None else cpu_seconds * 1000 / (len(ordered) + errors),
        )


@dataclass(frozen=True)
class Measured:
    """One server: by the number of conversations at a time, its rounds in the order they were run."""

    start_seconds: float
    memory_mb: float | None
    rounds: Mapping[int, Sequence[Round]]

    def figures(self, level: int) -> Round:
        """Medians over the rounds of a level; turns, errors and silent turns are counted together."""
        rounds = self.rounds[level]
        spent = [each.cpu_ms for each in rounds if each.cpu_ms is not None]
        return Round(
            median(each.turns_per_second for each in rounds),
            median(each.p50_ms for each in rounds),
            median(each.p95_ms for each in rounds),
            median(each.p99_ms for each in rounds),
            sum(each.turns for each in rounds),
            sum(each.errors for each in rounds),
            sum(each.silent for each in rounds),
            median(spent) if spent else None,
        )


def ratio(ours: Measured, theirs: Measured) -> dict[str, float]:
    """How often *ours* fits into *theirs*, in turns per second: by level, and the geometric mean of all levels.

    Rounds are compared one by one and the median taken: the two of a round ran one right after the other, so what else
    the machine did cancels.
    """
    levels = {
        str(level): median(
            mine.turns_per_second / other.turns_per_second
            for mine, other in zip(rounds, theirs.rounds[level], strict=True)
        )
        for level, rounds in ours.rounds.items()
    }
    return {
        name: round(value, 3) for name, value in (levels | {"geometric_mean": geometric_mean(levels.values())}).items()
    }


@dataclass(frozen=True)
class Report:
    """All of one run. ``servers`` has hotline, limit and, unless left out, stock; ``notes`` say how it was measured."""

    servers: Mapping[str, Measured]
    notes: Mapping[str, Any]

    def ratios(self) -> dict[str, dict[str, float]]:
        """``ratio_to_stock`` (if it was measured) and ``ratio_to_limit``."""
        ours = self.servers["hotline"]
        return {
            f"ratio_to_{name}": ratio(ours, self.servers[name]) for name in ("stock", "limit") if name in self.servers
        }

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` form."""
        return {**self.notes, "servers": {name: _server(one) for name, one in self.servers.items()}, **self.ratios()}

    def table(self) -> Table:
        """The form for people, narrow enough for 80 columns."""
        compared_with = [other for other in ("stock", "limit") if other in self.servers]
        columns = ("", "at once", "turns/s", "p50", "p95", "p99 ms", "errors")
        head = (*columns, *(f"x {other}" for other in compared_with))
        table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        table.columns[0].no_wrap = True
        for column in table.columns[1:]:
            column.justify = "right"
        ratios = self.ratios()
        for name, one in self.servers.items():
            for place, level in enumerate(one.rounds):
                found = one.figures(level)
                figures = (found.turns_per_second, found.p50_ms, found.p95_ms, found.p99_ms)
                compared = [
                    f"{ratios[f'ratio_to_{other}'][str(level)]:.3g}" if name == "hotline" else ""
                    for other in compared_with
                ]
                title = _TITLES[name] if place == 0 else ""
                table.add_row(title, str(level), *(f"{value:.1f}" for value in figures), str(found.errors), *compared)
            table.add_section()
        return table

    def lines(self) -> list[str]:
        """What does not depend on the load, and the ratios over all levels."""
        told = [
            f"{_TITLES[name]}: first answer after {one.start_seconds:.1f} s"
            + (f", {one.memory_mb:.0f} MB of memory" if one.memory_mb is not None else "")
            + f", processor time for a turn at {'/'.join(map(str, one.rounds))}: {_cpu(one)} ms"
            for name, one in self.servers.items()
        ]
        return told + [
            f"{name}: {found['geometric_mean']:.3g} over all levels" for name, found in self.ratios().items()
        ]


_TITLES = {"hotline": "hotline", "stock": "stock Rasa", "limit": "bare server"}


def _cpu(one: Measured) -> str:
    spent = (one.figures(level).cpu_ms for level in one.rounds)
    return "/".join("?" if each is None else f"{each:.3g}" for each in spent)


def _server(one: Measured) -> dict[str, Any]:
    return {
        "start_seconds": round(one.start_seconds, 2),
        "memory_mb": None if one.memory_mb is None else round(one.memory_mb, 1),
        "levels": {
            str(level): {
                name: None if value is None else round(value, 2) for name, value in asdict(one.figures(level)).items()
            }
            for level in one.rounds
        },
    }
