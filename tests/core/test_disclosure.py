"""What a curious reader of the figures can work out, and what not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.disclosure import SMALLEST, VALUES_LEFT, Hidden, Published, possible, publish, rounded, share

counts = st.lists(st.integers(0, 16), min_size=1, max_size=3).map(lambda listed: dict(zip("abc", listed, strict=False)))
big_counts = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 400), min_size=1, max_size=12)


def worlds(cells: dict[str, int | Hidden], most: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill the cells that is told just so, with no count above *most*."""
    ranges = (possible(cell) for cell in cells.values())
    yield from itertools.product(*(range(int(one.low), int(min(one.high, most)) + 1) for one in ranges))


def is_told(total: int, published: Published) -> bool:
    allowed = possible(published.total)
    return allowed.low <= total <= allowed.high


@given(big_counts)
def test_no_small_count_is_ever_published(table: dict[str, int]) -> None:
    published = publish(sum(table.values()), {"t": table})
    for group, cell in published.tables["t"].items():
        assert isinstance(cell, Hidden) or cell >= SMALLEST
        if table[group] < SMALLEST:
            assert cell is Hidden.SMALL


@given(big_counts)
def test_what_is_published_is_true(table: dict[str, int]) -> None:
    published = publish(sum(table.values()), {"t": table})
    assert is_told(sum(table.values()), published)
    for group, cell in published.tables["t"].items():
        allowed = possible(cell)
        assert allowed.low <= table[group] <= allowed.high


@settings(max_examples=150)
@given(counts)
def test_no_subtraction_finds_a_hidden_count(table: dict[str, int]) -> None:
    """Whoever tries every table that would be told so finds at least three values for each hidden count."""
    total = sum(table.values())
    published = publish(total, {"t": table})
    cells = dict(published.tables["t"])
    most = 24  # above every count of these tables: more room would only widen what is possible
    fitting = [world for world in worlds(cells, most) if is_told(sum(world), published)]
    assert tuple(table.values()) in fitting
    for place, cell in enumerate(cells.values()):
        if cell is Hidden.SMALL:
            assert len({world[place] for world in fitting}) >= VALUES_LEFT


@settings(max_examples=60)
@given(counts, st.integers(0, 100))
def test_two_tables_of_one_total_do_not_help_each_other(table: dict[str, int], cut: int) -> None:
    total = sum(table.values())
    other = {"x": min(cut, total), "y": max(0, total - cut)}
    published = publish(total, {"t": table, "o": other})
    most = 48
    sums = {sum(world) for world in worlds(dict(published.tables["o"]), most)}
    fitting = [
        world
        for world in worlds(dict(published.tables["t"]), most)
        if sum(world) in sums and is_told(sum(world), published)
    ]
    for place, cell in enumerate(published.tables["t"].values()):
        if cell is Hidden.SMALL:
            assert len({world[place] for world in fitting}) >= VALUES_LEFT


def test_a_count_that_would_give_a_small_one_away_is_withheld_too() -> None:
    """Told as 20 in all (18 to 22) with 5 and 5 (up to 7 each), the third could be nothing but 4."""
    published = publish(18, {"t": {"a": 7, "b": 7, "c": 4}})
    assert published.tables["t"] == {"a": Hidden.BESIDE, "b": 5, "c": Hidden.SMALL}


def test_one_more_case_seldom_shows() -> None:
    """Who asks for a week, and for the week and a day more, sees a step only at every fifth case."""
    assert [rounded(count) for count in (5, 6, 7, 8, 12, 13)] == [5, 5, 5, 10, 10, 15]
    assert rounded(0) is rounded(4) is Hidden.SMALL


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_the_order_of_the_groups_changes_nothing(order: list[str], values: list[int]) -> None:
    table = dict(zip("abcd", values, strict=True))
    turned = {group: table[group] for group in order}
    assert publish(sum(values), {"t": table}).tables["t"] == publish(sum(values), {"t": turned}).tables["t"]


@given(st.integers(1, 20), big_counts)
def test_the_hotline_may_set_another_least_count(smallest: int, table: dict[str, int]) -> None:
    published = publish(sum(table.values()), {"t": table}, smallest)
    for group, cell in published.tables["t"].items():
        allowed = possible(cell, smallest)
        assert allowed.low <= table[group] <= allowed.high
        assert (table[group] < smallest) == (cell is Hidden.SMALL)


def test_a_share_is_made_of_published_counts_alone() -> None:
    assert share(rounded(12), rounded(23)) == 40
    assert share(Hidden.SMALL, 20) is None
    assert share(5, Hidden.BESIDE) is None


def test_a_table_that_is_not_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="holds 3 of 4"):
        publish(4, {"t": {"a": 3}})
