"""Whoever is on call is called through a real channel; nothing of the person goes out with it."""

from __future__ import annotations

from tests.channels.conftest import Opens, waits_until
from tests.channels.test_telegram import ANA as CHAT
from tests.channels.test_twilio import writes

DANGER = "he locked the door and says he will kill me tonight"
PHONE = "+66812345678"
AT_ONCE = {"HOTLINE_LADDER_EMERGENCY": "0,0,0,0"}
CALL = "Hotline - waiting for you now: 1. https://hotline.example.org/desk"


def test_by_sms(opens: Opens) -> None:
    line = opens("twilio", HOTLINE_ON_CALL=f"sms:{PHONE}", **AT_ONCE)
    writes(line, DANGER)
    sent = waits_until(lambda: [one["params"] for one in line.peer.calls("POST Messages.json") if PHONE in str(one)])
    assert [one["Body"] for one in sent] == [CALL]
    conversation = line.conversation()
    operator = line.operator()
    assert waits_until(lambda: [one for one in operator.sees() if one["rung"] == "on_call"])[0]["id"] == conversation
    # it stands in no conversation
    assert CALL not in str(operator.opens(conversation)["messages"])


def test_by_sms_in_the_language_of_whoever_is_called(opens: Opens) -> None:
    line = opens("twilio", HOTLINE_ON_CALL=f"sms:{PHONE}/th", **AT_ONCE)
    writes(line, DANGER)
    (sent,) = waits_until(lambda: [one for one in line.peer.calls("POST Messages.json") if PHONE in str(one)])
    assert "https://hotline.example.org/desk" in sent["params"]["Body"]


def test_on_telegram(opens: Opens) -> None:
    line = opens("telegram", HOTLINE_ON_CALL="telegram:4242", **AT_ONCE)
    line.peer.act("user", chat_id=4242, first_name="Somebody on call")
    line.peer.act("text", chat_id=4242, text="/start")
    line.peer.act("user", chat_id=CHAT, first_name="Sokha")
    line.peer.act("text", chat_id=CHAT, text=DANGER)
    waits_until(lambda: [one for one in line.peer.calls("sendMessage") if CALL in str(one)])
    (sent,) = [one for one in line.peer.calls("sendMessage") if CALL in str(one)]
    assert "4242" in str(sent)
    assert "Sokha" not in str(sent)


def test_a_server_that_is_down_for_a_moment_is_called_again(opens: Opens) -> None:
    line = opens("telegram", HOTLINE_ON_CALL="telegram:4242", **AT_ONCE)
    line.peer.act("user", chat_id=4242, first_name="Somebody on call")
    line.peer.act("text", chat_id=4242, text="/start")
    waits_until(lambda: line.peer.calls("sendMessage"))
    line.peer.act("fail", call="sendMessage", kind="502", times=1, where={"chat_id": 4242, "text": CALL})
    line.peer.act("user", chat_id=CHAT, first_name="Sokha")
    line.peer.act("text", chat_id=CHAT, text=DANGER)
    waits_until(lambda: len([one for one in line.peer.calls("sendMessage") if CALL in str(one)]) == 2)
