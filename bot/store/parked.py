"""A message that could not be sent is a human's to look at, whoever held the conversation until then."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bot.core.conversation import Holder
from bot.core.ids import ConversationId
from bot.store import statements as sql
from bot.store import tables as t

#: Why it waits in the queue.
REASON = "message_parked"


def call_a_human(connection: Connection, conversation_id: ConversationId, now: datetime) -> None:
    """Ring the desk, and put the conversation into the queue if the bot alone holds it.

    The version moves on, so that a turn that is being decided meanwhile is decided anew.
    """
    c = t.conversations.c
    connection.execute(
        update(t.conversations)
        .where(c.id == conversation_id, c.holder == Holder.BOT.value)
        .values(holder=Holder.QUEUE.value, waiting_since=now, handoff_reason=REASON, version=c.version + 1)
    )
    sql.add_desk_event(connection, "parked", conversation_id, now)
