"""The limit: the least a server can do and still lose nothing. One durable insert, and the message is sent back.

The same server software and settings as the hotline's own (uvicorn, uvloop, httptools, Starlette; SQLite in WAL mode
with ``synchronous=FULL``), the same contract, no thought.

usage: python bench/echo.py PORT DATABASE
"""

from __future__ import annotations

import json
import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def make_app(database: sqlite3.Connection) -> Starlette:
    """The app; *database* commits each statement by itself."""

    async def webhook(request: Request) -> Response:
        message = json.loads(await request.body())
        sender, text = message["sender"], message["message"]
        database.execute("INSERT INTO messages (sender, text) VALUES (?, ?)", (sender, text))
        said = [{"recipient_id": sender, "text": text}]
        return Response(json.dumps(said, ensure_ascii=False), media_type="application/json")

    return Starlette(routes=[Route("/webhooks/rest/webhook", webhook, methods=["POST"])])


def open_database(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, sender TEXT, text TEXT)")
    return database


if __name__ == "__main__":
    port, path = sys.argv[1:]
    uvicorn.run(
        make_app(open_database(path)),
        host="127.0.0.1",
        port=int(port),
        log_level="warning",
        access_log=False,
        ws="none",
        proxy_headers=False,
    )
