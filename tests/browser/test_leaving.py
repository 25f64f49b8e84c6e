"""Quick exit: at once, by touch or by keyboard, and nothing leads back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import Chat
from tests.hotline import AtTheDesk

pytestmark = pytest.mark.browser

ELSEWHERE = re.compile("^https://")


def by_button(page: Page) -> None:
    page.locator("#exit").click()


def by_keyboard(page: Page) -> None:
    page.locator("#text").focus()
    for _ in range(3):
        page.keyboard.press("Escape")


def from_the_question_whether_to_erase(page: Page) -> None:
    page.locator("#menu summary").click()
    page.locator("#erase").click()
    for _ in range(3):
        page.keyboard.press("Escape")


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
    assert context.cookies(url) == []

    page.go_back()
    assert page.url == f"{url}/healthz"
    page.go_forward()
    assert page.url.startswith("https://")
    assert len(operator.sees()) == 1  # what was told is not lost


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


def test_whoever_opens_the_page_after_an_exit_sees_an_empty_chat(open_context: OpenContext, url: str) -> None:
    context = open_context()
    context.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body="<title>Weather</title>"))
    chat = Chat(context.new_page(), url).opens()
    chat.says("my boss beats me")
    by_button(chat.page)
    chat.page.wait_for_url(ELSEWHERE)
    again = Chat(context.new_page(), url).opens()
    again.says("hello")
    expect(again.mine).to_have_count(1)
