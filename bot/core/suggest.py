"""Which ready sentences help most in this conversation now: a ranking by rules, see ``suggest.yml``.

Nothing is guessed by a model: a suggestion says which rule made it. Where somebody may be watching, only what keeps
the person safe is suggested. What was said or answered before is not suggested again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml

from bot.core.conversation import Conversation
from bot.core.questions import QUESTIONS, is_known, next_question
from bot.core.risk import Risk
from bot.core.taxonomy import INDICATORS, Indicator

#: So many at most: they must be read at a glance.
MOST = 5


class Why(StrEnum):
    WATCHED = "watched"
    FIRST = "first"  # nobody has introduced themselves yet
    DANGER = "danger"
    SIGN = "sign"
    PLACE = "place"  # the country is not known
    QUESTION = "question"  # of the round that the bot would go through
    CONSENT = "consent"
    WISH = "wish"
    DOING = "doing"


@dataclass(frozen=True)
class Suggestion:
    """``sign``: the indicator that leads to it."""

    key: str
    why: Why
    sign: Indicator | None = None


@dataclass(frozen=True)
class Rules:
    """See ``suggest.yml``."""

    watched: tuple[str, ...]
    first: tuple[str, ...]
    foreign: tuple[str, ...]
    danger: Mapping[str, tuple[str, ...]]
    signs: Mapping[Indicator, tuple[str, ...]]
    place: tuple[str, ...]
    consent: tuple[str, ...]
    wish: tuple[str, ...]
    doing: tuple[str, ...]
    most: Mapping[Why, int] = field(default_factory=dict)

    @property
    def cards(self) -> frozenset[str]:
        """Every sentence that may be suggested by name."""
        lists = (self.watched, self.first, self.foreign, self.place, self.consent, self.wish, self.doing)
        keyed = (*self.danger.values(), *self.signs.values())
        return frozenset(key for listed in (*lists, *keyed) for key in listed)


def _rules() -> Rules:
    data = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    if strange := data["signs"].keys() - INDICATORS.keys():
        raise ValueError(f"suggest.yml: {', '.join(sorted(strange))} are no indicators of taxonomy.yml")
    return Rules(
        **{name: tuple(data[name]) for name in ("watched", "first", "foreign", "place", "consent", "wish", "doing")},
        danger={rule: tuple(keys) for rule, keys in data["danger"].items()},
        signs={Indicator(name): tuple(keys) for name, keys in data["signs"].items()},
        most={Why(name): most for name, most in data["most"].items()},
    )


RULES = _rules()


def suggest(
    conversation: Conversation, signs: Collection[Indicator], said: Collection[str], *, foreign: bool
) -> tuple[Suggestion, ...]:
    """The sentences that lead on, the most useful first; none twice, at most MOST.

    Args:
        signs: indicators seen in the conversation.
        said: the phrases that were said to the person so far, by the bot or an operator.
        foreign: the operator does not read the person's language.
    """
    told = {*said, *conversation.answers}
    fresh = (one for one in _all(conversation, frozenset(signs), told, foreign) if one.key not in told)
    chosen: dict[str, Suggestion] = {}
    count: dict[Why, int] = {}
    for one in fresh:
        if one.key in chosen or _is_answered(one.key, signs) or count.get(one.why, 0) >= RULES.most.get(one.why, MOST):
            continue
        chosen[one.key] = one
        count[one.why] = count.get(one.why, 0) + 1
        if len(chosen) == MOST:
            break
    return tuple(chosen.values())


def _all(
    conversation: Conversation, signs: frozenset[Indicator], told: Collection[str], foreign: bool
) -> Iterator[Suggestion]:
    if conversation.unsafe:
        yield from _each(RULES.watched, Why.WATCHED)
        return
    grave = conversation.risk >= Risk.HIGH
    urgent = RULES.danger.get(conversation.assessment.rule, ())
    if conversation.risk is Risk.EMERGENCY:  # seconds count: no introductions
        yield from _each(urgent, Why.DANGER)
    introduction = (*RULES.first, *(RULES.foreign if foreign else ()))
    if not any(key in told for key in RULES.first):
        yield from _each(introduction, Why.FIRST)
    elif foreign:
        yield from _each(RULES.foreign, Why.FIRST)
    yield from _each(urgent, Why.DANGER)
    if not conversation.countries.get("present"):
        yield from _each(RULES.place, Why.PLACE)
    led = [(sign, keys) for sign, keys in RULES.signs.items() if sign in signs]  # the gravest stand first in the file
    for place in range(max((len(keys) for _, keys in led), default=0)):
        yield from (Suggestion(keys[place], Why.SIGN, sign) for sign, keys in led if place < len(keys))
    if signs:
        following = next_question("self", signs, dict.fromkeys(told, ""))
        yield from _each([following] if following else [], Why.QUESTION)
    if grave:
        yield from _each(RULES.consent, Why.CONSENT)
    yield from _each(RULES.wish, Why.WISH)
    yield from _each(RULES.doing, Why.DOING)


def _each(keys: Iterable[str], why: Why) -> Iterator[Suggestion]:
    return (Suggestion(key, why) for key in keys)


def _is_answered(key: str, signs: Collection[Indicator]) -> bool:
    """Has the conversation shown already what the question would find out?"""
    question = QUESTIONS.get(key)
    return question is not None and is_known(question, signs)
