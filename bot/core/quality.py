"""Which closed conversation a supervisor looks at next, and what reviews say together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.ids import ConversationId
from bot.core.risk import Risk

#: How much likelier a conversation is picked than one of no risk: where most is at stake most is to be learnt.
WEIGHTS: Mapping[Risk, int] = {Risk.NONE: 1, Risk.CONCERN: 2, Risk.HIGH: 6, Risk.EMERGENCY: 10}

Scores = Mapping[str, int | None]


@dataclass(frozen=True)
class Candidate:
    conversation: ConversationId
    risk: Risk


def pick(candidates: Sequence[Candidate], at: float) -> Candidate | None:
    """One of *candidates* by chance, weighted by risk. *at*: the chance, from 0 up to but not 1."""
    ends = list(itertools.accumulate(WEIGHTS[one.risk] for one in candidates))
    return next((one for one, end in zip(candidates, ends, strict=True) if at * ends[-1] < end), None)


@dataclass(frozen=True)
class Average:
    """Of one item: how often it applied, and 0 to 2 in the mean; None where it never did."""

    item: str
    applied: int
    mean: float | None


def averages(items: Iterable[str], reviews: Sequence[Scores]) -> list[Average]:
    """What several reviews say of each item."""
    found = []
    for item in items:
        given = [score for review in reviews if (score := review.get(item)) is not None]
        found.append(Average(item, len(given), sum(given) / len(given) if given else None))
    return found
