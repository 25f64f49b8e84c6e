"""Operators, how they sign in, and the log of what they did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.ids import ConversationId, OperatorId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.seal import Keyring


@dataclass(frozen=True)
class Operator:
    id: OperatorId
    name: str
    role: str
    language: str
    password_hash: str | None
    active: bool


@dataclass(frozen=True)
class Session:
    """A signed-in operator. ``csrf`` must come back with everything that changes something."""

    operator: Operator
    csrf: str
    created_at: datetime
    seen_at: datetime


class NameTaken(Exception):
    """Another operator has this name."""


class Operators:
    """The store of operators. Tokens are kept only as hashes: a stolen database opens no session."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    # --- people ------------------------------------------------------------------------------------------------

    def add(self, name: str, role: str, now: datetime) -> Operator:
        """Raises NameTaken."""
        try:
            with self._database.write() as connection:
                row = connection.execute(
                    insert(t.operators)
                    .values(name=name, role=role, language="en", active=True, created_at=now)
                    .returning(t.operators)
                ).mappings()
                return _operator(row.one())
        except IntegrityError as error:
            raise NameTaken(name) from error

    def all(self) -> list[Operator]:
        with self._database.read() as connection:
            return [
                _operator(row) for row in connection.execute(select(t.operators).order_by(t.operators.c.id)).mappings()
            ]

    def by_name(self, name: str) -> Operator | None:
        with self._database.read() as connection:
            row = connection.execute(select(t.operators).where(t.operators.c.name == name)).mappings().first()
            return _operator(row) if row else None

    def set_password_hash(self, operator: OperatorId, password_hash: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(t.operators).where(t.operators.c.id == operator).values(password_hash=password_hash)
            )

    def set_language(self, operator: OperatorId, language: str) -> None:
        with self._database.write() as connection:
            connection.execute(update(t.operators).where(t.operators.c.id == operator).values(language=language))

    # --- one-time links ----------------------------------------------------------------------------------------

    def add_link(self, operator: OperatorId, token: str, expires_at: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(t.sign_in_links).values(
                    token_hash=_hash(token), operator_id=operator, expires_at=expires_at, used_at=None
                )
            )

    def link_owner(self, token: str, now: datetime) -> Operator | None:
        """Whose link this is, while it can still be used."""
        with self._database.read() as connection:
            row = connection.execute(_link_owner(token, now)).mappings().first()
            return _operator(row) if row else None

    def use_link(self, token: str, now: datetime) -> Operator | None:
        """Whose link this was; None when it is unknown, too old or used. It works once."""
        with self._database.write() as connection:
            row = connection.execute(_link_owner(token, now)).mappings().first()
            used = connection.execute(
                update(t.sign_in_links)
                .where(
                    t.sign_in_links.c.token_hash == _hash(token),
                    t.sign_in_links.c.used_at.is_(None),
                    t.sign_in_links.c.expires_at > now,
                )
                .values(used_at=now)
            )
            return _operator(row) if row is not None and used.rowcount == 1 else None

    # --- sessions ----------------------------------------------------------------------------------------------

    def open_session(self, operator: OperatorId, token: str, csrf: str, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(t.sessions).values(
                    token_hash=_hash(token), operator_id=operator, csrf=csrf, created_at=now, seen_at=now
                )
            )

    def session(self, token: str, now: datetime, idle: timedelta, longest: timedelta) -> Session | None:
        """The session of *token*, unless it was idle for *idle* or is older than *longest*. Marks it as seen."""
        with self._database.write() as connection:
            row = (
                connection.execute(
                    select(t.operators, t.sessions.c.csrf, t.sessions.c.created_at.label("began"), t.sessions.c.seen_at)
                    .join(t.sessions, t.sessions.c.operator_id == t.operators.c.id)
                    .where(t.sessions.c.token_hash == _hash(token), t.operators.c.active)
                )
                .mappings()
                .first()
            )
            if row is None:
                return None
            if row["seen_at"] < now - idle or row["began"] < now - longest:
                connection.execute(delete(t.sessions).where(t.sessions.c.token_hash == _hash(token)))
                return None
            if row["seen_at"] < now - timedelta(minutes=1):  # a write a minute is enough to know
                connection.execute(
                    update(t.sessions).where(t.sessions.c.token_hash == _hash(token)).values(seen_at=now)
                )
            return Session(_operator(row), row["csrf"], row["began"], row["seen_at"])

    def close_session(self, token: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(t.sessions).where(t.sessions.c.token_hash == _hash(token)))

    def close_all_sessions(self, operator: OperatorId) -> None:
        with self._database.write() as connection:
            connection.execute(delete(t.sessions).where(t.sessions.c.operator_id == operator))

    # --- lockout -----------------------------------------------------------------------------------------------

    def recent_failures(self, name: str, since: datetime) -> int:
        """Failed sign-ins for *name*, whether or not such an operator exists."""
        with self._database.read() as connection:
            return connection.execute(
                select(func.count())
                .select_from(t.sign_in_failures)
                .where(
                    t.sign_in_failures.c.name_key == self._keyring.lookup("name", name.casefold()),
                    t.sign_in_failures.c.at > since,
                )
            ).scalar_one()

    def add_failure(self, name: str, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(t.sign_in_failures).values(name_key=self._keyring.lookup("name", name.casefold()), at=now)
            )

    def clear_failures(self, name: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                delete(t.sign_in_failures).where(
                    t.sign_in_failures.c.name_key == self._keyring.lookup("name", name.casefold())
                )
            )

    # --- the audit log -----------------------------------------------------------------------------------------

    def record(
        self, operator: OperatorId | None, action: str, conversation_id: ConversationId | None, now: datetime
    ) -> None:
        """Append one line to the audit log."""
        with self._database.write() as connection:
            append_audit(connection, operator, action, conversation_id, now)

    def verify_audit(self) -> int | None:
        """The id of the first line that does not follow from the one before it, or None when the log is whole."""
        previous = ""
        with self._database.read() as connection:
            for row in connection.execute(select(t.audit).order_by(t.audit.c.id)).mappings():
                if row["previous"] != previous or row["hash"] != _audit_hash(row):
                    return int(row["id"])
                previous = row["hash"]
        return None


