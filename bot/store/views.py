"""Views that operators saved: a name and what a list is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select

from bot.core.ids import OperatorId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.rows import from_bytes, to_bytes
from bot.store.seal import Keyring

#: More of them nobody finds again.
MOST_VIEWS = 30


@dataclass(frozen=True)
class SavedView:
    """``chosen``: kind of filter -> codes. ``shared``: everybody at the desk has it; ``mine``: I may remove it."""

    id: int
    name: str
    chosen: Mapping[str, Sequence[str]]
    shared: bool
    mine: bool


class TooManyViews(Exception):
    """MOST_VIEWS are saved already."""


class SavedViews:
    """The store of saved views. The names are free words and sealed; the filters are codes."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def of(self, operator: OperatorId) -> list[SavedView]:
        """The operator's own, and those that are shared."""
        v = t.saved_views.c
        with self._database.read() as connection:
            rows = connection.execute(
                select(t.saved_views).where(or_(v.operator_id == operator, v.shared)).order_by(v.id)
            ).mappings()
            return [
                SavedView(
                    row["id"],
                    self._keyring.own.open(row["name_sealed"], "view").decode("utf-8", "surrogatepass"),
                    from_bytes(row["chosen"].encode()),
                    row["shared"],
                    row["operator_id"] == operator,
                )
                for row in rows
            ]

    def save(self, operator: OperatorId, name: str, chosen: Mapping[str, Sequence[str]], *, shared: bool) -> SavedView:
        """Raises TooManyViews."""
        if sum(view.mine for view in self.of(operator)) >= MOST_VIEWS:
            raise TooManyViews
        with self._database.write() as connection:
            view_id = connection.execute(
                insert(t.saved_views)
                .values(
                    operator_id=operator,
                    name_sealed=self._keyring.own.close(name.encode("utf-8", "surrogatepass"), "view"),
                    chosen=to_bytes(chosen).decode(),
                    shared=shared,
                )
                .returning(t.saved_views.c.id)
            ).scalar_one()
        return SavedView(view_id, name, chosen, shared, mine=True)

    def remove(self, operator: OperatorId, view_id: int, *, also_shared: bool) -> bool:
        """Remove an own view, with *also_shared* one that somebody else shared. False: there is none such."""
        v = t.saved_views.c
        allowed = or_(v.operator_id == operator, v.shared) if also_shared else v.operator_id == operator
        with self._database.write() as connection:
            return bool(connection.execute(delete(t.saved_views).where(v.id == view_id, allowed)).rowcount)
