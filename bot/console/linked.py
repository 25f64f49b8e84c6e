"""A conversation of the same person, as the desk's pages get it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from bot.core.ids import ConversationId
from bot.store.links import Linked

#: So many digits of an id name a conversation to operators, who read it to each other.
SHORTEST_NUMBER = 8


class LinkedView(BaseModel):
    id: str
    number: str
    channel: str
    language: str
    risk: str
    holder: str
    opened_at: datetime

    @classmethod
    def of(cls, linked: Linked) -> LinkedView:
        return cls(
            id=linked.id,
            number=number_of(linked.id),
            channel=linked.channel,
            language=linked.language,
            risk=linked.risk.word,
            holder=linked.holder.value,
            opened_at=linked.opened_at,
        )


def number_of(conversation_id: ConversationId) -> str:
    """What operators call a conversation.

    >>> number_of(ConversationId("3f2a9c1b7d0e4f52"))
    '3f2a9c1b'
    """
    return conversation_id[:SHORTEST_NUMBER]
