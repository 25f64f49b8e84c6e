"""The clock jumps by hours while messages are on their way: nothing is lost or sent twice, and nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.conversation import Holder
from bot.core.ids import Address, ChannelName, ConversationId
from bot.core.message import Received, Reply, Saying
from bot.services.changes import Changes
from bot.services.deliver import Deliver
from bot.services.line import Pace
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.outbox import Outbox
from bot.store.queue import Queue
from bot.store.seal import Keyring
from bot.store.sessions import Limits
from channels import known
from tests.channels import peers
from tests.channels.conftest import QUICK
from tests.channels.peers import PUBLIC, Peer
from tests.conftest import Store, cannot_be_had
from tests.servers import Missing, free_port

SMS, TELEGRAM = ChannelName("sms"), ChannelName("telegram")
ANA = "+447700900123"


class Clock:
    """Goes as the real one does, and can be set."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off

    def jumps(self, hours: float) -> None:
        self.off += timedelta(hours=hours)


@pytest.fixture
def twilio() -> Iterator[Peer]:
    yield from _peer("twilio")


@pytest.fixture
def telegram() -> Iterator[Peer]:
    yield from _peer("telegram")


def _peer(kind: str) -> Iterator[Peer]:
    try:
        with peers.running(f"{kind}_server.py", free_port()) as peer:
            yield peer
    except Missing as missing:
        cannot_be_had(missing)


class Post:
    """A conversation by one channel, and the workers that send what is written in it."""

    def __init__(
        self,
        database: Database,
        peer: Peer,
        channel: ChannelName,
        address: str,
        clock: Clock,
        pace: Pace = QUICK,
        **more: str,
    ) -> None:
        self.database, self.peer, self.clock, self.pace = database, peer, clock, pace
        keyring = Keyring(b"k" * 32)
        self.store, self.outbox = Conversations(database, keyring), Outbox(database, keyring)
        of = peers.twilio_settings if channel == SMS else peers.telegram_settings
        settings = of(peer, **more)
        self.values = known.read(settings)
        received = Received(channel, "m1", Address(address), "halo", clock())
        self.conversation: ConversationId = self.store.receive(received, clock()).conversation_id

    def says(self, *texts: str) -> None:
        self.store.queue_sayings(self.conversation, [Reply(one, Saying("greet")) for one in texts], self.clock())

    def states(self) -> list[str]:
        return [one.delivery.value for one in self.store.messages(self.conversation) if one.delivery]

    def sent(self) -> list[str]:
        call = "POST Messages.json" if "POST Messages.json" in self.calls() else "sendMessage"
        taken = [one["params"] for one in self.peer.calls(call)]
        return [one.get("Body") or one.get("text") for one in taken]

    def calls(self) -> set[str]:
        return {one["call"] for one in self.peer.calls()}

    async def works(self, workers: int, meanwhile: Callable[[], Awaitable[None]]) -> None:
        """Let so many processes' workers send until nothing is left."""
        async with AsyncExitStack() as stack:
            for _ in range(workers):
                (channel,) = known.open_channels(self.values, PUBLIC, self.clock)
                stack.push_async_callback(channel.end)
                senders = dict.fromkeys(channel.names, channel)
                deliver = Deliver(self.outbox, senders, Changes(), self.database.run, self.clock, self.pace)
                running = asyncio.create_task(deliver.run())
                stack.push_async_callback(_ends, deliver, running)
            await meanwhile()
            await self.until(lambda: not set(self.states()) & {"queued", "sending"})

    async def until(self, true: Callable[[], Any]) -> None:
        async with asyncio.timeout(90):
            while not await asyncio.to_thread(true):  # noqa: ASYNC110 - it tells nobody that it came to pass
                await asyncio.sleep(0.02)  # another process works; there is no event to wait for


async def _ends(deliver: Deliver, running: asyncio.Task[None]) -> None:
    await deliver.rest()
    await running


@pytest.mark.parametrize("hours", [5.0, -5.0])
def test_a_jump_while_a_message_is_on_its_way_gives_it_to_nobody_else(
    database: Database, twilio: Peer, hours: float
) -> None:
    patient = Pace(lease=600.0, send=60.0, ask_after=0.1, idle=0.1)
    post = Post(database, twilio, SMS, ANA, Clock(), patient, HOTLINE_TWILIO_TIMEOUT="60")
    twilio.act("fail", call="POST Messages.json", kind="slow", seconds=3)  # whoever asks before finds nothing
    post.says("one", "two", "three")

    async def meanwhile() -> None:
        await post.until(lambda: "POST Messages.json" in post.calls())
        post.clock.jumps(hours)

    asyncio.run(post.works(2, meanwhile))
    assert post.sent() == ["one", "two", "three"]


@pytest.mark.parametrize("hours", [3.0, -3.0, 30.0])
def test_with_a_wrong_clock_twilio_is_asked_and_nothing_goes_twice(
    database: Database, twilio: Peer, hours: float
) -> None:
    clock = Clock()
    clock.jumps(hours)
    post = Post(database, twilio, SMS, ANA, clock)
    twilio.act("fail", call="POST Messages.json", kind="drop", after=True)
    post.says("one", "two")

    async def meanwhile() -> None:
        return

    asyncio.run(post.works(1, meanwhile))
    assert post.sent() == ["one", "two"]
    assert set(post.states()) == {"sent"}


def test_a_clock_that_is_set_back_keeps_no_retry_waiting(database: Database, telegram: Peer) -> None:
    post = Post(database, telegram, TELEGRAM, "7", Clock())
    telegram.act("user", chat_id=7)
    telegram.act("fail", call="sendMessage", kind="500", times=2)
    post.says("one", "two")

    async def meanwhile() -> None:
        await post.until(lambda: "sendMessage" in post.calls())
        post.clock.jumps(-5)

    asyncio.run(post.works(1, meanwhile))
    assert post.sent() == ["one", "one", "one", "two"], "refused twice, then taken"
    assert post.states() == ["sent", "sent"]


def test_a_message_that_a_jump_made_old_is_tried_again_before_a_human_is_called(
    database: Database, telegram: Peer
) -> None:
    post = Post(database, telegram, TELEGRAM, "7", Clock())
    telegram.act("user", chat_id=7)
    telegram.act("fail", call="sendMessage", kind="500", times=2)
    post.says("one")
    post.clock.jumps(100)

    async def meanwhile() -> None:
        return

    asyncio.run(post.works(1, meanwhile))
    assert post.states() == ["sent"]


def test_after_a_clock_was_set_back_nobody_is_thought_to_be_at_the_desk(store: Store) -> None:
    operator = store.operators.add("dara", "operator", store.now).id
    store.sessions.open(operator, "token", "csrf", store.now)
    queue = Queue(store.database)
    assert len(queue.at_the_desk(store.now)) == 1
    store.later(hours=-5)
    assert len(queue.at_the_desk(store.now)) == 0, "who was there will be seen again within minutes"
    hour = timedelta(hours=1)
    assert store.sessions.find("token", store.now, Limits(hour, 12 * hour, hour, hour)) is not None
    assert len(queue.at_the_desk(store.now)) == 1
    assert queue.waiting(tuple(Holder)) == []
