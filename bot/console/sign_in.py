"""Signing in: Argon2id passwords, one-time links, sessions on the server, lockout after many tries."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.services.ports import Clock, Run
from bot.store.operators import Operator, Operators, Session

T = TypeVar("T")

SHORTEST_PASSWORD = 12  # characters; length is what helps most (NIST SP 800-63B section 5.1.1)
LINK_LASTS = timedelta(hours=24)  # of a one-time sign-in link
IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
LOCK_AFTER = 5  # failed tries
LOCK_FOR = timedelta(minutes=15)


class Refused(Exception):
    """The name, the password or the link is not right; which of them is not told."""


class LockedOut(Exception):
    """Too many tries for this name."""


class WeakPassword(Exception):
    """Shorter than SHORTEST_PASSWORD, or one character over and over."""


@dataclass(frozen=True)
class SignedIn:
    """A new session. ``token`` goes into the cookie and is kept nowhere else."""

    operator: Operator
    token: str
    csrf: str


class SignIn:
    """Opens and finds sessions."""

    def __init__(self, operators: Operators, run: Run, clock: Clock) -> None:
        self._operators, self._run, self._clock = operators, run, clock
        self._hasher = PasswordHasher()
        # a name that nobody has costs as much time as a wrong password: the two cannot be told apart
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._busy = asyncio.Semaphore(2)  # each check takes 64 MiB; a burst of tries must not take all memory

    async def link_owner(self, token: str) -> Operator:
        """Raises Refused."""
        owner = await self._run(self._operators.link_owner, token, self._clock())
        if owner is None:
            raise Refused
        return owner

    async def welcome(self, token: str, password: str) -> SignedIn:
        """Use a one-time link: set the password and sign in. Raises Refused, WeakPassword (the link stays good)."""
        owner = await self.link_owner(token)
        if len(password) < SHORTEST_PASSWORD or len(set(password)) < 4 or password.casefold() == owner.name.casefold():
            raise WeakPassword
        hashed = await self._off_the_loop(lambda: self._hasher.hash(password))
        if await self._run(self._operators.use_link, token, self._clock()) is None:
            raise Refused
        await self._run(self._operators.set_password_hash, owner.id, hashed)
        await self._run(self._operators.close_all_sessions, owner.id)
        return await self._open(owner)

    async def __call__(self, name: str, password: str) -> SignedIn:
        """Raises Refused, LockedOut."""
        now = self._clock()
        if await self._run(self._operators.recent_failures, name, now - LOCK_FOR) >= LOCK_AFTER:
            raise LockedOut
        operator = await self._run(self._operators.by_name, name)
        stored = operator.password_hash if operator is not None and operator.active else None
        right = await self._off_the_loop(lambda: self._right(stored or self._nobody, password))
        if operator is None or stored is None or not right:
            await self._run(self._operators.add_failure, name, now)
            await self._run(self._operators.record, None, "sign_in_refused", None, now)
            raise Refused
        await self._run(self._operators.clear_failures, name)
        return await self._open(operator)

    async def session(self, token: str) -> Session | None:
        return await self._run(self._operators.session, token, self._clock(), IDLE, LONGEST)

    async def sign_out(self, token: str) -> None:
        await self._run(self._operators.close_session, token)

    async def _open(self, operator: Operator) -> SignedIn:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        now: datetime = self._clock()
        await self._run(self._operators.open_session, operator.id, token, csrf, now)
        await self._run(self._operators.record, operator.id, "signed_in", None, now)
        return SignedIn(operator, token, csrf)

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        async with self._busy:
            return await asyncio.to_thread(work)

    def _right(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
