"""Telegram, through python-telegram-bot, against a Bot API server in a process of its own."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.core.conversation import Holder
from tests.channels.conftest import Line, Opens, waits_until

ANA = 7001
MODES = pytest.mark.parametrize("mode", ["polling", "webhook"])


def said(line: Line, chat: int = ANA) -> list[str]:
    """What the bot said to *chat* and Telegram took, in order."""
    return [one["params"]["text"] for one in line.peer.calls("sendMessage", chat_id=chat) if one.get("status") == 200]


def next_said(line: Line, chat: int = ANA) -> dict[str, Any]:
    """The next message that Telegram took."""
    while True:
        call = line.peer.wait("sendMessage", chat_id=chat)
        if call.get("status") == 200:
            return call["answer"]["result"]


def delivery(line: Line) -> list[str | None]:
    seen = line.hotline.store.conversations.messages(line.conversation())
    return [one.delivery.value for one in seen if one.delivery]


@MODES
def test_a_conversation_from_start_to_an_operator_and_back(opens: Opens, mode: str) -> None:
    line = opens("telegram", HOTLINE_TELEGRAM_MODE=mode)
    line.peer.act("user", chat_id=ANA, language_code="id")
    line.peer.act("text", chat_id=ANA, text="/start")
    hello = next_said(line)["text"]
    assert hello == line.hotline.library.text("greet", "id"), "in the language of the phone"
    asked = next_said(line)
    safe = asked["reply_markup"]["inline_keyboard"][0][0]
    line.peer.act("press", chat_id=ANA, message_id=asked["message_id"], data=safe["callback_data"])
    line.peer.wait("answerCallbackQuery")
    menu = next_said(line)
    assert len(menu["reply_markup"]["inline_keyboard"]) > 5
    line.peer.act("text", chat_id=ANA, text="/human")
    next_said(line)
    operator = line.operator()
    conversation = line.conversation()
    assert operator.does("take-over", conversation).status_code == 200
    next_said(line)
    assert operator.does("messages", conversation, text="Saya di sini.").status_code == 201
    assert next_said(line)["text"] == "Saya di sini."
    assert waits_until(lambda: set(delivery(line)) == {"sent"})


@MODES
def test_updates_delivered_twice_and_out_of_order_make_one_turn_each(opens: Opens, mode: str) -> None:
    line = opens("telegram", HOTLINE_TELEGRAM_MODE=mode)
    made = [line.peer.act("text", chat_id=ANA, text=one, hold=True)["update_id"] for one in ("halo", "gaji", "paspor")]
    line.peer.act("deliver", update_ids=[made[2], made[0], made[1], made[0], made[2]])
    line.peer.act("text", chat_id=ANA, text="/human")
    human = line.hotline.library.text("human_asked", "id")
    waits_until(lambda: human in said(line) or line.hotline.library.text("human_asked", "en") in said(line))

    def asked() -> list[str]:
        kept = line.hotline.store.conversations.messages(line.conversation())
        return [one.text for one in kept if one.author == "person"]

    waits_until(lambda: len(asked()) == 4)
    assert sorted(asked()) == sorted(["halo", "gaji", "paspor", "/human"])


def test_a_forged_webhook_gets_403_and_leaves_nothing_but_a_count(opens: Opens) -> None:
    line = opens("telegram", HOTLINE_TELEGRAM_MODE="webhook")
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "text": "halo", "chat": {"id": 1, "type": "private"}},
    }
    for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, {"X-Telegram-Bot-Api-Secret-Token": "é"}):
        raw = {name: value.encode() for name, value in headers.items()}
        assert httpx.post(f"{line.url}/webhooks/telegram", json=update, headers=raw).status_code == 403
    assert line.hotline.store.queue.waiting(tuple(Holder)) == []
    assert 'hotline_refused_webhooks{channel="telegram"} 3.0' in httpx.get(f"{line.url}/metrics").text


def test_while_it_polls_the_webhook_takes_nothing(opens: Opens) -> None:
    line = opens("telegram")
    assert httpx.post(f"{line.url}/webhooks/telegram", json={"update_id": 1}).status_code == 403


def test_a_pressed_button_is_looked_up_and_a_forged_one_does_nothing(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("text", chat_id=ANA, text="/language")
    menu = next_said(line)
    codes = [row[0]["callback_data"] for row in menu["reply_markup"]["inline_keyboard"]]
    assert len(codes) == 11
    assert all(len(code.encode()) <= 64 for code in codes)
    for forged in ("999999.0", codes[0] + "9", "/delete_data", "x" * 64):
        line.peer.act("press", chat_id=ANA, message_id=menu["message_id"], data=forged, forged=True)
        line.peer.wait("answerCallbackQuery")
    line.peer.act("press", chat_id=ANA, message_id=menu["message_id"], data=codes[1])
    assert next_said(line)["text"] == line.hotline.library.text("language_changed", "id")
    assert len(said(line)) == 2


def test_a_button_of_one_person_is_no_button_of_another(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("text", chat_id=ANA, text="/language")
    code = next_said(line)["reply_markup"]["inline_keyboard"][3][0]["callback_data"]
    line.peer.act("text", chat_id=8, text="/language")
    other = next_said(line, 8)
    line.peer.act("press", chat_id=8, message_id=other["message_id"], data=code, forged=True)
    line.peer.wait("answerCallbackQuery")
    assert len(said(line, 8)) == 1


def test_what_has_no_words_is_noted_for_a_human(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA)
    assert next_said(line)["text"] == line.hotline.library.text("message_not_text", "en")
    line.peer.act("location", chat_id=ANA, latitude=3.139, longitude=101.6869)
    next_said(line)
    line.peer.act("voice", chat_id=ANA)
    next_said(line)
    line.peer.act("message", chat_id=ANA, contact={"phone_number": "+60123456789", "first_name": "Budi"})
    next_said(line)
    seen = [one for one in line.hotline.store.conversations.messages(line.conversation()) if one.author == "person"]
    assert [one.text for one in seen] == [
        "[photo]",
        "[location] 3.139000, 101.686900",
        "[voice] audio/ogg, 3 s",
        "[contact] Budi, +60123456789",
    ]
    assert seen[0].attached[0].ref
    assert seen[2].attached[0].ref
    (waiting,) = line.operator().sees()
    assert (waiting["holder"], waiting["handoff_reason"]) == ("queue", "attachment")


def test_the_words_under_a_photo_are_understood(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, caption="my boss keeps my passport and locks the door")
    next_said(line)
    seen = line.hotline.store.conversations.messages(line.conversation())[0]
    assert seen.understanding is not None
    assert seen.understanding.indicators
    assert seen.attached[0].kind == "photo"


def test_an_edited_message_is_read_again(opens: Opens) -> None:
    line = opens("telegram")
    first = line.peer.act("text", chat_id=ANA, text="halo")
    next_said(line)
    line.peer.act("edit", chat_id=ANA, message_id=first["message"]["message_id"], text="I want a human")
    waits_until(lambda: line.hotline.library.text("human_asked", "en") in said(line))
    seen = line.hotline.store.conversations.messages(line.conversation())
    assert [one.kind for message in seen for one in message.attached] == ["edit"]


def test_after_a_block_nothing_is_sent_until_it_is_lifted(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("text", chat_id=ANA, text="/human")
    next_said(line), next_said(line)  # who we are, and that a human was asked
    line.peer.act("block", chat_id=ANA)
    operator, conversation = line.operator(), line.conversation()
    waits_until(lambda: line.hotline.store.outbox.traces(conversation) and _shut(line, conversation) == "blocked")
    before = len(line.peer.calls("sendMessage"))
    operator.does("take-over", conversation)
    operator.does("messages", conversation, text="Are you there?")
    waits_until(lambda: delivery(line)[-1] == "failed")
    assert len(line.peer.calls("sendMessage")) == before, "Telegram was not even asked"
    seen = operator.opens(conversation)["messages"][-1]
    assert (seen["delivery"], seen["reason"]) == ("failed", "blocked")
    line.peer.act("unblock", chat_id=ANA)
    waits_until(lambda: _shut(line, conversation) is None)
    operator.does("messages", conversation, text="Good that you are back.")
    assert next_said(line)["text"] == "Good that you are back."


def _shut(line: Line, conversation: str) -> str | None:
    from sqlalchemy import select

    from bot.store import tables as t

    with line.hotline.store.database.read() as connection:
        return connection.execute(
            select(t.outboxes.c.shut).where(t.outboxes.c.conversation_id == conversation)
        ).scalar()


def test_a_long_text_goes_in_parts_between_written_characters(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("text", chat_id=ANA, text="/start")
    operator, conversation = line.operator(), line.conversation()
    operator.does("take-over", conversation)
    while next_said(line)["text"] != line.hotline.library.text("operator_joined", "en"):
        pass
    text = "👨‍👩‍👧" * 800  # 6,400 UTF-16 units
    assert operator.does("messages", conversation, text=text).status_code == 201
    parts = [next_said(line)["text"], next_said(line)["text"]]
    assert "".join(parts) == text
    assert all(len(part) % 5 == 0 for part in parts), "no family was parted"
    waits_until(lambda: delivery(line)[-1] == "sent")


def test_a_bot_message_that_waited_is_withheld_after_a_take_over(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("user", chat_id=ANA)
    line.peer.act("fail", call="sendMessage", kind="429", retry_after=5, times=1)
    operator = line.operator()
    line.peer.act("text", chat_id=ANA, text="halo")
    waits_until(lambda: line.hotline.deliver.counts["throttled"] == 1)
    conversation = line.conversation()
    operator.does("take-over", conversation)
    operator.does("messages", conversation, text="I am a person.")
    waits_until(lambda: "I am a person." in said(line))
    assert said(line) == [line.hotline.library.text("operator_joined", "id"), "I am a person."] or said(line) == [
        line.hotline.library.text("operator_joined", "en"),
        "I am a person.",
    ]
    assert delivery(line)[:2] == ["withheld", "withheld"]


def test_429_is_obeyed_and_order_kept(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("user", chat_id=ANA)
    line.peer.act("fail", call="sendMessage", kind="429", retry_after=1, times=2, where={"chat_id": ANA})
    line.peer.act("text", chat_id=ANA, text="/start")
    greet, safe = (line.hotline.library.text(key, "en") for key in ("greet", "safety_check"))
    waits_until(lambda: said(line) == [greet, safe])
    assert line.hotline.deliver.counts["throttled"] == 2


@pytest.mark.parametrize("kind", ["500", "502"])
def test_a_fault_of_the_server_is_tried_again(opens: Opens, kind: str) -> None:
    line = opens("telegram")
    line.peer.act("fail", call="sendMessage", kind=kind, times=3)
    line.peer.act("text", chat_id=ANA, text="/start")
    waits_until(lambda: len(said(line)) == 2)
    assert waits_until(lambda: delivery(line) == ["sent", "sent"])


def test_a_line_cut_after_sending_is_uncertain_and_not_sent_again(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("fail", call="sendMessage", kind="drop", after=True)
    line.peer.act("text", chat_id=ANA, text="/start")
    waits_until(lambda: delivery(line) == ["uncertain", "sent"])
    assert len(line.peer.calls("sendMessage")) == 2, "each was given to Telegram once"
    kinds = [one.kind for one in line.hotline.store.queue.events_after(0)]
    assert "parked" in kinds, "the desk is told"
    (waiting,) = line.hotline.store.queue.waiting((Holder.QUEUE,))
    assert waiting.handoff_reason == "message_parked", "and a human looks at it"
    assert waiting.waiting_since is not None


def test_an_operator_may_have_an_uncertain_message_sent_again(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("fail", call="sendMessage", kind="drop")
    line.peer.act("text", chat_id=ANA, text="/human")
    waits_until(lambda: delivery(line)[:1] == ["uncertain"])
    operator, conversation = line.operator(), line.conversation()
    stuck = next(one for one in operator.opens(conversation)["messages"] if one["delivery"] == "uncertain")
    answer = operator.client.post(
        f"/conversations/{conversation}/messages/{stuck['id']}/send-again", headers={"X-CSRF": operator.csrf}
    )
    assert answer.status_code == 204
    waits_until(lambda: delivery(line)[0] == "sent")


def test_a_refused_message_is_parked_and_the_next_goes(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("fail", call="sendMessage", kind="400")
    line.peer.act("text", chat_id=ANA, text="/start")
    waits_until(lambda: delivery(line) == ["failed", "sent"])


def test_erasing_says_goodbye_and_takes_back_what_the_bot_said(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("text", chat_id=ANA, text="/delete")
    asked = next_said(line)
    yes = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    line.peer.act("press", chat_id=ANA, message_id=asked["message_id"], data=yes)
    assert next_said(line)["text"] == line.hotline.library.text("erase_done", "en")
    assert line.peer.wait("deleteMessage")["params"]["message_id"] == asked["message_id"]
    assert line.hotline.store.queue.waiting(tuple(Holder)) == []


def test_exit_answers_with_something_harmless_and_tells_nothing_more(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("text", chat_id=ANA, text="/exit")
    assert next_said(line)["text"] == line.hotline.library.text("unsafe", "en")
    line.peer.act("text", chat_id=ANA, text="what did she write to you")
    assert next_said(line)["text"] == line.hotline.library.text("unsafe_still", "en")
