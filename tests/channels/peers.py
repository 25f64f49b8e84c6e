"""The services at the other end, as processes of their own: loopback servers that check every call.

They are not part of this project. Where they stand is said by ``HOTLINE_TEST_PEERS``, else they are looked for beside
the project's folder.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import Missing, free_port

PUBLIC = "https://hotline.example.org"
TOKEN = "123456789:fake-token-for-tests"
ACCOUNT, AUTH_TOKEN, SENDER = "AC00000000000000000000000000000001", "fake-auth-token", "+15005550006"
_ROOT = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Where the peers are. Raises Missing."""
    places = [Path(os.environ["HOTLINE_TEST_PEERS"])] if "HOTLINE_TEST_PEERS" in os.environ else []
    for place in [*places, _ROOT.parent / "shared" / "peers"]:
        if (place / "telegram_server.py").exists():
            return place
    raise Missing("the test peers (set HOTLINE_TEST_PEERS to their folder)")


@dataclass(frozen=True)
class Peer:
    """A running peer, told what to do: ``peer.act("text", chat_id=7, text="halo")``."""

    url: str

    def act(self, action: str, /, **arguments: Any) -> Any:
        """What the action gives. Raises AssertionError with the peer's own words: it refused."""
        body = json.dumps(arguments).encode()
        request = urllib.request.Request(f"{self.url}/_test/{action}", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                raise AssertionError(f"{action}: {refused.read().decode()}") from None

    def calls(self, call: str = "*", **where: Any) -> list[dict[str, Any]]:
        """Every call like this that the peer has had."""
        found: list[dict[str, Any]] = self.act("log", call=call, **where)
        return found

    def wait(self, call: str, timeout: float = 60, **where: Any) -> dict[str, Any]:
        """The next call like this, each only once."""
        found: dict[str, Any] = self.act("wait", call=call, timeout=timeout, **where)
        return found


@contextmanager
def running(program: str, hotline_port: int, port: int | None = None) -> Iterator[Peer]:
    """Start ``telegram_server.py`` or ``twilio_server.py``; what it sends to PUBLIC reaches our *hotline_port*."""
    port = port or free_port()
    command = [sys.executable, program, "--port", str(port), "--reroute", PUBLIC, f"http://127.0.0.1:{hotline_port}"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        command, cwd=folder(), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until_it_listens(port, process)
        yield Peer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=60)


def until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when somebody listens on *port*. Raises AssertionError: *process* ended instead."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, "the peer ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # waiting for a process of its own to listen, not for a result
    raise AssertionError("the peer does not listen")


def telegram_settings(peer: Peer, **more: str) -> Mapping[str, str]:
    return {
        "HOTLINE_TELEGRAM_TOKEN": TOKEN,
        "HOTLINE_TELEGRAM_API_URL": peer.url,
        "HOTLINE_TELEGRAM_RATE": "0",
        "HOTLINE_TELEGRAM_TIMEOUT": "20",
        "HOTLINE_PUBLIC_URL": PUBLIC,
        **more,
    }


def twilio_settings(peer: Peer, **more: str) -> Mapping[str, str]:
    return {
        "HOTLINE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "HOTLINE_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "HOTLINE_TWILIO_SMS_FROM": SENDER,
        "HOTLINE_TWILIO_WHATSAPP_FROM": SENDER,
        "HOTLINE_TWILIO_API_URL": peer.url,
        "HOTLINE_TWILIO_TIMEOUT": "20",
        "HOTLINE_PUBLIC_URL": PUBLIC,
        **more,
    }
