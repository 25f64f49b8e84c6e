"""What all tests share. Servers that cannot be had: a loud skip here, a failure in CI."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import Hotline
from bot.cli.main import ROOT
from bot.cli.model import ready_model
from bot.content.library import Library
from bot.nlu.engine import Engine
from bot.settings import Settings
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.erase import Eraser
from bot.store.operators import Operators
from bot.store.queue import Queue
from bot.store.seal import Keyring
from tests import servers
from tests.hotline import AtTheDesk, Person, whole_hotline


def cannot_be_had(missing: servers.Missing) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"missing in CI: {missing}")
    pytest.skip(f"MISSING: {missing}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    # not in pytest's own folder: only its owner may enter that, and PostgreSQL does not run as root
    with tempfile.TemporaryDirectory(prefix="hotline-postgresql-") as folder:
        try:
            with servers.postgresql(Path(folder)) as address:
                yield address
        except servers.Missing as missing:
            cannot_be_had(missing)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database, once of each kind."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'hotline.db'}")
        database.migrate()
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgresql_server")
    with servers.fresh_database(server, f"t{uuid.uuid4().hex}") as address:
        database = Database(address.replace("postgresql://", "postgresql+psycopg://"))
        database.migrate()
        yield database
        database.close()


class Store:
    """The store under test, with a clock that the test moves."""

    def __init__(self, database: Database, master_key: bytes = b"k" * 32) -> None:
        keyring = Keyring(master_key)
        self.database = database
        self.conversations = Conversations(database, keyring)
        self.operators = Operators(database, keyring)
        self.queue = Queue(database)
        self.eraser = Eraser(database)
        self.now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load()


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model; trained here when the data changed since."""
    return ready_model(Settings.read(), ROOT, Console(stderr=True))


@pytest.fixture(scope="session")
def engine(model: Path, library: Library) -> Engine:
    return Engine.load(model, library)


@pytest.fixture
def hotline_and_url(tmp_path: Path, engine: Engine, library: Library) -> Iterator[tuple[Hotline, str]]:
    with whole_hotline(tmp_path, engine, library) as both:
        yield both


@pytest.fixture
def hotline(hotline_and_url: tuple[Hotline, str]) -> Hotline:
    return hotline_and_url[0]


@pytest.fixture
def url(hotline_and_url: tuple[Hotline, str]) -> str:
    return hotline_and_url[1]


@pytest.fixture
def person(url: str) -> Person:
    return Person(url)


@pytest.fixture
def operator(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    desk = AtTheDesk.signs_in(hotline, url)
    yield desk
    desk.client.close()
