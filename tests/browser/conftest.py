"""Browsers of their own for persons and operators: each has its cookies, and none knows of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from bot.app import Hotline, now
from bot.store.seal import read_or_make_master_key
from tests import servers
from tests.browser.chromium import chromium
from tests.browser.pages import WIDE, Chat, DeskPage
from tests.conftest import Store, cannot_be_had
from tests.hotline import AtTheDesk

_PATIENCE = 60_000  # ms; on a busy machine a slow page is no broken one

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="package")  # not longer: while it runs, no other test can run an event loop in this thread
def browser() -> Iterator[Browser]:
    try:
        with chromium() as browser:
            expect.set_options(timeout=_PATIENCE)
            yield browser
    except servers.Missing as missing:
        cannot_be_had(missing)


@pytest.fixture
def open_context(browser: Browser, url: str) -> Iterator[OpenContext]:
    """Opens a browser that nobody used before; it must not meet an error of ours in any script.

    It asks for *url* so that browsers close before the server that they listen to.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": WIDE, "locale": "en-US", **options})
        context.set_default_timeout(_PATIENCE)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def store(hotline: Hotline) -> Store:
    """The hotline's own store, written to as a turn would."""
    key = read_or_make_master_key(hotline.settings.data_dir / "master.key", make=False)
    store = Store(hotline.store.database, key)
    store.now = now()
    return store


@pytest.fixture
def chat(open_context: OpenContext, url: str) -> Chat:
    return Chat(open_context().new_page(), url).opens()


@pytest.fixture
def desk(open_context: OpenContext, url: str, operator: AtTheDesk) -> DeskPage:
    return DeskPage(open_context().new_page(), url).opens(operator)
