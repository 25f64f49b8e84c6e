"""Who works at a hotline, and what each may do at the desk. The one table; :mod:`bot.console.access` enforces it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"
    TRAINER = "trainer"


class Right(StrEnum):
    READ = "read"  # the queue and what people wrote
    HELP = "help"  # take over, write, note, close
    SUPERVISE = "supervise"  # see who does what, give a conversation to somebody else, judge quality
    REPORT = "report"  # figures, in which nobody is found
    PEOPLE = "people"  # add operators, set roles, end sessions
    AUDIT = "audit"  # the log of what operators did
    PRACTICE = "practice"  # talk with invented persons
    TRAIN = "train"  # see how others practise
    CONTENT = "content"  # which phrases and facts were reviewed, and which are told


#: An auditor reads the log and no conversation; a trainer sees practice and content and nobody real.
MAY: Mapping[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset({Right.READ, Right.HELP, Right.PRACTICE, Right.CONTENT}),
    Role.SUPERVISOR: frozenset(Right) - {Right.PEOPLE, Right.AUDIT},
    Role.ADMIN: frozenset(Right),
    Role.AUDITOR: frozenset({Right.AUDIT, Right.REPORT}),
    Role.TRAINER: frozenset({Right.PRACTICE, Right.TRAIN, Right.CONTENT, Right.REPORT}),
}


def may(role: str, right: Right) -> bool:
    """Whether somebody of *role* has *right*. A role that is not known may do nothing."""
    return role in MAY and right in MAY[Role(role)]


def roles_with(right: Right) -> tuple[str, ...]:
    """The roles that have *right*."""
    return tuple(role.value for role in Role if right in MAY[role])
