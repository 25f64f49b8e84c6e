"""Care for operators: after a grave case comes a pause, which may be put off, but not for ever.

Operators need breaks, supervision and a way to talk after hard conversations (IOM Handbook on Direct Assistance for
Victims of Trafficking, 2007). A pause keeps nobody from helping whoever is in danger: it only stops offering the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.ids import ConversationId

#: A pause may be put off so often; from then on it is recommended strongly.
MOST_PUT_OFF = 2


class Act(StrEnum):
    """What an operator does with a pause."""

    PUT_OFF = "put_off"
    TAKE_NOW = "take_now"


class State(StrEnum):
    FREE = "free"  # no pause is due
    LATER = "later"  # put off by the operator
    RESTING = "resting"
    CALLED = "called"  # put off by itself: an emergency waits and nobody else is there


@dataclass(frozen=True)
class Pause:
    """Where an operator stands. *begins*, *ends*: of the pause that is due."""

    state: State
    begins: datetime | None = None
    ends: datetime | None = None
    put_offs_left: int = MOST_PUT_OFF

    @property
    def offers_next(self) -> bool:
        """Is the next conversation offered now?"""
        return self.state is not State.RESTING

    @property
    def recommended(self) -> bool:
        """Was the pause put off as often as it may be?"""
        return self.put_offs_left == 0


FREE = Pause(State.FREE)


class Mood(StrEnum):
    """How an operator says that they are after a grave case."""

    WELL = "well"
    HEAVY = "heavy"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class Debrief:
    """Three short answers after a grave case. *shared*: "talk to my supervisor"; else they are the operator's alone."""

    mood: Mood
    stays: str  # what stays with them
    helps: str  # what would help
    shared: bool


@dataclass(frozen=True)
class Standing:
    """What pauses and counts are made of.

    *let_go*: when the operator let go of a grave case, oldest first. *ask_about*: the last of these conversations that
    is closed, is still there and was not talked about.
    """

    let_go: tuple[datetime, ...] = ()
    acts: tuple[tuple[datetime, Act], ...] = ()
    ask_about: ConversationId | None = None


def pause_at(
    now: datetime,
    let_go: Iterable[datetime],
    acts: Iterable[tuple[datetime, Act]],
    length: timedelta,
    *,
    alone_with_emergency: bool,
) -> Pause:
    """The pause of an operator *now*.

    Args:
        let_go: when they closed or passed on a conversation of high risk or worse.
        acts: what they did with their pauses.
        length: of a pause; putting it off moves it by as much. Zero: this hotline has no pauses.
        alone_with_emergency: an emergency waits, and nobody else is at the desk to take it.
    """
    begins: datetime | None = None
    put_off = 0
    happened: list[tuple[datetime, Act | None]] = [*((at, None) for at in let_go), *acts]
    for at, act in sorted(happened, key=lambda one: one[0]):
        if at > now:
            break
        if begins is not None and begins + length <= at:  # it was had to its end
            begins, put_off = None, 0
        if act is None:
            begins = at if begins is None else max(begins, at)
        elif begins is not None and act is Act.TAKE_NOW:
            begins = min(begins, at)
        elif begins is not None and put_off < MOST_PUT_OFF:
            begins, put_off = at + length, put_off + 1
    if begins is None or begins + length <= now:
        return FREE
    if now < begins:
        state = State.LATER
    elif alone_with_emergency:
        state = State.CALLED
    else:
        state = State.RESTING
    return Pause(state, begins, begins + length, MOST_PUT_OFF - put_off)
