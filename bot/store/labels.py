"""Labels: the hotline's own words for conversations, put on and taken off by operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Holder
from bot.core.ids import ConversationId, OperatorId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.seal import Keyring
from bot.store.statements import add_desk_event

#: Names of colours; the page knows how each looks in light and dark.
COLOURS = ("grey", "blue", "green", "yellow", "red", "violet")


@dataclass(frozen=True)
class Label:
    """``retired``: it stays where it was put and is offered no more."""

    id: int
    name: str
    colour: str
    retired: bool


class NameInUse(Exception):
    """Another label has this name."""


class Labels:
    """The store of labels. A name may hold anything, so it is sealed; two labels never share one, whatever its case."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def all(self) -> list[Label]:
        """In the order of their names, the retired ones last."""
        with self._database.read() as connection:
            found = [self._label(row) for row in connection.execute(select(t.labels)).mappings()]
        return sorted(found, key=lambda label: (label.retired, label.name.casefold()))

    def add(self, name: str, colour: str) -> Label:
        """Raises NameInUse."""
        try:
            with self._database.write() as connection:
                added = connection.execute(
                    insert(t.labels).values(**self._named(name), colour=colour, retired=False).returning(t.labels)
                )
                return self._label(added.mappings().one())
        except IntegrityError as error:
            raise NameInUse from error

    def change(self, label_id: int, name: str, colour: str, *, retired: bool) -> Label:
        """Raises LookupError, NameInUse."""
        try:
            with self._database.write() as connection:
                changed = (
                    connection.execute(
                        update(t.labels)
                        .where(t.labels.c.id == label_id)
                        .values(**self._named(name), colour=colour, retired=retired)
                        .returning(t.labels)
                    )
                    .mappings()
                    .first()
                )
        except IntegrityError as error:
            raise NameInUse from error
        if changed is None:
            raise LookupError(label_id)
        return self._label(changed)

    def put(self, label_id: int, conversation_id: ConversationId, operator: OperatorId, now: datetime) -> bool:
        """Put a label on a conversation. False: it is on it already. Raises LookupError: one of both is not there, or
        the label is retired.
        """
        with self._database.write() as connection:
            label = connection.execute(
                select(t.labels.c.id).where(t.labels.c.id == label_id, ~t.labels.c.retired)
            ).first()
            known = connection.execute(
                select(t.conversations.c.id).where(t.conversations.c.id == conversation_id).with_for_update()
            ).first()
            if label is None or known is None:
                raise LookupError(conversation_id)
            where = {"conversation_id": conversation_id, "label_id": label_id}
            on = connection.execute(select(t.conversation_labels).filter_by(**where)).first()
            if on is not None:
                return False
            connection.execute(insert(t.conversation_labels).values(**where, operator_id=operator, at=now))
            add_desk_event(connection, "labels", conversation_id, now)
            return True

    def take_off(self, label_id: int, conversation_id: ConversationId, now: datetime) -> bool:
        """False: it was not on it."""
        put = t.conversation_labels.c
        with self._database.write() as connection:
            gone = connection.execute(
                delete(t.conversation_labels).where(put.conversation_id == conversation_id, put.label_id == label_id)
            )
            if gone.rowcount:
                add_desk_event(connection, "labels", conversation_id, now)
            return bool(gone.rowcount)

    def on(self, conversation_id: ConversationId) -> list[int]:
        """The ids of the labels that a conversation has."""
        put = t.conversation_labels.c
        with self._database.read() as connection:
            return list(
                connection.execute(
                    select(put.label_id).where(put.conversation_id == conversation_id).order_by(put.label_id)
                ).scalars()
            )

    def in_use(self) -> dict[int, int]:
        """How many open conversations have each label."""
        put, c = t.conversation_labels.c, t.conversations.c
        with self._database.read() as connection:
            return {
                row[0]: row[1]
                for row in connection.execute(
                    select(put.label_id, func.count())
                    .join(t.conversations, c.id == put.conversation_id)
                    .where(c.holder != Holder.CLOSED.value)
                    .group_by(put.label_id)
                )
            }

    def _named(self, name: str) -> dict[str, object]:
        return {
            "name_sealed": self._keyring.own.close(name.encode("utf-8", "surrogatepass"), "label"),
            "name_key": self._keyring.lookup("label", name.casefold()),
        }

    def _label(self, row: RowMapping) -> Label:
        name = self._keyring.own.open(row["name_sealed"], "label").decode("utf-8", "surrogatepass")
        return Label(row["id"], name, row["colour"], row["retired"])
