"""How a message goes over the line."""

from __future__ import annotations

from dataclasses import replace

from bot.content.sms import segments
from bot.core.ids import ChannelName
from bot.core.message import Author, Button
from channels.contract import chosen_number
from tests.channels.test_contract import opened, to_send

TOPICS = [Button(f"topic number {number}", "/x") for number in range(1, 13)]


def sms(text: str, buttons: list[Button] = []) -> list[str]:  # noqa: B006 - read only
    channel = opened("HOTLINE_TWILIO_ACCOUNT_SID")
    (message,) = [one for one in to_send(channel, text, buttons) if one.channel == "sms"]
    return [part.text for part in channel.parts(message)]


def test_a_short_menu_stands_under_the_words() -> None:
    assert sms("Is it safe?", [Button("Yes", "/a"), Button("No", "/b")]) == ["Is it safe?\n1 Yes\n2 No"]


def test_a_long_menu_goes_by_itself_and_holds_what_two_messages_hold() -> None:
    words, menu = sms("ก" * 130, [Button("ข" * 20, "/x")] * 12)
    assert words == "ก" * 130
    assert segments(menu) <= 2
    assert menu.startswith("1 ข")


def test_marks_that_double_the_cost_are_written_plainly_and_only_then() -> None:
    assert sms("it’s “free” – call " * 5) == ['it\'s "free" - call ' * 5]
    assert sms("it’s free") == ["it’s free"]
    assert sms("ราคา “ฟรี”") == ["ราคา “ฟรี”"]


def test_an_operators_text_is_never_cut_inside_a_written_character() -> None:
    parts = sms("ကျေးဇူး" * 300)
    assert "".join(parts) == "ကျေးဇူး" * 300
    assert all(len(part) <= 1600 for part in parts)


def test_whatsapp_and_telegram_take_the_whole_menu() -> None:
    twilio, telegram = opened("HOTLINE_TWILIO_ACCOUNT_SID"), opened("HOTLINE_TELEGRAM_TOKEN")
    whatsapp = next(one for one in to_send(twilio, "Choose", TOPICS) if one.channel == "whatsapp")
    assert twilio.parts(whatsapp)[0].text.count("\n") == 12
    (message,) = to_send(telegram, "a" * 5000, TOPICS)
    parts = telegram.parts(replace(message, channel=ChannelName("telegram"), author=Author.OPERATOR))
    assert [len(part.buttons) for part in parts] == [0, 12]


def test_numbers_in_the_digits_of_every_script_of_ours() -> None:
    assert [chosen_number(one) for one in ("2", "๒", "၂", "២", "໒", "௨", "２", " 12. ")] == [2] * 7 + [12]
    assert [chosen_number(one) for one in ("", "two", "2 3", "112", "-1", "²")] == [None] * 6
