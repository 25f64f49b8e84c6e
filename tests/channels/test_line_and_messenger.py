"""LINE and Messenger: signed webhooks in, quick replies out, against small servers that check what they are sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import Hotline
from bot.content.library import Library
from bot.core.conversation import Holder
from bot.core.ids import ConversationId
from bot.nlu.engine import Engine
from tests.channels.conftest import QUICK, waits_until
from tests.channels.small_peers import SmallPeer, small_peer
from tests.hotline import whole_hotline

SETTINGS = {
    "line": {"HOTLINE_LINE_TOKEN": "line-token", "HOTLINE_LINE_SECRET": "line-secret"},
    "messenger": {
        "HOTLINE_MESSENGER_TOKEN": "page-token",
        "HOTLINE_MESSENGER_SECRET": "app-secret",
        "HOTLINE_MESSENGER_VERIFY_TOKEN": "verify",
    },
}


@dataclass
class Chat:
    """A person who writes to a served hotline, signed as the service signs."""

    kind: str
    hotline: Hotline
    url: str
    peer: SmallPeer
    who: str = "U7001"
    count: Iterator[int] = field(default_factory=itertools.count)

    def posts(self, told: dict[str, Any], *, forged: bool = False) -> int:
        raw = json.dumps(told).encode()
        if self.kind == "line":
            key = b"another" if forged else b"line-secret"
            headers = {"X-Line-Signature": base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()}
        else:
            key = b"another" if forged else b"app-secret"
            headers = {"X-Hub-Signature-256": "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest()}
        return httpx.post(f"{self.url}/webhooks/{self.kind}", content=raw, headers=headers, timeout=30).status_code

    def event(self, **what: Any) -> dict[str, Any]:
        number = next(self.count)
        if self.kind == "line":
            event = {"webhookEventId": f"e{number}", "timestamp": 1760000000000, "mode": "active"}
            return {"events": [{**event, "source": {"type": "user", "userId": self.who}, **what}]}
        event = {"sender": {"id": self.who}, "recipient": {"id": "page"}, "timestamp": 1760000000000, **what}
        return {"object": "page", "entry": [{"id": "page", "messaging": [event]}]}

    def message(self, text: str) -> dict[str, Any]:
        number = next(self.count)
        if self.kind == "line":
            return self.event(type="message", message={"type": "text", "id": str(number), "text": text})
        return self.event(message={"mid": f"mid.{number}", "text": text})

    def says(self, text: str) -> None:
        assert self.posts(self.message(text)) == 200

    def taps(self, number: int) -> None:
        """The button *number* (from 0) of the last message."""
        last = self.peer.took[-1][1]
        if self.kind == "line":
            action = last["quickReply"]["items"][number]["action"]
            told = self.event(type="postback", postback={"data": action["data"]})
        else:
            reply = last["quick_replies"][number]
            message = {"mid": f"mid.{next(self.count)}", "text": reply["title"]}
            told = self.event(message={**message, "quick_reply": {"payload": reply["payload"]}})
        assert self.posts(told) == 200

    def said(self) -> list[str]:
        return [message["text"] for _, message in self.peer.took]

    def conversation(self) -> ConversationId:
        (only,) = waits_until(lambda: self.hotline.store.queue.waiting(tuple(Holder)))
        return only.id  # type: ignore[no-any-return]

    def states(self) -> list[str]:
        kept = self.hotline.store.conversations.messages(self.conversation())
        return [one.delivery.value for one in kept if one.delivery]


@pytest.fixture(params=["line", "messenger"])
def chat(request: pytest.FixtureRequest, tmp_path: Path, engine: Engine, library: Library) -> Iterator[Chat]:
    kind = request.param
    with small_peer(kind) as peer:
        more = {**SETTINGS[kind], f"HOTLINE_{kind.upper()}_API_URL": peer.url, f"HOTLINE_{kind.upper()}_TIMEOUT": "20"}
        with whole_hotline(tmp_path, engine, library, more=more, pace=QUICK) as (hotline, url):
            yield Chat(kind, hotline, url, peer)


def test_a_conversation_with_buttons(chat: Chat) -> None:
    chat.says("hello")
    waits_until(lambda: len(chat.said()) == 2)
    assert chat.said() == [chat.hotline.library.text(key, "en") for key in ("greet", "safety_check")]  # type: ignore[arg-type]
    chat.taps(0)
    waits_until(lambda: len(chat.said()) == 3)
    assert {who for who, _ in chat.peer.took} == {chat.who}
    chat.says("I want a human")  # nobody is at the desk: that is said, and how to reach them later is asked
    waits_until(lambda: len(chat.said()) == 5)
    assert waits_until(lambda: set(chat.states()) == {"sent"})


def test_a_forged_request_gets_403_and_the_same_one_twice_makes_one_turn(chat: Chat) -> None:
    assert chat.posts(chat.message("hello"), forged=True) == 403
    assert chat.hotline.store.queue.waiting(tuple(Holder)) == []
    told = chat.message("hello")
    assert [chat.posts(told), chat.posts(told)] == [200, 200]
    chat.says("I want a human")
    waits_until(lambda: len(chat.said()) == 4)
    asked = [one.text for one in chat.hotline.store.conversations.messages(chat.conversation()) if one.turn]
    assert asked == ["hello", "I want a human"]
    assert chat.hotline.inbox.refused == {chat.kind: 1}


@pytest.mark.parametrize("fault", [429, 500, "cut", "cut after"])
def test_what_becomes_of_a_message_when_the_line_fails(chat: Chat, fault: int | str) -> None:
    if fault == 429 and chat.kind == "messenger":
        pytest.skip("Meta lets us wait for half a minute: tested with LINE")
    chat.peer.faults = [fault]
    chat.says("hello")
    known = chat.kind == "line" or fault == 429
    waits_until(lambda: chat.states() == (["sent", "sent"] if known else ["uncertain", "sent"]))
    assert len(chat.said()) == (2 if known or fault == "cut after" else 1), "nothing went twice"


def test_a_picture_is_noted_for_a_human(chat: Chat) -> None:
    if chat.kind == "line":
        told = chat.event(type="message", message={"type": "image", "id": "77"})
    else:
        image = {"type": "image", "payload": {"url": "https://cdn.example.org/1.jpg"}}
        told = chat.event(message={"mid": "mid.image", "attachments": [image]})
    assert chat.posts(told) == 200
    waits_until(lambda: chat.said() == [chat.hotline.library.text("message_not_text", "en")])  # type: ignore[arg-type]
    (waiting,) = chat.hotline.store.queue.waiting(tuple(Holder))
    assert waiting.handoff_reason == "attachment"


def test_messenger_tells_what_arrived_and_what_was_read(chat: Chat) -> None:
    if chat.kind == "line":
        return  # LINE tells neither
    chat.says("hello")
    waits_until(lambda: chat.states() == ["sent", "sent"])
    assert chat.posts(chat.event(delivery={"mids": ["m_2", "m_unknown"], "watermark": 1})) == 200
    waits_until(lambda: chat.states() == ["sent", "delivered"])
    now = int(time.time() * 1000)
    assert chat.posts(chat.event(read={"watermark": now - 3_600_000})) == 200
    assert chat.states() == ["sent", "delivered"], "it was read before these were sent"
    assert chat.posts(chat.event(read={"watermark": now})) == 200
    waits_until(lambda: chat.states() == ["read", "read"])
    assert chat.posts(chat.event(delivery={"watermark": now})) == 200
    assert chat.states() == ["read", "read"], "never back"
    for odd in ({"read": {"watermark": "x"}}, {"read": []}, {"delivery": {"mids": "m_1"}}, {"read": {}}):
        assert chat.posts(chat.event(**odd)) == 200
    other = chat.event(read={"watermark": now})
    other["entry"][0]["messaging"][0]["sender"]["id"] = "U9"
    assert chat.posts(other) == 200


def test_messenger_is_verified_by_our_own_word(chat: Chat) -> None:
    if chat.kind == "line":
        assert chat.posts({"events": []}) == 200, "LINE tries a webhook with no event"
        return
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify", "hub.challenge": "1158201444"}
    answer = httpx.get(f"{chat.url}/webhooks/messenger", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert httpx.get(f"{chat.url}/webhooks/messenger", params={**asked, "hub.verify_token": "x"}).status_code == 403
