"""Linking two conversations of one person, in the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_an_operator_links_two_conversations_by_number_and_takes_it_back(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: dict[str, int], scheme: Scheme, tmp_path: Path
) -> None:
    for _ in range(2):
        Person(url).says("I want a human")
    one, other = (each["id"] for each in operator.sees())
    number = operator.opens(other)["number"]
    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(operator)
    page = desk.page
    page.goto(f"{url}/desk#c/{one}")
    expect(page.locator("#facts")).to_contain_text(one[:8])
    page.locator("#link-open").click()
    found, field = page.locator("#link-found"), page.locator("#link-number")
    for wrong, told in (("00000000", "No conversation has this number."), (one[:8], "This is the same conversation.")):
        field.fill(wrong)
        page.keyboard.press("Enter")
        expect(found).to_have_text(told)
        expect(page.locator("#link-do")).to_be_hidden()
    field.fill(number.upper())
    page.keyboard.press("Enter")
    expect(found).to_contain_text(number)
    assert operator.opens(one)["linked"] == [], "looked at, not linked yet"
    assert serious(page, "#link-dialog") == []
    page.screenshot(path=tmp_path / f"link-{screen['width']}-{scheme}.png")
    page.locator("#link-do").click()
    linked = page.locator("#linked-list li")
    expect(linked).to_have_count(1)
    expect(linked).to_contain_text(number)
    assert serious(page, "#about") == []
    linked.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / f"linked-{screen['width']}-{scheme}.png")
    linked.locator("a").click()
    expect(linked).to_contain_text(one[:8])
    linked.locator("button").click()
    page.locator("#unlink-dialog button[value=yes]").click()
    expect(linked).to_have_count(0)
    assert operator.opens(one)["linked"] == []
