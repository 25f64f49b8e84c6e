"""What every channel keeps to. A new one adds a line to ``CHANNELS`` and passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.core.ids import Address, ChannelName, ConversationId, MessageId
from bot.core.message import Author, Button, Received, Reply, Saying
from bot.core.sending import Outgoing, Receipt, SendFailed, Unreachable
from bot.core.turn import Accepted
from bot.text.split import graphemes
from channels import known
from channels.contract import Channel
from tests.channels.peers import ACCOUNT, AUTH_TOKEN, PUBLIC, SENDER, TOKEN
from tests.servers import free_port

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

#: Switch of the channel -> what else it needs. Nothing listens at the address of its API.
CHANNELS: dict[str, dict[str, str]] = {
    "HOTLINE_TELEGRAM_TOKEN": {
        "HOTLINE_TELEGRAM_TOKEN": TOKEN,
        "HOTLINE_TELEGRAM_MODE": "webhook",
        "HOTLINE_TELEGRAM_TIMEOUT": "20",
    },
    "HOTLINE_TWILIO_ACCOUNT_SID": {
        "HOTLINE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "HOTLINE_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "HOTLINE_TWILIO_SMS_FROM": SENDER,
        "HOTLINE_TWILIO_WHATSAPP_FROM": SENDER,
        "HOTLINE_TWILIO_TIMEOUT": "20",
    },
    "HOTLINE_LINE_TOKEN": {
        "HOTLINE_LINE_TOKEN": "line-token",
        "HOTLINE_LINE_SECRET": "line-secret",
        "HOTLINE_LINE_TIMEOUT": "20",
    },
    "HOTLINE_MESSENGER_TOKEN": {
        "HOTLINE_MESSENGER_TOKEN": "page-token",
        "HOTLINE_MESSENGER_SECRET": "app-secret",
        "HOTLINE_MESSENGER_VERIFY_TOKEN": "verify",
        "HOTLINE_MESSENGER_TIMEOUT": "20",
    },
}


def test_every_known_channel_is_tested() -> None:
    assert {kind.switch for kind in known.KNOWN} == set(CHANNELS)


@pytest.fixture(params=sorted(CHANNELS))
def channel(request: pytest.FixtureRequest) -> Channel:
    return opened(request.param)


def opened(switch: str) -> Channel:
    nowhere = f"http://127.0.0.1:{free_port()}"
    environ = CHANNELS[switch] | {switch.rsplit("_", 1)[0].replace("_ACCOUNT", "") + "_API_URL": nowhere}
    (channel,) = known.open_channels(known.read(environ), PUBLIC, lambda: NOW)
    return channel


def to_send(channel: Channel, text: str = "halo", buttons: Sequence[Button] = ()) -> list[Outgoing]:
    """The same message on each of the channel's names."""
    message = Outgoing(
        ConversationId("c"),
        ChannelName(""),
        Address("60123456789"),
        MessageId(812),
        0,
        0,
        Author.BOT,
        text,
        tuple(buttons),
        "greet",
        NOW,
        NOW,
        NOW,
        0,
    )
    return [replace(message, channel=name) for name in sorted(channel.names)]


def done(channel: Channel, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    async def whole() -> Any:
        try:
            return await work()
        finally:
            await channel.end()

    return asyncio.run(whole())


class Empty:
    """An inbox that notes what it is given."""

    def __init__(self) -> None:
        self.given: list[object] = []
        self.refused = 0

    async def room(self) -> None:
        """There is always room."""

    async def accept(self, received: Received) -> Accepted:
        self.given.append(received)
        return Accepted(ConversationId("c"), MessageId(1))

    async def press(
        self, channel: ChannelName, address: Address, channel_message_id: str, code: str, sent_at: datetime
    ) -> bool:
        self.given.append(code)
        return True

    async def receipt(self, receipt: Receipt) -> None:
        self.given.append(receipt)

    async def shut(self, channel: ChannelName, address: Address, mark: str) -> None:
        self.given.append(mark)

    async def open(self, channel: ChannelName, address: Address) -> None:
        self.given.append(address)

    async def is_opted_out(self, channel: ChannelName, address: Address) -> bool:
        return False

    async def say(self, channel: ChannelName, address: Address, key: str) -> None:
        self.given.append(key)

    def refuse(self, channel: str) -> None:
        self.refused += 1


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xff", b"a=1", b'{"update_id": 1}', b"x" * 100_000, b"[" * 5_000])
def test_whoever_proves_nothing_gets_403_and_leaves_nothing(channel: Channel, body: bytes) -> None:
    inbox = Empty()
    routes = channel.routes(inbox)

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://hotline") as client:
            return [(await client.post(route.path, content=body)).status_code for route in routes]

    assert set(done(channel, ask)) == {403}
    assert inbox.given == []
    assert inbox.refused == len(routes)


@settings(max_examples=60)
@given(
    text=st.text(min_size=1, max_size=300).filter(str.strip),
    repeated=st.integers(1, 40),
    titles=st.lists(st.text("abกខmကខ ", min_size=1, max_size=70), max_size=13),
)
@pytest.mark.parametrize("switch", sorted(CHANNELS))
def test_no_word_is_lost_and_no_written_character_is_broken(
    switch: str, text: str, repeated: int, titles: list[str]
) -> None:
    channel = opened(switch)
    buttons = [Button(title, "/x") for title in titles]
    for message in to_send(channel, text * repeated, buttons):
        parts = channel.parts(message)
        assert parts == channel.parts(message)
        assert all(part.text for part in parts)
        whole = "".join(part.text for part in parts)
        assert len(graphemes(whole)) >= len(graphemes(text * repeated)) or "\r\n" in text or text[0] != text[-1]
        assert sum(len(graphemes(part.text)) for part in parts) == len(graphemes(whole)) or len(parts) > 1
    done(channel, lambda: asyncio.sleep(0))


def test_when_nobody_listens_it_was_surely_not_taken(channel: Channel) -> None:
    async def send() -> None:
        for message in to_send(channel):
            with pytest.raises(Unreachable) as failure:
                await channel.send(message, channel.parts(message)[0])
            assert "halo" not in failure.value.reason
            with pytest.raises(SendFailed):
                await channel.say(message.channel, message.address, Reply("halo", Saying("greet")))

    done(channel, send)


def test_a_reason_is_a_short_code(channel: Channel) -> None:
    async def send() -> str:
        message = to_send(channel)[0]
        try:
            await channel.send(message, channel.parts(message)[0])
        except SendFailed as failure:
            return failure.reason
        return ""

    reason = done(channel, send)
    assert reason
    assert len(reason) <= 40
    assert reason.replace("_", "").isalnum()


def test_the_doctor_says_what_to_do_when_it_cannot_be_reached(channel: Channel) -> None:
    async def look() -> list[Any]:
        return [finding async for finding in channel.examine()]

    bad = [one for one in done(channel, look) if not one.well]
    assert bad
    assert all(one.remedy for one in bad)


def test_secrets_are_not_shown() -> None:
    for kind in known.KNOWN:
        for setting in kind.settings:
            assert setting.secret == any(word in setting.name for word in ("TOKEN", "SECRET")), setting.name
            assert setting.meaning
