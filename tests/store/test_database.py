"""Several processes write to one database, or none can: order is kept, and who cannot store says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import SQLAlchemyError

from bot.core.ids import Address, ChannelName
from bot.core.message import Received
from bot.core.turn import Accepted
from bot.store import tables as t
from bot.store.database import Database, NoRoom
from tests.conftest import Store, cannot_be_had
from tests.faults.server import filled, small_disk
from tests.servers import Missing

SMS = ChannelName("sms")


def _together(*works: Callable[[], object]) -> list[object]:
    """Do them at the same moment, as processes would."""
    start = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_two_processes_that_store_messages_at_once_do_not_both_begin_a_turn(store: Store) -> None:
    def receives(name: str) -> Callable[[], Accepted]:
        received = Received(SMS, name, Address("+447700900123"), "halo", store.now)
        return lambda: store.conversations.receive(received, store.now)

    receives("first")()
    for place in range(30):
        with store.database.write() as connection:
            connection.execute(update(t.messages).values(turn="done"))
        accepted = _together(receives(f"{place} a"), receives(f"{place} b"))
        begun = [one for one in accepted if isinstance(one, Accepted) and one.turn is not None]
        later = [one for one in accepted if isinstance(one, Accepted) and one.turn is None]
        assert len(begun) == 1, "each would answer its own message, in any order"
        assert begun[0].message_id < later[0].message_id


def test_the_audit_log_is_one_chain_whoever_writes_to_it(store: Store) -> None:
    def records() -> None:
        for _ in range(20):
            store.audit.record(None, "read", None, store.now)

    _together(records, records, records)
    assert store.audit.verify().whole


def test_ready_means_that_a_message_could_be_stored(database: Database) -> None:
    database.must_be_writable()


def test_on_a_full_disk_nothing_is_ready_and_afterwards_everything_is(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk") as disk:
            database = Database(f"sqlite:///{disk / 'hotline.db'}")
            database.migrate()
            database.must_be_writable()
            with filled(disk), pytest.raises(NoRoom):
                database.must_be_writable()
            database.must_be_writable()
            database.close()
    except Missing as missing:
        cannot_be_had(missing)


def test_a_database_that_takes_nothing_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "hotline.db"
    Database(f"sqlite:///{path}").migrate()
    database = Database(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(SQLAlchemyError):
        database.must_be_writable()
    database.close()
    assert {one.name for one in tmp_path.iterdir()} <= {"hotline.db", "hotline.db-shm", "hotline.db-wal"}


def test_an_error_shows_nothing_that_was_to_be_written(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE sign_in_failures")
    with pytest.raises(SQLAlchemyError) as failed, database.write() as connection:
        connection.execute(insert(t.sign_in_failures).values(name_key="somebody", at=datetime(2026, 1, 5, tzinfo=UTC)))
    assert "somebody" not in str(failed.value)
