"""Notes of operators, what they ask of each other, and who of them is there. Changes of holder go with both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from bot.core.casework import (
    Answer,
    Colleague,
    NewNote,
    Note,
    NoteId,
    NoteKind,
    Refused,
    Request,
    RequestId,
    RequestKind,
)
from bot.core.conversation import Conversation, Event, Holder, NotHeld, Returned, Transferred
from bot.core.ids import ConversationId, OperatorId
from bot.store import tables as t
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.holdings import queued_since
from bot.store.presence import is_there
from bot.store.rows import from_bytes, to_bytes
from bot.store.seal import Keyring, Seal
from bot.store.statements import add_desk_event

#: Why a conversation waits that an operator wanted to give to another.
NOT_TAKEN = "transfer_not_taken"


class Cases:
    """Each method is one transaction. Those that change raise LookupError where the conversation was erased."""

    def __init__(self, database: Database, keyring: Keyring, conversations: Conversations) -> None:
        self._database, self._keyring, self._conversations = database, keyring, conversations

    # --- notes ---------------------------------------------------------------------------------------------------

    def notes(self, conversation_id: ConversationId) -> list[Note]:
        """Oldest first."""
        n = t.notes.c
        with self._database.read() as connection:
            seal = self._seal(connection, conversation_id)
            rows = connection.execute(select(t.notes).where(n.conversation_id == conversation_id).order_by(n.id))
            return [_note(row, seal) for row in rows.mappings()]

    def add_note(self, conversation_id: ConversationId, operator: OperatorId, note: NewNote, now: datetime) -> None:
        with self._database.write() as connection:
            self._write(connection, conversation_id, operator, note, now)
            add_desk_event(connection, "note", conversation_id, now)

    def note_within(
        self,
        connection: Connection,
        conversation_id: ConversationId,
        operator: OperatorId,
        note: NewNote,
        now: datetime,
    ) -> NoteId:
        """As :meth:`add_note`, in a transaction that writes more. Desks are told by that."""
        return self._write(connection, conversation_id, operator, note, now)

    def change(
        self,
        conversation_id: ConversationId,
        operator: OperatorId,
        changes: Iterable[Event],
        note: NewNote | None,
        now: datetime,
    ) -> Conversation:
        """Apply the decision of the *operator* who holds it, with what they wrote. Raises NotHeld, Stale."""
        with self._database.write() as connection:
            self._held_by(connection, conversation_id, operator)
            after = self._conversations.change_within(connection, conversation_id, changes, now)
            if note is not None:
                self._write(connection, conversation_id, operator, note, now)
            return after

    # --- asking --------------------------------------------------------------------------------------------------

    def ask(
        self,
        kind: RequestKind,
        conversation_id: ConversationId,
        by: OperatorId,
        to: OperatorId,
        note: NewNote | None,
        now: datetime,
    ) -> RequestId:
        """Ask *to* about a conversation. Raises NotHeld (a transfer, by who does not hold it), Refused."""
        with self._database.write() as connection:
            if by == to:
                raise Refused("yourself")
            if to not in {one.id for one in _at_the_desk(connection, now)}:
                raise Refused("away")
            if kind is RequestKind.TRANSFER:
                self._held_by(connection, conversation_id, by)
            r = t.requests.c
            same = select(r.id).where(r.conversation_id == conversation_id, r.kind == kind.value, r.answer.is_(None))
            if kind is RequestKind.LOOK:
                same = same.where(r.to_id == to)
            if connection.execute(same).first() is not None:
                raise Refused("asked_already")
            note_id = self._write(connection, conversation_id, by, note, now) if note is not None else None
            values = {"conversation_id": conversation_id, "kind": kind.value, "by_id": by, "to_id": to, "at": now}
            added = connection.execute(
                insert(t.requests).values(**values, note_id=note_id).returning(t.requests.c.id)
            ).scalar_one()
            add_desk_event(connection, "request", conversation_id, now)
            return RequestId(added)

    def accept(self, request_id: RequestId, operator: OperatorId, now: datetime) -> Conversation:
        """*operator*, who was asked, has the conversation from now on. Raises Refused (too late), NotHeld, Stale."""
        with self._database.write() as connection:
            request = self._mine(connection, request_id, operator, RequestKind.TRANSFER)
            self._end(connection, request, Answer.ACCEPTED, now)
            changes = (Transferred(operator, now),)
            return self._conversations.change_within(connection, request.conversation, changes, now)

    def decline(self, request_id: RequestId, operator: OperatorId, now: datetime) -> Conversation | None:
        """The conversation waits where it waited before; None for a mere look. Raises Refused, NotHeld, Stale."""
        with self._database.write() as connection:
            request = self._mine(connection, request_id, operator)
            return self._not_taken(connection, request, Answer.DECLINED, now)

    def reply(self, request_id: RequestId, operator: OperatorId, note: NewNote, now: datetime) -> ConversationId:
        """Answer a request to look with a note. Raises Refused."""
        with self._database.write() as connection:
            request = self._mine(connection, request_id, operator, RequestKind.LOOK)
            self._end(connection, request, Answer.REPLIED, now)
            self._write(connection, request.conversation, operator, note, now)
            return request.conversation

    def withdraw(self, request_id: RequestId, operator: OperatorId, now: datetime) -> ConversationId:
        """Who asked asks no longer. Raises Refused."""
        with self._database.write() as connection:
            request = _request(connection, request_id)
            if request is None or request.by != operator or request.answer is not None:
                raise Refused("too_late")
            self._end(connection, request, Answer.WITHDRAWN, now)
            return request.conversation

    def overdue(self, asked_before: datetime) -> list[Request]:
        """Transfers that nobody answered."""
        r = t.requests.c
        late = (r.kind == RequestKind.TRANSFER.value, r.answer.is_(None), r.at < asked_before)
        with self._database.read() as connection:
            return [_read(row) for row in connection.execute(select(t.requests).where(*late)).mappings()]

    def give_up(self, request_id: RequestId, now: datetime) -> Conversation | None:
        """A transfer that nobody answered goes back to the queue; None: it was answered meanwhile. Raises Stale."""
        with self._database.write() as connection:
            request = _request(connection, request_id)
            if request is None or request.answer is not None:
                return None
            return self._not_taken(connection, request, Answer.UNANSWERED, now)

    def requests_of(self, conversation_id: ConversationId) -> list[Request]:
        """Oldest first, answered ones too."""
        r = t.requests.c
        query = select(t.requests).where(r.conversation_id == conversation_id).order_by(r.id)
        with self._database.read() as connection:
            return [_read(row) for row in connection.execute(query).mappings()]

    def open_for(self, operator: OperatorId) -> list[Request]:
        """What waits for an answer of *operator*, or was asked by them and waits."""
        r = t.requests.c
        query = select(t.requests).where(r.answer.is_(None), or_(r.to_id == operator, r.by_id == operator))
        with self._database.read() as connection:
            return [_read(row) for row in connection.execute(query.order_by(r.id)).mappings()]

    def at_the_desk(self, now: datetime) -> list[Colleague]:
        """Who can be asked now: operators with the desk open, whoever holds least first."""
        with self._database.read() as connection:
            return _at_the_desk(connection, now)

    # --- inside --------------------------------------------------------------------------------------------------

    def _seal(self, connection: Connection, conversation_id: ConversationId) -> Seal:
        wrapped = connection.execute(
            select(t.conversations.c.key_wrapped).where(t.conversations.c.id == conversation_id)
        ).scalar()
        if wrapped is None:
            raise LookupError(conversation_id)
        return self._keyring.unwrap(wrapped, conversation_id)

    def _write(
        self,
        connection: Connection,
        conversation_id: ConversationId,
        operator: OperatorId,
        note: NewNote,
        now: datetime,
    ) -> NoteId:
        sealed = self._seal(connection, conversation_id).close(to_bytes(dict(note.words)), f"{conversation_id}/note")
        values = {"conversation_id": conversation_id, "operator_id": operator, "at": now, "kind": note.kind.value}
        added = connection.execute(insert(t.notes).values(**values, words_sealed=sealed).returning(t.notes.c.id))
        return NoteId(added.scalar_one())

    @staticmethod
    def _held_by(connection: Connection, conversation_id: ConversationId, operator: OperatorId) -> None:
        c = t.conversations.c
        row = connection.execute(select(c.holder, c.operator_id).where(c.id == conversation_id)).first()
        if row is None:
            raise LookupError(conversation_id)
        if (row.holder, row.operator_id) != (Holder.OPERATOR.value, operator):
            raise NotHeld("you do not hold this conversation")

    @staticmethod
    def _mine(
        connection: Connection, request_id: RequestId, operator: OperatorId, kind: RequestKind | None = None
    ) -> Request:
        request = _request(connection, request_id)
        fits = request is not None and request.to == operator and (kind is None or request.kind is kind)
        if request is None or not fits or request.answer is not None:
            raise Refused("too_late")
        return request

    @staticmethod
    def _end(connection: Connection, request: Request, answer: Answer, now: datetime) -> None:
        ended = connection.execute(
            update(t.requests)
            .where(t.requests.c.id == request.id, t.requests.c.answer.is_(None))
            .values(answer=answer.value, answered_at=now)
        )
        if ended.rowcount != 1:
            raise Refused("too_late")
        add_desk_event(connection, "request", request.conversation, now)

    def _not_taken(
        self, connection: Connection, request: Request, answer: Answer, now: datetime
    ) -> Conversation | None:
        self._end(connection, request, answer, now)
        if request.kind is not RequestKind.TRANSFER:
            return None
        since = queued_since(connection, request.conversation) or request.at
        changes = (Returned(now, since, NOT_TAKEN),)
        return self._conversations.change_within(connection, request.conversation, changes, now)


def _at_the_desk(connection: Connection, now: datetime) -> list[Colleague]:
    o, c = t.operators.c, t.conversations.c
    holds = (
        select(func.count())
        .select_from(t.conversations)
        .where(c.operator_id == o.id, c.holder == Holder.OPERATOR.value)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(o.id, o.name, o.language, holds.label("holds")).where(is_there(now)).order_by(holds, o.name)
    )
    return [Colleague(OperatorId(row.id), row.name, (row.language,), row.holds) for row in rows]


def _request(connection: Connection, request_id: RequestId) -> Request | None:
    row = connection.execute(select(t.requests).where(t.requests.c.id == request_id)).mappings().first()
    return _read(row) if row is not None else None


def _read(row: RowMapping) -> Request:
    return Request(
        id=RequestId(row["id"]),
        kind=RequestKind(row["kind"]),
        conversation=ConversationId(row["conversation_id"]),
        by=OperatorId(row["by_id"]),
        to=OperatorId(row["to_id"]),
        at=row["at"],
        note=NoteId(row["note_id"]) if row["note_id"] is not None else None,
        answer=Answer(row["answer"]) if row["answer"] is not None else None,
        answered_at=row["answered_at"],
    )


def _note(row: RowMapping, seal: Seal) -> Note:
    words = from_bytes(seal.open(row["words_sealed"], f"{row['conversation_id']}/note"))
    return Note(NoteId(row["id"]), NoteKind(row["kind"]), OperatorId(row["operator_id"]), row["at"], words)
