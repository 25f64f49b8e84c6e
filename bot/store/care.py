"""What care for operators is made of: when they had grave cases, their pauses, and what they say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.care import Act, Debrief, Mood, Standing
from bot.core.conversation import Holder
from bot.core.holding import Ending
from bot.core.ids import ConversationId, OperatorId
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.database import Database
from bot.store.presence import is_there
from bot.store.rows import from_bytes, to_bytes
from bot.store.seal import Keyring

#: So long after a grave case an operator is asked how they are.
_ASKED_WITHIN = timedelta(hours=12)


@dataclass(frozen=True)
class SharedDebrief:
    """What an operator wants to talk about with a supervisor."""

    id: int
    operator: str
    at: datetime
    debrief: Debrief


class Care:
    """Each method is one transaction. Debriefs are sealed with the conversation's key, and go when it is erased."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def standing(self, operator: OperatorId, since: datetime) -> Standing:
        """Grave cases and pauses of *operator* since then."""
        h, e, a, d = t.holdings.c, t.exposures.c, t.pause_acts.c, t.debriefs.c
        grave = (h.operator_id == operator, h.risk >= int(Risk.HIGH), h.ended_at >= since)
        talked = select(d.conversation_id).where(d.operator_id == operator)
        with self._database.read() as connection:
            held = connection.execute(
                select(h.conversation_id, h.ended_at, h.ended).where(*grave).order_by(h.ended_at)
            ).all()
            gone = connection.execute(select(e.at).where(e.operator_id == operator, e.at >= since)).scalars().all()
            acts = connection.execute(
                select(a.at, a.kind).where(a.operator_id == operator, a.at >= since).order_by(a.id)
            ).all()
            asked = set(connection.execute(talked).scalars())
        last = next(
            (one for one in reversed(held) if one.ended == Ending.CLOSED.value and one.conversation_id not in asked),
            None,
        )
        latest = max((one.ended_at for one in held), default=None)
        fresh = last is not None and latest is not None and last.ended_at > latest - _ASKED_WITHIN
        return Standing(
            let_go=tuple(sorted([*(one.ended_at for one in held), *gone])),
            acts=tuple((one.at, Act(one.kind)) for one in acts),
            ask_about=ConversationId(last.conversation_id) if last is not None and fresh else None,
        )

    def standings(self, since: datetime) -> dict[OperatorId, Standing]:
        """Grave cases and pauses of everybody since then, without what to ask about; who had none is left out."""
        h, e, a = t.holdings.c, t.exposures.c, t.pause_acts.c
        let_go: dict[OperatorId, list[datetime]] = {}
        acts: dict[OperatorId, list[tuple[datetime, Act]]] = {}
        held = select(h.operator_id, h.ended_at).where(
            h.operator_id.is_not(None), h.risk >= int(Risk.HIGH), h.ended_at >= since
        )
        with self._database.read() as connection:
            gone = connection.execute(select(e.operator_id, e.at).where(e.at >= since)).all()
            for operator, at in [*connection.execute(held), *gone]:
                let_go.setdefault(OperatorId(operator), []).append(at)
            for operator, at, kind in connection.execute(select(a.operator_id, a.at, a.kind).where(a.at >= since)):
                acts.setdefault(OperatorId(operator), []).append((at, Act(kind)))
        return {
            operator: Standing(tuple(sorted(let_go.get(operator, ()))), tuple(acts.get(operator, ())))
            for operator in {*let_go, *acts}
        }

    def others_there(self, operator: OperatorId, now: datetime) -> list[OperatorId]:
        """Who else is at the desk and may take conversations over."""
        query = select(t.operators.c.id).where(is_there(now), t.operators.c.id != operator)
        with self._database.read() as connection:
            return [OperatorId(one) for one in connection.execute(query).scalars()]

    def emergency_waits(self) -> bool:
        c = t.conversations.c
        waits = select(c.id).where(c.holder == Holder.QUEUE.value, c.risk == int(Risk.EMERGENCY)).limit(1)
        with self._database.read() as connection:
            return connection.execute(waits).first() is not None

    def add_act(self, operator: OperatorId, act: Act, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(insert(t.pause_acts).values(operator_id=operator, at=now, kind=act.value))

    def exposures(self, since: datetime) -> dict[OperatorId, int]:
        """How many grave cases each operator let go of since then; who had none is left out."""
        h, e = t.holdings.c, t.exposures.c
        held = (
            select(h.operator_id, func.count())
            .where(h.operator_id.is_not(None), h.risk >= int(Risk.HIGH), h.ended_at >= since)
            .group_by(h.operator_id)
        )
        gone = select(e.operator_id, func.count()).where(e.at >= since).group_by(e.operator_id)
        found: dict[OperatorId, int] = {}
        with self._database.read() as connection:
            for operator, count in [*connection.execute(held), *connection.execute(gone)]:
                found[OperatorId(operator)] = found.get(OperatorId(operator), 0) + count
        return found

    # --- debriefs ------------------------------------------------------------------------------------------------

    def add_debrief(
        self, operator: OperatorId, conversation_id: ConversationId, debrief: Debrief | None, now: datetime
    ) -> None:
        """Keep what *operator* said; None: they do not want to. Once a conversation; a second time changes nothing.

        Raises LookupError: the conversation was erased, or the operator never had it.
        """
        c, h = t.conversations.c, t.holdings.c
        mine = select(c.key_wrapped).where(
            c.id == conversation_id,
            c.id.in_(select(h.conversation_id).where(h.operator_id == operator)),
        )
        try:
            with self._database.write() as connection:
                wrapped = connection.execute(mine).scalar()
                if wrapped is None:
                    raise LookupError(conversation_id)
                sealed = None
                if debrief is not None:
                    words = {"mood": debrief.mood.value, "stays": debrief.stays, "helps": debrief.helps}
                    seal = self._keyring.unwrap(wrapped, conversation_id)
                    sealed = seal.close(to_bytes(words), f"{conversation_id}/debrief")
                connection.execute(
                    insert(t.debriefs).values(
                        operator_id=operator,
                        conversation_id=conversation_id,
                        at=now,
                        shared=debrief is not None and debrief.shared,
                        answers_sealed=sealed,
                    )
                )
        except IntegrityError:
            return

    def shared(self) -> list[SharedDebrief]:
        """What operators want to talk about, oldest first; what a supervisor has talked about is left out."""
        d, o, c = t.debriefs.c, t.operators.c, t.conversations.c
        query = (
            select(t.debriefs, o.name, c.key_wrapped)
            .join(t.operators, o.id == d.operator_id)
            .join(t.conversations, c.id == d.conversation_id)
            .where(d.shared, d.talked_at.is_(None), d.answers_sealed.is_not(None))
            .order_by(d.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        found = []
        for row in rows:
            conversation_id = row["conversation_id"]
            seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
            words = from_bytes(seal.open(row["answers_sealed"], f"{conversation_id}/debrief"))
            debrief = Debrief(Mood(words["mood"]), words["stays"], words["helps"], shared=True)
            found.append(SharedDebrief(row["id"], row["name"], row["at"], debrief))
        return found

    def talked(self, debrief: int, now: datetime) -> bool:
        """A supervisor has talked with the operator. False: there is none such, or somebody has already."""
        d = t.debriefs.c
        with self._database.write() as connection:
            done = connection.execute(
                update(t.debriefs).where(d.id == debrief, d.shared, d.talked_at.is_(None)).values(talked_at=now)
            )
            return done.rowcount == 1
