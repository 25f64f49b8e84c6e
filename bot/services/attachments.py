"""Things that people sent besides text: fetched from their channel when an operator opens them, and kept nowhere.

Nothing is stored, not even sealed: what is asked for goes through memory to the operator's page and is gone. So erasing
needs to remove nothing here, a copied disk holds no picture of anybody, and what nobody opens is never fetched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import filetype
import structlog

from bot.core.fetching import Away, Gone, NotFetched, TooLarge
from bot.core.ids import ChannelName, ConversationId, MessageId
from bot.core.message import Attached
from bot.services.ports import ConversationStore, Fetcher, Run

log = structlog.get_logger(__name__)

#: What a browser may show or play, by what the bytes are; its ending.
SHOWN = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/x-wav": "wav",
    "audio/amr": "amr",
}
#: What is given to keep alone, with an ending that tells a phone or a computer what plays it.
_KEPT = {
    "application/pdf": "pdf",
    "image/heic": "heic",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
_UNKNOWN = "application/octet-stream"
#: So many are fetched at once: each may take as much memory as the largest file.
_AT_ONCE = 4


@dataclass(frozen=True)
class Limits:
    """*most* in bytes; *seconds* for the whole of one fetching."""

    most: int = 20 * 2**20
    seconds: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """A file as it came. ``type`` is what it is, not what it says of itself; ``ending`` is never one that runs."""

    content: bytes = field(repr=False)
    type: str
    ending: str

    @property
    def shown(self) -> bool:
        """May a page show or play it?"""
        return self.type in SHOWN


class Attachments:
    """Opens what people sent."""

    def __init__(
        self, store: ConversationStore, fetchers: Mapping[ChannelName, Fetcher], run: Run, limits: Limits | None = None
    ) -> None:
        """*fetchers*: channels that are written to, by the names of their conversations."""
        self._store, self._fetchers, self._run = store, fetchers, run
        self.limits = limits or Limits()
        self._few = asyncio.Semaphore(_AT_ONCE)

    async def one(self, conversation_id: ConversationId, message_id: MessageId, place: int) -> Attached:
        """What stands at *place* (from 0) in a message. Raises LookupError: it was erased, or is none."""
        attached = await self._run(self._store.attached, conversation_id, message_id)
        if not 0 <= place < len(attached):
            raise LookupError(f"{message_id}.{place}")
        return attached[place]

    async def fetch(self, channel: ChannelName, attached: Attached) -> Fetched:
        """Its content, from *channel*. Raises NotFetched."""
        fetcher = self._fetchers.get(channel)
        if fetcher is None or attached.ref is None:
            raise Gone
        if attached.size is not None and attached.size > self.limits.most:
            raise TooLarge
        try:
            async with self._few, asyncio.timeout(self.limits.seconds):
                return what_it_is(await fetcher.fetch(attached, self.limits.most))
        except TimeoutError:
            raise Away from None
        except NotFetched:
            raise
        except Exception as error:  # a fault of ours must not show what it was about
            log.error("fetching_broke", channel=channel, error=type(error).__name__)
            raise Away from error


def what_it_is(content: bytes) -> Fetched:
    """*content* by its first bytes; what is not known to be harmless in a browser is a file without a name."""
    guess = filetype.guess(content[:8192])
    kind = guess.mime if guess is not None else _UNKNOWN
    if kind in SHOWN:
        return Fetched(content, kind, SHOWN[kind])
    return Fetched(content, _UNKNOWN, _KEPT.get(kind, "bin"))
