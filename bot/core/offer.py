"""Red flags of a job offer: what in an advert or a description of one warns, with the words that do.

The rules are those of ``offer.yml``: which concepts together, how near to each other, what excludes them, and for which
countries. A flag is a ground to look closer, no proof; many honest offers carry one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NewType

import yaml

RedFlagName = NewType("RedFlagName", str)


@dataclass(frozen=True, order=True, slots=True)
class FoundConcept:
    """A concept of the lexicon at ``text[start:end]``, in code points."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True)
class RedFlag:
    """A warning sign with the places of the words behind it, in order, none overlapping another."""

    name: RedFlagName
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Way:
    """One way in which a flag shows: a concept of each group, in these countries; two groups may have to be near."""

    groups: tuple[frozenset[str], ...]
    given: frozenset[str]  # concepts of which one must be in the message, without being marked; empty: none
    near: int | None  # most characters between neighbours, in one sentence; None: anywhere in the message
    where: frozenset[str]  # countries one of which must be named; empty: everywhere
    not_where: frozenset[str]  # countries none of which may be named


@dataclass(frozen=True)
class _Rule:
    ways: tuple[_Way, ...]
    unless: frozenset[str]  # concepts that exclude the flag wherever they stand in the message
    unless_near: frozenset[str]  # and those that exclude a place beside them
    deniable: bool  # "no", "not" before the words (or after, as Burmese and Tamil have it) excludes them


_DATA = yaml.safe_load(Path(__file__).with_name("offer.yml").read_text(encoding="utf-8"))
_BESIDE: int = _DATA["beside"]
_DENIED: int = _DATA["denied"]
_BEFORE, _AFTER = frozenset(_DATA["denies_what_follows"]), frozenset(_DATA["denies_what_precedes"])

#: Name -> what it warns of, in the order in which flags are given.
RED_FLAGS: Mapping[RedFlagName, str] = {RedFlagName(name): rule["says"] for name, rule in _DATA["flags"].items()}


def _rule(rule: dict[str, Any]) -> _Rule:
    ways = tuple(
        _Way(
            tuple(frozenset(group) for group in way["all"]),
            frozenset(way.get("given", ())),
            way.get("near"),
            frozenset(way.get("where", ())),
            frozenset(way.get("not_where", ())),
        )
        for way in rule["when"]
    )
    unless, near = frozenset(rule.get("unless", ())), frozenset(rule.get("unless_near", ()))
    return _Rule(ways, unless, near, bool(rule.get("deniable", False)))


_RULES = {RedFlagName(name): _rule(rule) for name, rule in _DATA["flags"].items()}

#: The concepts that stand for nothing but what adverts say.
ADVERTS: frozenset[str] = frozenset(_DATA["adverts"])
#: Every concept that a rule speaks of; others need not be passed.
CONCEPTS: frozenset[str] = (
    _BEFORE
    | _AFTER
    | {
        concept
        for rule in _RULES.values()
        for way in rule.ways
        for group in (*way.groups, way.given)
        for concept in group
    }
    | {concept for rule in _RULES.values() for concept in rule.unless | rule.unless_near}
    | ADVERTS  # a longer word covers those inside it, whatever it says
)


def red_flags(
    concepts: Iterable[FoundConcept], countries: Collection[str], breaks: Sequence[int] = ()
) -> tuple[RedFlag, ...]:
    """The red flags of a message, each once, in the order of :data:`RED_FLAGS`.

    Args:
        concepts: what the lexicon found. One that stands inside a longer one that a rule speaks of does not count:
            there is no "experience" and no "no" in "no experience".
        countries: ISO 3166-1 alpha-2 of the places where the work may be; not where the person comes from.
        breaks: where sentences and lines end, in code points; nothing is near across them.
    """
    reading = _Reading(_outermost(concepts), frozenset(countries), breaks)
    found = ((name, reading.places(rule)) for name, rule in _RULES.items())
    return tuple(RedFlag(name, _joined(places)) for name, places in found if places)


def _outermost(concepts: Iterable[FoundConcept]) -> list[FoundConcept]:
    ordered = sorted({one for one in concepts if one.concept in CONCEPTS}, key=lambda one: (one.start, -one.end))
    kept: list[FoundConcept] = []
    furthest: tuple[int, int] = (-1, -1)
    for one in ordered:
        if one.end > furthest[1]:
            furthest = (one.start, one.end)
        elif (one.start, one.end) != furthest:
            continue
        kept.append(one)
    return kept


class _Reading:
    """The concepts of one message, as the rules look at them."""

    def __init__(self, concepts: Sequence[FoundConcept], countries: frozenset[str], breaks: Sequence[int]) -> None:
        self._concepts, self._countries, self._breaks = concepts, countries, sorted(breaks)
        self._names = frozenset(one.concept for one in concepts)
        self._starts = [one.start for one in concepts]
        self._longest = max((one.end - one.start for one in concepts), default=0)

    def places(self, rule: _Rule) -> list[FoundConcept]:
        """The concepts behind a flag; none where it does not show."""
        if self._names & rule.unless:
            return []
        return [one for way in rule.ways for one in self._shown(way, rule)]

    def _shown(self, way: _Way, rule: _Rule) -> Iterator[FoundConcept]:
        if (way.where and not way.where & self._countries) or way.not_where & self._countries:
            return
        if not all(self._names & group for group in way.groups) or (way.given and not way.given & self._names):
            return
        groups = [
            [one for one in self._concepts if one.concept in group and not self._excluded(one, rule)]
            for group in way.groups
        ]
        if not all(groups):
            return
        if way.near is None:
            yield from chain.from_iterable(groups)
            return
        first, second = groups[0], frozenset(groups[1])
        for one in first:
            for other in self._around(one, way.near):
                if other in second and (other.start, other.end) != (one.start, one.end):
                    yield from (one, other)

    def _excluded(self, one: FoundConcept, rule: _Rule) -> bool:
        if self._names & rule.unless_near and any(
            other.concept in rule.unless_near for other in self._around(one, _BESIDE)
        ):
            return True
        return rule.deniable and any(
            (other.concept in _BEFORE and other.end <= one.start)
            or (other.concept in _AFTER and one.end <= other.start)
            for other in self._around(one, _DENIED)
        )

    def _around(self, one: FoundConcept, most: int) -> Iterator[FoundConcept]:
        """The concepts in the same sentence, at most so many characters away."""
        begin = bisect_left(self._starts, one.start - most - self._longest)
        end = bisect_right(self._starts, one.end + most)
        for other in self._concepts[begin:end]:
            if other.start - one.end <= most and one.start - other.end <= most:
                left, right = min(one.end, other.end), max(one.start, other.start)
                if bisect_left(self._breaks, left) >= bisect_right(self._breaks, right):
                    yield other


def _joined(places: Iterable[FoundConcept]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted({(one.start, one.end) for one in places}):
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    return tuple(spans)
