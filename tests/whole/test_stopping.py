"""A server that stops keeps nobody waiting and leaves no line open."""

from __future__ import annotations

import asyncio
import socket
import warnings

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.server import Server
from tests.servers import free_port


class Stopping:
    """A server with one page that never ends and one that answers when it is told to."""

    def __init__(self) -> None:
        self.gone, self.answer, self.asked = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.port = free_port()
        app = Starlette(routes=[Route("/open", self._open), Route("/slow", self._slow)])
        config = uvicorn.Config(app, port=self.port, log_level="critical", ws="none", timeout_graceful_shutdown=30)
        self.server = Server(config, self.gone.set)
        self._serving = asyncio.create_task(self.server.serve())

    async def listens(self) -> Stopping:
        while not self.server.started:  # noqa: ASYNC110 -- uvicorn tells by this alone
            await asyncio.sleep(0)
        return self

    def connects(self, path: str | None = None) -> socket.socket:
        """Somebody who connects, and asks for *path* or says nothing."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        if path is not None:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        return client

    async def stops(self) -> None:
        await self.server.shutdown()
        self.server.should_exit = True
        await self._serving

    async def _open(self, _: Request) -> Response:
        async def until_gone() -> object:
            yield b"data: first\n\n"
            self.asked.set()
            await self.gone.wait()

        return StreamingResponse(until_gone())

    async def _slow(self, _: Request) -> Response:
        self.asked.set()
        await self.answer.wait()
        return Response("answered")


@pytest.mark.parametrize("rounds", range(6))
def test_whoever_connects_in_the_moment_of_stopping_is_let_go(rounds: int) -> None:
    async def play() -> None:
        here = await Stopping().listens()
        with here.connects() as client:
            for _ in range(rounds):  # accepted, known by the loop, known by the server: each takes a round
                await asyncio.sleep(0)
            await here.stops()
            assert _is_ended(client)

    with warnings.catch_warnings(action="error"):
        asyncio.run(play())


def test_an_open_page_does_not_hold_up_the_end() -> None:
    async def play() -> None:
        here = await Stopping().listens()
        with here.connects("/open") as client:
            await here.asked.wait()
            await here.stops()
            assert b"data: first" in await asyncio.to_thread(_all_of, client)

    asyncio.run(play())


def test_what_was_begun_is_answered_before_the_end() -> None:
    async def play() -> None:
        here = await Stopping().listens()
        with here.connects("/slow") as client:
            await here.asked.wait()
            stopping = asyncio.create_task(here.stops())
            await asyncio.sleep(0)
            here.answer.set()
            await stopping
            assert (await asyncio.to_thread(_all_of, client)).endswith(b"answered")

    asyncio.run(play())


def _is_ended(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def _all_of(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))
