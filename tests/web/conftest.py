"""A served hotline on each kind of database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import Hotline
from bot.content.library import Library
from bot.nlu.engine import Engine
from tests import servers
from tests.hotline import whole_hotline


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def served(
    request: pytest.FixtureRequest, tmp_path: Path, engine: Engine, library: Library
) -> Iterator[tuple[Hotline, str]]:
    """A served hotline, once on each kind of database."""
    if request.param == "sqlite":
        with whole_hotline(tmp_path, engine, library) as both:
            yield both
        return
    server = request.getfixturevalue("postgresql_server")
    with (
        servers.fresh_database(server, f"t{uuid.uuid4().hex}") as address,
        whole_hotline(tmp_path, engine, library, address) as both,
    ):
        yield both
