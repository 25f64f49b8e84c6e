"""A conversation on a phone: what is read, pointed to or reached by keys stands clear of the bars over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, DeskPage
from tests.channels.conftest import waits_until
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

DANGER = "he locked the door and says he will kill me tonight"
HEADINGS = "#about h3, #messages .by"
CUT = """(headings) => {
  const edge = document.getElementById("head").getBoundingClientRect().bottom;
  const cut = (one) => one.getBoundingClientRect().top < edge - 0.5 && edge + 0.5 < one.getBoundingClientRect().bottom;
  return [...document.querySelectorAll(headings)].filter(cut).map((one) => one.textContent);
}"""


def box(page: Page, of: str) -> tuple[float, float]:
    """Where something begins and ends, in pixels from the top of the screen."""
    found = page.locator(of).bounding_box()
    assert found is not None
    return found["y"], found["y"] + found["height"]


def is_whole(page: Page) -> bool:
    (_, bar), (head, under), heading = box(page, "#bar"), box(page, "#head"), box(page, "#headline")
    return bar <= head <= heading[0] < heading[1] <= under <= box(page, "#below")[0]


def heading_is_whole(page: Page) -> None:
    waits_until(lambda: is_whole(page))


def stands_clear(page: Page, of: str) -> bool:
    top, bottom = box(page, of)
    return box(page, "#head")[1] <= top and bottom <= box(page, "#below")[0]


@pytest.fixture
def phone(open_context: OpenContext, url: str, operator: AtTheDesk) -> DeskPage:
    person = Person(url)
    for text in (DANGER, "hello", "hello", "hello"):
        person.says(text)
    return DeskPage(open_context(viewport=PHONE).new_page(), url).opens(operator)


def test_an_opened_conversation_begins_with_its_heading_whole_however_it_was_opened(phone: DeskPage) -> None:
    page = phone.page
    phone.looks_at(phone.lines.first)
    expect(page.locator("#headline")).to_be_focused()
    heading_is_whole(page)
    page.reload()
    expect(page.locator("#headline")).to_be_focused()
    heading_is_whole(page)
    page.locator("#back").click()
    page.locator("#take-next").click()
    expect(page.locator("#writing")).to_be_visible()
    expect(page.locator("#headline")).to_be_focused()
    heading_is_whole(page)
    expect(phone.messages.last).to_be_in_viewport()


def test_no_heading_is_half_hidden_by_the_bar_above_the_messages(phone: DeskPage) -> None:
    page = phone.page
    for less in range(0, 120, 12):  # phones are not equally high: some heading or other falls below the bar
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"] - less})
        phone.looks_at(phone.lines.first)
        expect(page.locator("#rung")).to_be_visible()  # the bar has its height
        page.wait_for_function(f"() => ({CUT})({HEADINGS!r}).length === 0")
        waits_until(lambda: box(page, "#messages .message >> nth=-1")[1] <= box(page, "#below")[0])
        heading_is_whole(page)
        page.locator("#back").click()
        expect(page.locator("#lists")).to_be_visible()


def test_what_is_reached_by_keys_or_pointed_to_is_never_below_a_bar_and_a_bars_buttons_move_nothing(
    phone: DeskPage,
) -> None:
    page = phone.page
    phone.looks_at(phone.lines.first)
    expect(page.locator("#rung")).to_be_visible()
    for at, name in ((0, "#head"), (1, "#below")):
        page.locator("#link-open").evaluate(  # as a thumb leaves it
            "(one, edge) => (document.getElementById('pane').scrollTop += one.getBoundingClientRect().top - edge + 20)",
            box(page, name)[1 - at],
        )
        page.locator("#take-over").focus()
        before = page.locator("#pane").evaluate("(one) => one.scrollTop")
        page.locator("#back").focus()
        assert page.locator("#pane").evaluate("(one) => one.scrollTop") == before
        page.locator("#link-open").focus()
        waits_until(lambda: stands_clear(page, "#link-open"))
    page.locator("#signs button").first.click()
    waits_until(lambda: stands_clear(page, "#messages .person >> nth=0"))
