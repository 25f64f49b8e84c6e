"""The load generator, as a process of its own, against small real servers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.cli import bench_servers as servers
from bot.server import Server
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def put_load(port: int, **changed: Any) -> dict[str, Any]:
    job = {
        "host": "127.0.0.1",
        "port": port,
        "messages": ["hello", "ကျေးဇူး"],
        "conversations": 4,
        "turns": 80,
        "seconds": 0.0,
        "limit": 120.0,
        "seed": "the same",
    }
    done = subprocess.run(
        [sys.executable, "bench/load.py"], cwd=ROOT, input=json.dumps(job | changed).encode(), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@contextlib.contextmanager
def serving(answer: Callable[[dict[str, str]], Response]) -> Iterator[int]:
    busy: set[str] = set()

    async def webhook(request: Request) -> Response:
        message = await request.json()
        if message["sender"] in busy:
            return Response("does not wait for the answer", status_code=409)
        busy.add(message["sender"])
        await asyncio.sleep(0)  # others may come in between
        busy.remove(message["sender"])
        return answer(message)

    port = free_port()
    app = Starlette(routes=[Route("/webhooks/rest/webhook", webhook, methods=["POST"])])
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)  # uvicorn tells by this alone; asked without a rest, it would get to nothing
        yield port
    finally:
        server.should_exit = True
        thread.join()


def test_a_conversation_has_at_most_ten_messages_and_then_somebody_new_writes() -> None:
    heard: Counter[str] = Counter()

    def answer(message: dict[str, str]) -> Response:
        heard[message["sender"]] += 1
        return JSONResponse([{"text": "yes"}])

    with serving(answer) as port:
        result = put_load(port, conversations=1, turns=35)
    assert len(result["milliseconds"]) == 35
    assert list(heard.values()) == [10, 10, 10, 5]


def test_nobody_writes_again_before_the_answer() -> None:
    with serving(lambda _: JSONResponse([{"text": "yes"}])) as port:
        result = put_load(port, conversations=16, turns=320)
    assert result["errors"] == 0, result["first_error"]
    assert len(result["milliseconds"]) >= 320


def test_the_same_seed_sends_the_same_messages() -> None:
    heard: list[str] = []

    def answer(message: dict[str, str]) -> Response:
        heard.append(message["message"])
        return JSONResponse([{"text": "yes"}])

    with serving(answer) as port:
        put_load(port, conversations=1, turns=20)
        put_load(port, conversations=1, turns=20)
    assert heard[:20] == heard[20:]


def test_an_answer_of_nothing_is_silent_and_one_that_breaks_the_contract_an_error() -> None:
    answers = [
        JSONResponse([{"text": "yes"}]),
        JSONResponse([]),
        JSONResponse({"error": "broken"}),
        JSONResponse([{"text": "yes"}], status_code=503),
        Response("not JSON"),
    ]
    with serving(lambda _: answers.pop(0)) as port:
        result = put_load(port, conversations=1, turns=5)
    assert (len(result["milliseconds"]), result["silent"], result["errors"]) == (2, 1, 3)
    assert result["first_error"].startswith("200: ")


def test_a_server_that_is_not_there_gives_errors_and_an_end() -> None:
    result = put_load(free_port(), conversations=2, turns=3)
    assert result["milliseconds"] == []
    assert result["errors"] >= 3


@pytest.mark.parametrize("level", [1, 8])
def test_the_bare_server_has_stored_every_turn_that_was_counted(tmp_path: Path, level: int) -> None:
    with servers.limit(ROOT, tmp_path) as server:
        result = put_load(server.port, conversations=level)
        assert server.memory_mb() != 0
        assert server.cpu_seconds() != 0
    assert result["errors"] == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "echo.db")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        stored = database.execute("SELECT count(*) FROM messages WHERE sender != 'first'").fetchone()[0]
    assert stored == len(result["milliseconds"]) >= 80


def test_a_server_that_dies_is_named_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "echo.db").mkdir()  # cannot be opened as a database
    with (
        pytest.raises(servers.ServerFailed, match=r"(?s)limit does not answer.*unable to open database"),
        servers.limit(ROOT, tmp_path),
    ):
        pass
