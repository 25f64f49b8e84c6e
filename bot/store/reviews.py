"""Reviews of how operators helped: scores, and words sealed with the conversation's key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, insert, select
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Holder
from bot.core.ids import ConversationId, OperatorId
from bot.core.message import Author
from bot.core.quality import Candidate, Scores
from bot.core.risk import Risk
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import from_bytes, to_bytes
from bot.store.seal import Keyring
from bot.store.statements import add_desk_event


@dataclass(frozen=True)
class Review:
    """*words*: to an item, or "" to the whole. None of them stands outside a sealed column."""

    id: int
    conversation: ConversationId
    risk: Risk
    language: str
    operator: OperatorId
    reviewer: OperatorId
    at: datetime
    scores: Scores
    words: Mapping[str, str]


class NotToReview(Exception):
    """This conversation is not for this supervisor to review; the message says why."""


class Reviews:
    """Each method is one transaction."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def to_review(self, reviewer: OperatorId) -> list[Candidate]:
        """Closed conversations that an operator helped in, but not *reviewer*, and that nobody has reviewed."""
        with self._database.read() as connection:
            rows = connection.execute(_open_to(reviewer).order_by(t.conversations.c.id)).all()
        return [Candidate(ConversationId(row.id), Risk(row.risk)) for row in rows]

    def helper(self, conversation_id: ConversationId) -> OperatorId | None:
        """Who helped most in it: wrote most by hand, else held it last. None: nobody."""
        with self._database.read() as connection:
            return _helper(connection, conversation_id)

    def add(
        self,
        conversation_id: ConversationId,
        reviewer: OperatorId,
        scores: Scores,
        words: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Keep a review of whoever helped most. Raises LookupError (erased), NotToReview."""
        c = t.conversations.c
        try:
            with self._database.write() as connection:
                wrapped = connection.execute(select(c.key_wrapped).where(c.id == conversation_id)).scalar()
                if wrapped is None:
                    raise LookupError(conversation_id)
                operator = _helper(connection, conversation_id)
                allowed = connection.execute(_open_to(reviewer).where(c.id == conversation_id)).first()
                if operator is None or allowed is None:
                    raise NotToReview("it is open again, was reviewed, or you helped in it")
                seal = self._keyring.unwrap(wrapped, conversation_id)
                connection.execute(
                    insert(t.reviews).values(
                        conversation_id=conversation_id,
                        operator_id=operator,
                        reviewer_id=reviewer,
                        at=now,
                        scores=json.dumps(dict(scores)),
                        words_sealed=seal.close(to_bytes(dict(words)), f"{conversation_id}/review"),
                    )
                )
                add_desk_event(connection, "review", conversation_id, now)
        except IntegrityError as error:  # the same review came twice at once
            raise NotToReview("it was reviewed a moment ago") from error

    def of(self, operator: OperatorId, limit: int = 100) -> list[Review]:
        """Reviews of how *operator* helped, newest first."""
        return self._read(t.reviews.c.operator_id == operator, limit)

    def all(self, limit: int = 200) -> list[Review]:
        """Everybody's, newest first: for supervisors."""
        return self._read(t.reviews.c.id.is_not(None), limit)

    def _read(self, which: Any, limit: int) -> list[Review]:
        c = t.conversations.c
        query = (
            select(t.reviews, c.key_wrapped, c.risk, c.language)
            .join(t.conversations, c.id == t.reviews.c.conversation_id)
            .where(which)
            .order_by(t.reviews.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [self._review(row) for row in connection.execute(query).mappings()]

    def _review(self, row: RowMapping) -> Review:
        conversation_id = ConversationId(row["conversation_id"])
        seal = self._keyring.unwrap(row["key_wrapped"], conversation_id)
        return Review(
            id=row["id"],
            conversation=conversation_id,
            risk=Risk(row["risk"]),
            language=row["language"],
            operator=OperatorId(row["operator_id"]),
            reviewer=OperatorId(row["reviewer_id"]),
            at=row["at"],
            scores=json.loads(row["scores"]),
            words=from_bytes(seal.open(row["words_sealed"], f"{conversation_id}/review")),
        )


def _open_to(reviewer: OperatorId) -> Select[Any]:
    c, h, r = t.conversations.c, t.holdings.c, t.reviews.c
    helped = exists().where(h.conversation_id == c.id, h.operator_id.is_not(None))
    by_reviewer = exists().where(h.conversation_id == c.id, h.operator_id == reviewer)
    reviewed = exists().where(r.conversation_id == c.id)
    return select(c.id, c.risk).where(c.holder == Holder.CLOSED.value, helped, ~by_reviewer, ~reviewed)


def _helper(connection: Connection, conversation_id: ConversationId) -> OperatorId | None:
    m, h = t.messages.c, t.holdings.c
    wrote = connection.execute(
        select(m.operator_id).where(
            m.conversation_id == conversation_id,
            m.author == Author.OPERATOR.value,
            m.operator_id.is_not(None),
            m.automatic.is_(False),
        )
    ).scalars()
    most = Counter(wrote).most_common(1)
    if most:
        return OperatorId(most[0][0])
    held = connection.execute(
        select(h.operator_id)
        .where(h.conversation_id == conversation_id, h.operator_id.is_not(None))
        .order_by(h.id.desc())
        .limit(1)
    ).scalar()
    return OperatorId(held) if held is not None else None
