"""``hotline run``: from a fresh clone to a served hotline."""

from __future__ import annotations

import gc
import logging
import shutil
import socket
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import structlog
import uvicorn
from rich.console import Console

from bot.cli.model import ready_model_apart
from bot.core.ids import OperatorId
from bot.server import Server
from bot.services.people import new_link
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.app import Store

_LEAST_ROOM = 300 * 1024 * 1024  # bytes: a model, a database that grows, room to breathe


def serve(settings: Settings, root: Path, say: Console) -> None:
    """Set up what is missing and serve until stopped."""
    began = time.perf_counter()
    _port_must_be_free(settings)
    _disk_must_have_room(settings)
    quiet_logs()
    model = ready_model_apart(settings, root, say)
    with say.status("Loading the model"):
        from bot.app import load, make_app

        hotline = load(settings, model)
    gc.collect()
    gc.freeze()  # what was loaded stays for good: looking through it for rubbish would only hold up somebody's turn
    link = None
    if not any(one.password_hash for one in hotline.store.operators.all()):
        link = _first_operator(settings, hotline.store)

    async def started() -> None:
        say.print()
        say.print(f"  Chat for people     {settings.public_url}/", highlight=False, markup=False)
        say.print(f"  Desk for operators  {settings.public_url}/desk", highlight=False, markup=False)
        if hotline.channels:
            names = [type(channel).__name__ for channel in hotline.channels]
            say.print(f"  Channels            {', '.join(names)}", highlight=False, markup=False)
        if link is not None:
            say.print("\n  First operator: open this link once and choose a password (24 hours):")
            say.print(f"  {link}", highlight=False, markup=False, soft_wrap=True)
        say.print(f"\n  Ready after {time.perf_counter() - began:.1f} s. Ctrl+C stops it.\n")

    config = uvicorn.Config(
        make_app(hotline, started=started),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,  # an access log would hold who asked for which conversation
        ws="none",
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    with suppress(KeyboardInterrupt):  # Ctrl+C: the server has stopped in order, and tells us how it was asked to
        Server(config, hotline.changes.close).run()
    hotline.store.database.close()
    say.print("Stopped. Nothing that was accepted is lost.")


def sign_in_link(settings: Settings, store: Store, operator: OperatorId) -> str:
    """A one-time link for *operator*."""
    return new_link(store.operators, settings.public_url, operator, datetime.now(UTC))


def _first_operator(settings: Settings, store: Store) -> str:
    first = store.operators.by_name("admin") or store.operators.add("admin", "admin", datetime.now(UTC))
    return sign_in_link(settings, store, first.id)


def quiet_logs() -> None:
    """One JSON line per event on standard error, at info; Rasa's own chatter only when something is wrong."""
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing(sys.stdout))),
        cache_logger_on_first_use=True,
    )


class _Unfailing:
    """A log that cannot be written, because its disk is full, is no reason to stop answering people."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


def _port_must_be_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                f"Stop what uses it, or choose another: PORT={settings.port + 1} make run"
            ) from None


def _disk_must_have_room(settings: Settings) -> None:
    for folder in (settings.data_dir, settings.model_dir):
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free < _LEAST_ROOM:
            raise SettingsError(
                f"The disk that holds {folder} is nearly full: {free // 2**20} MB are free, "
                f"{_LEAST_ROOM // 2**20} MB are needed. Free some room, or set HOTLINE_DATA_DIR to another disk."
            )
