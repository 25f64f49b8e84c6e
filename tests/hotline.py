"""A whole hotline for tests, in the words of the field: ``hotline.says(...)``, ``operator.takes_over(...)``."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.app import Hotline, build, make_app, open_store
from bot.content.library import Library
from bot.nlu.engine import Engine
from bot.services.deliver import Pace
from bot.settings import Settings
from tests.servers import free_port

PASSWORD = "correct horse battery"


def settings_for(
    folder: Path,
    port: int,
    model_dir: Path,
    database_url: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Settings:
    """*more*: further variables, such as those of a channel."""
    environ = {
        **(more or {}),
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_MODEL_DIR": str(model_dir),
        "HOTLINE_PORT": str(port),
    }
    if database_url is not None:
        environ["HOTLINE_DATABASE_URL"] = database_url
    return Settings.read(environ)


class _Server(uvicorn.Server):
    """Tells when it listens, or that it never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
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
            timeout_graceful_shutdown=2,
        )
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
        thread.join(timeout=20)


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
            f"{self.url}/webhooks/rest/webhook", json={"sender": self.name, "message": text, **more}, timeout=30
        )
        assert answer.status_code == 200, answer.text
        replies: list[dict[str, Any]] = answer.json()
        return replies


@dataclass
class AtTheDesk:
    """An operator with a session, over the JSON API."""

    client: httpx.Client
    csrf: str

    @classmethod
    def signs_in(cls, hotline: Hotline, url: str, name: str = "dara") -> AtTheDesk:
        from bot.app import now
        from bot.cli.serve import sign_in_link

        operator = hotline.store.operators.by_name(name) or hotline.store.operators.add(name, "operator", now())
        token = sign_in_link(hotline.settings, hotline.store, operator.id).split("#welcome=")[1]
        client = httpx.Client(base_url=f"{url}/desk/api", timeout=30)
        opened = client.post("/welcome", json={"token": token, "password": PASSWORD})
        assert opened.status_code == 200, opened.text
        return cls(client, opened.json()["csrf"])

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
