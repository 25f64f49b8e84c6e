"""Signing in: Argon2id passwords, one-time links, a second step, sessions on the server, lockout after many tries."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.console.codes import Codes, WrongCode
from bot.services.changes import Changes
from bot.services.ports import Clock, Run
from bot.store.audit import AuditLog
from bot.store.operators import Operator, Operators
from bot.store.sessions import Limits, Session, Sessions, Stage

SHORTEST_PASSWORD = 12  # characters; length is what helps most (NIST SP 800-63B section 5.1.1)
IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
UNFINISHED = timedelta(minutes=10)  # of a sign-in whose second step is still to come
LOCK_AFTER = 5  # failed tries
LOCK_FOR = timedelta(minutes=15)


class Refused(Exception):
    """The name, the password, the code or the link is not right; which of them is not told."""


class LockedOut(Exception):
    """Too many tries for this name."""


class WeakPassword(Exception):
    """Shorter than SHORTEST_PASSWORD, one character over and over, or the name itself."""


@dataclass(frozen=True)
class SignedIn:
    """A new session. ``token`` goes into the cookie and is kept nowhere else.

    *recovery_left*: how many recovery codes are left, when one was used.
    """

    session: Session
    token: str
    recovery_left: int | None = None


class SignIn:
    """Opens and finds sessions."""

    def __init__(
        self,
        operators: Operators,
        sessions: Sessions,
        audit: AuditLog,
        codes: Codes,
        changes: Changes,
        run: Run,
        clock: Clock,
        lock_after: timedelta,
    ) -> None:
        """*lock_after*: how long a desk stays open that nobody touches."""
        self._operators, self._sessions, self._audit, self.codes = operators, sessions, audit, codes
        self._changes, self._run, self._clock = changes, run, clock
        self.limits = Limits(IDLE, LONGEST, UNFINISHED, lock_after)
        self._hasher = PasswordHasher()
        # a name that nobody has costs as much time as a wrong password: the two cannot be told apart
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._busy = asyncio.Semaphore(2)  # each check takes 64 MiB; a burst of tries must not take all memory

    # --- the way in --------------------------------------------------------------------------------------------

    async def link_owner(self, token: str) -> Operator:
        """Raises Refused."""
        owner = await self._run(self._operators.link_owner, token, self._clock())
        if owner is None:
            raise Refused
        return owner

    async def welcome(self, token: str, password: str, device: str = "") -> SignedIn:
        """Use a one-time link: set the password and sign in.

        Who was never here before may put the second step off once; who has one gives its code.
        Raises Refused, WeakPassword (the link stays good).
        """
        owner = await self.link_owner(token)
        hashed = await self._hashed(owner, password)
        if await self._run(self._operators.use_link, token, self._clock()) is None:
            raise Refused
        await self._run(self._operators.set_password_hash, owner.id, hashed)
        await self._run(self._sessions.end_all, owner.id)
        stage = await self._next_stage(owner)
        if stage is Stage.SET_UP and owner.password_hash is None:
            stage = Stage.IN
        return await self._open(owner, stage, device)

    async def __call__(self, name: str, password: str, device: str = "") -> SignedIn:
        """The first step. Raises Refused, LockedOut."""
        operator = await self._run(self._operators.by_name, name)
        await self._check_password(name, operator, password)
        assert operator is not None
        stage = await self._next_stage(operator)
        if stage is not Stage.CODE:  # else a right password must not wipe out wrong codes
            await self._run(self._sessions.clear_failures, name)
        return await self._open(operator, stage, device)

    async def give_code(self, session: Session, token: str, code: str) -> SignedIn:
        """The second step, of the session that *token* opened. Raises Refused, LockedOut."""
        left = await self._check_code(session.operator, code)
        await self._run(self._sessions.clear_failures, session.operator.name)
        return await self._open(session.operator, Stage.IN, session.device, instead_of=token, recovery_left=left)

    async def set_up(self, session: Session, token: str, code: str) -> tuple[SignedIn | None, list[str]]:
        """Confirm an offered secret. Returns new recovery codes, and a session where the sign-in waited for this.

        Raises Refused, LockedOut.
        """
        operator = session.operator
        await self._not_locked_out(operator.name)
        try:
            codes = await self.codes.confirm(operator, code)
        except WrongCode:
            await self._failed(operator.name, operator, "code_refused")
            raise Refused from None
        await self._run(self._audit.record, operator.id, "second_step_set", None, self._clock())
        if session.stage is Stage.IN:
            return None, codes
        return await self._open(operator, Stage.IN, session.device, instead_of=token), codes

    async def prove(self, operator: Operator, proof: str) -> None:
        """Whether it is *operator*: *proof* is the password or, where there is a second step, a code of it.

        Raises Refused, LockedOut.
        """
        if len(proof) < SHORTEST_PASSWORD and await self.codes.are_set(operator):
            await self._check_code(operator, proof)
        else:
            await self._check_password(operator.name, operator, proof)
        await self._run(self._sessions.clear_failures, operator.name)

    async def change_password(self, session: Session, proof: str, password: str) -> None:
        """Every other session ends. Raises Refused, LockedOut, WeakPassword."""
        operator = session.operator
        await self._check_password(operator.name, operator, proof)
        hashed = await self._hashed(operator, password)
        await self._run(self._sessions.clear_failures, operator.name)
        await self._run(self._operators.set_password_hash, operator.id, hashed)
        await self._run(self._sessions.end_all, operator.id, but=session.id)
        await self._run(self._audit.record, operator.id, "password_changed", None, self._clock())

    # --- sessions ----------------------------------------------------------------------------------------------

    async def session(self, token: str) -> Session | None:
        now = self._clock()
        session = await self._run(self._sessions.find, token, now, self.limits)
        if session is not None and session.locked_at == now:  # found untouched for too long, at this very look
            self._staff_changed()
        return session

    async def sessions_of(self, operator: Operator) -> list[Session]:
        return await self._run(self._sessions.of, operator.id, self._clock(), self.limits)

    async def end_session(self, operator: Operator, session_id: str) -> bool:
        """False: *operator* has no such session."""
        return await self._run(self._sessions.end_one, operator.id, session_id)

    async def end_others(self, session: Session) -> int:
        """Returns how many sessions ended."""
        return await self._run(self._sessions.end_all, session.operator.id, but=session.id)

    async def touch(self, token: str) -> None:
        await self._run(self._sessions.touch, token, self._clock())

    async def lock(self, token: str) -> None:
        await self._run(self._sessions.lock, token, self._clock())
        self._staff_changed()

    async def unlock(self, session: Session, token: str, proof: str) -> None:
        """Raises Refused, LockedOut."""
        await self.prove(session.operator, proof)
        await self._run(self._sessions.unlock, token, self._clock())
        self._staff_changed()

    async def sign_out(self, token: str) -> None:
        await self._run(self._sessions.end, token)
        self._staff_changed()

    # --- inside ------------------------------------------------------------------------------------------------

    def _staff_changed(self) -> None:
        """Who is at the desk may have changed: the ladder looks at once who can still be called there."""
        self._changes.tell(Changes.DESK)

    async def _next_stage(self, operator: Operator) -> Stage:
        return Stage.CODE if await self.codes.are_set(operator) else Stage.SET_UP

    async def _open(
        self,
        operator: Operator,
        stage: Stage,
        device: str,
        *,
        instead_of: str | None = None,
        recovery_left: int | None = None,
    ) -> SignedIn:
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self._clock()
        await self._run(self._sessions.open, operator.id, token, csrf, now, stage, device, instead_of=instead_of)
        if recovery_left is not None:
            await self._run(self._audit.record, operator.id, "recovery_code_used", None, now)
        if stage is Stage.IN:
            await self._run(self._audit.record, operator.id, "signed_in", None, now)
        session = await self.session(token)
        if session is None:  # deactivated at this very moment
            raise Refused
        if stage is Stage.IN:
            self._staff_changed()
        return SignedIn(session, token, recovery_left)

    async def _hashed(self, owner: Operator, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD or len(set(password)) < 4 or password.casefold() == owner.name.casefold():
            raise WeakPassword
        async with self._busy:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _check_password(self, name: str, operator: Operator | None, password: str) -> None:
        stored = operator.password_hash if operator is not None and operator.active else None
        async with self._busy:
            # asked here, not before waiting for a place: else a burst of tries would all be let through
            await self._not_locked_out(name)
            right = await asyncio.to_thread(self._right, stored or self._nobody, password)
            if not right or stored is None:
                await self._failed(name, None, "sign_in_refused")
        if not right or stored is None:
            raise Refused

    async def _check_code(self, operator: Operator, code: str) -> int | None:
        async with self._busy:
            await self._not_locked_out(operator.name)
            try:
                return await self.codes.check(operator, code)
            except WrongCode:
                await self._failed(operator.name, operator, "code_refused")
                raise Refused from None

    async def _not_locked_out(self, name: str) -> None:
        if await self._run(self._sessions.recent_failures, name, self._clock() - LOCK_FOR) >= LOCK_AFTER:
            raise LockedOut

    async def _failed(self, name: str, operator: Operator | None, action: str) -> None:
        now = self._clock()
        await self._run(self._sessions.add_failure, name, now)
        await self._run(self._audit.record, operator.id if operator else None, action, None, now)

    def _right(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
