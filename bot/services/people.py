"""Who works at the desk: added, given a role, let go. Every change is written to the audit log."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bot.core.conversation import OperatorGone
from bot.core.ids import OperatorId
from bot.core.roles import Right, Role, may
from bot.core.turn import Stale
from bot.services.changes import Changes
from bot.services.ports import (
    AuditStore,
    Clock,
    HeldStore,
    PeopleStore,
    Run,
    SecondStepStore,
    SessionStore,
    Somebody,
)

LINK_LASTS = timedelta(hours=24)  # of a one-time sign-in link
LONGEST_NAME = 80  # characters


def new_link(store: PeopleStore, public_url: str, who: OperatorId, now: datetime) -> str:
    """Make a one-time link to the desk at *public_url*, good for LINK_LASTS.

    Its token stands after ``#``, where no server log sees it.
    """
    token = secrets.token_urlsafe(24)
    store.add_link(who, token, now + LINK_LASTS)
    return f"{public_url}/desk#welcome={token}"


class People:
    """Changes to operators, by an admin or on the server.

    *by* is who does it; None is whoever has the command line. Every method but :meth:`add` raises LookupError where
    there is no such operator. What would leave the hotline without an active admin raises the store's LastAdmin.
    """

    def __init__(
        self,
        store: PeopleStore,
        sessions: SessionStore,
        second_steps: SecondStepStore,
        held: HeldStore,
        audit: AuditStore,
        changes: Changes,
        run: Run,
        clock: Clock,
        public_url: str,
    ) -> None:
        """*public_url*: where the links lead."""
        self._store, self._sessions, self._second_steps = store, sessions, second_steps
        self._held, self._audit, self._changes = held, audit, changes
        self._run, self._clock, self._public_url = run, clock, public_url

    async def add(self, by: OperatorId | None, name: str, role: Role) -> Somebody:
        """Raises ValueError (no name that can be signed in with), and the store's NameTaken."""
        name = name.strip()
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise ValueError(f"a name has 1 to {LONGEST_NAME} characters")
        added = await self._run(self._store.add, name, role.value, self._clock())
        await self._record(by, "operator_added", added.id, role.value)
        return added

    async def link(self, by: OperatorId | None, who: OperatorId) -> str:
        """A one-time link with which *who* chooses a password: see :func:`new_link`."""
        await self._known(who)
        link = await self._run(new_link, self._store, self._public_url, who, self._clock())
        await self._record(by, "link_made", who)
        return link

    async def set_role(self, by: OperatorId | None, who: OperatorId, role: Role) -> None:
        """Who may help nobody any more gives back what they hold."""
        await self._known(who)
        await self._run(self._store.set_role, who, role.value)
        await self._record(by, "role_changed", who, role.value)
        if not may(role, Right.HELP):
            await self._release(who)

    async def deactivate(self, by: OperatorId | None, who: OperatorId) -> None:
        """They can no longer sign in, their sessions end, and the conversations that they hold wait for others."""
        await self._known(who)
        await self._run(self._store.set_active, who, active=False)
        await self._run(self._sessions.end_all, who)
        await self._record(by, "operator_deactivated", who)
        await self._release(who)

    async def activate(self, by: OperatorId | None, who: OperatorId) -> None:
        await self._known(who)
        await self._run(self._store.set_active, who, active=True)
        await self._record(by, "operator_activated", who)

    async def reset_second_step(self, by: OperatorId | None, who: OperatorId) -> None:
        """For whoever lost telephone and recovery codes; their sessions end, and the next sign-in sets up a new one."""
        await self._known(who)
        await self._run(self._second_steps.reset, who)
        await self._run(self._sessions.end_all, who)
        await self._record(by, "second_step_reset", who)

    async def end_sessions(self, by: OperatorId | None, who: OperatorId) -> int:
        """Returns how many."""
        await self._known(who)
        ended = await self._run(self._sessions.end_all, who)
        await self._record(by, "sessions_ended", who)
        return ended

    async def _known(self, who: OperatorId) -> None:
        if await self._run(self._store.get, who) is None:
            raise LookupError(who)

    async def _record(self, by: OperatorId | None, action: str, who: OperatorId, more: str = "") -> None:
        await self._run(self._audit.record, by, action, None, self._clock(), f"operator {who} {more}".strip())

    async def _release(self, who: OperatorId) -> None:
        for conversation_id in await self._run(self._held.held_by, who):
            try:
                await self._run(self._held.change, conversation_id, (OperatorGone(self._clock()),), self._clock())
            except Stale:  # a turn was written at the same moment: once more
                await self._release(who)
                return
            except LookupError:  # erased meanwhile
                continue
            self._changes.tell(conversation_id, Changes.DESK)
