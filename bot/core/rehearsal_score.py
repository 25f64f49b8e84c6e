"""What practice showed, rule by rule: kept, broken or not tried. A list, no grade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Ordered as an operator reads them."""

    BROKEN = "broken"
    KEPT = "kept"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True)
class Rule:
    """A practice rule; the fields are those of ``rules.yml``."""

    id: str
    kept: frozenset[str]
    broken: frozenset[str]
    before: frozenset[str]
    since: str | None = None
    source: tuple[str, str] | None = None  # title, address


@dataclass(frozen=True)
class Step:
    """One move of the operator: *line* names it, *marks* is what the person had shown before it."""

    line: int
    acts: frozenset[str]
    marks: frozenset[str]


@dataclass(frozen=True)
class Result:
    """*line*: the operator's sentence that shows it; None where nothing was tried."""

    rule: str
    outcome: Outcome
    line: int | None = None


def score(rules: Iterable[Rule], steps: Sequence[Step]) -> tuple[Result, ...]:
    """A result for each rule that came up, in the order of *rules*.

    What breaks a rule weighs more than what keeps it, whichever came first: an operator reads where to look.
    """
    return tuple(result for rule in rules if (result := _one(rule, steps)) is not None)


def _one(rule: Rule, steps: Sequence[Step]) -> Result | None:
    due = [step for step in steps if rule.since is None or rule.since in step.marks]
    if rule.since is not None and not due:
        return None
    kept = next((step.line for step in due if step.acts & rule.kept), None)
    for step in due:
        early = step.acts & rule.before and not step.acts & rule.kept and (kept is None or step.line < kept)
        if early or step.acts & rule.broken:
            return Result(rule.id, Outcome.BROKEN, step.line)
    return Result(rule.id, Outcome.NOT_TRIED) if kept is None else Result(rule.id, Outcome.KEPT, kept)
