"""Who is signed in, and the session, in the forms in which a page gets them (they are also its OpenAPI)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel

from bot.content.library import Library
from bot.core.roles import Right, may
from bot.core.taxonomy import LANGUAGES
from bot.store.operators import Operator
from bot.store.sessions import Session, Stage


class OperatorView(BaseModel):
    id: int
    name: str
    role: str
    language: str


class LinkView(OperatorView):
    """Whose one-time link it is, and how short a password may be."""

    shortest_password: int


class SessionView(BaseModel):
    """A session with all that the page needs at its start.

    *rights*: what this operator may do here (:class:`bot.core.roles.Right`). *languages* are ours, by their own names;
    of those in *drafts* a native speaker has not read every phrase. *stage*: how far the sign-in has come
    (:class:`bot.store.sessions.Stage`); rights are told when it is "in". *second_step*: whether one is set up.
    *lock_after*: minutes without a touch after which the page covers itself. *recovery_left*: how many recovery codes
    are left, when one was just used.
    """

    operator: OperatorView
    csrf: str
    rights: list[str]
    languages: dict[str, str]
    drafts: list[str]
    stage: str
    locked: bool
    second_step: bool
    lock_after: int
    recovery_left: int | None = None


def show_operator(operator: Operator) -> OperatorView:
    return OperatorView(id=operator.id, name=operator.name, role=operator.role, language=operator.language)


def show_session(
    session: Session, library: Library, *, second_step: bool, lock_after: timedelta, recovery_left: int | None = None
) -> SessionView:
    operator = session.operator
    return SessionView(
        operator=show_operator(operator),
        csrf=session.csrf,
        rights=[right for right in Right if may(operator.role, right)] if session.stage is Stage.IN else [],
        languages={str(code): name for code, name in LANGUAGES.items()},
        drafts=[code for code in LANGUAGES if library.is_draft(code)],
        stage=session.stage.value,
        locked=session.locked,
        second_step=second_step,
        lock_after=int(lock_after.total_seconds() // 60),
        recovery_left=recovery_left,
    )
