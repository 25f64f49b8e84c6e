"""Conversations of one person, as operators have linked them: a pair of ids, and no word of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Holder
from bot.core.ids import ChannelName, ConversationId, OperatorId
from bot.core.risk import Risk
from bot.core.taxonomy import Language
from bot.store import tables as t
from bot.store.database import Database
from bot.store.statements import add_desk_event


@dataclass(frozen=True)
class Linked:
    """The other conversation, as much of it as a list shows."""

    id: ConversationId
    channel: ChannelName
    language: Language
    risk: Risk
    holder: Holder
    opened_at: datetime


class Links:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, conversation_id: ConversationId) -> list[Linked]:
        """What is linked with a conversation, oldest link first."""
        k = t.links.c
        theirs = or_(
            (k.one_id == conversation_id) & (k.other_id == t.conversations.c.id),
            (k.other_id == conversation_id) & (k.one_id == t.conversations.c.id),
        )
        return self._shown(select(t.conversations).join(t.links, theirs).order_by(k.at, t.conversations.c.id))

    def numbered(self, number: str) -> list[Linked]:
        """Conversations whose id begins with *number*, two at most: with more than one it must be written longer."""
        c = t.conversations.c
        return self._shown(select(t.conversations).where(c.id.startswith(number, autoescape=True)).limit(2))

    def link(self, one: ConversationId, other: ConversationId, operator: OperatorId, now: datetime) -> bool:
        """Link two conversations. False: they are linked already. Raises LookupError: one was erased meanwhile."""
        first, second = sorted((one, other))
        try:
            with self._database.write() as connection:
                found = connection.execute(select(t.conversations.c.id).where(t.conversations.c.id.in_((one, other))))
                if len(found.all()) != 2:
                    raise LookupError(one)
                connection.execute(insert(t.links).values(one_id=first, other_id=second, operator_id=operator, at=now))
                for each in (one, other):
                    add_desk_event(connection, "link", each, now)
        except IntegrityError:
            return False
        return True

    def unlink(self, one: ConversationId, other: ConversationId, now: datetime) -> bool:
        """False: they are not linked."""
        first, second = sorted((one, other))
        with self._database.write() as connection:
            gone = connection.execute(
                delete(t.links).where(t.links.c.one_id == first, t.links.c.other_id == second)
            ).rowcount
            if gone:
                for each in (one, other):
                    add_desk_event(connection, "link", each, now)
            return bool(gone)

    def _shown(self, query: Select[tuple[object, ...]]) -> list[Linked]:
        with self._database.read() as connection:
            return [
                Linked(
                    ConversationId(row["id"]),
                    ChannelName(row["channel"]),
                    Language(row["language"]),
                    Risk(row["risk"]),
                    Holder(row["holder"]),
                    row["opened_at"],
                )
                for row in connection.execute(query).mappings()
            ]
