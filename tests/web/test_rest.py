"""The REST channel as anybody's client sees it: Rasa's contract, and nothing breaks it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.app import Hotline
from bot.core.ids import Address, ChannelName
from tests.hotline import PATIENCE, AtTheDesk, Person

BURMESE = "သူဌေးက ကျမ ပတ်စပို့ သိမ်းထားတယ် တံခါးလည်း သော့ခတ်ထားတယ်"
HOSTILE = [
    "\x00\x01\x02 control",
    "\ud83d lone surrogate",
    "🆘🆘🆘",
    "‮right to left‬",
    "a" * 9_999,
    "' OR 1=1; DROP TABLE messages; --",
    "<script>alert(1)</script>",
    "/restart",
    "/no_such_intent",
    '/inform{"country": ["MY"]}',
    "/inform{broken",
    "{{7*7}} {country} %s %n",
    "\u200b\u200b\u200b",
    "ก็" * 2_000,
]


def post(url: str, **how: object) -> httpx.Response:
    return httpx.post(f"{url}/webhooks/rest/webhook", timeout=PATIENCE, **how)  # type: ignore[arg-type]


def test_a_message_gets_replies_in_rasas_form(person: Person) -> None:
    replies = person.says("hello")
    assert replies
    assert all(reply["recipient_id"] == person.name and reply["text"].strip() for reply in replies)


def test_the_turn_is_committed_before_the_answer(person: Person, hotline: Hotline) -> None:
    person.says("hello")
    found = hotline.store.conversations.find(ChannelName("rest"), Address(person.name))
    assert found is not None
    messages = hotline.store.conversations.messages(found)
    assert messages[0].turn == "done"
    assert all(message.delivery == "sent" for message in messages[1:])


def test_a_request_sent_twice_makes_one_turn(person: Person, hotline: Hotline) -> None:
    assert person.says("hello", message_id="m1")
    assert person.says("hello", message_id="m1") == []
    found = hotline.store.conversations.find(ChannelName("rest"), Address(person.name))
    assert found is not None
    assert [m.author for m in hotline.store.conversations.messages(found)].count("person") == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"null", b"[" * 100_000])
def test_what_is_not_a_json_object_gets_400(url: str, body: bytes) -> None:
    answer = post(url, content=body)
    assert answer.status_code in (400, 413)
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sender": "a"},
        {"message": "hello"},
        {"sender": 1, "message": "hello"},
        {"sender": "a", "message": None},
        {"sender": "a", "message": ["hello"]},
        {"sender": "", "message": "hello"},
        {"sender": "a", "message": "   "},
        {"sender": "a" * 500, "message": "hello"},
    ],
)
def test_wrong_types_and_empty_fields_are_named(url: str, body: dict[str, object]) -> None:
    answer = post(url, json=body)
    assert answer.status_code in (400, 413)
    assert '"' in answer.json()["error"]


def test_a_text_of_100_kb_is_refused_with_words(url: str) -> None:
    answer = post(url, json={"sender": "a", "message": "x" * 100_000})
    assert answer.status_code == 413
    assert "larger" in answer.json()["error"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_text_gets_a_kind_reply(person: Person, text: str) -> None:
    import json

    answer = post(
        person.url,
        content=json.dumps({"sender": person.name, "message": text}).encode("utf-8"),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()
    assert person.says("hello")


def test_a_burst_from_one_sender_costs_nobody_else_a_message(url: str) -> None:
    async def burst() -> tuple[list[int], list[int]]:
        # the client drops an idle connection before the server does, or the two could meet half-way
        limits = httpx.Limits(max_connections=150, keepalive_expiry=1)
        async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:

            async def one(sender: str, text: str) -> int:
                answer = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
                return answer.status_code

            flood = [asyncio.create_task(one("flood", f"hello {n}")) for n in range(400)]
            calm = [asyncio.create_task(one(f"calm{n}", "my passport is with my boss")) for n in range(20)]
            return await asyncio.gather(*flood), await asyncio.gather(*calm)

    flood, calm = asyncio.run(burst())
    assert set(flood) <= {200, 429}
    assert set(calm) == {200}


def test_messages_of_one_person_are_answered_one_at_a_time(person: Person, hotline: Hotline) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: person.says(f"hello number {n}", message_id=str(n)), range(24)))
    found = hotline.store.conversations.find(ChannelName("rest"), Address(person.name))
    assert found is not None
    messages = hotline.store.conversations.messages(found)
    asked = [m.id for m in messages if m.author == "person"]
    assert len(asked) == 24
    assert all(m.turn == "done" for m in messages if m.author == "person")


def test_the_scene_over_the_wire(person: Person, operator: AtTheDesk) -> None:
    """A disclosure in Burmese is answered in Burmese, rises to the top, is taken over and handed back."""
    Person(person.url).says("hello")
    replies = person.says(BURMESE)
    assert any("\u1000" <= letter <= "\u109f" for letter in replies[0]["text"])

    top = operator.sees()[0]
    assert top["risk"] in ("high", "emergency")
    assert {"document_retention", "restriction_of_movement"} <= set(top["indicators"])
    conversation = operator.opens(top["id"])
    marked = [piece for message in conversation["messages"] for piece in message["pieces"] if piece["indicators"]]
    assert marked
    assert "".join(piece["text"] for piece in conversation["messages"][0]["pieces"]) == BURMESE
    assert any(message["gloss"] for message in conversation["messages"] if message["author"] == "bot")

    assert operator.does("take-over", top["id"]).status_code == 200
    assert operator.does("messages", top["id"], text="I am Dara. I am here with you.").status_code == 201
    heard = person.says("ဟုတ်ကဲ့")
    assert any(reply["text"] == "I am Dara. I am here with you." for reply in heard)
    assert person.says("ကူညီပါ") == []  # the bot is silent while an operator holds the conversation

    assert operator.does("hand-back", top["id"]).status_code == 200
    assert person.says("ကျေးဇူးပါ")
