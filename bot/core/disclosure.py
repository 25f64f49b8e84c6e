"""Figures in which nobody is found: small counts are hidden, and no sum of others gives them away.

Three rules together. A count under *smallest* is never published: "<5", also where it is none. Every other count is
rounded to a multiple of *smallest*, so that two reports of nearly the same days do not tell who came between. Where
somebody could still work a hidden count out from the total and the counts beside it, the least of those is withheld
too, until no hidden count is known closer than to within :data:`VALUES_LEFT` values (secondary suppression: Hundepool
et al., Handbook on Statistical Disclosure Control, 2010, section 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

#: The least count that is published, where the hotline sets no other.
SMALLEST = 5
#: So many values a hidden count can still have, for whoever knows all that is published and how.
VALUES_LEFT = 3


class Hidden(StrEnum):
    """Why a count is not told."""

    SMALL = "small"  # under the least
    BESIDE = "beside"  # it would give a small one away


Cell = int | Hidden


@dataclass(frozen=True)
class Range:
    """The counts that are possible, both ends included; *high* may be ``math.inf``."""

    low: float
    high: float

    def meet(self, other: Range) -> Range:
        return Range(max(self.low, other.low), min(self.high, other.high))

    @property
    def size(self) -> float:
        return self.high - self.low + 1


@dataclass(frozen=True)
class Published:
    """Tables of one total, as they may be shown. Each table cuts the same total into groups, every case in one."""

    total: Cell
    tables: Mapping[str, Mapping[str, Cell]]


def rounded(count: int, smallest: int = SMALLEST) -> Cell:
    """*count* as it is told where no total stands beside it.

    >>> rounded(12), rounded(13), rounded(4)
    (10, 15, <Hidden.SMALL: 'small'>)
    """
    if count < smallest:
        return Hidden.SMALL
    return max(smallest, (count + smallest // 2) // smallest * smallest)


def possible(cell: Cell, smallest: int = SMALLEST) -> Range:
    """The counts that are told as *cell*."""
    if cell is Hidden.SMALL:
        return Range(0, smallest - 1)
    if cell is Hidden.BESIDE:
        return Range(smallest, math.inf)
    low = cell - smallest // 2
    return Range(max(smallest, low), low + smallest - 1)


def share(part: Cell, whole: Cell) -> int | None:
    """Per cent, from what is published alone, so that it tells nothing more; None where it cannot be told."""
    if isinstance(part, Hidden) or isinstance(whole, Hidden) or whole == 0:
        return None
    return min(100, round(100 * part / whole))


def publish(
    total: int,
    tables: Mapping[str, Mapping[str, int]],
    smallest: int = SMALLEST,
    withheld: Collection[tuple[str, str]] = (),
) -> Published:
    """What may be shown of *tables* that each cut the same *total* into groups.

    *withheld*: (table, group) that must not be told whatever they are, because they give something away elsewhere.
    Raises ValueError: a table whose counts are not *total* together, or *smallest* under 1.
    """
    if smallest < 1:
        raise ValueError("the least count that is told is 1 or more")
    for name, counts in tables.items():
        if sum(counts.values()) != total:
            raise ValueError(f"{name} holds {sum(counts.values())} of {total}")
    shown_total = rounded(total, smallest)
    shown = {name: {group: rounded(count, smallest) for group, count in one.items()} for name, one in tables.items()}
    for name, group in withheld:
        if shown[name][group] is not Hidden.SMALL:
            shown[name][group] = Hidden.BESIDE
    while True:
        known = _known_total(shown_total, shown.values(), smallest)
        open_tables = [name for name, cells in shown.items() if _is_open(cells, known, smallest)]
        if not open_tables:
            return Published(shown_total, shown)
        further = [_withhold_least(shown[name], tables[name]) for name in open_tables]
        if not any(further):
            shown_total = Hidden.BESIDE if total >= smallest else Hidden.SMALL
            if all(not isinstance(cell, int) for cells in shown.values() for cell in cells.values()):
                return Published(shown_total, shown)


def _known_total(total: Cell, tables: Iterable[Mapping[str, Cell]], smallest: int) -> Range:
    known = possible(total, smallest)
    for cells in tables:
        ranges = [possible(cell, smallest) for cell in cells.values()]
        known = known.meet(Range(sum(one.low for one in ranges), sum(one.high for one in ranges)))
    return known


def _is_open(cells: Mapping[str, Cell], total: Range, smallest: int) -> bool:
    """Does *total* with the other cells narrow a hidden one down too far?"""
    ranges = {group: possible(cell, smallest) for group, cell in cells.items()}
    low, high = sum(one.low for one in ranges.values()), sum(one.high for one in ranges.values())
    for group, cell in cells.items():
        if cell is not Hidden.SMALL:
            continue
        own = ranges[group]
        others = Range(low - own.low, high - own.high)
        left = own.meet(Range(total.low - others.high, total.high - others.low))
        if left.size < min(VALUES_LEFT, smallest):
            return True
    return False


def _withhold_least(cells: dict[str, Cell], counts: Mapping[str, int]) -> bool:
    shown = [group for group, cell in cells.items() if not isinstance(cell, Hidden)]
    if not shown:
        return False
    cells[min(shown, key=lambda group: (counts[group], group))] = Hidden.BESIDE
    return True
