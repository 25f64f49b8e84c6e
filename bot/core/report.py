"""A report: tables and times of some days, as they may be shown to anybody who works here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.core.disclosure import Cell, Hidden, Published, publish
from bot.core.figures import Counts, Subject, quantile

#: A report covers at least so many days: over fewer, one person's day could be told from two reports.
FEWEST_DAYS = 7
#: What is not on the list of a grouping.
OTHER = "other"
_REST = "-"
# Lists that hold all there is; of the others something may stand in the store that is no longer, or not yet, on them.
_COMPLETE = frozenset(("risk", "hour", "reached", "end", "indicator"))


@dataclass(frozen=True)
class Row:
    """A group with its count. *half* and *most*: seconds within which half and nine of ten lie, where told."""

    group: str
    count: Cell
    half: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Table:
    """One figure. *of*: what all rows are a part of."""

    name: str
    total: Cell
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Shape:
    """How a figure is made.

    *whole*: every case is in one of the groups. *time*: told beside the counts. *part_of*: the group of "end" that it
    cuts into parts.
    """

    name: str
    subject: Subject
    grouping: str
    whole: bool = True
    time: str | None = None
    part_of: str | None = None


SHAPES = (
    Shape("reply", Subject.WAITS, "risk", time="reply"),
    Shape("reply_language", Subject.WAITS, "language", time="reply"),
    Shape("wait", Subject.WAITS, "risk", time="wait"),
    Shape("wait_language", Subject.WAITS, "language", time="wait"),
    Shape("end", Subject.WAITS, "end"),
    Shape("abandoned", Subject.WAITS, "abandoned.risk", part_of="abandoned"),
    Shape("abandoned_language", Subject.WAITS, "abandoned.language", part_of="abandoned"),
    Shape("unmet", Subject.WAITS, "unmet", whole=False),
    Shape("handling", Subject.HANDLED, "risk", time="handling"),
    Shape("outcome", Subject.HANDLED, "outcome"),
    Shape("reached", Subject.CONVERSATIONS, "reached"),
    Shape("risk", Subject.CONVERSATIONS, "risk"),
    Shape("language", Subject.CONVERSATIONS, "language"),
    Shape("channel", Subject.CONVERSATIONS, "channel"),
    Shape("present", Subject.CONVERSATIONS, "present"),
    Shape("origin", Subject.CONVERSATIONS, "origin"),
    Shape("destination", Subject.CONVERSATIONS, "destination"),
    Shape("hour", Subject.CONVERSATIONS, "hour"),
    Shape("indicator", Subject.CONVERSATIONS, "indicator", whole=False),
)


def make_report(counts: Counts, groups: Mapping[str, Collection[str]], smallest: int) -> list[Table]:
    """Every figure of :data:`SHAPES`.

    Args:
        groups: grouping (its last word: "abandoned.risk" is a "risk") -> all its groups, in the order in which they are
            shown. They are the same whatever was counted: a group that only stands there when somebody was in it would
            tell that somebody was.
        smallest: the least count that is told.
    """
    tables: dict[str, Table] = {}
    abandoned = _abandoned(counts, groups, smallest)
    for subject in Subject:
        total = counts.get((subject, "all", "", None), 0)
        shapes = [shape for shape in SHAPES if shape.subject is subject and shape.part_of is None]
        raw = {shape.name: _groups(counts, shape, groups) for shape in shapes}
        cut = {name: table for shape in shapes for name, table in _as_parts(shape, raw[shape.name], total)}
        # told in two places, a count is withheld in both or in none
        both = [("end", "abandoned")] if subject is Subject.WAITS and abandoned.total is Hidden.BESIDE else []
        published = publish(total, cut, smallest, both)
        for shape in shapes:
            rows = []
            for group in raw[shape.name]:
                alone = published.tables.get(f"{shape.name}/{group}")
                cell = published.tables[shape.name][group] if alone is None else alone[group]
                half, most = None, None
                if shape.time is not None and not isinstance(cell, Hidden):
                    half, most = _times(counts, shape, group, groups, smallest)
                rows.append(Row(group, cell, half, most))
            tables[shape.name] = Table(shape.name, published.total, tuple(rows))
    end = next((row.count for row in tables["end"].rows if row.group == "abandoned"), abandoned.total)
    for name, cells in abandoned.tables.items():
        # parts that are told would tell the whole that is withheld
        told = {group: end if isinstance(end, Hidden) else cell for group, cell in cells.items()}
        tables[name] = Table(name, end, tuple(Row(group, cell) for group, cell in told.items()))
    return [tables[shape.name] for shape in SHAPES]


def _abandoned(counts: Counts, groups: Mapping[str, Collection[str]], smallest: int) -> Published:
    shapes = [shape for shape in SHAPES if shape.part_of == "abandoned"]
    raw = {shape.name: _groups(counts, shape, groups) for shape in shapes}
    total = counts.get((Subject.WAITS, "end", "abandoned", None), 0)
    return publish(total, raw, smallest)


def whole_times(counts: Counts, subject: Subject, time: str, smallest: int) -> tuple[float | None, float | None]:
    """Seconds within which half and nine of ten of all lie; None where fewer than *smallest* were timed."""
    return _quantiles(_classes(counts, subject, time, frozenset(("",))), smallest)


def _groups(counts: Counts, shape: Shape, groups: Mapping[str, Collection[str]]) -> dict[str, int]:
    listed = groups[_list_of(shape)]
    found = dict.fromkeys(listed, 0)
    for (subject, grouping, group, time), number in counts.items():
        if subject is shape.subject and grouping == shape.grouping and time is None:
            place = group if group in found else OTHER
            found[place] = found.get(place, 0) + number
    if _list_of(shape) not in _COMPLETE:
        found.setdefault(OTHER, 0)
    return found


def _list_of(shape: Shape) -> str:
    if shape.name == "unmet":
        return "language"
    return shape.grouping.rpartition(".")[2]


def _as_parts(shape: Shape, found: dict[str, int], total: int) -> list[tuple[str, dict[str, int]]]:
    """As tables in which every case stands once: signs of one case are many, so each is a table of its own."""
    if shape.whole:
        return [(shape.name, found)]
    if shape.grouping == "indicator":
        return [(f"{shape.name}/{group}", {group: n, _REST: total - n}) for group, n in found.items()]
    return [(shape.name, {**found, _REST: total - sum(found.values())})]


def _times(
    counts: Counts, shape: Shape, group: str, groups: Mapping[str, Collection[str]], smallest: int
) -> tuple[float | None, float | None]:
    listed = frozenset(groups[_list_of(shape)])
    time = f"{shape.time}.{shape.grouping}"
    wanted = frozenset((group,))
    if group == OTHER:
        wanted = frozenset(g for (_, grouping, g, _t) in counts if grouping == time and g not in listed)
    return _quantiles(_classes(counts, shape.subject, time, wanted), smallest)


def _classes(counts: Counts, subject: Subject, grouping: str, wanted: frozenset[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    for (of, by, group, time), number in counts.items():
        if of is subject and by == grouping and group in wanted and time is not None:
            found[time] = found.get(time, 0) + number
    return found


def _quantiles(classes: Mapping[int, int], smallest: int) -> tuple[float | None, float | None]:
    if sum(classes.values()) < smallest:
        return None, None
    return quantile(classes, 0.5), quantile(classes, 0.9)
