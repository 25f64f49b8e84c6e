"""The database: SQLite in WAL mode on one machine, PostgreSQL where several processes share it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store import tables as t

P = ParamSpec("P")
T = TypeVar("T")

_MIGRATIONS = Path(__file__).with_name("migrations")
#: Bytes that must be free on SQLite's disk: its log of changes grows to 4 MiB before it is taken in.
_LEAST_ROOM = 8 * 2**20
#: PostgreSQL's codes for "another transaction was first: do it again", and how often it is done again.
_AGAIN = ("40001", "40P01")
_TRIES = 3
#: PostgreSQL's code, and SQLite's name, for "what this belongs to is not there".
_BELONGS_TO_NOTHING = ("23503", "SQLITE_CONSTRAINT_FOREIGNKEY")


class NoRoom(Exception):
    """The disk of the database is full."""


class Gone(LookupError):
    """What was to be written belongs to something that was erased between the look at it and the writing."""


class Database:
    """Connections, transactions and migrations of one database.

    Every write transaction is durable when its block ends: SQLite with ``synchronous=FULL``, PostgreSQL as set up.
    The text of its errors names no value that was to be written or looked for.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            if (file := _sqlite_file(url)) is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_engine(url, connect_args={"timeout": 15}, hide_parameters=True)
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            self._threads = None
        else:
            self.engine = create_engine(url, pool_size=8, pool_pre_ping=True, hide_parameters=True)
            self._threads = ThreadPoolExecutor(8, thread_name_prefix="database")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends and leaves nothing when it raises. Raises Gone."""
        try:
            with self.engine.connect().execution_options(hotline_write=True) as connection, connection.begin():
                yield connection
        except IntegrityError as error:
            if _belongs_to_nothing(error):
                raise Gone("what this belongs to was erased meanwhile") from error
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Nothing is written. PostgreSQL shows each question what others have written by then, SQLite one moment."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read_one_moment(self) -> Iterator[Connection]:
        """As :meth:`read`, and all questions see the same moment, whatever others write meanwhile."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one transaction's *work* without holding up the event loop for long.

        A local SQLite transaction takes well under a millisecond, less than handing it to a thread and back (and a
        thread would wait for the interpreter at every statement). PostgreSQL is waited for in a thread.
        """
        if self._threads is None:
            return work(*args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: _again(work, *args, **kwargs))

    def must_be_writable(self) -> None:
        """Write, as a message would be written, and leave nothing.

        Raises NoRoom: the disk is full, or so nearly that the next message may not find room. Raises SQLAlchemyError:
        the database is away, or takes nothing.
        """
        if self.is_sqlite:
            file = _sqlite_file(self.url)
            if file is not None and shutil.disk_usage(file.parent).free < _LEAST_ROOM:
                raise NoRoom(file.parent)
        with self.write() as connection:
            # a page of SQLite's file, or a transaction that PostgreSQL must write down
            connection.exec_driver_sql("PRAGMA user_version = 1" if self.is_sqlite else "SELECT pg_current_xact_id()")

    def migrate(self) -> None:
        """Bring the tables to the newest form; safe to run at every start."""
        config = alembic_config(self.url)
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def is_empty(self) -> bool:
        """True while nothing sealed or signed is in it, so that a new master key harms nobody."""
        with self.read() as connection:
            sealed = (
                select(t.conversations.c.id).limit(1),
                select(t.operators.c.id).where(t.operators.c.totp_sealed.is_not(None)).limit(1),
                select(t.practice_rehearsals.c.id).limit(1),
                select(t.audit_head.c.id).where(t.audit_head.c.signature != ""),
            )
            return all(connection.execute(query).first() is None for query in sealed)

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
        self.engine.dispose()


def _sqlite_file(url: str) -> Path | None:
    """Where SQLite keeps it; None: in memory. A path may be written as a URI (``file:/path?mode=ro&uri=true``)."""
    path = urlsplit(make_url(url).database or "").path
    return Path(path).absolute() if path and path != ":memory:" else None


def _belongs_to_nothing(error: IntegrityError) -> bool:
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in _BELONGS_TO_NOTHING


def _again(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do *work*, one transaction, and do it again when PostgreSQL chose it to give way to another."""
    for _ in range(_TRIES - 1):
        try:
            return work(*args, **kwargs)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _AGAIN:
                raise
    return work(*args, **kwargs)


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
