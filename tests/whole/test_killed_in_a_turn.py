"""A server killed in the middle of its work loses no message and answers none twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.core.ids import Address, ChannelName
from bot.core.message import Author
from bot.settings import Settings
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.seal import Keyring, read_or_make_master_key
from tests.channels.conftest import waits_until
from tests.servers import free_port

ROUNDS = 3
PEOPLE = 12


@contextmanager
def server(folder: Path, model: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_MODEL_DIR": str(model.parent),
        "HOTLINE_PORT": str(port),
    }
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        wait_until_ready(port, process, folder / "server.log")
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=90)


def wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=15).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)  # waiting for a process of its own to listen, not for a result
    raise AssertionError(log.read_text()[-2000:])


def test_a_server_killed_in_a_turn_loses_nothing_and_doubles_nothing(tmp_path: Path, model: Path) -> None:
    accepted: Counter[str] = Counter()

    def writes(url: str, token: str) -> None:
        """One person sends until the line breaks; what got 202 was promised to be kept."""
        with httpx.Client(base_url=url, cookies={"c": token}, timeout=90) as client:
            while True:
                message_id = uuid.uuid4().hex
                try:
                    answer = client.post("/chat/messages", json={"id": message_id, "text": "boss keep my passport"})
                except httpx.TransportError:
                    return
                if answer.status_code == 202:
                    accepted[f"{token}/{message_id}"] += 1

    tokens = [f"person-{number}" for number in range(PEOPLE)]
    for seed in range(ROUNDS):
        port = free_port()
        with server(tmp_path, model, port) as process, ThreadPoolExecutor(PEOPLE) as pool:
            before = len(accepted)
            writing = [pool.submit(writes, f"http://127.0.0.1:{port}", token) for token in tokens]
            wanted = before + random.Random(seed).randint(20, 60)
            while len(accepted) < wanted and not all(one.done() for one in writing):
                time.sleep(0.001)  # the kill comes at a random point of the work, not after a time
            process.send_signal(signal.SIGKILL)
        assert len(accepted) >= wanted, "they wrote until the kill"

    settings = Settings.read({"HOTLINE_DATA_DIR": str(tmp_path)})
    database = Database(settings.database_url)
    store = Conversations(database, Keyring(read_or_make_master_key(tmp_path / "master.key", make=False)))
    with server(tmp_path, model, free_port()):
        waits_until(lambda: not store.with_pending_turns(), 300)
    kept: Counter[str] = Counter()
    for token in tokens:
        found = store.find(ChannelName("web"), Address(token))
        if found is None:  # the server died before this person's first message came through
            assert not any(key.startswith(f"{token}/") for key in accepted)
            continue
        messages = store.messages(found)
        asked = [one for one in messages if one.author is Author.PERSON]
        kept.update(one.channel_message_id for one in asked if one.channel_message_id)
        assert all(one.turn == "done" for one in asked)
        answers = Counter(one.answers for one in messages if one.author is Author.BOT)
        assert set(answers) == {one.id for one in asked}, "every message has its answer"
    database.close()
    assert set(accepted) <= set(kept), "a promised message was lost"
    assert max(kept.values()) == 1, "a message was stored twice"
