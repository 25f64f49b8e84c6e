"""The database: SQLite in WAL mode on one machine, PostgreSQL where several processes share it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.engine import make_url

from bot.store import tables as t

P = ParamSpec("P")
T = TypeVar("T")

_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """Connections, transactions and migrations of one database.

    Every write transaction is durable when its block ends: SQLite with ``synchronous=FULL``, PostgreSQL as set up.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            path = make_url(url).database
            if path:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_engine(url, connect_args={"timeout": 15})
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            self._threads = None
        else:
            self.engine = create_engine(url, pool_size=8, pool_pre_ping=True)
            self._threads = ThreadPoolExecutor(8, thread_name_prefix="database")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends and leaves nothing when it raises."""
        with self.engine.connect().execution_options(hotline_write=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; nothing is written."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one transaction's *work* without holding up the event loop for long.

        A local SQLite transaction takes well under a millisecond, less than handing it to a thread and back (and a
        thread would wait for the interpreter at every statement). PostgreSQL is waited for in a thread.
        """
        if self._threads is None:
            return work(*args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))

    def migrate(self) -> None:
        """Bring the tables to the newest form; safe to run at every start."""
        config = alembic_config(self.url)
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def is_empty(self) -> bool:
        """True while nothing sealed is in it, so that a new master key harms nobody."""
        with self.read() as connection:
            return connection.execute(select(t.conversations.c.id).limit(1)).first() is None

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
        self.engine.dispose()


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # a writer takes the write lock at once: one that upgrades later can fail half-way with SQLITE_BUSY
    write = connection.get_execution_options().get("hotline_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
