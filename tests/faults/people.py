"""Who writes, and what goes wrong at the other side meanwhile."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from tests.channels.peers import PUBLIC, Peer

#: Each is answered in other words than the one before, so that a change of order shows.
SAYS = ("I want a human", "change language", "thank you", "how much can the agency take", "goodbye", "who are you")
TELEGRAM_FAULTS = ("429", "500", "502", "cut before", "cut after", "hang")
TWILIO_FAULTS = ("20429", "20500", "502", "cut before", "cut after", "20500 after", "hang")
_ORDERS: tuple[list[int] | None, ...] = (None, [2, 0, 1, 1], [2], [], [1, 2, 0])
#: Seconds that we wait for an answer (one busy machine runs both sides), and longer ones, after which the message has
#: been taken when we ask for it (bot.services.line.Pace.ask_after).
PATIENCE, _HANG = "12", 14.0


@dataclass(frozen=True)
class Load:
    """How much: *messages* on each channel, from *people* each; *faults* on each channel.

    Attributes:
        kills: so often a server is killed at a random point of the work.
        jumps: so often the servers' clock jumps by hours, to and fro.
        full: so often the servers' disk is full for a while.
        servers: how many work on one database; several need PostgreSQL.
    """

    messages: int
    people: int
    kills: int
    faults: int
    seed: int = 1
    jumps: int = 0
    full: int = 0
    servers: int = 1


@dataclass
class People:
    """Who wrote what."""

    wrote: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sent: int = 0
    refused: int = 0  # how often one was told to come again
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, text: str) -> None:
        with self.lock:
            self.wrote[who].append(text)
            self.sent += 1


def write_by_telegram(peer: Peer, chats: list[int], load: Load, people: People) -> None:
    dice = random.Random(load.seed + 10)
    for chat in chats:
        peer.act("user", chat_id=chat)
    for number in range(load.messages):
        chat = chats[number % len(chats)]
        text = f"{SAYS[(number // len(chats)) % len(SAYS)]}"
        update = peer.act("text", chat_id=chat, text=text)
        people.note(str(chat), text)
        if dice.random() < 0.1:  # told again, perhaps much later; the first time it was kept until we confirmed it
            peer.act("deliver", update_ids=[update["update_id"]])


def write_by_sms(peer: Peer, numbers: list[str], messages: int, people: People, seed: int) -> None:
    dice = random.Random(seed)
    url = f"{PUBLIC}/webhooks/twilio"
    for place in range(messages):
        number = numbers[place % len(numbers)]
        text = SAYS[(place // len(numbers)) % len(SAYS)]
        if dice.random() < 0.2:
            order = dice.choice(_ORDERS)
            peer.act("outcome", to=number, statuses=["queued", "sent", "delivered"], order=order)
        entry = peer.act("inbound", url=url, Body=text, From=number)
        first = entry["n"]
        while entry.get("status") != 200:  # the server is down: it is told again, as Twilio's fallback would
            people.refused += 1
            time.sleep(0.1)
            entry = peer.act("replay", n=first)
        people.note(number, text)
        if dice.random() < 0.1:
            peer.act("replay", n=first)


def break_things(
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
        _fail(telegram, "sendMessage", TELEGRAM_FAULTS[who % len(TELEGRAM_FAULTS)], {"chat_id": chats[who]})
        who = dice.randrange(load.people)
        _fail(twilio, "POST Messages.json", TWILIO_FAULTS[who % len(TWILIO_FAULTS)], {"To": numbers[who]})


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
