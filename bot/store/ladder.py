"""How far the calling for waiting conversations has gone, and the calls to whoever is on call.

A step is written before anything rings or is sent, and only by the process that finds the ladder as it read it: a
restart, or a second process, repeats no step and forgets none.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Asked, Holder, apply
from bot.core.ids import ConversationId, OperatorId
from bot.core.ladder import Call, Climbed, OnLadder, Rung, acknowledge
from bot.core.message import Reply
from bot.core.risk import Risk
from bot.store import statements as sql
from bot.store import tables as t
from bot.store.audit import AuditLog
from bot.store.database import Database, Gone
from bot.store.filters import URGENCY
from bot.store.rows import conversation_columns, conversation_from, safe_hours_from
from bot.store.seal import Keyring

_c, _l, _k = t.conversations.c, t.ladders.c, t.calls.c
_HERE = and_(_l.conversation_id == _c.id, _l.waiting_since == _c.waiting_since)


class Ladders:
    """The store of ladders and of the calls that they lead to."""

    def __init__(self, database: Database, keyring: Keyring, audit: AuditLog) -> None:
        self._database, self._keyring, self._audit = database, keyring, audit

    def to_climb(self, now: datetime, untold_since: datetime, *, everybody: bool) -> list[OnLadder]:
        """Conversations in the queue with something to do: new, risen, or due; or all of them.

        Due is also whoever waits since *untold_since* or longer, was not told that nobody has come, and may be told so
        now: their safe hours have begun, were changed, or they write just now.
        """
        due = or_(_l.conversation_id.is_(None), _l.risk < URGENCY, _l.next_at <= now)
        untold = and_(_l.told_at.is_(None), _c.waiting_since <= untold_since)
        query = (
            select(
                *(_c.id, _c.waiting_since, URGENCY.label("urgency"), _c.last_person_at, due.label("due")),
                *(_c.safe_begin, _c.safe_end, _c.safe_zone, t.ladders),
            )
            .outerjoin(t.ladders, _HERE)
            .where(_c.holder == Holder.QUEUE.value, _c.waiting_since.is_not(None))
        )
        if not everybody:
            query = query.where(or_(due, untold))
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        found = [(row["due"], _on_ladder(row)) for row in rows]
        return [one for is_due, one in found if everybody or is_due or one.may_be_told(now)]

    def next_at(self) -> datetime | None:
        """When there is something to do again for a conversation in the queue."""
        with self._database.read() as connection:
            return connection.execute(
                select(func.min(_l.next_at)).join(t.conversations, _HERE).where(_c.holder == Holder.QUEUE.value)
            ).scalar()

    def climb(
        self,
        one: OnLadder,
        after: Climbed,
        next_at: datetime | None,
        now: datetime,
        on_call: Collection[tuple[str, str]] = (),
    ) -> bool:
        """Write how far *one* has come, with calls to *on_call* (channel, address) where that step is new.

        False: the ladder is no longer as it was read, and nothing was written.
        """
        values = {
            "waiting_since": one.waiting_since,
            "risk": int(after.risk),
            "since": after.since,
            "rung": int(after.rung),
            "acknowledged_until": after.acknowledged_until,
            "next_at": next_at,
        }
        begins = one.climbed is None or after.risk > one.climbed.risk
        before = one.climbed or Climbed(after.risk, after.since)
        try:
            with self._database.write() as connection:
                if one.climbed is None:
                    # what is left of an earlier wait is done with
                    connection.execute(
                        delete(t.ladders).where(
                            _l.conversation_id == one.conversation_id, _l.waiting_since != one.waiting_since
                        )
                    )
                    connection.execute(insert(t.ladders).values(conversation_id=one.conversation_id, **values))
                else:
                    written = connection.execute(
                        update(t.ladders)
                        .where(
                            _l.conversation_id == one.conversation_id,
                            _l.waiting_since == one.waiting_since,
                            _l.rung == int(before.rung),
                            _l.since == before.since,
                        )
                        .values(**values)
                    )
                    if written.rowcount != 1:
                        return False
                if after.rung > before.rung or begins:
                    self._audit.append(connection, None, f"ladder_{after.rung.word}", one.conversation_id, now)
                if after.rung is Rung.ON_CALL and (before.rung < Rung.ON_CALL or begins):
                    for target in on_call:
                        self._call(connection, one.conversation_id, target, now)
                if after.rung != before.rung or after.acknowledged_until != before.acknowledged_until or begins:
                    sql.add_desk_event(connection, "ladder", one.conversation_id, now)
                return True
        except (IntegrityError, Gone):  # another process was first, or the conversation is erased
            return False

    def acknowledge(self, conversation_id: ConversationId, operator: OperatorId, now: datetime) -> None:
        """Somebody is on it: see :func:`bot.core.ladder.acknowledge`. Raises LookupError: it does not wait."""
        with self._database.write() as connection:
            row = connection.execute(
                select(t.ladders, _c.holder)
                .join(t.conversations, _HERE)
                .where(_l.conversation_id == conversation_id)
                .with_for_update()
            ).first()
            if row is None or row.holder != Holder.QUEUE.value:
                raise LookupError(conversation_id)
            after = acknowledge(Climbed(Risk(row.risk), row.since, Rung(row.rung), row.acknowledged_until), now)
            connection.execute(
                update(t.ladders)
                .where(_l.conversation_id == conversation_id)
                .values(
                    since=after.since,
                    acknowledged_by=operator,
                    acknowledged_until=after.acknowledged_until,
                    next_at=after.acknowledged_until,
                )
            )
            sql.add_desk_event(connection, "ladder", conversation_id, now)

    def tell(
        self, conversation_id: ConversationId, replies: Collection[Reply], question: str | None, now: datetime
    ) -> bool:
        """Tell the person, once, that nobody has come yet; *question* waits for an answer then.

        No replies: nothing may be said, and the matter is done. False: they were told, or somebody has come.
        """
        with self._database.write() as connection:
            told = connection.execute(
                update(t.ladders).where(_l.conversation_id == conversation_id, _l.told_at.is_(None)).values(told_at=now)
            )
            row = connection.execute(sql.BY_ID, {"id": conversation_id}).mappings().first()
            if told.rowcount != 1 or row is None or row["holder"] != Holder.QUEUE.value:
                return False
            if not replies:
                return True
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            conversation = conversation_from(row, seal, ())
            if question is not None:
                conversation = apply(conversation, Asked(question))
                details = conversation_columns(conversation, seal)["details_sealed"]
                connection.execute(
                    update(t.conversations)
                    .where(_c.id == conversation_id)
                    .values(details_sealed=details, version=_c.version + 1)
                )
            for reply in replies:
                sql.queue_reply(connection, conversation, seal, reply, now)
            sql.add_desk_event(connection, "message", conversation_id, now)
            return True

    def forget(self) -> None:
        """Drop the ladders of conversations that no longer wait, and calls about them that were not made yet."""
        gone = select(_c.id).where(_c.holder != Holder.QUEUE.value)
        with self._database.read() as connection:  # mostly there is nothing to drop, and nobody waits for the lock
            if (
                connection.execute(select(_l.conversation_id).where(_l.conversation_id.in_(gone)).limit(1)).first()
                is None
            ):
                return
        with self._database.write() as connection:
            connection.execute(delete(t.calls).where(_k.state == "queued", _k.conversation_id.in_(gone)))
            connection.execute(delete(t.ladders).where(_l.conversation_id.in_(gone)))

    # --- calls -------------------------------------------------------------------------------------------------

    def _call(
        self, connection: Connection, conversation_id: ConversationId, target: tuple[str, str], now: datetime
    ) -> None:
        connection.execute(
            insert(t.calls).values(
                conversation_id=conversation_id,
                target_key=self._keyring.lookup("on_call", *target),
                at=now,
                state="queued",
                attempts=0,
                due_at=now,
            )
        )

    def claim_calls(self, target: tuple[str, str], now: datetime, until: datetime) -> Call | None:
        """Take all calls to *target* that are due, also those that a process which ended was making, until *until*."""
        with self._database.write() as connection:
            rows = connection.execute(
                update(t.calls)
                .where(
                    _k.target_key == self._keyring.lookup("on_call", *target),
                    _k.state.in_(("queued", "sending")),
                    _k.due_at <= now,
                )
                .values(state="sending", attempts=_k.attempts + 1, due_at=until)
                .returning(_k.id, _k.attempts)
            ).all()
            return Call(tuple(row.id for row in rows), max(row.attempts for row in rows)) if rows else None

    def called(self, call: Call, state: str, now: datetime, due_at: datetime | None = None, reason: str = "") -> None:
        """Note what became of *call*: ``sent``, ``failed``, or ``queued`` to try again at *due_at*."""
        with self._database.write() as connection:
            rows = connection.execute(
                update(t.calls)
                .where(_k.id.in_(call.ids))
                .values(state=state, reason=reason[:40] or None, due_at=due_at or now)
                .returning(_k.conversation_id)
            ).all()
            for conversation_id in sorted({row.conversation_id for row in rows}):
                if state != "queued":
                    self._audit.append(connection, None, f"on_call_{state}", conversation_id, now)
                    sql.add_desk_event(connection, "ladder", conversation_id, now)

    def next_call_at(self) -> datetime | None:
        with self._database.read() as connection:
            return connection.execute(select(func.min(_k.due_at)).where(_k.state.in_(("queued", "sending")))).scalar()


def _on_ladder(row: RowMapping) -> OnLadder:
    begun = row["rung"] is not None
    return OnLadder(
        conversation_id=ConversationId(row["id"]),
        waiting_since=row[_c.waiting_since],
        urgency=Risk(row["urgency"]),
        climbed=Climbed(Risk(row["risk"]), row["since"], Rung(row["rung"]), row["acknowledged_until"])
        if begun
        else None,
        told=row["told_at"] is not None,
        safe_hours=safe_hours_from(row),
        last_person_at=row["last_person_at"],
    )
