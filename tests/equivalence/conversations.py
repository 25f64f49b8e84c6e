"""Random conversations with the small project: forms opened and left, slots of all kinds, restarts, going back."""

from __future__ import annotations

import json
import random
from typing import Any

INTENTS = [
    "hello",
    "bye",
    "report",
    "book",
    "chat",
    "inform",
    "affirm",
    "deny",
    "stop",
    "ask_status",
    "forget",
    "again",
    "tell",
    "praise",
]
PLACES = ("Yangon", "Bangkok", "nowhere", "Penang")
#: What is said more often than by chance, so that forms get filled and left again.
LIKELY = ("report", "book", "inform", "affirm", "deny", "chat", "stop", "hello")

Step = dict[str, Any]


def conversations(count: int, seed: int = 20) -> list[list[Step]]:
    """*count* conversations of 4 to 30 turns.

    A step has the ``slots`` that are set from outside, the ``intent``, the ``entities`` and the ``text`` of a message.
    """
    return [_conversation(random.Random(f"{seed}/{number}")) for number in range(count)]


def _conversation(chance: random.Random) -> list[Step]:
    turns = chance.randint(4, 30)
    steps: list[Step] = []
    backs = 0
    while len(steps) < turns:
        step = _step(chance)
        # going back goes through as many turns as are kept, and no further; see bot/nlu/memory.py
        if step["intent"] == "back":
            if backs or len(steps) < 2:
                continue
            backs = 3
        backs = max(0, backs - 1)
        steps.append(step)
    return steps


def _step(chance: random.Random) -> Step:
    slots: dict[str, Any] = {}
    if chance.random() < 0.15:
        slots["risk"] = chance.choice(("none", "high", "emergency", None))
    if chance.random() < 0.1:
        slots["known"] = chance.random() < 0.5
    if chance.random() < 0.05:
        slots["language"] = chance.choice(("en", "my"))
    sort = chance.random()
    intent = (
        "restart"
        if sort < 0.04
        else "back"
        if sort < 0.07
        else "nothing_known"
        if sort < 0.09
        else chance.choice(LIKELY)
        if sort < 0.6
        else chance.choice(INTENTS)
    )
    entities: list[dict[str, Any]] = []
    if intent in ("inform", "book", "report", "tell", "chat") and chance.random() < 0.7:
        entities = _entities(chance)
    return {"slots": slots, "intent": intent, "entities": entities, "text": _text(intent, entities)}


def _entities(chance: random.Random) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if chance.random() < 0.6:
        place: dict[str, Any] = {"entity": "place", "value": chance.choice(PLACES)}
        if chance.random() < 0.5:
            place["role"] = chance.choice(("from", "to"))
        found.append(place)
    for entity, values in (("age", ("17", "40", "x")), ("note", ("a", "b")), ("mood", ("good", "bad"))):
        if chance.random() < 0.25:
            found += [{"entity": entity, "value": chance.choice(values)} for _ in range(chance.randint(1, 2))]
    return found


def _text(intent: str, entities: list[dict[str, Any]]) -> str:
    values: dict[str, Any] = {}
    for entity in entities:
        values.setdefault(entity["entity"], []).append(entity["value"])
    return f"/{intent}" + (json.dumps(values) if values else "")
