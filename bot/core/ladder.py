"""Who is called for a conversation that waits, and when: operators, all of them, a supervisor, the one on call.

Pure rules. What was done already is kept by :mod:`bot.store.ladder`, so that a restart repeats and forgets nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from bot.core.ids import ConversationId
from bot.core.risk import Risk
from bot.core.roles import Role
from bot.core.safe_hours import Moment, SafeHours, moment


class Rung(IntEnum):
    """Whom a step calls. Each calls those of the steps before as well."""

    NOBODY = 0
    FREE = 1  # operators at the desk who hold no grave conversation
    ALL = 2  # every operator at the desk
    SUPERVISOR = 3
    ON_CALL = 4  # by a message through a channel, to whoever is not at the desk

    @property
    def word(self) -> str:
        """``nobody``, ``free``, ``all``, ``supervisor`` or ``on_call``."""
        return self.name.lower()


#: Seconds after which each step is taken, by risk; a step without a number is not taken.
DEFAULT_TIMES: Mapping[Risk, tuple[float, ...]] = {
    Risk.EMERGENCY: (0, 60, 120, 300),
    Risk.HIGH: (0, 180, 600, 1800),
    Risk.CONCERN: (0, 900, 3600),
    Risk.NONE: (0, 1800, 7200),
}
#: "I am on it" holds the ladder still for so long.
ACKNOWLEDGED_FOR = timedelta(minutes=3)


@dataclass(frozen=True)
class Ladder:
    """The times of every risk, in seconds since the conversation waits."""

    times: Mapping[Risk, tuple[float, ...]] = field(default_factory=lambda: DEFAULT_TIMES)


@dataclass(frozen=True)
class Climbed:
    """How far the ladder of a waiting conversation has been climbed.

    ``since`` is when its time began: later than the waiting where the risk rose or somebody was on it meanwhile.
    """

    risk: Risk  # as the queue weighs it
    since: datetime
    rung: Rung = Rung.NOBODY
    acknowledged_until: datetime | None = None


@dataclass(frozen=True)
class OnLadder:
    """A conversation that waits. ``climbed`` None: its ladder is not begun. ``told``: that nobody has come yet.

    ``safe_hours`` bound when the person may be told, ``last_person_at`` is when they wrote last.
    """

    conversation_id: ConversationId
    waiting_since: datetime
    urgency: Risk
    climbed: Climbed | None
    told: bool
    safe_hours: SafeHours | None = None
    last_person_at: datetime | None = None

    def may_be_told(self, now: datetime) -> bool:
        return moment(self.safe_hours, self.last_person_at, now) is not Moment.NOT_NOW


@dataclass(frozen=True)
class Call:
    """Calls that are being made to one target at once."""

    ids: tuple[int, ...]
    attempts: int


@dataclass(frozen=True)
class Desk:
    """What is true of the desk at a moment."""

    staffed: bool  # somebody is there
    in_hours: bool  # it is open, by its hours and holidays


def due(ladder: Ladder, climbed: Climbed, desk: Desk, now: datetime) -> Rung:
    """The highest step that is due now; not lower than what was climbed.

    Out of hours only grave conversations climb: nobody is woken for the others. Where nobody is at the desk, the steps
    that would ring there reach nobody: whoever is on call is called at the time of the first.
    """
    if is_acknowledged(climbed, now):
        return climbed.rung
    reached = climbed.rung
    waited = (now - climbed.since).total_seconds()
    for rung, seconds in _steps(ladder, climbed.risk, desk):
        if waited >= seconds:
            reached = max(reached, rung)
    return reached


def next_at(ladder: Ladder, climbed: Climbed, desk: Desk) -> datetime | None:
    """When a further step is due, if nothing changes before; None: never."""
    later = [
        climbed.since + timedelta(seconds=seconds)
        for rung, seconds in _steps(ladder, climbed.risk, desk)
        if rung > climbed.rung
    ]
    if not later:
        return None
    return max(min(later), climbed.acknowledged_until or climbed.since)


def acknowledge(climbed: Climbed, now: datetime) -> Climbed:
    """Somebody is on it: nothing rings and nothing climbs for a while; then it goes on from where it stood."""
    until = now + ACKNOWLEDGED_FOR
    held = until - max(now, climbed.acknowledged_until or now)
    return Climbed(climbed.risk, climbed.since + held, climbed.rung, until)


def is_acknowledged(climbed: Climbed, now: datetime) -> bool:
    return is_acknowledged_at(climbed.acknowledged_until, now)


def is_acknowledged_at(until: datetime | None, now: datetime) -> bool:
    """Is somebody on it *now*, who said so until then?"""
    return until is not None and now < until


def rings_for(rung: Rung, role: str, *, busy: bool, others: bool) -> bool:
    """Whether the page of somebody at the desk rings at this step.

    Args:
        busy: they hold a grave conversation themselves.
        others: an operator without one is at the desk; where there is none, the first step calls everybody.
    """
    if rung is Rung.NOBODY or role not in (Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN):
        return False
    if rung is Rung.FREE:
        return not others or (role == Role.OPERATOR and not busy)
    return rung >= Rung.SUPERVISOR or role == Role.OPERATOR or not others


def read_times(text: str) -> tuple[float, ...]:
    """Times as a setting has them, ``"0,60,120,300"``. Raises ValueError with what to write instead.

    >>> read_times("0, 60,120")
    (0.0, 60.0, 120.0)
    """
    try:
        times = tuple(float(one) for one in text.split(","))
    except ValueError:
        times = ()
    well = 1 <= len(times) < len(Rung) and all(0 <= one < float("inf") for one in times)
    if not well or list(times) != sorted(times):
        raise ValueError("write one to four numbers of seconds, none smaller than the one before: 0,60,120,300")
    return times


def _steps(ladder: Ladder, risk: Risk, desk: Desk) -> list[tuple[Rung, float]]:
    times = ladder.times[risk]
    rungs = list(zip((Rung.FREE, Rung.ALL, Rung.SUPERVISOR, Rung.ON_CALL), times, strict=False))
    if not desk.in_hours and risk < Risk.HIGH:
        rungs = rungs[:1]
    if not desk.staffed:
        rungs = [(rung, times[0] if rung is Rung.ON_CALL else seconds) for rung, seconds in rungs]
    return rungs
