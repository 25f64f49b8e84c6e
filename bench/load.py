"""Closed-loop load on a REST webhook: some conversations at a time, each writing one message after the other's answer.

A process of its own, so that it is the same for every server. It speaks HTTP/1.1 on raw sockets that are kept open,
which costs little of the machine that it shares with the server.

usage: python bench/load.py < job.json > result.json

Job:    {"host", "port", "messages": [text, ...], "conversations", "turns", "seconds", "limit", "seed"}
        Stops when *turns* were taken and *seconds* have passed, or after *limit* seconds whatever was reached.
Result: {"seconds", "milliseconds": [one of each answered turn], "errors", "silent", "first_error"}
        An error is anything but 200 with a JSON list; a silent turn is answered with an empty list.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field

#: Messages of one conversation; then its place is taken by somebody new.
MESSAGES_EACH = 10


@dataclass(frozen=True)
class Job:
    """What to do, see above. Times in seconds."""

    host: str
    port: int
    messages: list[str]
    conversations: int
    turns: int
    seconds: float
    limit: float
    seed: str


@dataclass
class Result:
    """What came of it: ``seconds`` for everything, ``milliseconds`` for each answered turn."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    errors: int = 0
    silent: int = 0
    first_error: str = ""

    def add(self, status: int, body: bytes, milliseconds: float) -> None:
        """Count one answer."""
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        if status != 200 or not isinstance(said, list):
            self.fail(f"{status}: {body[:200]!r}")
            return
        self.milliseconds.append(milliseconds)
        self.silent += not said

    def fail(self, what: str) -> None:
        """Count one turn that got no answer."""
        self.errors += 1
        self.first_error = self.first_error or what


class Line:
    """One kept-open connection to the server."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Send JSON; status and body of the answer. Raises as :meth:`ask`."""
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return await self.ask("POST", path, kind, body)

    async def ask(self, method: str, path: str, head: str = "", body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer, which has a length; *head*: further lines of the request.

        Raises OSError, EOFError and ValueError; the next call connects anew.
        """
        try:
            if self._reader is None or self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
            begin = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{head}\r\n"
            self._writer.write(begin.encode() + body)
            told = (await self._reader.readuntil(b"\r\n\r\n")).lower()
            _, _, after = told.partition(b"\r\ncontent-length:")
            answer = await self._reader.readexactly(int(after.split(b"\r\n", 1)[0]))
            if b"\r\nconnection: close" in told:
                self.close()
            return int(told.split(b" ", 2)[1]), answer
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


class Load:
    """All conversations of one job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._result = Result()
        self._begun = 0

    async def run(self) -> Result:
        self._start = time.perf_counter()
        await asyncio.gather(*(self._converse(number) for number in range(self._job.conversations)))
        self._result.seconds = time.perf_counter() - self._start
        return self._result

    def _goes_on(self) -> bool:
        passed = time.perf_counter() - self._start
        enough = self._begun >= self._job.turns and passed >= self._job.seconds
        return not enough and passed < self._job.limit

    async def _converse(self, number: int) -> None:
        chance = random.Random(f"{self._job.seed} {number}")  # noqa: S311
        line = Line(self._job.host, self._job.port)
        # the first ones are at different points of their conversation, as people are
        left, sender = MESSAGES_EACH - number % MESSAGES_EACH, uuid.uuid4().hex
        while self._goes_on():
            if left == 0:
                left, sender = MESSAGES_EACH, uuid.uuid4().hex
            left -= 1
            self._begun += 1
            body = json.dumps({"sender": sender, "message": chance.choice(self._job.messages)}).encode()
            asked = time.perf_counter()
            try:
                async with asyncio.timeout(self._job.limit):
                    status, answer = await line.post("/webhooks/rest/webhook", body)
            except (OSError, EOFError, ValueError) as error:
                self._result.fail(f"{type(error).__name__}: {error}")
                await asyncio.sleep(0.05)  # a server that refuses is not asked as fast as it can refuse
            else:
                self._result.add(status, answer, (time.perf_counter() - asked) * 1000)
        line.close()


def main() -> None:
    job = Job(**json.load(sys.stdin))
    json.dump(asdict(asyncio.run(Load(job).run())), sys.stdout)


if __name__ == "__main__":
    main()
