"""What all tests share. Servers that cannot be had: a loud skip here, a failure in CI.

What a machine does not allow (a small disk to fill: root alone may mount one) is a loud skip everywhere.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import hypothesis
import pytest
from rich.console import Console

from bot.app import Hotline
from bot.cli.main import ROOT
from bot.cli.model import ready_model
from bot.content.library import Library
from bot.nlu.engine import Engine
from bot.settings import Settings
from bot.store.audit import AuditLog
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.erase import Eraser
from bot.store.holdings import Holdings
from bot.store.labels import Labels
from bot.store.ladder import Ladders
from bot.store.operators import Operators
from bot.store.queue import Queue
from bot.store.safe_hours import SafeHoursOf
from bot.store.seal import Keyring
from bot.store.search import Search
from bot.store.second_step import SecondSteps
from bot.store.sessions import Sessions
from bot.store.views import SavedViews
from tests import servers
from tests.hotline import AtTheDesk, Person, whole_hotline

# how long an example takes, to make or to try, says something of the machine alone
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


def cannot_be_had(missing: servers.Missing) -> None:
    if os.environ.get("CI") and not isinstance(missing, servers.NotAllowed):
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
        self.cases = Cases(database, keyring, self.conversations)
        self.holdings = Holdings(database)
        self.operators = Operators(database)
        self.sessions = Sessions(database, keyring)
        self.second_steps = SecondSteps(database, keyring)
        self.audit = AuditLog(database, keyring)
        self.queue = Queue(database)
        self.eraser = Eraser(database)
        self.ladders = Ladders(database, keyring, self.audit)
        self.labels = Labels(database, keyring)
        self.safe_hours = SafeHoursOf(database)
        self.saved_views = SavedViews(database, keyring)
        self.search = partial(Search, database, keyring)
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
