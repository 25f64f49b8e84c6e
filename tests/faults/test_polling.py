"""What Telegram told and we did not store is told again: nothing is confirmed that is not kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.core.message import Received
from bot.core.turn import Accepted
from channels import known
from channels.contract import Channel
from tests.channels import peers
from tests.channels.peers import PUBLIC, Peer
from tests.channels.test_contract import Empty
from tests.conftest import cannot_be_had
from tests.servers import Missing, free_port


@pytest.fixture
def peer() -> Iterator[Peer]:
    try:
        with peers.running("telegram_server.py", free_port()) as running:
            yield running
    except Missing as missing:
        cannot_be_had(missing)


class Dies(Empty):
    """Stores so many messages; while the next is being stored, the process is killed."""

    def __init__(self, keeps: int) -> None:
        super().__init__()
        self._keeps = keeps
        self.dying = asyncio.Event()

    async def accept(self, received: Received) -> Accepted:
        if len(self.given) == self._keeps:
            self.dying.set()
            await asyncio.Event().wait()
        return await super().accept(received)


class Keeps(Empty):
    """Stores everything."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self._expected = expected
        self.full = asyncio.Event()

    async def accept(self, received: Received) -> Accepted:
        accepted = await super().accept(received)
        if len(self.given) == self._expected:
            self.full.set()
        return accepted


class Fails(Keeps):
    """The database takes nothing, so many times."""

    def __init__(self, expected: int, failures: int) -> None:
        super().__init__(expected)
        self.failures = failures

    async def accept(self, received: Received) -> Accepted:
        if self.failures:
            self.failures -= 1
            raise OSError("no space left on device")
        return await super().accept(received)


def _opened(peer: Peer) -> Channel:
    (channel,) = known.open_channels(known.read(peers.telegram_settings(peer)), PUBLIC, lambda: datetime.now(UTC))
    return channel


def _texts(inbox: Empty) -> list[str]:
    return [one.text for one in inbox.given if isinstance(one, Received)]


async def _polled(peer: Peer, inbox: Empty, until: asyncio.Event) -> None:
    channel = _opened(peer)
    await channel.open(inbox)
    async with asyncio.timeout(90):
        await until.wait()
    await channel.close()
    await channel.end()


@pytest.mark.parametrize("kept", [0, 3])
def test_a_process_that_dies_between_being_told_and_storing_confirms_nothing(peer: Peer, kept: int) -> None:
    told = [peer.act("text", chat_id=7, text=f"message {number}")["update_id"] for number in range(6)]

    async def scene() -> tuple[Dies, Keeps]:
        first, second = Dies(kept), Keeps(6)
        await _polled(peer, first, first.dying)
        await _polled(peer, second, second.full)
        return first, second

    first, second = asyncio.run(scene())
    assert _texts(first) == [f"message {number}" for number in range(kept)]
    assert _texts(second) == [f"message {number}" for number in range(6)], "all again; the store knows what it has"
    confirmed = [one["params"].get("offset") for one in peer.calls("getUpdates")]
    assert all(one is None or one > told[-1] for one in confirmed), "nothing was confirmed before all was kept"


def test_what_could_not_be_stored_is_asked_for_again(peer: Peer) -> None:
    for number in range(3):
        peer.act("text", chat_id=7, text=f"message {number}")

    async def scene() -> Fails:
        inbox = Fails(3, failures=2)
        await _polled(peer, inbox, inbox.full)
        return inbox

    assert _texts(asyncio.run(scene())) == ["message 0", "message 1", "message 2"]


def test_the_other_side_tells_what_was_not_confirmed_again(peer: Peer) -> None:
    """As the Bot API promises; what is told by ``deliver`` alone it tells once, and a suite that wrote so would lose
    what a killed server had just been told."""
    import httpx

    def told(**asked: int) -> list[int]:
        answer = httpx.get(f"{peer.url}/bot{peers.TOKEN}/getUpdates", params=asked, timeout=90)
        return [one["update_id"] for one in answer.json()["result"]]

    kept = peer.act("text", chat_id=7, text="kept")["update_id"]
    held = peer.act("text", chat_id=7, text="told once", hold=True)["update_id"]
    peer.act("deliver", update_ids=[held])
    assert [told(), told()] == [[kept, held], [kept]]
    assert told(offset=kept + 1) == []
