"""Hotlines with a channel and the peer at its other end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import Hotline
from bot.content.library import Library
from bot.core.conversation import Holder
from bot.nlu.engine import Engine
from bot.services.line import Pace
from tests.channels import peers
from tests.channels.peers import Peer
from tests.conftest import cannot_be_had
from tests.hotline import AtTheDesk, whole_hotline
from tests.servers import Missing, free_port

#: Patience for tests: what waits minutes in life before it tries again, waits fractions of a second. A request may
#: take as long as in life: on a busy machine a slow one is no broken one.
QUICK = Pace(lease=90.0, send=30.0, first=0.1, longest=0.5, give_up=3600.0, ask_after=0.2, idle=0.5)


@dataclass
class Line:
    """A served hotline and the peer that it talks with."""

    hotline: Hotline
    url: str
    peer: Peer
    ends: ExitStack

    def operator(self) -> AtTheDesk:
        """Somebody at the desk."""
        desk = AtTheDesk.signs_in(self.hotline, self.url)
        self.ends.callback(desk.client.close)
        return desk

    def conversation(self) -> str:
        """The id of the only conversation."""
        (only,) = waits_until(lambda: self.hotline.store.queue.waiting(tuple(Holder)))
        return only.id


Opens = Callable[..., Line]


@pytest.fixture
def opens(tmp_path: Path, engine: Engine, library: Library) -> Iterator[Callable[..., Line]]:
    """``opens("telegram", HOTLINE_TELEGRAM_MODE="webhook")``."""
    with ExitStack() as stack:

        def open_line(kind: str, database_url: str | None = None, pace: Pace = QUICK, **more: str) -> Line:
            port = free_port()
            try:
                peer = stack.enter_context(peers.running(f"{kind}_server.py", port))
            except Missing as missing:
                cannot_be_had(missing)
            settings = peers.telegram_settings if kind == "telegram" else peers.twilio_settings
            hotline, url = stack.enter_context(
                whole_hotline(tmp_path, engine, library, database_url, settings(peer, **more), pace, port)
            )
            line = Line(hotline, url, peer, stack)
            line.operator()  # somebody is at the desk, so that who asks for a human is told that one was asked
            return line

        yield open_line


def waits_until(true: Callable[[], Any], seconds: float = 90.0) -> Any:
    """What *true* gives as soon as it gives something. It must stay: what is true for a moment may be missed."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)  # another process or thread works; there is no event to wait for
    return found
