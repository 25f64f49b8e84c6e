"""Operators and the one-time links with which they begin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.ids import OperatorId
from bot.core.roles import Role
from bot.store import tables as t
from bot.store.database import Database


@dataclass(frozen=True)
class Operator:
    id: OperatorId
    name: str
    role: str
    language: str
    password_hash: str | None
    active: bool
    speaks: tuple[str, ...] = ()  # codes of the languages in which this operator can talk with people


class NameTaken(Exception):
    """Another operator has this name."""


class LastAdmin(Exception):
    """Without this one nobody could add operators any more."""


class Operators:
    """The store of operators. Tokens of links are kept only as hashes: a stolen database lets nobody in."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
                return operator_from(row.one())
        except IntegrityError as error:
            raise NameTaken(name) from error

    def all(self) -> list[Operator]:
        with self._database.read() as connection:
            return [
                operator_from(row)
                for row in connection.execute(select(t.operators).order_by(t.operators.c.id)).mappings()
            ]

    def get(self, operator: OperatorId) -> Operator | None:
        with self._database.read() as connection:
            row = connection.execute(select(t.operators).where(t.operators.c.id == operator)).mappings().first()
            return operator_from(row) if row else None

    def by_name(self, name: str) -> Operator | None:
        with self._database.read() as connection:
            row = connection.execute(select(t.operators).where(t.operators.c.name == name)).mappings().first()
            return operator_from(row) if row else None

    def set_password_hash(self, operator: OperatorId, password_hash: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(t.operators).where(t.operators.c.id == operator).values(password_hash=password_hash)
            )

    def set_language(self, operator: OperatorId, language: str) -> None:
        with self._database.write() as connection:
            connection.execute(update(t.operators).where(t.operators.c.id == operator).values(language=language))

    def set_speaks(self, operator: OperatorId, languages: Iterable[str]) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(t.operators).where(t.operators.c.id == operator).values(speaks=" ".join(languages))
            )

    def set_role(self, operator: OperatorId, role: str) -> None:
        """Raises LastAdmin."""
        self._change(operator, role=role)

    def set_active(self, operator: OperatorId, *, active: bool) -> None:
        """Somebody who is not active cannot sign in, and no session or link of theirs is good. Raises LastAdmin."""
        self._change(operator, active=active)

    def _change(self, operator: OperatorId, **columns: str | bool) -> None:
        c = t.operators.c
        with self._database.write() as connection:
            # all admins, so that on PostgreSQL two who remove each other wait for one another
            admins = connection.execute(
                select(c.id).where(c.role == Role.ADMIN.value, c.active).order_by(c.id).with_for_update()
            ).scalars()
            stays = columns.get("role", Role.ADMIN.value) == Role.ADMIN.value and columns.get("active", True)
            if not stays and set(admins) == {operator}:
                raise LastAdmin
            connection.execute(update(t.operators).where(c.id == operator).values(**columns))

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
            return operator_from(row) if row else None

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
            return operator_from(row) if row is not None and used.rowcount == 1 else None


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


def operator_from(row: RowMapping) -> Operator:
    return Operator(
        OperatorId(row["id"]),
        row["name"],
        row["role"],
        row["language"],
        row["password_hash"],
        row["active"],
        tuple(row["speaks"].split()),
    )
