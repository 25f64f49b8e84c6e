"""Whole conversations over the channels, from danger to erasing: in Thai by SMS and in Khmer on Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.conversation import Holder
from bot.core.taxonomy import Language
from tests.channels import test_telegram, test_twilio
from tests.channels.conftest import Line, Opens, waits_until
from tests.channels.test_telegram import ANA as CHAT
from tests.channels.test_twilio import ANA, writes

DANGER = {
    "th": "ช่วยด้วย เขาขังฉันไว้ในห้อง เขาจะฆ่าฉัน",
    "km": "ជួយផង គេចាក់សោបន្ទប់ ថានឹងសម្លាប់ខ្ញុំ",
}
ANSWERS = {"th": "เรากำลังช่วยคุณ", "km": "យើងកំពុងជួយអ្នក"}
SECRET = "ห้องสีฟ้า"


def word(line: Line, key: str, language: str) -> str:
    return line.hotline.library.text(key, Language(language))


def hands_over(line: Line, language: str, said: Any) -> None:
    """The operator sees the danger first, takes over, writes, and hands back; each reaches the person in order."""
    operator = line.operator()
    (waiting,) = waits_until(operator.sees)
    assert (waiting["risk"], waiting["holder"], waiting["language"]) == ("emergency", "queue", language)
    conversation = waiting["id"]
    assert operator.does("take-over", conversation).status_code == 200
    assert operator.does("messages", conversation, text=ANSWERS[language]).status_code == 201
    assert operator.does("hand-back", conversation).status_code == 200
    waits_until(lambda: len(said()) >= 4 and said()[-2] == ANSWERS[language])

    def states() -> set[str]:
        return {one["delivery"] for one in operator.opens(conversation)["messages"] if one["delivery"]}

    waits_until(lambda: states() <= {"sent", "delivered"})


def test_in_thai_by_sms(opens: Opens, capfd: pytest.CaptureFixture[str]) -> None:
    line = opens("twilio")
    writes(line, DANGER["th"])
    waits_until(lambda: test_twilio.said(line))
    assert "112" in test_twilio.said(line)[0], "the number comes first"
    hands_over(line, "th", lambda: test_twilio.said(line))
    writes(line, SECRET)
    waits_until(lambda: len(test_twilio.said(line)) >= 5)
    writes(line, word(line, "type.erase", "th"))
    asked = waits_until(lambda: [one for one in test_twilio.said(line) if word(line, "menu.erase_yes", "th") in one])
    assert "\n1 " in asked[0]
    writes(line, "๑")
    waits_until(lambda: test_twilio.said(line)[-1] == word(line, "erase_done", "th"))
    waits_until(lambda: len(line.peer.calls("DELETE *")) >= 6)
    assert line.hotline.store.queue.waiting(tuple(Holder)) == []
    out, err = capfd.readouterr()
    for private in (ANA, ANA.removeprefix("+"), SECRET, DANGER["th"], ANSWERS["th"], "fake-auth-token"):
        assert private not in out + err, "nothing of anybody reaches the log"


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_in_khmer_on_telegram(opens: Opens, mode: str, capfd: pytest.CaptureFixture[str]) -> None:
    line = opens("telegram", HOTLINE_TELEGRAM_MODE=mode)
    line.peer.act("user", chat_id=CHAT, first_name="Sokha", language_code="km")
    line.peer.act("text", chat_id=CHAT, text=DANGER["km"])
    waits_until(lambda: test_telegram.said(line))
    assert "112" in test_telegram.said(line)[0]
    hands_over(line, "km", lambda: test_telegram.said(line))
    line.peer.act("text", chat_id=CHAT, text="/delete")
    while (asked := test_telegram.next_said(line))["text"] != word(line, "erase_confirm", "km"):
        pass
    yes = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    line.peer.act("press", chat_id=CHAT, message_id=asked["message_id"], data=yes)
    assert test_telegram.next_said(line)["text"] == word(line, "erase_done", "km")
    waits_until(lambda: len(line.peer.calls("deleteMessage")) >= 5)
    assert line.hotline.store.queue.waiting(tuple(Holder)) == []
    out, err = capfd.readouterr()
    for private in (str(CHAT), "Sokha", DANGER["km"], ANSWERS["km"], "fake-token-for-tests"):
        assert private not in out + err
