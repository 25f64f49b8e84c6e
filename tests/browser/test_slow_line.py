"""The desk over a line of 50 kbit/s that takes 400 ms, such as an operator may have at night in a village."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
MOST = 160  # kB for the first visit: half a minute of such a line; it is kept by the browser


class Counted:
    """How much came over the line of a page."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("Network.enable")
        self.line.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))

    def _add(self, count: float) -> None:
        self.bytes += int(count)

    def taken(self) -> float:
        """kB since it was asked last."""
        taken, self.bytes = self.bytes / 1000, 0
        return taken


@pytest.mark.parametrize("language", ["en", "my"])
def test_the_page_is_small_and_smaller_the_second_time(
    open_context: OpenContext, url: str, operator: AtTheDesk, language: str
) -> None:
    Person(url).says("I want to talk to a person")
    operator.client.put("/me/language", json={"language": language}, headers={"X-CSRF": operator.csrf})
    page = open_context(locale=language).new_page()
    counted = Counted(page)
    desk = DeskPage(page, url).opens(operator)
    expect(desk.lines).to_have_count(1)
    first = counted.taken()
    page.reload()
    expect(desk.lines).to_have_count(1)
    second = counted.taken()
    print(f"desk in {language}: {first:.0f} kB the first time, {second:.0f} kB the second")
    assert first < MOST
    assert second < first / 3


def test_a_conversation_is_taken_over_and_answered_on_a_slow_line(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    person = Person(url)
    person.says("I want to talk to a person")
    page = open_context().new_page()
    Counted(page).line.send("Network.emulateNetworkConditions", SLOW)
    page.set_default_timeout(60_000)
    desk = DeskPage(page, url)
    page.context.add_cookies([{"name": "desk", "value": operator.client.cookies["desk"], "url": f"{url}/desk"}])
    page.goto(f"{url}/desk")
    expect(desk.lines).to_have_count(1, timeout=60_000)
    desk.looks_at(desk.lines.first)
    desk.takes_over()
    desk.writes("We are here.")
    person.says("please hurry")
    expect(desk.said_by_person).to_have_count(2)
