"""The web chat: light, private, and true to what was written."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from bot.app import Hotline, now
from bot.core.conversation import Holder
from bot.core.message import Reply, Saying
from bot.core.taxonomy import LANGUAGES, Language
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, Chat, DeskPage
from tests.browser.test_accessibility import serious
from tests.hotline import AtTheDesk

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000  # of a first visit, as they come over the line


def test_the_first_visit_is_light_and_asks_nobody_else(open_context: OpenContext, url: str) -> None:
    page = open_context().new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    Chat(page, url).opens()
    page.wait_for_load_state("networkidle")
    assert all(request.url.startswith((url, "data:")) for request in asked)
    sizes = {request.url: request.sizes() for request in asked if request.url.startswith(url)}
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes.values()) < MOST_BYTES
    assert any("/static/" in address for address in sizes)


def test_the_second_visit_fetches_no_script_again(open_context: OpenContext, url: str) -> None:
    context = open_context()
    Chat(context.new_page(), url).opens().page.wait_for_load_state("networkidle")
    page = context.new_page()
    fetched: list[str] = []
    page.on("response", lambda answer: fetched.append(answer.url))
    Chat(page, url).opens().page.wait_for_load_state("networkidle")
    static = [address for address in fetched if "/static/" in address]
    over_the_line = "(address) => performance.getEntriesByName(address)[0].transferSize"
    assert static
    assert [page.evaluate(over_the_line, address) for address in static] == [0] * len(static)


def test_nothing_stays_on_the_device_but_one_cookie(chat: Chat) -> None:
    chat.says("hello")
    context: BrowserContext = chat.page.context
    assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in context.cookies()] == [
        ("c", True, "Strict")
    ]
    kept = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    assert chat.page.evaluate(kept) == [0, 0, 0]


def test_looking_at_the_page_leaves_no_cookie_at_all(chat: Chat) -> None:
    expect(chat.page.locator("#intro")).to_be_visible()
    assert chat.page.context.cookies() == []


def test_after_a_reload_everything_is_there_once(chat: Chat) -> None:
    chat.says("hello")
    chat.says("my salary was not paid")
    before = chat.texts()
    choices = chat.choices.all_inner_texts()
    chat.page.reload()
    expect(chat.page.locator(".message p")).to_have_count(len(before))
    assert chat.texts() == before
    assert chat.choices.all_inner_texts() == choices


def test_markup_in_a_message_stays_text(chat: Chat, desk: DeskPage) -> None:
    tricky = "<img src=x onerror=alert(1)> </script><b>bold</b> & \u202e"
    chat.says(tricky + " I want a person")
    expect(chat.mine.first.locator("p")).to_contain_text("<b>bold</b>")
    desk.looks_at(desk.list("all_open").first)
    expect(desk.said_by_person.first).to_contain_text("<b>bold</b>")
    for page in (chat.page, desk.page):
        assert page.locator(".message img, .message b:not(.signs b), .message script").count() == 0


def test_an_answer_to_tap_is_sent_as_what_it_means_and_is_gone(chat: Chat) -> None:
    chat.says("hello")
    first = chat.choices.first
    title = first.inner_text()
    before = chat.bot.count()
    first.click()
    expect(chat.bot.nth(before)).to_be_visible()
    expect(chat.mine.last.locator("p")).to_have_text(title)
    expect(chat.page.locator("#choices button", has_text=title)).to_have_count(0)


def test_choosing_a_language_changes_the_page_and_the_bot(chat: Chat) -> None:
    chat.says("hello")
    before = chat.bot.count()
    chat.page.locator("#language").select_option("my")
    expect(chat.page.locator("html")).to_have_attribute("lang", "my")
    expect(chat.bot.nth(before).locator("p")).to_have_attribute("lang", "my")
    chat.page.reload()
    expect(chat.page.locator("html")).to_have_attribute("lang", "my")
    expect(chat.page.locator("#language")).to_have_value("my")


def test_a_language_chosen_before_the_first_message_tells_nobody_anything(chat: Chat) -> None:
    chat.page.locator("#language").select_option("my")
    expect(chat.page.locator("html")).to_have_attribute("lang", "my")
    expect(chat.page.locator(".message")).to_have_count(0)
    assert chat.page.context.cookies() == []
    chat.says("hello")
    expect(chat.bot.last.locator("p")).to_have_attribute("lang", "my")


def test_who_reads_further_up_is_told_that_somebody_wrote_and_is_not_moved(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    chat = Chat(open_context(viewport=PHONE).new_page(), url).opens()
    page, pointer = chat.page, chat.page.get_by_role("button", name="New message")
    chat.says("my boss keeps my passport")
    chat.says("I want to talk to a person")
    expect(pointer).to_be_hidden()
    (line,) = operator.sees()
    page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    operator.does("take-over", line["id"])
    operator.does("messages", line["id"], text="We are here. Are you safe?")
    expect(chat.operator).to_have_count(2)
    expect(pointer).to_be_visible()
    expect(chat.operator.first).not_to_be_in_viewport()
    assert page.locator("#log").evaluate("log => log.scrollTop") == 0
    assert serious(page) == []
    pointer.press("Enter")
    expect(chat.operator.last).to_be_in_viewport(ratio=1)
    expect(pointer).to_be_hidden()
    expect(page.locator("#log")).to_be_focused()


def test_of_several_messages_the_first_is_shown_and_the_rest_pointed_at(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    chat = Chat(open_context(viewport=PHONE).new_page(), url).opens()
    pointer = chat.page.get_by_role("button", name="New message")
    chat.says("I want to talk to a person")
    (line,) = operator.sees()
    operator.does("take-over", line["id"])
    expect(chat.operator).to_have_count(1)
    for word in ("first", "second", "third"):
        operator.does("messages", line["id"], text=f"{word}\n" * 40)
        expect(chat.operator.filter(has_text=word)).to_have_count(1)
    for word in ("second", "third"):
        expect(pointer).to_be_visible()
        pointer.click()
        expect(chat.operator.filter(has_text=word)).to_be_in_viewport()
    expect(pointer).to_be_hidden()
    chat.writes("thank you")
    expect(chat.mine.last).to_be_in_viewport()
    operator.does("messages", line["id"], text="You are welcome.")
    expect(chat.operator.last).to_be_in_viewport(ratio=1)
    expect(pointer).to_be_hidden()


def test_known_numbers_can_be_tapped_and_amounts_cannot(chat: Chat, hotline: Hotline) -> None:
    chat.says("hello")
    (conversation,) = hotline.store.queue.waiting(list(Holder))
    text = "Call 1300 or +65 6438 5122. Pay is 1500 for 182 days, since 2025-08-01."
    said = (Reply(text, Saying("goodbye")),)
    hotline.store.conversations.queue_sayings(conversation.id, said, now())
    chat.page.reload()
    links = chat.bot.last.locator("a")
    expect(links).to_have_count(2)
    assert [link.get_attribute("href") for link in links.all()] == ["tel:1300", "tel:+6564385122"]


def test_erasing_asks_first_and_then_leaves_nothing_anywhere(chat: Chat, operator: AtTheDesk) -> None:
    chat.says("hello")
    chat.taps_in_menu("#erase")
    chat.page.locator("#erase-dialog button[value=no]").click()
    expect(chat.mine).to_have_count(1)
    assert len(operator.sees()) == 1
    chat.taps_in_menu("#erase")
    chat.page.locator("#erase-dialog button[value=yes]").click()
    expect(chat.page.locator(".message")).to_have_count(0)
    expect(chat.line).to_contain_text("Deleted")
    assert operator.sees() == []
    assert chat.page.context.cookies() == []


def test_erasing_in_words_empties_the_page_too(chat: Chat, operator: AtTheDesk) -> None:
    chat.says("hello")
    chat.says("please delete everything I wrote")
    chat.choices.filter(has_text="Yes, delete it").click()
    expect(chat.page.locator(".message")).to_have_count(0)
    expect(chat.line).to_contain_text("Deleted")
    assert operator.sees() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_phone_shows_everything_without_scrolling_sideways(
    open_context: OpenContext, url: str, language: Language
) -> None:
    chat = Chat(open_context(viewport=PHONE, locale=language).new_page(), url).opens()
    expect(chat.page.locator("html")).to_have_attribute("lang", language)
    chat.says("hello")
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert chat.page.evaluate(wide) <= 0
    for button in chat.page.locator("button:visible, summary:visible, select:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    send = chat.page.locator("#compose button").bounding_box()
    assert send is not None
    assert send["height"] < 60, "the word on the button is broken into two lines"


def test_the_whole_chat_works_by_keyboard(chat: Chat) -> None:
    page = chat.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(chat.choices.first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(chat.choices.last).to_be_focused()
    before = chat.bot.count()
    page.keyboard.press("Enter")
    expect(chat.bot.nth(before)).to_be_visible()
    expect(page.locator("#log")).to_be_focused()
