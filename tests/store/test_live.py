"""Live updates between processes: heard at once, heard again after the line broke, and never needed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest

from bot.store.live import Live
from tests import servers
from tests.channels import peers
from tests.channels.peers import Peer
from tests.conftest import cannot_be_had
from tests.servers import Missing, free_port


@pytest.fixture(scope="module")
def redis_port() -> Iterator[int]:
    try:
        with servers.redis() as port:
            yield port
    except Missing as missing:
        cannot_be_had(missing)


@pytest.fixture
def proxy(redis_port: int) -> Iterator[tuple[Peer, int]]:
    """What stands before Redis and fails when told to, and where it listens."""
    try:
        folder = peers.folder()
    except Missing as missing:
        cannot_be_had(missing)
    port, listen = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "fault_proxy.py", "--port", str(port), "--listen", str(listen), "--to", str(redis_port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        peers.until_it_listens(port, process)
        yield Peer(f"http://127.0.0.1:{port}"), listen
    finally:
        process.terminate()
        process.wait(timeout=60)


class Process:
    """One of several that share a database: what it was told, and what it heard."""

    def __init__(self, url: str | None) -> None:
        self.live = Live(url, look_every=0.05)
        self.heard: list[str] = []
        self.looks = 0
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self.live.run(self._hear, self._look))

    def _hear(self, *topics: str) -> None:
        self.heard += topics
        self._news.set()

    def _look(self) -> None:
        self.looks += 1
        self._news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(90):
            while not true():
                self._news.clear()
                await self._news.wait()

    async def end(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def _done(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scene(), 300))


def test_what_changes_in_one_process_is_heard_in_the_others_and_not_in_itself(redis_port: int) -> None:
    async def scene() -> None:
        url = f"redis://127.0.0.1:{redis_port}"
        here, there = Process(url), Process(url)
        await here.until(lambda: here.live.connected)
        await there.until(lambda: there.live.connected)
        here.live.tell(("c1", "desk"))
        here.live.tell(("desk", "c2"))
        await there.until(lambda: "c2" in there.heard)
        assert there.heard == ["c1", "desk", "c2"], "each topic once"
        there.live.tell(("c3",))
        await here.until(lambda: "c3" in here.heard)
        assert here.heard == ["c3"]
        await here.end()
        await there.end()

    _done(scene)


@pytest.mark.parametrize("fault", ["refuse", "reset", "hang"])
def test_while_redis_is_away_everybody_looks_and_afterwards_is_told_again(
    proxy: tuple[Peer, int], redis_port: int, fault: str
) -> None:
    peer, port = proxy

    async def scene() -> None:
        here, there = Process(f"redis://127.0.0.1:{redis_port}"), Process(f"redis://127.0.0.1:{port}")
        await here.until(lambda: here.live.connected)
        await there.until(lambda: there.live.connected)
        await asyncio.to_thread(peer.act, "mode", mode=fault)
        await there.until(lambda: not there.live.connected)
        looks = there.looks
        await there.until(lambda: there.looks > looks + 1)
        await asyncio.to_thread(peer.act, "mode", mode="pass")
        await there.until(lambda: there.live.connected)
        here.live.tell(("c1",))
        await there.until(lambda: "c1" in there.heard)
        await here.end()
        await there.end()

    _done(scene)


def test_without_redis_everybody_looks_now_and_then() -> None:
    async def scene() -> None:
        alone = Process(None)
        alone.live.tell(("c1",))
        await alone.until(lambda: alone.looks > 2)
        assert alone.heard == []
        await alone.end()

    _done(scene)
