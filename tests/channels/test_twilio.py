"""SMS and WhatsApp, through Twilio's own library, against an API server in a process of its own."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.content.sms import segments
from bot.core.conversation import Holder
from bot.core.ids import Address, ChannelName
from tests.channels.conftest import Line, Opens, waits_until
from tests.channels.peers import PUBLIC, SENDER

ANA = "+447700900123"
HOOK = f"{PUBLIC}/webhooks/twilio"
SAMPLES = ("sms_text", "sms_unicode", "sms_empty", "sms_media", "whatsapp_text", "whatsapp_image", "whatsapp_voice",
           "whatsapp_location", "whatsapp_button", "whatsapp_list", "whatsapp_forwarded")  # fmt: skip


def said(line: Line) -> list[str]:
    """What we gave to Twilio and it took, in order."""
    return [one["params"].get("Body", "") for one in line.peer.calls("POST Messages.json") if one.get("status") == 201]


def writes(line: Line, text: str, kind: str = "sms_text", **fields: str) -> dict[str, Any]:
    entry: dict[str, Any] = line.peer.act("inbound", url=HOOK, kind=kind, Body=text, **fields)
    return entry


def deliveries(line: Line) -> list[str]:
    seen = line.hotline.store.conversations.messages(line.conversation())
    return [one.delivery.value for one in seen if one.delivery]


def phrase(line: Line, key: str, language: str = "en") -> str:
    return line.hotline.library.text(key, language)  # type: ignore[arg-type]


def test_an_sms_is_answered_in_its_short_form_and_arrives(opens: Opens) -> None:
    line = opens("twilio")
    entry = writes(line, "They keep my passport. Is that legal?")
    assert (entry["status"], entry["replies"]) == (200, []), "answered by the API, so that every message has a receipt"
    waits_until(lambda: deliveries(line) and set(deliveries(line)) == {"delivered"})
    assert all(segments(one) <= 2 for one in said(line))
    counts = line.peer.act("costs")[ANA]
    assert counts["messages"] == len(said(line))
    shown = line.operator().opens(line.conversation())["messages"]
    assert sum(one["segments"] or 0 for one in shown) == counts["segments"], "the desk knows what it cost"


def test_every_kind_of_message_is_taken_and_answered(opens: Opens) -> None:
    line = opens("twilio")
    kinds = {"sms_empty": "empty", "sms_media": "photo", "whatsapp_image": "photo", "whatsapp_voice": "voice"}
    kinds |= {"whatsapp_location": "location", "whatsapp_forwarded": "forwarded"}
    for place, kind in enumerate(SAMPLES):
        number = f"+4477009001{place:02d}"
        channel = "whatsapp" if kind.startswith("whatsapp") else "sms"
        to = f"whatsapp:{number}" if channel == "whatsapp" else number
        assert line.peer.act("inbound", url=HOOK, kind=kind, From=to, AFieldOfTomorrow="x")["status"] == 200
        assert line.peer.wait("POST Messages.json", To=to)["status"] == 201
        found = line.hotline.store.conversations.find(ChannelName(channel), Address(number))
        assert found is not None
        first = line.hotline.store.conversations.messages(found)[0]
        assert first.text
        assert [one.kind for one in first.attached] == ([kinds[kind]] if kind in kinds else []), kind


def test_forged_tampered_and_unsigned_webhooks_get_403_and_leave_only_a_count(opens: Opens) -> None:
    line = opens("twilio")
    for kind in ("sms_text", "whatsapp_text"):
        for tamper in ("missing", "signature", "token", "url", "body"):
            assert line.peer.act("inbound", url=HOOK, kind=kind, tamper=tamper)["status"] == 403
    forged = line.peer.act("inbound", url=f"{HOOK}/status?m=1.0", kind="status_sms_failed", tamper="token")
    assert forged["status"] == 403
    assert httpx.post(f"{line.url}/webhooks/twilio", content=b"\xff\xfe").status_code == 403
    assert httpx.post(f"{line.url}/webhooks/twilio", json={"a": 1}).status_code == 403
    assert httpx.post(f"{line.url}/webhooks/twilio", content=b"a=1&" * 30_000).status_code == 403
    assert line.hotline.store.queue.waiting(tuple(Holder)) == []
    assert 'hotline_refused_webhooks{channel="twilio"} 14.0' in httpx.get(f"{line.url}/metrics").text


def test_a_webhook_delivered_twice_makes_one_turn(opens: Opens) -> None:
    line = opens("twilio")
    first = writes(line, "hello")
    waits_until(lambda: len(said(line)) == 2)
    assert line.peer.act("replay", n=first["n"])["status"] == 200
    writes(line, "I want a human")
    waits_until(lambda: len(said(line)) == 3)
    asked = [one for one in line.hotline.store.conversations.messages(line.conversation()) if one.author == "person"]
    assert [one.text for one in asked] == ["hello", "I want a human"]


@pytest.mark.parametrize("order", [[2, 0, 1, 1], [1, 2, 0], [2], [2, 2, 2]])
def test_receipts_in_any_order_never_move_a_message_back(opens: Opens, order: list[int]) -> None:
    line = opens("twilio")
    line.peer.act("outcome", statuses=["queued", "sent", "delivered"], order=order, times=9)
    writes(line, "hello")
    waits_until(lambda: len(line.peer.calls("status")) == 2 * len(order))
    assert waits_until(lambda: deliveries(line) == ["delivered", "delivered"])


def test_a_message_that_did_not_arrive_is_shown_with_its_reason_and_calls(opens: Opens) -> None:
    line = opens("twilio")
    line.peer.act("outcome", statuses=["queued", "sent", "undelivered"], error=30003, times=1)
    writes(line, "hello")
    waits_until(lambda: "failed" in deliveries(line))
    shown = line.operator().opens(line.conversation())["messages"]
    assert [one["reason"] for one in shown if one["delivery"] == "failed"] == ["twilio_30003"]
    assert "parked" in [one.kind for one in line.hotline.store.queue.events_after(0)]
    (waiting,) = line.hotline.store.queue.waiting((Holder.QUEUE,))
    assert waiting.handoff_reason == "message_parked"


def test_stop_is_obeyed_without_a_word_and_start_opens_again(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "I want a human")
    waits_until(lambda: len(said(line)) == 2)
    stop = writes(line, " Stop ")
    assert stop["replies"] == []
    before = len(line.peer.calls("POST Messages.json"))
    operator, conversation = line.operator(), line.conversation()
    operator.does("take-over", conversation)
    operator.does("messages", conversation, text="Are you there?")
    waits_until(lambda: deliveries(line)[-1] == "failed")
    writes(line, "halo")
    waits_until(lambda: _turns(line) == {"done"})
    assert len(line.peer.calls("POST Messages.json")) == before, "Twilio was not even asked"
    assert operator.opens(conversation)["messages"][-2]["reason"] == "opted_out"
    line.peer.act("replay", n=stop["n"])
    writes(line, "START")
    line.peer.act("replay", n=stop["n"])
    operator.does("messages", conversation, text="Good that you are back.")
    waits_until(lambda: "Good that you are back." in said(line))


def test_start_after_stop_is_confirmed(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "STOP")
    writes(line, "START")
    waits_until(lambda: said(line) == [phrase(line, "start_done")])


def _turns(line: Line) -> set[str | None]:
    seen = line.hotline.store.conversations.messages(line.conversation())
    return {one.turn for one in seen if one.author == "person"}


def test_yes_is_an_answer_unless_the_person_had_stopped(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "hello")
    waits_until(lambda: len(said(line)) == 2)
    writes(line, "YES")
    waits_until(lambda: len(said(line)) >= 3)
    assert said(line)[2].startswith(line.hotline.library.phrases.say("safe_thanks", "en", "sms")[:20])


@pytest.mark.parametrize("word", ["stop", "start", "help"])
def test_what_advanced_opt_out_answered_is_noted_and_not_answered_again(opens: Opens, word: str) -> None:
    line = opens("twilio")
    writes(line, "I want a human")
    waits_until(lambda: len(said(line)) == 2)
    assert line.peer.act("inbound", url=HOOK, kind=f"sms_{word}_advanced")["replies"] == []
    waits_until(lambda: _turns(line) == {"done"})
    seen = line.hotline.store.conversations.messages(line.conversation())
    assert [one.text for one in seen if one.author == "person"][-1] == word.upper()
    assert len(said(line)) == 2


def test_who_was_opted_out_elsewhere_is_not_written_to_again(opens: Opens) -> None:
    line = opens("twilio")
    line.peer.act("fail", call="POST Messages.json", kind="21610")
    writes(line, "hello")
    waits_until(lambda: deliveries(line) == ["failed", "failed"])
    assert len(line.peer.calls("POST Messages.json")) == 1


def test_a_number_picks_from_the_menu_in_any_digits(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "change language")
    waits_until(lambda: any("1 English" in one for one in said(line)))
    writes(line, "๒")
    conversation = line.conversation()
    waits_until(lambda: len(said(line)) >= 3)
    kept = line.hotline.store.conversations.get(conversation)  # type: ignore[arg-type]
    assert kept is not None
    assert kept.language_chosen
    assert kept.language != "en"
    count = len(said(line))
    writes(line, "7")
    waits_until(lambda: len(said(line)) > count)
    seen = [one.text for one in line.hotline.store.conversations.messages(conversation) if one.author == "person"]  # type: ignore[arg-type]
    assert seen[-1] == "7", "nothing was offered any more"


def test_whatsapp_after_a_day_waits_for_the_person_and_says_so(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "saya mau bicara dengan orang", kind="whatsapp_text")
    waits_until(lambda: deliveries(line) and set(deliveries(line)) == {"delivered"})
    operator, conversation = line.operator(), line.conversation()
    operator.does("take-over", conversation)
    waits_until(lambda: deliveries(line)[-1] == "delivered")
    _a_day_passes(line)
    before = len(line.peer.calls("POST Messages.json"))
    operator.does("messages", conversation, text="Apakah Anda aman?")
    waits_until(lambda: operator.opens(conversation)["messages"][-1]["reason"] == "window_closed")
    assert len(line.peer.calls("POST Messages.json")) == before
    writes(line, "ya", kind="whatsapp_text")
    waits_until(lambda: said(line)[-1] == "Apakah Anda aman?")


def test_with_a_template_the_person_is_asked_once_to_write(opens: Opens) -> None:
    template = "HX" + "0" * 32
    line = opens("twilio", HOTLINE_TWILIO_WHATSAPP_TEMPLATE=template)
    writes(line, "saya mau bicara dengan orang", kind="whatsapp_text")
    waits_until(lambda: deliveries(line) and set(deliveries(line)) == {"delivered"})
    operator, conversation = line.operator(), line.conversation()
    operator.does("take-over", conversation)
    waits_until(lambda: deliveries(line)[-1] == "delivered")
    _a_day_passes(line)
    operator.does("messages", conversation, text="satu")
    operator.does("messages", conversation, text="dua")
    waits_until(lambda: operator.opens(conversation)["messages"][-2]["reason"] == "window_template")
    assert len(line.peer.calls("POST Messages.json", ContentSid=template)) == 1
    writes(line, "ya", kind="whatsapp_text")
    waits_until(lambda: said(line)[-2:] == ["satu", "dua"])


def _a_day_passes(line: Line) -> None:
    from datetime import UTC, datetime, timedelta

    from sqlalchemy import update

    from bot.store import tables as t

    long_ago = datetime.now(UTC) - timedelta(hours=25)
    with line.hotline.store.database.write() as connection:
        connection.execute(update(t.conversations).values(last_person_at=long_ago))
    line.peer.act("session", number=f"whatsapp:{ANA}", age=25 * 3600)


@pytest.mark.parametrize("kind", ["20429", "20500", "502", "drop", "slow"])
def test_a_failure_before_sending_is_made_good(opens: Opens, kind: str) -> None:
    line = opens("twilio", **({"HOTLINE_TWILIO_TIMEOUT": "1"} if kind == "slow" else {}))
    line.peer.act("fail", call="POST Messages.json", kind=kind, times=2, seconds=2 if kind == "slow" else 0)
    writes(line, "hello")
    waits_until(lambda: deliveries(line) == ["delivered", "delivered"])
    if kind != "slow":  # slow ones were taken, late: see the next test
        assert len(said(line)) == 2


@pytest.mark.parametrize("kind", ["20500", "502", "504", "drop"])
def test_when_only_the_answer_is_lost_twilio_is_asked_and_nothing_goes_twice(opens: Opens, kind: str) -> None:
    line = opens("twilio")
    line.peer.act("fail", call="POST Messages.json", kind=kind, times=2, after=True)
    writes(line, "hello")
    waits_until(lambda: deliveries(line) == ["delivered", "delivered"])
    assert line.peer.act("costs")[ANA]["messages"] == 2


@pytest.mark.parametrize("kind", ["20429", "20500", "20003", "drop"])
def test_while_twilio_cannot_be_asked_nothing_is_sent_again(opens: Opens, kind: str) -> None:
    line = opens("twilio")
    line.peer.act("fail", call="GET Messages.json", kind=kind, times=3)
    line.peer.act("fail", call="POST Messages.json", kind="drop", after=True)
    writes(line, "hello")
    waits_until(lambda: deliveries(line) == ["delivered", "delivered"])
    assert line.peer.act("costs")[ANA]["messages"] == 2


def test_a_wrong_setting_keeps_messages_waiting_and_names_itself(opens: Opens) -> None:
    line = opens("twilio", HOTLINE_TWILIO_SMS_FROM="+15005550001")
    writes(line, "hello")
    operator, conversation = line.operator(), line.conversation()

    def waiting() -> list[str | None]:
        shown = operator.opens(conversation)["messages"]
        return [one["reason"] for one in shown if one["delivery"] == "queued"]

    waits_until(lambda: waiting()[:1] == ["twilio_21606"])


def test_a_refused_message_is_parked_and_the_next_goes(opens: Opens) -> None:
    line = opens("twilio")
    line.peer.act("fail", call="POST Messages.json", kind="21211")
    writes(line, "hello")
    waits_until(lambda: deliveries(line) == ["failed", "delivered"])


def test_a_messaging_service_may_choose_the_number(opens: Opens) -> None:
    line = opens(
        "twilio",
        HOTLINE_TWILIO_SMS_FROM="",
        HOTLINE_TWILIO_MESSAGING_SERVICE_SID="MG00000000000000000000000000000001",
        HOTLINE_TWILIO_API_KEY="SK00000000000000000000000000000001",
        HOTLINE_TWILIO_API_SECRET="fake-api-secret",
    )
    writes(line, "hello")
    waits_until(lambda: deliveries(line) == ["delivered", "delivered"])


def test_two_machines_do_not_talk_with_each_other(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "Your code is 1234", From="AIRTEL")
    writes(line, "hello", From=SENDER)
    waits_until(lambda: _turns(line) == {"done"})
    assert said(line) == []


def test_erasing_by_sms_says_goodbye_and_has_twilio_forget(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "erase")
    waits_until(lambda: said(line))
    waits_until(lambda: deliveries(line) and set(deliveries(line)) == {"delivered"})
    writes(line, "erase")
    waits_until(lambda: said(line)[-1] == phrase(line, "erase_done"))
    waits_until(lambda: len(line.peer.calls("DELETE *")) >= 3)
    assert line.hotline.store.queue.waiting(tuple(Holder)) == []


def test_the_same_number_by_sms_and_whatsapp_is_two_conversations(opens: Opens) -> None:
    line = opens("twilio")
    writes(line, "hello")
    writes(line, "halo", kind="whatsapp_text")
    waits_until(lambda: len(line.hotline.store.queue.waiting(tuple(Holder))) == 2)
