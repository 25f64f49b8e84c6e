"""A person at the web page, and a desk's page without a browser: it applies events as ``board.js`` does."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.hotline import PATIENCE, AtTheDesk

Event = dict[str, Any]


class Somebody:
    """A person at the web page."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=PATIENCE, headers={"Origin": url})

    def says(self, text: str) -> None:
        answer = self.client.post("/chat/messages", json={"id": uuid.uuid4().hex, "text": text})
        assert answer.status_code == 202, answer.text

    def reads(self) -> None:
        for _ in range(2):  # the second time tells what the first one brought
            messages = self.client.get("/chat/messages", params={"after": 0, "wait": 0}).json()["messages"]
            last = max((one["id"] for one in messages), default=0)
            self.client.get("/chat/messages", params={"after": last, "wait": 0})

    def erases(self) -> None:
        assert self.client.request("DELETE", "/chat").status_code in (200, 204)


@dataclass
class Following:
    """What a page shows: the lists of open and of closed conversations, and each as it last asked for it."""

    desk: AtTheDesk
    me: int
    last: int = 0
    lines: dict[str, Event] = field(default_factory=dict)
    totals: Event = field(default_factory=dict)
    conversations: dict[str, Event] = field(default_factory=dict)
    heard: list[int] = field(default_factory=list)

    @classmethod
    def begins(cls, desk: AtTheDesk) -> Following:
        page = cls(desk, desk.client.get("/me").json()["operator"]["id"])
        page.loads()
        return page

    def loads(self) -> None:
        """Take a snapshot, as on opening the page and when the server says ``again``."""
        closed = self.desk.client.get("/desk?closed=true").json()
        desk = self.desk.client.get("/desk").json()
        assert desk["floor"] is None  # few enough that none is left out
        self.last, self.totals = closed["last_event_id"], desk["totals"]
        self.lines = {line["id"]: line for line in closed["conversations"] + desk["conversations"]}
        self.conversations = {one: self.desk.opens(one) for one in self.lines}

    def applies(self, event: Event) -> None:
        """One event of the live line."""
        self.last, which = event["id"], event["conversation"]
        self.heard.append(event["id"])
        if event["kind"] == "again":
            self.loads()
            return
        if "line" in event:
            self.totals = event["totals"]
            self.lines.pop(which, None)
            if event["line"] is not None:
                self.lines[which] = event["line"] | {"mine": event["line"]["operator_id"] == self.me}
        answer = self.desk.client.get(f"/conversations/{which}")
        self.conversations.pop(which, None)
        if answer.status_code == 200:
            self.conversations[which] = answer.json()

    def listens(self, until: int, most: int | None = None) -> None:
        """Open the live line and apply what comes, up to the event *until* or *most* events; then the line is cut."""
        if self.last >= until:
            return
        with line_of(self.desk, self.last) as events:
            for number, event in enumerate(events, 1):
                self.applies(event)
                if self.last >= until or number == most:
                    return

    def shows(self) -> Event:
        return {
            "lines": sorted(self.lines.values(), key=lambda line: line["order"]),
            "totals": self.totals,
            "conversations": self.conversations,
        }


@contextmanager
def line_of(desk: AtTheDesk, after: int) -> Iterator[Iterator[Event]]:
    """The live line from event *after* on."""
    with desk.client.stream("GET", f"/events?after={after}") as stream:
        yield _events(stream.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[Event]:
    event_id = 0
    for line in lines:
        if line.startswith("id: "):
            event_id = int(line[4:])
        elif line.startswith("data: ") and line != "data: {}":
            yield {"id": event_id, **json.loads(line[6:])}
