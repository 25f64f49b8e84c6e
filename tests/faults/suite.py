"""The suite itself: people write by Telegram and SMS while faults happen, the server is killed again and again, its
clock jumps and its disk is full."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import func, or_, select

from bot.core.ids import Address, ChannelName
from bot.settings import Settings
from bot.store import tables as t
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.seal import Keyring, read_or_make_master_key
from tests.channels import peers
from tests.channels.peers import Peer
from tests.faults.count import Count, compare
from tests.faults.people import PATIENCE, TELEGRAM_FAULTS, Load, People, break_things, write_by_sms, write_by_telegram
from tests.faults.server import Clock, Front, Server, filled, small_disk
from tests.servers import free_port

#: Where the hands of the clock are turned to, one after another, in hours beside the real time.
_TURNS = (3.0, -2.0, 30.0, 0.0, -26.0, 0.3)
#: Bytes that are left on a full disk: none, too little for a message, too little for a turn.
_LEFT = (0, 4096, 20_480)

Tell = Callable[[str], None]


@dataclass
class _Scene:
    """All that runs while the suite does."""

    folder: Path
    database_url: str
    servers: list[Server]
    telegram: Peer
    twilio: Peer
    clock: Clock | None
    by_telegram: People
    by_sms: People

    @property
    def sent(self) -> int:
        return self.by_telegram.sent + self.by_sms.sent


def run(load: Load, folder: Path, model: Path, tell: Tell, database_url: str | None = None) -> list[Count]:
    """Run it all; returns the counts of each channel. Raises Missing: there are no peers here, say.

    Args:
        database_url: of an empty PostgreSQL database; SQLite in *folder* without one.
    """
    with ExitStack() as stack:
        if load.full:
            folder = stack.enter_context(small_disk(folder / "disk"))
        scene = _begin(load, folder, model, database_url, stack)
        began = time.monotonic()
        chats = [7000 + number for number in range(load.people)]
        numbers = [f"+4477009{number:05d}" for number in range(load.people)]
        half = load.messages // 2
        stop = threading.Event()
        writers = [
            threading.Thread(target=write_by_telegram, args=(scene.telegram, chats, load, scene.by_telegram)),
            threading.Thread(target=write_by_sms, args=(scene.twilio, numbers[::2], half, scene.by_sms, 1)),
            threading.Thread(
                target=write_by_sms, args=(scene.twilio, numbers[1::2], load.messages - half, scene.by_sms, 2)
            ),
        ]
        faults = (scene.telegram, scene.twilio, chats, numbers, load, scene.by_telegram, stop)
        breaker = threading.Thread(target=break_things, args=faults)
        for one in (*writers, breaker):
            one.start()
        _disturb(load, scene, writers, tell)
        for one in writers:
            one.join()
        stop.set()
        breaker.join()
        tell(f"all written after {time.monotonic() - began:.0f} s; waiting for what is still on its way")
        database = Database(scene.database_url)
        stack.callback(database.close)
        _settle(database, scene)
        tell(f"settled after {time.monotonic() - began:.0f} s")
        for server in scene.servers:
            server.end()
        return _counted(database, scene)


def _begin(load: Load, folder: Path, model: Path, database_url: str | None, stack: ExitStack) -> _Scene:
    ports = [free_port() for _ in range(load.servers)]
    public = ports[0] if load.servers == 1 else stack.enter_context(Front(ports).running()).port
    telegram = stack.enter_context(peers.running("telegram_server.py", public))
    twilio = stack.enter_context(peers.running("twilio_server.py", public))
    clock = Clock.at(folder / "clock") if load.jumps else None
    environment = os.environ | {
        **peers.telegram_settings(telegram),
        **peers.twilio_settings(twilio),
        "HOTLINE_TWILIO_RATE": "0",
        "HOTLINE_REPLIES_A_MINUTE": "0",  # every message has its answer, so that a lost one shows
        "HOTLINE_TELEGRAM_TIMEOUT": PATIENCE,
        "HOTLINE_TWILIO_TIMEOUT": PATIENCE,
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_MODEL_DIR": str(model.parent),
        **({"HOTLINE_DATABASE_URL": database_url} if database_url else {}),
        **(clock.environment() if clock else {}),
    }
    servers = [Server(folder / f"server{place}.log", environment, port) for place, port in enumerate(ports)]
    for server in servers:
        server.begin()
        stack.callback(server.end)
    settings = Settings.read(environment)
    return _Scene(folder, settings.database_url, servers, telegram, twilio, clock, People(), People())


def _disturb(load: Load, scene: _Scene, writers: Sequence[threading.Thread], tell: Tell) -> None:
    """Kill, turn the clock and fill the disk, each at a random point of the work."""
    dice = random.Random(load.seed)
    coming = ["kill"] * load.kills + ["jump"] * load.jumps + ["full"] * load.full
    dice.shuffle(coming)
    done: dict[str, int] = defaultdict(int)
    for what in coming:
        goal = scene.sent + dice.randint(1, max(1, 2 * load.messages // (len(coming) + 1)))
        while scene.sent < goal and any(one.is_alive() for one in writers):
            time.sleep(0.002)  # it comes at a random point of the work
        if what == "kill":
            server = dice.choice(scene.servers)
            server.kill()
            tell(f"killed {done[what] + 1} of {load.kills} after {scene.sent} messages")
            server.begin()
        elif what == "jump" and scene.clock is not None:
            hours = _TURNS[done[what] % len(_TURNS)]
            scene.clock.turn(hours)
            tell(f"the clock is {hours:+g} hours off after {scene.sent} messages")
        else:
            _fill(scene, _LEFT[done[what] % len(_LEFT)], writers, tell)
        done[what] += 1


def _fill(scene: _Scene, leave: int, writers: Sequence[threading.Thread], tell: Tell) -> None:
    """Fill the disk until people were refused, or nobody writes any more."""
    (server,) = scene.servers
    assert server.process is not None
    before, refused = scene.sent, scene.by_sms.refused
    with filled(scene.folder, leave):
        ready = server.ready()
        deadline = time.monotonic() + 90
        while scene.by_sms.refused < refused + 20 and time.monotonic() < deadline:
            if not any(one.is_alive() for one in writers):
                break
            time.sleep(0.01)
        alive = server.process.poll() is None
    tell(
        f"the disk was full after {before} messages: {scene.by_sms.refused - refused} webhooks refused, "
        f"ready: {'yes' if ready else 'no'}, alive: {'yes' if alive else 'no'}"
    )
    assert alive, "a full disk stopped the server"
    assert not ready, "it said that it is ready on a full disk"


def _settle(database: Database, scene: _Scene) -> None:
    """Wait until every message is stored and answered and nothing is left in the outbox."""
    m = t.messages.c
    stored_now = select(func.count()).where(m.author == "person")
    left_now = select(func.count()).where(or_(m.turn == "pending", m.delivery.in_(("queued", "sending"))))
    deadline = time.monotonic() + 1800
    while time.monotonic() < deadline:
        with database.read() as connection:
            stored, left = connection.execute(stored_now).scalar_one(), connection.execute(left_now).scalar_one()
        if stored >= scene.sent and not left:
            return
        time.sleep(0.2)
    # what has not settled is counted as lost


def _counted(database: Database, scene: _Scene) -> list[Count]:
    took: dict[str, list[str]] = defaultdict(list)
    for call in scene.telegram.calls("sendMessage"):
        who = call["params"]["chat_id"] - 7000
        fault = TELEGRAM_FAULTS[who % len(TELEGRAM_FAULTS)]
        if call.get("status") == 200 or (call.get("error") and fault == "cut after"):
            took[str(call["params"]["chat_id"])].append(call["params"]["text"])
    listed = httpx.get(
        f"{scene.twilio.url}/2010-04-01/Accounts/{peers.ACCOUNT}/Messages.json",
        auth=(peers.ACCOUNT, peers.AUTH_TOKEN),
        timeout=120,
    ).json()["messages"]
    for message in listed:
        took[message["to"]].append(message["body"])
    store = Conversations(database, Keyring(read_or_make_master_key(scene.folder / "master.key", make=False)))
    counts = []
    for name, people in (("telegram", scene.by_telegram), ("sms", scene.by_sms)):
        count = Count(name)
        for who, wrote in people.wrote.items():
            found = store.find(ChannelName(name), Address(who))
            kept = store.messages(found) if found is not None else []
            compare(count, wrote, kept, _joined(name, took[who], [one.text for one in kept]), in_order=True)
        counts.append(count)
    return counts


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
