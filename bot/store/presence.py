"""Who is at the desk: the one answer for the queue, the ladder, colleagues who ask and the supervisor's page."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from bot.core.roles import Right, roles_with
from bot.store import tables as t
from bot.store.sessions import Stage

#: An open desk asks at least this often; who was not seen for longer is away.
AWAY_AFTER = timedelta(minutes=3)
#: Who counts as somebody who may come: an auditor who reads the log does not.
HELPERS = roles_with(Right.HELP)


def is_open(now: datetime) -> ColumnElement[bool]:
    """The condition on ``sessions``: signed in, and a page asked for it just now. It may be locked."""
    s = t.sessions.c
    # not what lies ahead: after a clock was set back, who left hours ago would seem to be there
    return and_(s.stage == Stage.IN.value, s.seen_at.between(now - AWAY_AFTER, now + AWAY_AFTER))


def is_there(now: datetime) -> ColumnElement[bool]:
    """The condition on ``operators``: may help, and has a desk open that is not locked.

    A locked desk still asks who waits, and rings; but nobody sits before it, and whoever waits must not count on them.
    One desk that is open is enough, however many others are locked.
    """
    here = select(t.sessions.c.operator_id).where(is_open(now), t.sessions.c.locked_at.is_(None))
    return and_(t.operators.c.active, t.operators.c.role.in_(HELPERS), t.operators.c.id.in_(here))


def is_locked(now: datetime) -> ColumnElement[bool]:
    """The condition on ``operators``: every desk that they have open is locked."""
    covered = select(t.sessions.c.operator_id).where(is_open(now), t.sessions.c.locked_at.is_not(None))
    return and_(t.operators.c.id.in_(covered), ~is_there(now))
