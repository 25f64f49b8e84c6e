"""Who held a conversation, from when to when, and how it ended: what history, waiting times and reports are made of.

The holdings of a conversation follow each other without a gap from its first message on; the last has no end. They are
written in the transaction that changes the holder, so they cannot disagree with it, and go when it is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.core.casework import Answer, RequestKind
from bot.core.conversation import Conversation, Holder
from bot.core.holding import Ending, ending
from bot.core.ids import ConversationId, OperatorId
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.database import Database


@dataclass(frozen=True)
class Holding:
    """*risk*: at the end of it, of one that goes on at its beginning. *outcome*: where an operator closed."""

    holder: Holder
    operator: OperatorId | None
    begun_at: datetime
    ended_at: datetime | None
    ended: Ending | None
    outcome: str | None
    risk: Risk


class Holdings:
    """Reads the history of holders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, conversation_id: ConversationId) -> list[Holding]:
        """Oldest first; none when there is no such conversation."""
        h = t.holdings.c
        query = select(t.holdings).where(h.conversation_id == conversation_id).order_by(h.id)
        with self._database.read() as connection:
            return [
                Holding(
                    holder=Holder(row["holder"]),
                    operator=OperatorId(row["operator_id"]) if row["operator_id"] is not None else None,
                    begun_at=row["begun_at"],
                    ended_at=row["ended_at"],
                    ended=Ending(row["ended"]) if row["ended"] is not None else None,
                    outcome=row["outcome"],
                    risk=Risk(row["risk"]),
                )
                for row in connection.execute(query).mappings()
            ]


def queued_since(connection: Connection, conversation_id: ConversationId) -> datetime | None:
    """Since when the conversation waited in the queue, the last time that it did."""
    h = t.holdings.c
    waited = select(h.begun_at).where(h.conversation_id == conversation_id, h.holder == Holder.QUEUE.value)
    return connection.execute(waited.order_by(h.id.desc()).limit(1)).scalar()


def begin_holding(connection: Connection, conversation: Conversation, at: datetime) -> None:
    """Write down that the holder of *conversation* has it from now on."""
    connection.execute(
        insert(t.holdings).values(
            conversation_id=conversation.id,
            holder=conversation.holder.value,
            operator_id=conversation.operator,
            begun_at=at,
            risk=int(conversation.risk),
        )
    )


def change_holding(connection: Connection, before: Conversation, after: Conversation, at: datetime) -> None:
    """End the holding of *before* and begin that of *after*, where the holder changed; else nothing."""
    how = ending(before, after)
    if how is None:
        return
    h = t.holdings.c
    connection.execute(
        update(t.holdings)
        .where(h.conversation_id == after.id, h.ended_at.is_(None))
        .values(ended_at=at, ended=how.value, outcome=after.outcome, risk=int(after.risk))
    )
    if before.holder is Holder.OPERATOR:  # what its holder asked for is asked no longer
        r = t.requests.c
        connection.execute(
            update(t.requests)
            .where(r.conversation_id == after.id, r.kind == RequestKind.TRANSFER.value, r.answer.is_(None))
            .values(answer=Answer.OVERTAKEN.value, answered_at=at)
        )
    begin_holding(connection, after, at)
