"""Channels that leave traces: harmless words, a word that ends all, and nothing more until it is safe again."""

from __future__ import annotations

import pytest

from bot.core.taxonomy import LANGUAGES
from tests.channels import test_telegram, test_twilio
from tests.channels.conftest import Line, Opens, waits_until
from tests.channels.peers import PUBLIC
from tests.content.test_traces import telling

ANA = 7001
PLEA = "they keep my passport and lock the door"
WHO = "what did she write to you"


class Phone:
    """Somebody's phone on one of the two channels."""

    def __init__(self, kind: str, line: Line) -> None:
        self.kind, self.line = kind, line

    def writes(self, text: str) -> list[str]:
        """What came back once the bot has answered."""
        before = len(self.said())
        if self.kind == "telegram":
            self.line.peer.act("text", chat_id=ANA, text=text)
        else:
            test_twilio.writes(self.line, text)
        waits_until(lambda: len(self.said()) > before and self._is_quiet())
        return self.said()[before:]

    def said(self) -> list[str]:
        return test_telegram.said(self.line) if self.kind == "telegram" else test_twilio.said(self.line)

    def _is_quiet(self) -> bool:
        kept = self.line.hotline.store.conversations.messages(self.line.conversation())
        return all(one.turn in (None, "done") and one.delivery not in ("queued", "sending") for one in kept)

    def phrase(self, key: str) -> str:
        form = "chat" if self.kind == "telegram" else "sms"
        return self.line.hotline.library.phrases.say(key, LANGUAGE, form)


LANGUAGE = next(code for code in LANGUAGES if code == "en")


@pytest.fixture(params=["telegram", "twilio"])
def phone(request: pytest.FixtureRequest, opens: Opens) -> Phone:
    return Phone(request.param, opens(request.param))


def test_first_replies_by_sms_tell_nothing_in_any_language(opens: Opens) -> None:
    line = opens("twilio", HOTLINE_TWILIO_RATE="0")
    library = line.hotline.library
    for place, language in enumerate(LANGUAGES):
        number = f"+4477009001{place:02d}"
        for text in (library.text("type.human", language), library.text("type.danger", language)):
            line.peer.act("inbound", url=f"{PUBLIC}/webhooks/twilio", Body=text, From=number)

        def to(who: str = number) -> list[str]:
            return [one["params"]["Body"] for one in line.peer.calls("POST Messages.json", To=who)]

        waits_until(lambda to=to: len(to()) >= 3)  # type: ignore[misc]
        said = to()
        assert [telling(text, language) for text in said] == [[]] * len(said), said


@pytest.mark.parametrize("word", ["/exit", "later"])
def test_one_word_ends_it_with_something_harmless_and_nothing_more_is_told(phone: Phone, word: str) -> None:
    phone.writes(PLEA)
    assert phone.writes(word) == [phone.phrase("unsafe")]
    assert phone.writes(WHO) == [phone.phrase("unsafe_still")]
    assert phone.writes("hotline") == [phone.phrase("unsafe_still")]
    back = phone.writes("hello")
    assert back[0].startswith(phone.phrase("welcome_back"))
    assert "passport" not in "".join(back)


def test_a_word_of_ones_own_ends_it_as_well(phone: Phone) -> None:
    phone.writes(PLEA)
    phone.writes("/exit")
    phone.writes("hello")
    phone.writes("yes")
    phone.writes("yes")
    phone.writes("nasi goreng")
    assert phone.writes("Nasi goreng") == [phone.phrase("unsafe")]
    assert phone.writes(WHO) == [phone.phrase("unsafe_still")]


def test_who_writes_it_to_an_operator_warns_them_and_the_bot_stays_silent(phone: Phone) -> None:
    phone.writes(PLEA)
    desk, conversation = phone.line.operator(), phone.line.conversation()
    assert desk.does("take-over", conversation).status_code == 200
    waits_until(lambda: phone.phrase("operator_joined") in phone.said())
    before = phone.said()
    if phone.kind == "telegram":
        phone.line.peer.act("text", chat_id=ANA, text="/exit")
    else:
        test_twilio.writes(phone.line, "/exit")
    waits_until(lambda: desk.opens(conversation)["unsafe"])
    assert phone.said() == before


def test_what_was_deleted_is_to_be_deleted_on_the_phone_as_well(phone: Phone) -> None:
    phone.writes(PLEA)
    phone.writes("/delete")
    if phone.kind == "telegram":
        call = phone.line.peer.calls("sendMessage", chat_id=ANA)[-1]["answer"]["result"]
        yes = call["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        phone.line.peer.act("press", chat_id=ANA, message_id=call["message_id"], data=yes)
        waits_until(lambda: phone.line.peer.calls("deleteMessage"))
    else:
        test_twilio.writes(phone.line, "1")
        waits_until(lambda: phone.line.peer.calls("DELETE *"))
    waits_until(lambda: phone.phrase("erase_done") in phone.said())
    assert "delete the chat on your phone" in phone.phrase("erase_done")
