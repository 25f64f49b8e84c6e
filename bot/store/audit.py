"""The log of what operators did: append-only, each line chained to the one before, its end signed.

A line that is changed or taken out breaks the chain. The end is signed with the master key and kept in one row, so
lines cut from the end show too, and so does a chain that was made anew by somebody who has the database alone. A copy
of the end lies in a file outside the database: an older database put in place of this one shows as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from bot.core.ids import ConversationId, OperatorId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.seal import Keyring, SealBroken

_HEAD = select(t.audit_head).where(t.audit_head.c.id == 1)


@dataclass(frozen=True)
class Verdict:
    """What a look through the whole log found.

    *broken* is the id of the first line that is not right; *why* says how: ``changed`` (this line, or one before it
    that is missing), ``end_missing`` (lines after the last one were taken away), ``end_forged`` (the end was not signed
    by this hotline), ``older`` (not the log whose end was seen before). Both are None for a whole log.
    """

    lines: int
    broken: int | None = None
    why: str | None = None

    @property
    def whole(self) -> bool:
        return self.why is None


@dataclass(frozen=True)
class Line:
    """One line. *words*: what the operator wrote about it, until the conversation is erased."""

    id: int
    at: datetime
    operator_id: OperatorId | None
    operator: str | None
    action: str
    conversation_id: str | None
    detail: str | None
    words: str | None = None


@dataclass(frozen=True)
class Wanted:
    """Which lines: all that are not None must hold. *before* is an id: older lines than that one."""

    operator_id: OperatorId | None = None
    action: str | None = None
    conversation_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class AuditLog:
    """The log, in one database. *seen*: the file that keeps a copy of the end; None keeps none."""

    def __init__(self, database: Database, keyring: Keyring, seen: Path | None = None) -> None:
        self._database, self._keyring, self._seen = database, keyring, seen
        self._writing = threading.Lock()

    def record(
        self,
        operator: OperatorId | None,
        action: str,
        conversation_id: ConversationId | None,
        now: datetime,
        detail: str | None = None,
        words: str | None = None,
    ) -> None:
        """Append one line.

        Args:
            operator: None for what nobody signed in did: a refused sign-in, a command on the server.
            detail: a code or an id, at most 120 characters, never anybody's words.
            words: the operator's own; sealed with the conversation's key and erased with it.
        Raises LookupError: words about a conversation that is gone.
        """
        with self._database.write() as connection:
            count, hashed = self._append(connection, operator, action, conversation_id, now, detail, words)
            follows = self._follows_what_was_seen(connection, count)
        if follows:
            self._remember(count, hashed)

    def append(
        self,
        connection: Connection,
        operator: OperatorId | None,
        action: str,
        conversation_id: ConversationId | None,
        now: datetime,
        detail: str | None = None,
    ) -> None:
        """As :meth:`record`, inside the caller's own transaction: the line stands if and only if the change does."""
        self._append(connection, operator, action, conversation_id, now, detail, None)

    def _append(
        self,
        connection: Connection,
        operator: OperatorId | None,
        action: str,
        conversation_id: ConversationId | None,
        now: datetime,
        detail: str | None,
        words: str | None,
    ) -> tuple[int, str]:
        # on PostgreSQL the lock on this row makes writers wait for each other, else the chain would fork
        head = connection.execute(_HEAD.with_for_update()).mappings().one()
        count, previous = head["count"], head["hash"]
        if not head["signature"]:  # the first line since the upgrade: what is there is taken as it is
            count = connection.execute(select(func.count()).select_from(t.audit)).scalar_one()
            previous = connection.execute(select(t.audit.c.hash).order_by(t.audit.c.id.desc()).limit(1)).scalar() or ""
        sealed = self._sealed(connection, conversation_id, words) if words and conversation_id else None
        if sealed is not None:
            detail = f"{detail or 'words'} {hashlib.sha256(sealed).hexdigest()}"
        row: dict[str, Any] = {
            "at": now,
            "operator_id": operator,
            "action": action,
            "conversation_id": conversation_id,
            "previous": previous,
            "detail": detail,
        }
        hashed = _hash(row)
        added = connection.execute(insert(t.audit).values(**row, hash=hashed).returning(t.audit.c.id)).scalar_one()
        if sealed is not None:
            connection.execute(
                insert(t.audit_words).values(audit_id=added, conversation_id=conversation_id, words_sealed=sealed)
            )
        count += 1
        connection.execute(
            update(t.audit_head)
            .where(t.audit_head.c.id == 1)
            .values(count=count, hash=hashed, signature=self._signature(count, hashed))
        )
        return count, hashed

    # --- reading -----------------------------------------------------------------------------------------------

    def lines(self, wanted: Wanted, limit: int = 100) -> list[Line]:
        """Newest first."""
        c = t.audit.c
        query = (
            select(t.audit, t.operators.c.name.label("operator_name"), t.audit_words.c.words_sealed)
            .outerjoin(t.operators, t.operators.c.id == c.operator_id)
            .outerjoin(t.audit_words, t.audit_words.c.audit_id == c.id)
            .order_by(c.id.desc())
            .limit(limit)
        )
        equal = ((wanted.operator_id, c.operator_id), (wanted.action, c.action))
        for value, column in (*equal, (wanted.conversation_id, c.conversation_id)):
            if value is not None:
                query = query.where(column == value)
        if wanted.since is not None:
            query = query.where(c.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(c.at < wanted.until)
        if wanted.before is not None:
            query = query.where(c.id < wanted.before)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            keys = self._keys(connection, {row["conversation_id"] for row in rows if row["words_sealed"] is not None})
        return [self._line(row, keys) for row in rows]

    def actions(self) -> list[str]:
        """Every kind of act that the log holds."""
        with self._database.read() as connection:
            return list(connection.execute(select(t.audit.c.action).distinct().order_by(t.audit.c.action)).scalars())

    def last(self, operator: OperatorId, action: str, conversation_id: ConversationId) -> datetime | None:
        """When *operator* last did *action* with a conversation."""
        c = t.audit.c
        with self._database.read() as connection:
            at: datetime | None = connection.execute(
                select(c.at)
                .where(c.conversation_id == conversation_id, c.operator_id == operator, c.action == action)
                .order_by(c.at.desc())
                .limit(1)
            ).scalar()
        return at

    def verify(self) -> Verdict:
        """Look through the whole log: every line, its order, its end."""
        previous, count, seen_hash = "", 0, None
        seen = self._remembered()
        with self._database.read_one_moment() as connection:  # who writes meanwhile would seem to have cut the end off
            head = connection.execute(_HEAD).mappings().first()
            kept = connection.execute(select(t.audit_words.c.audit_id, t.audit_words.c.words_sealed))
            words: dict[int, bytes] = {one.audit_id: one.words_sealed for one in kept}
            last = 0
            every = select(t.audit).order_by(t.audit.c.id).execution_options(yield_per=1000)
            with connection.execute(every) as lines:
                for line in lines.mappings():
                    last = line["id"]
                    if line["previous"] != previous or line["hash"] != _hash(line) or _other_words(line, words):
                        return Verdict(count, last, "changed")
                    previous, count = line["hash"], count + 1
                    if seen is not None and count == seen[0]:
                        seen_hash = previous
        if head is None or (not head["signature"] and seen is not None):
            return Verdict(count, last, "end_forged")
        if head["signature"]:
            if not hmac.compare_digest(head["signature"], self._signature(head["count"], head["hash"])):
                return Verdict(count, last, "end_forged")
            if (head["count"], head["hash"]) != (count, previous):
                return Verdict(count, last, "end_missing")
        if seen is not None and seen_hash != seen[1]:
            return Verdict(count, last, "older")
        return Verdict(count)

    # --- inside ------------------------------------------------------------------------------------------------

    def _signature(self, count: int, hashed: str) -> str:
        return self._keyring.lookup("audit head", str(count), hashed)

    def _sealed(self, connection: Connection, conversation_id: ConversationId, words: str) -> bytes:
        wrapped = connection.execute(
            select(t.conversations.c.key_wrapped).where(t.conversations.c.id == conversation_id)
        ).scalar()
        if wrapped is None:
            raise LookupError(conversation_id)
        plain = words.encode("utf-8", "surrogatepass")
        return self._keyring.unwrap(wrapped, conversation_id).close(plain, f"{conversation_id}/audit")

    @staticmethod
    def _keys(connection: Connection, conversation_ids: set[str]) -> dict[str, bytes]:
        rows = connection.execute(
            select(t.conversations.c.id, t.conversations.c.key_wrapped).where(
                t.conversations.c.id.in_(conversation_ids)
            )
        )
        return {row.id: row.key_wrapped for row in rows}

    def _line(self, row: RowMapping, keys: Mapping[str, bytes]) -> Line:
        words, conversation_id, detail = None, row["conversation_id"], row["detail"]
        if row["words_sealed"] is not None and conversation_id in keys:
            try:
                seal = self._keyring.unwrap(keys[conversation_id], conversation_id)
                words = seal.open(row["words_sealed"], f"{conversation_id}/audit").decode("utf-8", "replace")
            except SealBroken:  # changed by somebody: `verify` names the line, the rest can still be read
                words = None
        operator = OperatorId(row["operator_id"]) if row["operator_id"] is not None else None
        shown = detail.split(" ")[0] if detail is not None and _digest(detail) else detail
        return Line(row["id"], row["at"], operator, row["operator_name"], row["action"], conversation_id, shown, words)

    def _follows_what_was_seen(self, connection: Connection, count: int) -> bool:
        """Whether the log still holds the end that was seen before: a copy of another end must not cover that up."""
        if (seen := self._remembered()) is None:
            return self._seen is not None
        since = count - seen[0]
        if since <= 0:
            return False
        newest_first = select(t.audit.c.hash).order_by(t.audit.c.id.desc())
        return connection.execute(newest_first.offset(since).limit(1)).scalar() == seen[1]

    def _remember(self, count: int, hashed: str) -> None:
        assert self._seen is not None
        with self._writing:  # an older end never takes the place of a newer one
            known = self._remembered()
            if known is not None and known[0] >= count:
                return
            fresh = self._seen.with_suffix(f".{os.getpid()}.new")  # a command on the server may write at the same time
            fresh.write_text(f"{count} {hashed} {self._signature(count, hashed)}\n", encoding="ascii")
            fresh.replace(self._seen)

    def _remembered(self) -> tuple[int, str] | None:
        if self._seen is None or not self._seen.exists():
            return None
        parts = self._seen.read_text(encoding="ascii", errors="replace").split()
        if len(parts) != 3 or not parts[0].isdecimal():
            return None
        count, hashed = int(parts[0]), parts[1]
        return (count, hashed) if hmac.compare_digest(parts[2], self._signature(count, hashed)) else None


def _hash(row: RowMapping | Mapping[str, Any]) -> str:
    at = row["at"]
    assert isinstance(at, datetime)
    told = f"{row['previous']}|{at.isoformat()}|{row['operator_id']}|{row['action']}|{row['conversation_id']}"
    if row["detail"] is not None:  # lines of before there were details keep their hash
        told = json.dumps([told, row["detail"]])
    return hashlib.sha256(told.encode()).hexdigest()


def _digest(detail: str) -> str | None:
    _, space, digest = detail.rpartition(" ")
    return digest if space and len(digest) == 64 else None


def _other_words(line: RowMapping, words: Mapping[int, bytes]) -> bool:
    """Whether words stand beside a line that are not those it was written with. Erased words are none."""
    kept = words.get(line["id"])
    if kept is None:
        return False
    return line["detail"] is None or _digest(line["detail"]) != hashlib.sha256(kept).hexdigest()
