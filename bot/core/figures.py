"""What a conversation adds to the hotline's figures: counts and rough times by day, with no id and no word.

A figure is counted from ids, times and columns alone. What one conversation adds does not depend on any other, so that
it can be counted while the conversation is there and kept as mere counts once it is erased. Groups are not crossed
(risk with language, say): a day with one conversation then tells as little as it can.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from bot.core.casework import OUTCOMES
from bot.core.conversation import Holder
from bot.core.holding import Ending
from bot.core.risk import Risk

#: Upper ends of the classes in which times are kept, in seconds; the last class has no end.
TIMES = (15, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 7200, 14400, 28800, 86400)
#: Hours of the day are counted in blocks of so many.
HOURS = 3
#: Of a group that nobody knows.
UNKNOWN = "unknown"


class Subject(StrEnum):
    """What is counted, each on a day of its own."""

    CONVERSATIONS = "conversations"  # begun that day
    WAITS = "waits"  # came into the queue that day
    HANDLED = "handled"  # an operator let go of it that day


@dataclass(frozen=True)
class Held:
    """A holder's time. *speaks*: the operator speaks the person's language."""

    holder: Holder
    begun_at: datetime
    ended_at: datetime | None
    ended: Ending | None
    outcome: str | None
    risk: Risk
    speaks: bool = False


@dataclass(frozen=True)
class Case:
    """A conversation as figures see it. *replies*: when an operator wrote to the person, by hand. *gone*: erased."""

    opened_at: datetime
    channel: str
    language: str
    risk: Risk
    countries: Mapping[str, str]
    indicators: frozenset[str]
    held: tuple[Held, ...]
    replies: tuple[datetime, ...]
    gone: bool = False


@dataclass(frozen=True)
class Observation:
    """One more in a group on a day. *time*: the class of :data:`TIMES` it falls in; None where no time is counted."""

    day: date
    subject: Subject
    grouping: str  # "all", "risk", "language" ...; of a time: "reply", "reply.risk" ...
    group: str
    time: int | None = None


def time_class(passed: timedelta) -> int:
    """The class of :data:`TIMES` in which a time is kept."""
    return bisect.bisect_left(TIMES, passed.total_seconds())


def observe(case: Case, zone: tzinfo) -> Iterator[Observation]:
    """What *case* adds, by the days of *zone*. What was closed as nobody's plea (a test, spam) adds nothing."""
    outcomes = [held.outcome for held in case.held if held.outcome is not None]
    if outcomes and not OUTCOMES.get(outcomes[-1], True):
        return
    yield from _begun(case, zone)
    for place, held in enumerate(case.held):
        if held.holder is Holder.QUEUE:
            then = case.held[place + 1] if place + 1 < len(case.held) else None
            yield from _waited(case, held, then, zone)
        if held.holder is Holder.OPERATOR and held.ended_at is not None:
            yield from _handled(held, held.ended_at, zone)


def _begun(case: Case, zone: tzinfo) -> Iterator[Observation]:
    at = case.opened_at.astimezone(zone)
    holders = {held.holder for held in case.held}
    reached = "human" if Holder.OPERATOR in holders else "waited" if Holder.QUEUE in holders else "bot"
    groups = {
        "all": "",
        "risk": case.risk.word,
        "language": case.language,
        "channel": case.channel,
        "hour": f"{at.hour // HOURS * HOURS:02}",
        "reached": reached,
        **{role: case.countries.get(role, UNKNOWN) for role in ("present", "origin", "destination")},
    }
    for grouping, group in groups.items():
        yield Observation(at.date(), Subject.CONVERSATIONS, grouping, group)
    for indicator in sorted(case.indicators):
        yield Observation(at.date(), Subject.CONVERSATIONS, "indicator", indicator)


def _waited(case: Case, held: Held, then: Held | None, zone: tzinfo) -> Iterator[Observation]:
    day = held.begun_at.astimezone(zone).date()
    taken = held.ended is Ending.TAKEN_OVER
    if taken:
        end = "answered"
    elif held.ended_at is not None or case.gone:
        end = "abandoned"
    else:
        end = "waiting"
    groups = {"all": "", "risk": held.risk.word, "language": case.language, "end": end}
    if end == "abandoned":
        groups |= {"abandoned.risk": held.risk.word, "abandoned.language": case.language}
    if not (taken and then is not None and then.speaks):
        groups["unmet"] = case.language
    for grouping, group in groups.items():
        yield Observation(day, Subject.WAITS, grouping, group)
    times: dict[str, timedelta] = {}
    if held.ended_at is not None:
        times["wait"] = held.ended_at - held.begun_at
    first = next((at for at in case.replies if at >= held.begun_at), None)
    if taken and first is not None:
        times["reply"] = first - held.begun_at
    for name, passed in times.items():
        yield Observation(day, Subject.WAITS, name, "", time_class(passed))
        yield Observation(day, Subject.WAITS, f"{name}.risk", held.risk.word, time_class(passed))
        yield Observation(day, Subject.WAITS, f"{name}.language", case.language, time_class(passed))


def _handled(held: Held, ended_at: datetime, zone: tzinfo) -> Iterator[Observation]:
    day, passed = ended_at.astimezone(zone).date(), time_class(ended_at - held.begun_at)
    outcome = (held.outcome or "closed") if held.ended is Ending.CLOSED else str(held.ended or UNKNOWN)
    for grouping, group in (("all", ""), ("risk", held.risk.word), ("outcome", outcome)):
        yield Observation(day, Subject.HANDLED, grouping, group)
    yield Observation(day, Subject.HANDLED, "handling", "", passed)
    yield Observation(day, Subject.HANDLED, "handling.risk", held.risk.word, passed)


#: (subject, grouping, group, class of time) -> how many, over some days.
Counts = Mapping[tuple[Subject, str, str, int | None], int]


def count(observations: Iterable[Observation]) -> Counter[tuple[Subject, str, str, int | None]]:
    """How often each was seen, whatever the day."""
    return Counter((one.subject, one.grouping, one.group, one.time) for one in observations)


def quantile(classes: Mapping[int, int], part: float) -> float | None:
    """The time, in seconds, within which *part* (0 to 1) of them lie; None where there is none.

    Within its class it is taken to lie evenly; in the last class, which has no end, at its beginning.

    >>> quantile({2: 4}, 0.5)
    45.0
    """
    wanted, seen = part * sum(classes.values()), 0.0
    for place in sorted(classes):
        if not classes[place]:
            continue
        if seen + classes[place] >= wanted:
            low = TIMES[place - 1] if place else 0
            if place == len(TIMES):
                return float(low)
            return low + (TIMES[place] - low) * max(0.0, wanted - seen) / classes[place]
        seen += classes[place]
    return None
