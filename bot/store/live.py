"""Live updates between processes over Redis: what changed here is told there, and no page waits for its next look.

Nothing but topics goes over the line (ids of conversations, ``desk``), and nothing depends on it: while Redis is away,
or none is set, everybody who waits is woken every few seconds and looks at the database.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

log = structlog.get_logger(__name__)

_CHANNEL = "hotline:changes"
#: Seconds between two looks at the database while nobody tells us, and two tries to reach Redis.
LOOK_EVERY = 5.0
_BEAT = 3.0  # so often something is said, if only that we live
_SILENCE = 10.0  # who hears not even that has lost the line, whatever the line says
_CONNECT = 3.0
#: More than so many topics in line are not told: whoever waits for them finds them at the next look.
_MOST = 10_000


class Live:
    """The line to the other processes that share a database."""

    def __init__(self, url: str | None, *, look_every: float = LOOK_EVERY) -> None:
        """*url* None: there is no Redis; everybody looks every *look_every* seconds."""
        self._url, self._look_every = url, look_every
        self._name = uuid.uuid4().hex
        self._line: dict[str, None] = {}  # topics to tell, each once, in order
        self._more = asyncio.Event()
        #: False while other processes are not heard.
        self.connected = False

    def tell(self, topics: Sequence[str]) -> None:
        """Tell the others soon; returns at once."""
        if self.connected and len(self._line) < _MOST:
            self._line |= dict.fromkeys(topics)
            self._more.set()

    async def run(self, hear: Callable[..., None], hear_all: Callable[[], None]) -> None:
        """Listen until cancelled.

        Args:
            hear: called with topics that changed in another process.
            hear_all: called when anything may have changed.
        """
        while True:
            if self._url is not None:
                await self._connected(self._url, hear, hear_all)
            hear_all()
            await asyncio.sleep(self._look_every)

    async def _connected(self, url: str, hear: Callable[..., None], hear_all: Callable[[], None]) -> None:
        # the library's own tries would hide that the line is gone, and what was told meanwhile
        client = Redis.from_url(
            url,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=_CONNECT,
            socket_timeout=_SILENCE,
        )
        try:
            async with client, client.pubsub() as listening, asyncio.TaskGroup() as both:
                async with asyncio.timeout(_CONNECT):
                    await listening.subscribe(_CHANNEL)
                    while not await listening.get_message(timeout=_CONNECT):
                        pass  # Redis says when it listens for us; what is told before that, nobody hears
                log.info("redis_reached")
                self.connected = True
                hear_all()  # what was told before we listened
                both.create_task(self._speak(client))
                both.create_task(self._listen(listening, hear))
        except* Exception as failed:  # whatever it is, nothing depends on this line
            log.warning("redis_away", error=type(failed.exceptions[0]).__name__)
        finally:
            self.connected = False
            self._line.clear()

    async def _speak(self, client: Redis) -> None:
        while True:
            with suppress(TimeoutError):  # nothing to tell: say that we live
                await asyncio.wait_for(self._more.wait(), _BEAT)
            topics = list(self._line)
            self._line.clear()
            self._more.clear()
            async with asyncio.timeout(_SILENCE):
                await client.publish(_CHANNEL, json.dumps({"by": self._name, "topics": topics}))

    async def _listen(self, listening: PubSub, hear: Callable[..., None]) -> None:
        while True:
            async with asyncio.timeout(_SILENCE):  # our own words come back too
                message = await listening.get_message(ignore_subscribe_messages=True, timeout=_SILENCE)
            if message is None:
                continue
            told: dict[str, Any] = json.loads(message["data"])
            if told["by"] != self._name:
                hear(*told["topics"])
