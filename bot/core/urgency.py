"""Who is helped next: the graver first, and nobody waits for ever.

The grade of a conversation is its risk, raised by one for every *step* of waiting up to high; an emergency stays above
all. Within a grade whoever waits longest comes first; for those whose language the operator speaks some minutes are
counted on top. Minutes and not a place of their own, so that a language that nobody here speaks is not left to the end.

Safe hours (:mod:`bot.core.safe_hours`) are weighed within a grade too, and say nothing of who is graver:

- Whoever may not be written to now comes after those of the same grade who may. A place of their own this time, as
  minutes would not do: whoever takes them now can only wait. Their waiting goes on to count, and the grade with it, so
  that all of a lower grade stay behind them; and as soon as they write or their hours begin, it counts in full. As
  hours come every day, this happens to everybody: inside them nothing is left that holds them back, and after one more
  step they stand before all of their grade who came in the meantime, whatever these have on top.
- For those whose hours are over within half an hour the minutes of a language are counted on top, beside those of a
  language that is spoken: later they cannot be reached until tomorrow.
- An emergency stands where it would without hours. Writing may then be the greater danger or the lesser one: that is
  for a human to judge, at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.core.risk import Risk
from bot.core.safe_hours import Moment, SafeHours, moment
from bot.core.taxonomy import Language

#: Whoever asks to be rescued stands with high risk at least, also where no sign was read: doubt leans to the human.
PLEAS = ("report_danger", "report_self_harm")
#: After so long a wait a conversation rises by one grade.
STEP = timedelta(minutes=30)
#: Counted on top of the waiting time of those whose language the operator speaks; in an emergency minutes weigh more.
#: Out of an emergency it is counted as well for those whose safe hours are soon over.
HEAD_START = timedelta(minutes=10)
EMERGENCY_HEAD_START = timedelta(minutes=2)


class Waits(Protocol):
    """What the order looks at."""

    @property
    def risk(self) -> Risk: ...
    @property
    def handoff_reason(self) -> str | None: ...
    @property
    def language(self) -> Language: ...
    @property
    def waiting_since(self) -> datetime | None: ...
    @property
    def safe_hours(self) -> SafeHours | None: ...
    @property
    def last_person_at(self) -> datetime | None: ...


W = TypeVar("W", bound=Waits)


@dataclass(frozen=True)
class Whom:
    """For whom the order is made: when, for an operator of which languages, and how fast waiting raises."""

    now: datetime
    speaks: Collection[Language] = ()
    step: timedelta = STEP


def urgency(risk: Risk, handoff_reason: str | None) -> Risk:
    """The risk as the queue weighs it.

    >>> urgency(Risk.NONE, "report_danger").word, urgency(Risk.CONCERN, "asked_for_human").word
    ('high', 'concern')
    """
    return max(risk, Risk.HIGH) if handoff_reason in PLEAS else risk


def grade(one: Waits, whom: Whom) -> Risk:
    """The urgency after the waiting: one more for every step, an emergency only by itself."""
    own = urgency(one.risk, one.handoff_reason)
    if own >= Risk.HIGH or one.waiting_since is None:
        return own
    steps = max(0, (whom.now - one.waiting_since) // whom.step)
    return Risk(min(Risk.HIGH, own + steps))


def in_order(waiting: Iterable[W], whom: Whom) -> list[W]:
    """*waiting*, the next one to be helped first; whoever does not wait comes last, in the order given.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)  # ten in the morning in Bangkok
    >>> @dataclass
    ... class Line:
    ...     name: str
    ...     minutes: int
    ...     safe_hours: SafeHours | None = None
    ...     risk: Risk = Risk.HIGH
    ...     language: Language = Language("th")
    ...     handoff_reason = last_person_at = None
    ...     waiting_since = property(lambda self: now - timedelta(minutes=self.minutes))
    >>> evening, morning = SafeHours(21 * 60, 23 * 60, "Asia/Bangkok"), SafeHours(8 * 60, 10 * 60 + 20, "Asia/Bangkok")
    >>> line = [Line("evening", 40, evening), Line("always", 9), Line("morning", 1, morning)]
    >>> [one.name for one in in_order(line, Whom(now))]
    ['morning', 'always', 'evening']
    >>> [one.name for one in in_order([*line, Line("danger", 0, evening, Risk.EMERGENCY)], Whom(now))]
    ['danger', 'morning', 'always', 'evening']
    """
    listed = list(waiting)
    waits = [one for one in listed if one.waiting_since is not None]
    return [
        *sorted(waits, key=lambda one: _key(one, whom)),
        *(one for one in listed if one.waiting_since is None),
    ]


def _key(one: Waits, whom: Whom) -> tuple[int, bool, datetime]:
    assert one.waiting_since is not None
    graded, speaks = grade(one, whom), one.language in whom.speaks
    if graded is Risk.EMERGENCY:
        return -graded, False, one.waiting_since - speaks * EMERGENCY_HEAD_START
    may = moment(one.safe_hours, one.last_person_at, whom.now)
    starts = speaks + (may is Moment.SOON_OVER)
    return -graded, may is Moment.NOT_NOW, one.waiting_since - starts * HEAD_START
