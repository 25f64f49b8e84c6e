"""LINE and Messenger as they are described, small: they check what they are sent and fail on demand."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SmallPeer(ThreadingHTTPServer):
    """``took`` is what the person would see; ``faults`` are used up one by one.

    ``files`` are what people sent, by path; ``fetched`` who asked for one.

    A fault is a status to answer with instead, ``"cut"`` (nothing was taken), or ``"cut after"`` (taken, no answer).
    """

    daemon_threads = True

    def __init__(self, kind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kind = kind
        self.took: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[int | str] = []
        self.keys: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.fetched: list[tuple[str, dict[str, str]]] = []
        self.calls = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body for a POST."""
        return (self._line if self.kind == "line" else self._messenger)(path, headers, body)

    def _line(self, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if headers.get("Authorization") != "Bearer line-token":
            return 401, {"message": "Authentication failed"}
        (message,) = body["messages"]
        items = message.get("quickReply", {}).get("items", [])
        labels = [item["action"]["label"] for item in items]
        wrong = path != "/v2/bot/message/push" or message["type"] != "text" or not 1 <= len(message["text"]) <= 5000
        if wrong or len(items) > 13 or any(not 1 <= len(one) <= 20 for one in labels):
            return 400, {"message": "The request body has 1 error(s)"}
        key = str(uuid.UUID(headers["X-Line-Retry-Key"]))
        if key in self.keys:
            return 409, {"message": "The retry key is already accepted"}
        self.keys.add(key)
        self.took.append((body["to"], message))
        return 200, {"sentMessages": [{"id": str(len(self.took))}]}

    def _messenger(self, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if headers.get("Authorization") != "Bearer page-token":
            return 401, {"error": {"code": 190, "message": "Invalid OAuth access token"}}
        message, to = body["message"], body["recipient"]["id"]
        replies = message.get("quick_replies", [])
        wrong = not path.endswith("/me/messages") or body["messaging_type"] != "RESPONSE"
        if wrong or not 1 <= len(message["text"]) <= 2000 or len(replies) > 13:
            return 400, {"error": {"code": 100, "message": "Invalid parameter"}}
        if any(not 1 <= len(one["title"]) <= 20 or one["content_type"] != "text" for one in replies):
            return 400, {"error": {"code": 100, "message": "Invalid parameter"}}
        self.took.append((to, message))
        return 200, {"recipient_id": to, "message_id": f"m_{len(self.took)}"}


class _Handler(BaseHTTPRequestHandler):
    server: SmallPeer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls += 1
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == "cut":
            return self._cut()
        if isinstance(fault, int):
            return self._tell(fault, {"message": "fault", "error": {"code": 2 if fault >= 500 else 4}})
        status, answer = self.server.answer(self.path, self.headers, body)
        if fault == "cut after":
            return self._cut()
        return self._tell(status, answer)

    def do_GET(self) -> None:
        if "content" in self.path or "cdn" in self.path:
            self.server.fetched.append((self.path, dict(self.headers)))
            return self._give(self.server.files.get(self.path))
        return self._tell(200, {"basicId": "@x", "name": "Hotline", "endpoint": "", "active": False})

    def _give(self, file: bytes | None) -> None:
        self.send_response(404 if file is None else 200)
        self.send_header("Content-Length", str(len(file or b"")))
        self.end_headers()
        self.wfile.write(file or b"")

    def _cut(self) -> None:
        self.close_connection = True

    def _tell(self, status: int, answer: dict[str, Any]) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def small_peer(kind: str) -> Iterator[SmallPeer]:
    """A running peer: ``line`` or ``messenger``."""
    peer = SmallPeer(kind)
    thread = threading.Thread(target=peer.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.shutdown()
        peer.server_close()
        thread.join(5)
