"""The scene that all of this is for, in two browsers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, Chat, DeskPage
from tests.hotline import Person

pytestmark = pytest.mark.browser

PASSPORT_AND_DOOR = "သူဌေးက ကျွန်မရဲ့ ပတ်စပို့ကို သိမ်းထားတယ်။ တံခါးကို သော့ခတ်ထားလို့ အပြင်ထွက်လို့မရဘူး"
BURMESE = re.compile(r"[\u1000-\u109f]{4}")


def test_a_person_behind_a_locked_door_is_seen_first_helped_by_a_human_and_handed_back(
    open_context: OpenContext, url: str, person: Person, desk: DeskPage
) -> None:
    person.says("I want to talk to a person please")
    expect(desk.lines).to_have_count(1)

    chat = Chat(open_context(viewport=PHONE, locale="my").new_page(), url).opens()
    chat.says(PASSPORT_AND_DOOR)
    expect(chat.bot.last).to_contain_text(BURMESE)
    expect(chat.bot.locator("p[lang=my]").first).to_be_visible()

    expect(desk.lines).to_have_count(2)
    on_top = desk.lines.first
    expect(on_top).to_contain_text("Burmese")
    expect(on_top).to_contain_text("Papers kept")
    desk.looks_at(on_top)
    marked = desk.said_by_person.first.locator("mark")
    expect(marked.first).to_be_visible()
    assert all(
        words in PASSPORT_AND_DOOR for words in marked.evaluate_all("all => all.map((one) => one.firstChild.data)")
    )
    expect(desk.said_by_person.first.locator(".signs")).to_contain_text("Papers kept")
    expect(desk.said_by_person.first.locator(".signs")).to_contain_text("Locked in or guarded")
    expect(desk.page.locator("#rule")).not_to_be_empty()
    expect(desk.said_by_bot.first.locator(".gloss")).to_be_visible()

    desk.takes_over()
    expect(chat.operator).to_have_count(1)
    desk.writes("အခု တစ်ယောက်တည်းလား")
    expect(chat.operator.last).to_contain_text("အခု တစ်ယောက်တည်းလား")

    said_by_bot = chat.bot.count()
    chat.writes("ဟုတ်ကဲ့ တစ်ယောက်တည်းပါ")
    expect(desk.said_by_person.last).to_contain_text("ဟုတ်ကဲ့ တစ်ယောက်တည်းပါ")
    expect(chat.bot).to_have_count(said_by_bot)

    desk.hands_back()
    expect(chat.operator).to_have_count(3)  # came, wrote, and says that the bot answers again
    chat.says("ကျေးဇူးတင်ပါတယ်")
    expect(desk.said_by_bot).to_have_count(chat.bot.count())
