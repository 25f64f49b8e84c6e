"""A small translation server with the LibreTranslate interface, on this machine: it turns texts around."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LANGUAGES = ("en", "id", "ms", "tl", "vi", "th", "my", "km", "lo", "zh-Hans", "ta")


@dataclass
class TranslationServer:
    """*asked*: what it was sent; *status*: what it answers."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    languages: tuple[str, ...] = LANGUAGES


@contextlib.contextmanager
def translation_server() -> Iterator[TranslationServer]:
    """Serve on a free port, in a thread of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    told = TranslationServer(f"http://127.0.0.1:{server.server_address[1]}")
    server.told = told  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = self._told
        self._answer([{"code": code, "name": code, "targets": list(told.languages)} for code in told.languages])

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._told.asked.append(asked)
        self._answer({"translatedText": f"[{asked['target']}] {asked['q'][::-1]}"})

    def log_message(self, *_: object) -> None:
        """Nothing: what is translated stands in no log."""

    @property
    def _told(self) -> TranslationServer:
        told: TranslationServer = self.server.told  # type: ignore[attr-defined]
        return told

    def _answer(self, body: object) -> None:
        sent = json.dumps(body).encode()
        self.send_response(self._told.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)
