"""The suite itself: people write by Telegram and SMS while faults happen and the server is killed again and again."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.core.ids import Address, ChannelName
from bot.settings import Settings
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.seal import Keyring, read_or_make_master_key
from tests.channels import peers
from tests.channels.peers import PUBLIC, Peer
from tests.faults.count import Count, compare
from tests.servers import free_port

#: Each is answered in other words than the one before, so that a change of order shows.
_SAYS = ("I want a human", "change language", "thank you", "how much can the agency take", "goodbye", "who are you")
_TELEGRAM_FAULTS = ("429", "500", "502", "cut before", "cut after", "hang")
_TWILIO_FAULTS = ("20429", "20500", "502", "cut before", "cut after", "20500 after", "hang")
_ORDERS: tuple[list[int] | None, ...] = (None, [2, 0, 1, 1], [2], [], [1, 2, 0])
_PATIENCE = "6"  # seconds that we wait for an answer: this machine runs both sides
_HANG = 9.0


@dataclass
class Load:
    """How much: *messages* on each channel, from *people* each, with so many *kills*."""

    messages: int
    people: int
    kills: int
    faults: int
    seed: int = 1


@dataclass
class Server:
    """``hotline run`` in a process of its own, which can be killed and begun again on the same data."""

    folder: Path
    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def begin(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-3000:]
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)  # a process of its own begins to listen
        raise AssertionError("the server does not begin")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


@dataclass
class People:
    """Who wrote what."""

    wrote: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, text: str) -> None:
        with self.lock:
            self.wrote[who].append(text)
            self.sent += 1


def run(load: Load, folder: Path, model: Path, tell: Callable[[str], None]) -> list[Count]:
    """Run it all; returns the counts of each channel. Raises Missing: there are no peers here."""
    dice = random.Random(load.seed)
    port = free_port()
    with ExitStack() as stack:
        telegram = stack.enter_context(peers.running("telegram_server.py", port))
        twilio = stack.enter_context(peers.running("twilio_server.py", port))
        environment = os.environ | {
            **peers.telegram_settings(telegram),
            **peers.twilio_settings(twilio),
            "HOTLINE_TWILIO_RATE": "0",
            "HOTLINE_TELEGRAM_TIMEOUT": _PATIENCE,
            "HOTLINE_TWILIO_TIMEOUT": _PATIENCE,
            "HOTLINE_DATA_DIR": str(folder),
            "HOTLINE_MODEL_DIR": str(model.parent),
            "HOTLINE_PORT": str(port),
        }
        server = Server(folder, environment, port)
        server.begin()
        stack.callback(server.end)
        by_telegram, by_sms = People(), People()
        began = time.monotonic()
        chats = [7000 + number for number in range(load.people)]
        numbers = [f"+4477009{number:05d}" for number in range(load.people)]
        stop = threading.Event()
        workers = [
            threading.Thread(target=_telegram, args=(telegram, chats, load, by_telegram)),
            threading.Thread(target=_twilio, args=(twilio, numbers[::2], load.messages // 2, by_sms, 1)),
            threading.Thread(
                target=_twilio, args=(twilio, numbers[1::2], load.messages - load.messages // 2, by_sms, 2)
            ),
            threading.Thread(target=_break_things, args=(telegram, twilio, chats, numbers, load, by_telegram, stop)),
        ]
        for worker in workers:
            worker.start()
        for turn in range(load.kills):
            goal = (by_telegram.sent + by_sms.sent) + dice.randint(1, 2 * load.messages // (load.kills + 1))
            while by_telegram.sent + by_sms.sent < goal and any(one.is_alive() for one in workers[:3]):
                time.sleep(0.002)  # the kill comes at a random point of the work
            server.kill()
            tell(f"killed {turn + 1} of {load.kills} after {by_telegram.sent + by_sms.sent} messages")
            server.begin()
        for worker in workers[:3]:
            worker.join()
        stop.set()
        workers[3].join()
        tell(f"all written after {time.monotonic() - began:.0f} s; waiting for what is still on its way")
        _settle(folder, by_telegram.sent + by_sms.sent)
        tell(f"settled after {time.monotonic() - began:.0f} s")
        server.end()
        return _counted(folder, telegram, twilio, by_telegram, by_sms)


def _telegram(peer: Peer, chats: list[int], load: Load, people: People) -> None:
    dice = random.Random(load.seed + 10)
    for chat in chats:
        peer.act("user", chat_id=chat)
    for number in range(load.messages):
        chat = chats[number % len(chats)]
        text = f"{_SAYS[(number // len(chats)) % len(_SAYS)]}"
        update = peer.act("text", chat_id=chat, text=text)
        people.note(str(chat), text)
        if dice.random() < 0.1:  # told again, perhaps much later; the first time it was kept until we confirmed it
            peer.act("deliver", update_ids=[update["update_id"]])


def _twilio(peer: Peer, numbers: list[str], messages: int, people: People, seed: int) -> None:
    dice = random.Random(seed)
    url = f"{PUBLIC}/webhooks/twilio"
    for place in range(messages):
        number = numbers[place % len(numbers)]
        text = _SAYS[(place // len(numbers)) % len(_SAYS)]
        if dice.random() < 0.2:
            order = dice.choice(_ORDERS)
            peer.act("outcome", to=number, statuses=["queued", "sent", "delivered"], order=order)
        entry = peer.act("inbound", url=url, Body=text, From=number)
        first = entry["n"]
        while entry.get("status") != 200:  # the server is down: it is told again, as Twilio's fallback would
            time.sleep(0.1)
            entry = peer.act("replay", n=first)
        people.note(number, text)
        if dice.random() < 0.1:
            peer.act("replay", n=first)


def _break_things(
    telegram: Peer,
    twilio: Peer,
    chats: list[int],
    numbers: list[str],
    load: Load,
    people: People,
    stop: threading.Event,
) -> None:
    """Faults spread over the load. Each person meets one kind, so that what the other side saw can be told later."""
    dice = random.Random(load.seed + 20)
    for place in range(load.faults):
        while people.sent < place * load.messages // load.faults and not stop.is_set():
            time.sleep(0.005)
        who = dice.randrange(load.people)
        _fail(telegram, "sendMessage", _TELEGRAM_FAULTS[who % len(_TELEGRAM_FAULTS)], {"chat_id": chats[who]})
        who = dice.randrange(load.people)
        _fail(twilio, "POST Messages.json", _TWILIO_FAULTS[who % len(_TWILIO_FAULTS)], {"To": numbers[who]})


def _fail(peer: Peer, call: str, fault: str, where: dict[str, object]) -> None:
    kind, _, more = fault.partition(" ")
    if kind == "cut":
        peer.act("fail", call=call, kind="drop", after=more == "after", where=where)
    elif kind == "hang":
        peer.act("fail", call=call, kind="slow", seconds=_HANG, where=where)
    elif kind == "429":
        peer.act("fail", call=call, kind="429", retry_after=1, where=where)
    else:
        peer.act("fail", call=call, kind=kind, after=more == "after", where=where)


def _settle(folder: Path, expected: int) -> None:
    """Wait until every message is stored and answered and nothing is left in the outbox."""
    deadline = time.monotonic() + 900
    with _reading(folder) as connection:
        while time.monotonic() < deadline:
            (stored,) = connection.execute("select count(*) from messages where author = 'person'").fetchone()
            (left,) = connection.execute(
                "select count(*) from messages where turn = 'pending' or delivery in ('queued', 'sending')"
            ).fetchone()
            if stored >= expected and not left:
                return
            time.sleep(0.2)
    # what has not settled is counted as lost


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{folder / 'hotline.db'}?mode=ro", uri=True, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def _counted(folder: Path, telegram: Peer, twilio: Peer, by_telegram: People, by_sms: People) -> list[Count]:
    took: dict[str, list[str]] = defaultdict(list)
    for call in telegram.calls("sendMessage"):
        who = call["params"]["chat_id"] - 7000
        fault = _TELEGRAM_FAULTS[who % len(_TELEGRAM_FAULTS)]
        if call.get("status") == 200 or (call.get("error") and fault == "cut after"):
            took[str(call["params"]["chat_id"])].append(call["params"]["text"])
    listed = httpx.get(
        f"{twilio.url}/2010-04-01/Accounts/{peers.ACCOUNT}/Messages.json",
        auth=(peers.ACCOUNT, peers.AUTH_TOKEN),
        timeout=120,
    ).json()["messages"]
    for message in listed:
        took[message["to"]].append(message["body"])
    database = Database(Settings.read({"HOTLINE_DATA_DIR": str(folder)}).database_url)
    try:
        store = Conversations(database, Keyring(read_or_make_master_key(folder / "master.key", make=False)))
        counts = []
        for name, people, in_order in (("telegram", by_telegram, True), ("sms", by_sms, True)):
            count = Count(name)
            for who, wrote in people.wrote.items():
                found = store.find(ChannelName(name), Address(who))
                kept = store.messages(found) if found is not None else []
                compare(count, wrote, kept, _joined(name, took[who], [one.text for one in kept]), in_order=in_order)
            counts.append(count)
        return counts
    finally:
        database.close()


def _joined(name: str, took: list[str], said: list[str]) -> list[str]:
    """What was taken, as our messages: an SMS holds its menu as numbers, in the same or in a message of its own."""
    if name != "sms":
        return took
    ours = set(said)
    found = []
    for body in took:
        if body in ours:
            found.append(body)
            continue
        text = body
        while "\n" in text and text not in ours:
            text = text.rpartition("\n")[0]
        if text in ours:
            found.append(text)
        elif not body.startswith("1 "):
            found.append(body)
    return found
