"""A whole hotline for tests, in the words of the field: ``hotline.says(...)``, ``operator.takes_over(...)``."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pyotp
import uvicorn

from bot.app import Hotline, build, make_app, open_store
from bot.content.library import Library
from bot.nlu.engine import Engine
from bot.server import Server
from bot.services.line import Pace
from bot.settings import Settings
from tests.servers import free_port

PASSWORD = "correct horse battery"

#: Seconds for a request that is not meant to fail: on a busy machine a slow answer is no broken one.
PATIENCE = 90.0


def settings_for(
    folder: Path,
    port: int,
    model_dir: Path,
    database_url: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Settings:
    """*more*: further variables, such as those of a channel. The hotline's day does not end while a test runs."""
    environ = {
        "HOTLINE_TIME_ZONE": zone_where_it_is_noon(),
        **(more or {}),
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_MODEL_DIR": str(model_dir),
        "HOTLINE_PORT": str(port),
    }
    if database_url is not None:
        environ["HOTLINE_DATABASE_URL"] = database_url
    return Settings.read(environ)


def zone_where_it_is_noon() -> str:
    """The name of a zone in which the clock stands between twelve and one."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # the names count to the west


class _Server(Server):
    """Tells when it listens, or that it never will."""

    def __init__(self, config: uvicorn.Config, let_go: Callable[[], None]) -> None:
        super().__init__(config, let_go)
        self.told = threading.Event()
        self.failure: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.told.set()

    def serve_to_the_end(self) -> None:
        try:
            asyncio.run(self.serve())
        except BaseException as error:
            self.failure = error
        finally:
            self.told.set()


@contextlib.contextmanager
def served(hotline: Hotline) -> Iterator[str]:
    """Serve on a free port, in a thread of its own; yields the address."""
    port = hotline.settings.port
    server = _Server(
        uvicorn.Config(
            make_app(hotline),
            host="127.0.0.1",
            port=port,
            log_level="warning",
            ws="none",
            timeout_graceful_shutdown=10,
        ),
        hotline.changes.close,
    )
    thread = threading.Thread(target=server.serve_to_the_end, daemon=True)
    thread.start()
    server.told.wait()
    if server.failure is not None:
        raise server.failure
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def whole_hotline(
    folder: Path,
    engine: Engine,
    library: Library,
    database_url: str | None = None,
    more: Mapping[str, str] | None = None,
    pace: Pace | None = None,
    port: int | None = None,
) -> Iterator[tuple[Hotline, str]]:
    """Build a hotline on an empty store and serve it."""
    settings = settings_for(folder, port or free_port(), folder, database_url, more)
    store = open_store(settings)
    hotline = build(settings, store, engine, library, pace)
    with served(hotline) as url:
        yield hotline, url
    store.database.close()


@dataclass
class Person:
    """Somebody who writes to us over REST."""

    url: str
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def says(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """What comes back."""
        answer = httpx.post(
            f"{self.url}/webhooks/rest/webhook", json={"sender": self.name, "message": text, **more}, timeout=PATIENCE
        )
        assert answer.status_code == 200, answer.text
        replies: list[dict[str, Any]] = answer.json()
        return replies


def _send_without_https(client: httpx.Client) -> None:
    """A cookie that is for https alone: there is no proxy here that would speak it."""
    for cookie in client.cookies.jar:
        cookie.secure = False


@dataclass
class AtTheDesk:
    """An operator with a session, over the JSON API."""

    client: httpx.Client
    csrf: str

    @classmethod
    def signs_in(cls, hotline: Hotline, url: str, name: str = "dara", role: str = "operator") -> AtTheDesk:
        """By a one-time link. The first time the second step is put off, later it is set up at once."""
        from bot.app import now
        from bot.cli.serve import sign_in_link

        operator = hotline.store.operators.by_name(name) or hotline.store.operators.add(name, role, now())
        hotline.store.second_steps.reset(operator.id)
        token = sign_in_link(hotline.settings, hotline.store, operator.id).split("#welcome=")[1]
        client = httpx.Client(base_url=f"{url}/desk/api", timeout=PATIENCE)
        client.event_hooks = {"response": [lambda _: _send_without_https(client)]}
        opened = client.post("/welcome", json={"token": token, "password": PASSWORD})
        assert opened.status_code == 200, opened.text
        desk = cls(client, opened.json()["csrf"])
        if opened.json()["stage"] == "set_up":
            desk.sets_up()
        return desk

    def sets_up(self) -> tuple[str, list[str]]:
        """The second step: returns its secret and the recovery codes."""
        offered = self.asks("/me/second-step", {})
        secret = "".join(offered.json()["groups"])
        done = self.asks("/me/second-step/confirm", {"code": pyotp.TOTP(secret).now()})
        assert done.status_code == 200, done.text
        if done.json()["session"] is not None:
            self.csrf = done.json()["session"]["csrf"]
        return secret, done.json()["recovery_codes"]

    def asks(self, path: str, body: Any = None, method: str = "POST") -> httpx.Response:
        """Any request that changes something."""
        return self.client.request(method, path, json=body, headers={"X-CSRF": self.csrf})

    def sees(self) -> list[dict[str, Any]]:
        """The list, most urgent first."""
        conversations: list[dict[str, Any]] = self.client.get("/desk").json()["conversations"]
        return conversations

    def opens(self, conversation_id: str) -> dict[str, Any]:
        conversation: dict[str, Any] = self.client.get(f"/conversations/{conversation_id}").json()
        return conversation

    def does(self, action: str, conversation_id: str, **body: Any) -> httpx.Response:
        """``take-over``, ``hand-back``, ``close``, ``messages``."""
        return self.client.post(
            f"/conversations/{conversation_id}/{action}", json=body or None, headers={"X-CSRF": self.csrf}
        )
