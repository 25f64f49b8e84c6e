"""Quick exit: at once, by touch or by keyboard, and nothing leads back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import Chat
from tests.channels.conftest import waits_until
from tests.hotline import AtTheDesk

pytestmark = pytest.mark.browser

ELSEWHERE = re.compile("^https://")


def by_button(page: Page) -> None:
    page.locator("#exit").click()


def by_keyboard(page: Page) -> None:
    page.locator("#text").focus()
    three_times_at_once(page)


def from_the_question_whether_to_erase(page: Page) -> None:
    page.locator("#menu summary").click()
    page.locator("#erase").click()
    expect(page.locator("#erase-dialog")).to_be_visible()
    three_times_at_once(page)


def three_times_at_once(page: Page) -> None:
    """Escape, by a clock that stands still: however slow the machine is, the hand was quick."""
    page.clock.install()
    page.clock.pause_at(datetime.now() + timedelta(minutes=1))
    for _ in range(3):
        page.keyboard.press("Escape")


def forgets(context: BrowserContext, url: str) -> None:
    """The browser has no cookie any longer: the server takes it away while the next page comes already."""
    waits_until(lambda: context.cookies(url) == [])


@pytest.mark.parametrize("leaves", [by_button, by_keyboard, from_the_question_whether_to_erase])
def test_quick_exit_leaves_no_history_entry_and_no_cookie(
    open_context: OpenContext, url: str, operator: AtTheDesk, leaves: Callable[[Page], None]
) -> None:
    context = open_context()
    context.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body="<title>Weather</title>"))
    page = context.new_page()
    page.goto(f"{url}/healthz")  # whatever was looked at before
    chat = Chat(page, url).opens()
    chat.says("hello")
    entries = page.evaluate("history.length")

    leaves(page)
    page.wait_for_url(ELSEWHERE)
    expect(page).to_have_title("Weather")
    assert page.evaluate("history.length") == entries
    forgets(context, url)

    page.go_back()
    assert page.url == f"{url}/healthz"
    page.go_forward()
    assert page.url.startswith("https://")
    assert len(operator.sees()) == 1  # what was told is not lost


def test_before_any_script_is_there_the_button_leads_away_all_the_same(open_context: OpenContext, url: str) -> None:
    context = open_context(java_script_enabled=False)
    context.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body="<title>Weather</title>"))
    page = Chat(context.new_page(), url).opens().page
    by_button(page)
    page.wait_for_url(ELSEWHERE)


def test_the_page_is_empty_before_the_next_one_comes(chat: Chat) -> None:
    chat.says("hello")
    chat.page.route(ELSEWHERE, lambda route: None)  # a slow line: the everyday page never comes
    leaves = "() => { document.getElementById('exit').click(); return [document.title, document.body.innerHTML]; }"
    assert chat.page.evaluate(leaves) == ["", ""]


def test_escape_pressed_now_and_then_leaves_nothing(chat: Chat) -> None:
    chat.page.locator("#text").focus()
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("#text")).to_be_visible()
    assert chat.page.url == f"{chat.url}/"


@pytest.mark.parametrize("heard", ["heard", "lost"])
def test_whoever_opens_the_page_after_an_exit_sees_an_empty_chat_whether_the_server_heard_of_it_or_not(
    open_context: OpenContext, url: str, heard: str
) -> None:
    context = open_context()
    context.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body="<title>Weather</title>"))
    if heard == "lost":
        context.route("**/chat/leave", lambda route: route.abort())
    chat = Chat(context.new_page(), url).opens()
    chat.says("my boss beats me")
    by_button(chat.page)
    chat.page.wait_for_url(ELSEWHERE)
    again = Chat(context.new_page(), url)
    with again.page.expect_response("**/chat/messages*") as asked:
        again.opens()
    assert asked.value.json()["messages"] == []
    again.says("hello")
    expect(again.mine).to_have_count(1)
    assert [cookie["name"] for cookie in context.cookies(url)] == ["c"]
    again.page.reload()
    expect(again.mine).to_have_count(1)
