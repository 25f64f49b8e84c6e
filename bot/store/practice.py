"""Rehearsals with invented persons. Their words are sealed like a conversation's, with a key for each rehearsal."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, exists, insert, or_, select, update

from bot.core.ids import OperatorId
from bot.core.message import Author, Saying
from bot.core.practice import PracticeLine, PracticeRehearsal, Said
from bot.core.rehearsal import End, Move, Tap
from bot.core.rehearsal_score import Outcome, Result
from bot.core.turn import Stale
from bot.store import tables as t
from bot.store.audit import AuditLog
from bot.store.database import Database
from bot.store.seal import Keyring, Seal


class PracticeRoom:
    """The store of rehearsals, in tables of their own: no list and no figure of conversations reads them."""

    def __init__(self, database: Database, keyring: Keyring, audit: AuditLog) -> None:
        self._database, self._keyring, self._audit = database, keyring, audit

    def begin(
        self, rehearsal_id: str, operator: OperatorId, person: str, seed: int, opening: Iterable[Said], now: datetime
    ) -> None:
        """A new rehearsal, with what the person writes first."""
        seal, wrapped = self._keyring.new(rehearsal_id)
        with self._database.write() as connection:
            connection.execute(
                insert(t.practice_rehearsals).values(
                    id=rehearsal_id,
                    operator_id=operator,
                    person=person,
                    seed=seed,
                    begun_at=now,
                    shared=False,
                    moves=0,
                    key_wrapped=wrapped,
                )
            )
            for said in opening:
                _add(connection, seal, rehearsal_id, said, now)

    def get(self, rehearsal_id: str) -> PracticeRehearsal | None:
        found = self._find(t.practice_rehearsals.c.id == rehearsal_id)
        return found[0] if found else None

    def of(self, operator: OperatorId) -> list[PracticeRehearsal]:
        """Those of *operator*, the newest first."""
        return self._find(t.practice_rehearsals.c.operator_id == operator)

    def ended_of_others(self, operator: OperatorId) -> list[PracticeRehearsal]:
        """Those of everybody but *operator* that have ended, the newest first."""
        return self._find(t.practice_rehearsals.c.operator_id != operator, t.practice_rehearsals.c.end.is_not(None))

    def lines(self, rehearsal_id: str) -> list[PracticeLine]:
        """In order; empty: there is no such rehearsal."""
        with self._database.read() as connection:
            seal = self._seal(connection, rehearsal_id)
            rows = connection.execute(
                select(t.practice_lines)
                .where(t.practice_lines.c.rehearsal_id == rehearsal_id)
                .order_by(t.practice_lines.c.id)
            ).mappings()
            return [_line(row, seal) for row in rows] if seal is not None else []

    def add(self, rehearsal: PracticeRehearsal, said: Iterable[Said], end: End | None, now: datetime) -> None:
        """One move of the operator and what the person says to it.

        Raises Stale: another move came in between, or it has ended.
        """
        with self._database.write() as connection:
            seal = self._seal(connection, rehearsal.id)
            changed = connection.execute(
                update(t.practice_rehearsals)
                .where(
                    t.practice_rehearsals.c.id == rehearsal.id,
                    t.practice_rehearsals.c.moves == rehearsal.moves,
                    t.practice_rehearsals.c.end.is_(None),
                )
                .values(
                    moves=rehearsal.moves + 1,
                    replied_at=rehearsal.replied_at or now,
                    end=end.value if end else None,
                    ended_at=now if end else None,
                )
            )
            if changed.rowcount != 1 or seal is None:
                raise Stale(rehearsal.id)
            for one in said:
                _add(connection, seal, rehearsal.id, one, now)

    def stop(self, rehearsal_id: str, now: datetime) -> bool:
        """Broken off by the operator. False: it had ended."""
        with self._database.write() as connection:
            changed = connection.execute(
                update(t.practice_rehearsals)
                .where(t.practice_rehearsals.c.id == rehearsal_id, t.practice_rehearsals.c.end.is_(None))
                .values(end=End.STOPPED.value, ended_at=now)
            )
            return changed.rowcount == 1

    def keep_results(self, rehearsal_id: str, results: Iterable[Result]) -> None:
        """The results of a rehearsal that has ended; kept once."""
        with self._database.write() as connection:
            connection.execute(delete(t.practice_results).where(t.practice_results.c.rehearsal_id == rehearsal_id))
            rows = [
                {"rehearsal_id": rehearsal_id, "rule": one.rule, "outcome": one.outcome.value, "line_id": one.line}
                for one in results
            ]
            if rows:
                connection.execute(insert(t.practice_results), rows)

    def share(self, rehearsal_id: str, shared: bool) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(t.practice_rehearsals).where(t.practice_rehearsals.c.id == rehearsal_id).values(shared=shared)
            )

    def erase(self, rehearsal_id: str) -> None:
        """Nothing of it is left."""
        with self._database.write() as connection:
            _erase(connection, [rehearsal_id])

    def forget(self, before: datetime, now: datetime) -> int:
        """Erase every rehearsal in which nothing happened since *before*, ended or not. Returns how many; the audit log
        has the number, and no line where there were none.
        """
        r, lines = t.practice_rehearsals.c, t.practice_lines.c
        younger = select(1).where(lines.rehearsal_id == r.id, lines.at >= before)
        old = select(r.id).where(r.begun_at < before, or_(r.ended_at.is_(None), r.ended_at < before), ~exists(younger))
        with self._database.read() as connection:
            if connection.execute(old.limit(1)).first() is None:  # nearly always: nobody waits for a writer
                return 0
        with self._database.write() as connection:
            # of two servers that look at once the second waits here, and finds nothing
            forgotten = list(connection.execute(old.with_for_update()).scalars())
            if forgotten:
                _erase(connection, forgotten)
                self._audit.append(connection, None, "rehearsals_forgotten", None, now, str(len(forgotten)))
            return len(forgotten)

    def _find(self, *where: ColumnElement[bool]) -> list[PracticeRehearsal]:
        rehearsals, results = t.practice_rehearsals, t.practice_results
        with self._database.read() as connection:
            rows = connection.execute(
                select(rehearsals).where(*where).order_by(rehearsals.c.begun_at.desc(), rehearsals.c.id)
            ).mappings()
            listed = list(rows)
            found: dict[str, list[Result]] = {row["id"]: [] for row in listed}
            of_these = select(rehearsals.c.id).where(*where)
            for row in connection.execute(select(results).where(results.c.rehearsal_id.in_(of_these))).mappings():
                found[row["rehearsal_id"]].append(Result(row["rule"], Outcome(row["outcome"]), row["line_id"]))
        return [_rehearsal(row, found[row["id"]]) for row in listed]

    def _seal(self, connection: Connection, rehearsal_id: str) -> Seal | None:
        wrapped = connection.execute(
            select(t.practice_rehearsals.c.key_wrapped).where(t.practice_rehearsals.c.id == rehearsal_id)
        ).scalar()
        return self._keyring.unwrap(wrapped, rehearsal_id) if wrapped is not None else None


def _erase(connection: Connection, rehearsal_ids: Collection[str]) -> None:
    for column in (
        t.practice_results.c.rehearsal_id,
        t.practice_lines.c.rehearsal_id,
        t.practice_rehearsals.c.id,
    ):
        connection.execute(delete(column.table).where(column.in_(rehearsal_ids)))


def _rehearsal(row: RowMapping, results: list[Result]) -> PracticeRehearsal:
    return PracticeRehearsal(
        id=row["id"],
        operator=OperatorId(row["operator_id"]),
        person=row["person"],
        seed=row["seed"],
        begun_at=row["begun_at"],
        replied_at=row["replied_at"],
        ended_at=row["ended_at"],
        end=End(row["end"]) if row["end"] else None,
        shared=row["shared"],
        moves=row["moves"],
        results=tuple(results),
    )


def _add(connection: Connection, seal: Seal, rehearsal_id: str, said: Said, now: datetime) -> None:
    content: dict[str, Any] = {"text": said.text, "gloss": said.gloss, "buttons": list(said.buttons)}
    if said.tap is not None:
        content["tap"] = [said.tap.question, said.tap.answer]
    if said.move is not None:
        content["move"] = [list(said.move.topics), said.move.card, sorted(said.move.acts)]
    if said.saying is not None:
        content["saying"] = [said.saying.key, dict(said.saying.values)]
    sealed = seal.close(json.dumps(content, ensure_ascii=False).encode(), f"practice {rehearsal_id}")
    connection.execute(
        insert(t.practice_lines).values(
            rehearsal_id=rehearsal_id, author=said.author.value, at=now, content_sealed=sealed
        )
    )


def _line(row: RowMapping, seal: Seal) -> PracticeLine:
    content = json.loads(seal.open(row["content_sealed"], f"practice {row['rehearsal_id']}"))
    tap, move, saying = content.get("tap"), content.get("move"), content.get("saying")
    said = Said(
        Author(row["author"]),
        content["text"],
        content["gloss"],
        Tap(*tap) if tap else None,
        Move(tuple(move[0]), move[1], frozenset(move[2])) if move else None,
        Saying(*saying) if saying else None,
        tuple(content["buttons"]),
    )
    return PracticeLine(row["id"], row["at"], said)
