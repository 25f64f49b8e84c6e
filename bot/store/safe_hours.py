"""When a person may be written to, as operators set it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.core.ids import ConversationId
from bot.core.safe_hours import SafeHours
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import safe_hours_from
from bot.store.statements import add_desk_event

_c = t.conversations.c


class SafeHoursOf:
    """The safe hours of conversations. They stand in the conversation's own row and are erased with it.

    No turn writes them, so that setting them disturbs none and the dialogue goes on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, conversation_id: ConversationId, hours: SafeHours | None, now: datetime) -> bool:
        """From now on these hours hold; None: the person may be written to at all times. False: it was so already.

        Raises LookupError: there is no such conversation.
        """
        with self._database.write() as connection:
            row = (
                connection.execute(
                    select(_c.safe_begin, _c.safe_end, _c.safe_zone).where(_c.id == conversation_id).with_for_update()
                )
                .mappings()
                .first()
            )
            if row is None:
                raise LookupError(conversation_id)
            if safe_hours_from(row) == hours:
                return False
            begin, end, zone = (hours.begin, hours.end, hours.zone) if hours is not None else (None, None, None)
            connection.execute(
                update(t.conversations)
                .where(_c.id == conversation_id)
                .values(safe_begin=begin, safe_end=end, safe_zone=zone)
            )
            add_desk_event(connection, "safe_hours", conversation_id, now)
            return True
