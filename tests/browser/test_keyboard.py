"""Everything at the desk without a mouse: nothing in this file clicks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.browser.test_access import next_code
from tests.hotline import PASSWORD, AtTheDesk, Person

pytestmark = pytest.mark.browser


def tabs_to(page: Page, selector: str) -> None:
    """Press Tab until *selector* has the focus."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_a_whole_conversation_is_held_by_keyboard(open_context: OpenContext, url: str, operator: AtTheDesk) -> None:
    Person(url).says("my boss keeps my passport and I want to talk to a person")
    secret, _ = operator.sets_up()
    page = open_context().new_page()
    desk, keyboard = DeskPage(page, url), page.keyboard
    page.goto(f"{url}/desk")

    expect(page.locator("#sign-in [name=name]")).to_be_focused()
    keyboard.type("dara")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(page.locator("#door [name=code]")).to_be_focused()
    keyboard.type(next_code(secret))
    keyboard.press("Enter")
    expect(desk.lines).to_have_count(1)

    keyboard.press("j")
    keyboard.press("Enter")
    expect(page.locator("#take-over")).to_be_visible()
    keyboard.press("t")
    expect(page.locator("#text")).to_be_focused()
    keyboard.type("We are here.")
    keyboard.press("Enter")
    expect(page.locator(".message.operator", has_text="We are here.")).to_be_visible()

    keyboard.press("Escape")
    keyboard.press("r")
    expect(page.locator("#cards-find")).to_be_focused()
    expect(page.locator("#cards-list li").first).to_be_visible()
    before = page.locator(".message.operator").count()
    keyboard.press("Enter")  # from the search to the first sentence
    expect(page.locator("#cards-list button").first).to_be_focused()
    keyboard.press("Enter")
    expect(page.locator(".message.operator")).to_have_count(before + 1)
    expect(page.locator("#cards-find")).to_be_focused()
    keyboard.press("Escape")
    expect(page.locator("#cards")).to_be_hidden()

    keyboard.press("b")
    expect(page.locator("#hand-back-dialog")).to_be_visible()
    tabs_to(page, "#hand-back-dialog button[value=yes]")
    keyboard.press("Enter")
    expect(page.locator("#take-over")).to_be_visible()
    tabs_to(page, "#take-over")
    keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    keyboard.press("Escape")
    keyboard.press("c")
    expect(page.locator("#close-dialog")).to_be_visible()
    tabs_to(page, "#close-dialog input[type=radio]")
    keyboard.press("Space")
    tabs_to(page, "#close-dialog button[value=yes]")
    keyboard.press("Enter")
    expect(page.locator("#writing")).to_be_hidden()
    expect(desk.lines).to_have_count(0)


def test_every_part_of_the_bar_is_reached_by_tab_and_shows_where_one_is(desk: DeskPage) -> None:
    for part in ("#sound", "#my-name", "[data-tab=queue]", "[data-tab=closed]"):
        tabs_to(desk.page, part)
        outline = desk.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", part
    for number in range(desk.page.locator("#pages a:visible").count()):
        tabs_to(desk.page, f"#pages a:nth-of-type({number + 1})")


def test_the_list_of_keys_is_opened_and_left_by_keyboard(desk: DeskPage) -> None:
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#keys-dialog")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#keys-dialog")).to_be_hidden()


def test_nothing_moves_for_who_wants_no_motion(open_context: OpenContext, url: str, operator: AtTheDesk) -> None:
    Person(url).says("my boss keeps my passport and I want to talk to a person")
    desk = DeskPage(open_context(reduced_motion="reduce").new_page(), url).opens(operator)
    desk.looks_at(desk.lines.first)
    desk.page.locator("#signs button").first.focus()
    desk.page.keyboard.press("Enter")
    moving = desk.page.evaluate(
        "() => document.getAnimations().filter((one) => one.effect.getComputedTiming().activeDuration > 1).length"
    )
    assert moving == 0
