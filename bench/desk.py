"""Many desks open at once, and persons who write: how long until a message is on each of their screens.

A process of its own. Every operator has the live line open and looks at one conversation, as the page does: an event
brings the changed line of the list, or else the page asks for the list; the open conversation is asked for anew. A
message is on a screen when its event has come and what the page asked for because of it has been answered.

usage: python bench/desk.py < job.json > result.json

Job:    {"host", "port", "operators": [{"cookie", "holds"}, ...], "senders": [{"name", "conversation"}, ...], "text",
        "per_second": messages, "messages": how many, "limit": seconds after the last message, "seed"}
Result: {"lists": [milliseconds of every message on every screen], "conversations": [the same for the conversation that
        an operator has open], "missing": screens that a message did not reach in time, "errors", "first_error",
        "asked": {"/desk": n, "/conversations": n}, "bytes": received after the first load, "seconds"}
        Times begin when the person begins to send.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from load import Line


@dataclass
class Result:
    """See above."""

    lists: list[float] = field(default_factory=list)
    conversations: list[float] = field(default_factory=list)
    missing: int = 0
    errors: int = 0
    first_error: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    seconds: float = 0.0

    def fail(self, what: str) -> None:
        self.errors += 1
        self.first_error = self.first_error or what


class Screen:
    """One operator's page."""

    def __init__(
        self,
        job: dict[str, Any],
        cookie: str,
        holds: str,
        sent: dict[str, float],
        news: asyncio.Event,
        result: Result,
    ) -> None:
        self._job, self._holds, self._sent, self._news, self._result = job, holds, sent, news, result
        self._head = f"Cookie: desk={cookie}\r\nAccept-Encoding: gzip\r\n"
        self._lists, self._conversations = Line(job["host"], job["port"]), Line(job["host"], job["port"])
        self._stale = {"/desk": asyncio.Event(), f"/conversations/{holds}": asyncio.Event()}
        self._waits: defaultdict[str, list[float]] = defaultdict(list)  # path -> when what is not yet shown was sent
        self._waiting = self.seen = 0

    async def load(self) -> None:
        plain = self._head.replace("Accept-Encoding: gzip\r\n", "")
        _, body = await self._lists.ask("GET", "/desk/api/desk", plain)
        self._last = json.loads(body)["last_event_id"]
        status, _ = await self._conversations.ask("GET", f"/desk/api/conversations/{self._holds}", self._head)
        if status != 200:
            self._result.fail(f"{status} for a conversation")

    async def live(self, ready: asyncio.Event) -> None:
        """Apply events as they come, until cancelled."""
        reader, writer = await asyncio.open_connection(self._job["host"], self._job["port"])
        asked = f"GET /desk/api/events?after={self._last} HTTP/1.1\r\nHost: {self._job['host']}\r\n{self._head}\r\n"
        writer.write(asked.encode())
        refreshing = [
            asyncio.create_task(self._refresh("/desk", self._lists, self._result.lists)),
            asyncio.create_task(
                self._refresh(f"/conversations/{self._holds}", self._conversations, self._result.conversations)
            ),
        ]
        try:
            while line := await reader.readline():
                self._result.bytes += len(line)
                if line.startswith(b"retry"):
                    ready.set()
                elif line.startswith(b"data: ") and line != b"data: {}\n":
                    self._apply(json.loads(line[6:]))
        finally:
            writer.close()
            for task in refreshing:
                task.cancel()

    def _apply(self, event: dict[str, Any]) -> None:
        which = event["conversation"]
        begun = self._sent.get(which) if event["kind"] == "message" else None
        if begun is not None:
            self.seen += 1
            self._news.set()
        if "line" in event:
            if begun is not None:
                self._result.lists.append((time.perf_counter() - begun) * 1000)
        elif event["kind"] != "delivery":
            self._ask("/desk", begun)
        if which == self._holds:
            self._ask(f"/conversations/{which}", begun)

    def _ask(self, path: str, begun: float | None) -> None:
        if begun is not None:
            self._waits[path].append(begun)
            self._waiting += 1
        self._stale[path].set()

    async def _refresh(self, path: str, line: Line, times: list[float]) -> None:
        """Ask for what is stale, one round at a time, as the page does."""
        while True:
            await self._stale[path].wait()
            self._stale[path].clear()
            shown, self._waits[path] = self._waits[path], []
            try:
                status, body = await self._ask_again(line, f"/desk/api{path}")
            except (OSError, EOFError, ValueError) as error:
                self._result.fail(f"{type(error).__name__}: {error}")
                continue
            if status != 200:
                self._result.fail(f"{status} for {path}")
            self._result.asked["/" + path.split("/")[1]] += 1
            self._result.bytes += len(body)
            times.extend((time.perf_counter() - begun) * 1000 for begun in shown)
            self._waiting -= len(shown)
            self._news.set()

    async def _ask_again(self, line: Line, path: str) -> tuple[int, bytes]:
        """A server closes a line that was quiet for a while, and a browser then opens another."""
        with suppress(EOFError, ConnectionError):
            return await line.ask("GET", path, self._head)
        return await line.ask("GET", path, self._head)

    def behind(self) -> int:
        """Messages that it was told of and does not show yet."""
        return self._waiting


async def run(job: dict[str, Any]) -> Result:
    """Open all desks, let persons write, and wait until every screen shows every message."""
    result, sent, news = Result(), {}, asyncio.Event()
    chance = random.Random(job["seed"])  # noqa: S311
    screens = [Screen(job, one["cookie"], one["holds"], sent, news, result) for one in job["operators"]]
    for screen in screens:
        await screen.load()
    ready = [asyncio.Event() for _ in screens]
    live = [asyncio.create_task(screen.live(one)) for screen, one in zip(screens, ready, strict=True)]
    for one in ready:
        await one.wait()
    result.bytes, began, writing = 0, time.perf_counter(), []
    # nobody writes twice, so that every event belongs to one message; half of them to somebody whom an operator holds
    held, others = job["senders"][: len(screens)], job["senders"][len(screens) :]
    chance.shuffle(held)
    chance.shuffle(others)
    for number in range(job["messages"]):
        await asyncio.sleep(max(began + number / job["per_second"] - time.perf_counter(), 0))
        sender = (held if number % 2 and held else others).pop()
        writing.append(asyncio.create_task(_write(job, sender, sent, result)))
    written = sum(await asyncio.gather(*writing))
    with suppress(TimeoutError):
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + job["limit"]):
            while any(screen.seen < written or screen.behind() for screen in screens):
                await news.wait()
                news.clear()
    result.seconds = time.perf_counter() - began
    result.missing = written * len(screens) - len(result.lists)
    for task in live:
        task.cancel()
    await asyncio.gather(*live, return_exceptions=True)
    return result


async def _write(job: dict[str, Any], sender: dict[str, str], sent: dict[str, float], result: Result) -> bool:
    line = Line(job["host"], job["port"])
    body = json.dumps({"sender": sender["name"], "message": job["text"]}).encode()
    sent[sender["conversation"]] = time.perf_counter()
    try:
        status, answer = await line.post("/webhooks/rest/webhook", body)
    except (OSError, EOFError, ValueError) as error:
        result.fail(f"{type(error).__name__}: {error}")
        return False
    finally:
        line.close()
    if status != 200:
        result.fail(f"{status}: {answer[:200]!r}")
    return status == 200


if __name__ == "__main__":
    json.dump(vars(asyncio.run(run(json.load(sys.stdin)))), sys.stdout)