def append_audit(
    connection: Connection,
    operator: OperatorId | None,
    action: str,
    conversation_id: ConversationId | None,
    now: datetime,
) -> None:
    """Append to the chain inside the caller's own transaction."""
    previous = connection.execute(select(t.audit.c.hash).order_by(t.audit.c.id.desc()).limit(1)).scalar() or ""
    row = {
        "at": now,
        "operator_id": operator,
        "action": action,
        "conversation_id": conversation_id,
        "previous": previous,
    }
    connection.execute(insert(t.audit).values(**row, hash=_audit_hash(row)))


def _audit_hash(row: RowMapping | dict[str, object]) -> str:
    at = row["at"]
    assert isinstance(at, datetime)
    told = f"{row['previous']}|{at.isoformat()}|{row['operator_id']}|{row['action']}|{row['conversation_id']}"
    return hashlib.sha256(told.encode()).hexdigest()


def _link_owner(token: str, now: datetime) -> Select[Any]:
    return (
        select(t.operators)
        .join(t.sign_in_links, t.sign_in_links.c.operator_id == t.operators.c.id)
        .where(
            t.sign_in_links.c.token_hash == _hash(token),
            t.sign_in_links.c.used_at.is_(None),
            t.sign_in_links.c.expires_at > now,
            t.operators.c.active,
        )
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _operator(row: RowMapping) -> Operator:
    return Operator(
        OperatorId(row["id"]), row["name"], row["role"], row["language"], row["password_hash"], row["active"]
    )
