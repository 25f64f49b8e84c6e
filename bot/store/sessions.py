"""Sessions of operators, and how often somebody tried in vain. Tokens are kept only as hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from bot.core.ids import OperatorId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.operators import Operator, operator_from
from bot.store.seal import Keyring

_SEEN_EVERY = timedelta(minutes=1)  # a write a minute is enough to know
_TOUCHED_EVERY = timedelta(seconds=20)
_ID = 16  # digits of a token's hash that name a session to its owner; nothing opens with them


class Stage(StrEnum):
    """How far a sign-in has come."""

    CODE = "code"  # the password was right, the code of the second step is asked
    SET_UP = "set_up"  # the password was right, a second step must be set up
    IN = "in"


@dataclass(frozen=True)
class Limits:
    """When a session ends by itself, and after how long without a touch it locks."""

    idle: timedelta
    longest: timedelta
    unfinished: timedelta  # of one that is not yet IN
    lock: timedelta


@dataclass(frozen=True)
class Session:
    """A signed-in operator. ``csrf`` must come back with everything that changes something.

    ``locked_at``: since when the page is covered; None: it is open.
    """

    id: str
    operator: Operator
    csrf: str
    created_at: datetime
    seen_at: datetime
    stage: Stage = Stage.IN
    device: str = ""
    locked_at: datetime | None = None

    @property
    def locked(self) -> bool:
        return self.locked_at is not None


class Sessions:
    """The store of sessions: a stolen database opens none of them."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def open(
        self,
        operator: OperatorId,
        token: str,
        csrf: str,
        now: datetime,
        stage: Stage = Stage.IN,
        device: str = "",
        *,
        instead_of: str | None = None,
    ) -> None:
        """*instead_of*: the token of an earlier stage, which ends with this."""
        with self._database.write() as connection:
            if instead_of is not None:
                _end(connection, t.sessions.c.token_hash == _hash(instead_of))
            connection.execute(
                insert(t.sessions).values(
                    token_hash=_hash(token),
                    operator_id=operator,
                    csrf=csrf,
                    created_at=now,
                    seen_at=now,
                    touched_at=now,
                    stage=stage.value,
                    device=device,
                )
            )

    def find(self, token: str, now: datetime, limits: Limits) -> Session | None:
        """The session of *token*, unless it has ended. Marks it as seen, and as locked when nobody touched it."""
        key = _hash(token)
        with self._database.read() as connection:
            row = connection.execute(_with_operator().where(t.sessions.c.token_hash == key)).mappings().first()
        if row is None or not row["active"]:
            return None
        longest = limits.longest if row["stage"] == Stage.IN else limits.unfinished
        if row["seen_at"] < now - limits.idle or row["began"] < now - longest:
            with self._database.write() as connection:
                _end(connection, t.sessions.c.token_hash == key)
            return None
        fresh: dict[str, datetime] = {}
        if abs(row["seen_at"] - now) > _SEEN_EVERY:  # also where a clock was set back
            fresh["seen_at"] = now
        locked_at: datetime | None = row["locked_at"]
        if locked_at is None and (row["touched_at"] or row["began"]) < now - limits.lock:
            locked_at = fresh["locked_at"] = now
        if fresh:  # nothing is written for most requests
            with self._database.write() as connection:
                connection.execute(update(t.sessions).where(t.sessions.c.token_hash == key).values(**fresh))
        return _session(row, locked_at)

    def touch(self, token: str, now: datetime) -> None:
        """The operator's own hand was at the page."""
        c = t.sessions.c
        with self._database.write() as connection:
            connection.execute(
                update(t.sessions)
                .where(c.token_hash == _hash(token), c.locked_at.is_(None), c.touched_at < now - _TOUCHED_EVERY)
                .values(touched_at=now)
            )

    def lock(self, token: str, now: datetime) -> None:
        self._set(token, locked_at=now)

    def unlock(self, token: str, now: datetime) -> None:
        self._set(token, locked_at=None, touched_at=now)

    def of(self, operator: OperatorId, now: datetime, limits: Limits) -> list[Session]:
        """The sessions of *operator* that are open, the one seen last first."""
        c = t.sessions.c
        with self._database.read() as connection:
            rows = connection.execute(
                _with_operator()
                .where(
                    c.operator_id == operator,
                    c.stage == Stage.IN.value,
                    c.seen_at >= now - limits.idle,
                    c.created_at >= now - limits.longest,
                )
                .order_by(c.seen_at.desc(), c.created_at.desc())
            ).mappings()
            return [_session(row, row["locked_at"]) for row in rows]

    def end(self, token: str) -> None:
        with self._database.write() as connection:
            _end(connection, t.sessions.c.token_hash == _hash(token))

    def end_one(self, operator: OperatorId, session_id: str) -> bool:
        """End a session by its id. False: *operator* has no such session."""
        c = t.sessions.c
        with self._database.write() as connection:
            return _end(connection, c.operator_id == operator, func.substr(c.token_hash, 1, _ID) == session_id) == 1

    def end_all(self, operator: OperatorId, *, but: str | None = None) -> int:
        """End every session of *operator* except the one with the id *but*. Returns how many."""
        c = t.sessions.c
        others = [] if but is None else [func.substr(c.token_hash, 1, _ID) != but]
        with self._database.write() as connection:
            return _end(connection, c.operator_id == operator, *others)

    # --- lockout -----------------------------------------------------------------------------------------------

    def recent_failures(self, name: str, since: datetime) -> int:
        """Failed tries for *name*, whether or not such an operator exists."""
        c = t.sign_in_failures.c
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(t.sign_in_failures).where(c.name_key == self._key(name), c.at > since)
            ).scalar_one()

    def add_failure(self, name: str, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(insert(t.sign_in_failures).values(name_key=self._key(name), at=now))

    def clear_failures(self, name: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(t.sign_in_failures).where(t.sign_in_failures.c.name_key == self._key(name)))

    # --- inside ------------------------------------------------------------------------------------------------

    def _key(self, name: str) -> str:
        return self._keyring.lookup("name", name.casefold())

    def _set(self, token: str, **columns: datetime | None) -> None:
        with self._database.write() as connection:
            connection.execute(update(t.sessions).where(t.sessions.c.token_hash == _hash(token)).values(**columns))


def _with_operator() -> Any:
    c = t.sessions.c
    return select(
        t.operators,
        c.token_hash,
        c.csrf,
        c.created_at.label("began"),
        c.seen_at,
        c.stage,
        c.device,
        c.touched_at,
        c.locked_at,
    ).join(t.sessions, c.operator_id == t.operators.c.id)


def _session(row: RowMapping, locked_at: datetime | None) -> Session:
    return Session(
        id=row["token_hash"][:_ID],
        operator=operator_from(row),
        csrf=row["csrf"],
        created_at=row["began"],
        seen_at=row["seen_at"],
        stage=Stage(row["stage"]),
        device=row["device"],
        locked_at=locked_at,
    )


def _end(connection: Connection, *which: Any) -> int:
    return connection.execute(delete(t.sessions).where(*which)).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
