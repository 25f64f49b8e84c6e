"""Finding words in what was written. Every message is opened and looked at: no index of plain words lies on disk."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.core.ids import ConversationId, MessageId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.filters import Chosen
from bot.store.rows import from_bytes
from bot.store.seal import Keyring, Seal
from bot.text.folding import bare
from bot.text.normalise import normalise

#: Messages that one transaction looks at: about 10 ms of work.
AT_ONCE = 200
#: Keys of conversations that are kept open during one search.
_KEYS = 2_000


@dataclass(frozen=True)
class Found:
    """A message that holds the words."""

    conversation_id: ConversationId
    message_id: MessageId
    at: datetime


@dataclass(frozen=True)
class Looked:
    """What one step of a search found, newest first. ``before`` is where the next begins; None: all was looked at."""

    found: tuple[Found, ...]
    messages: int
    before: MessageId | None


def folded(words: str) -> str:
    """The form in which words meet however they are spelled: one case, one spelling of each script, no accents."""
    return bare(normalise(words).matching)


class Search:
    """One search for *words* in the conversations of a list. Words are looked for as they follow each other."""

    def __init__(self, database: Database, keyring: Keyring, words: str, chosen: Chosen) -> None:
        """Raises ValueError: nothing is left of *words* to look for."""
        self._database, self._keyring, self._chosen = database, keyring, chosen
        self._words = folded(words)
        if not self._words:
            raise ValueError("write what to look for")
        self._seals: OrderedDict[str, Seal] = OrderedDict()

    def total(self) -> int:
        """How many messages there are to look at, about: the newest id there is."""
        with self._database.read() as connection:
            newest = select(t.messages.c.id).order_by(t.messages.c.id.desc()).limit(1)
            return connection.execute(newest).scalar() or 0

    def step(self, before: MessageId | None = None, limit: int = AT_ONCE) -> Looked:
        """Look at the next *limit* messages older than *before*."""
        m, c = t.messages.c, t.conversations.c
        query = (
            select(m.id, m.conversation_id, m.at, m.content_sealed, c.key_wrapped)
            .join(t.conversations, c.id == m.conversation_id)
            .where(self._chosen.sql)
            .order_by(m.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(m.id < before)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        found = tuple(
            Found(ConversationId(row.conversation_id), MessageId(row.id), row.at)
            for row in rows
            if self._holds(row.conversation_id, row.key_wrapped, row.content_sealed)
        )
        last = MessageId(rows[-1].id) if len(rows) == limit else None
        return Looked(found, len(rows), last)

    def _holds(self, conversation_id: str, wrapped: bytes, sealed: bytes) -> bool:
        seal = self._seals.get(conversation_id)
        if seal is None:
            seal = self._seals[conversation_id] = self._keyring.unwrap(wrapped, conversation_id)
            if len(self._seals) > _KEYS:
                self._seals.popitem(last=False)
        content = from_bytes(seal.open(sealed, f"{conversation_id}/message"))
        return self._words in folded(content["text"])
