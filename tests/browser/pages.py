"""The two pages in the words of those who use them: ``chat.says(...)``, ``desk.takes_over()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, Route, expect

from tests.channels.conftest import waits_until
from tests.hotline import AtTheDesk

_PROBE = "/healthz"  # of the server; from a route comes another status
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


class Chat:
    """The web chat as a person has it before them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.line = page.locator("#line")
        self.mine = page.locator(".message.me")
        self.bot = page.locator(".message.bot")
        self.operator = page.locator(".message.operator")
        self.choices = page.locator("#choices button")

    def opens(self) -> Chat:
        self.page.goto(f"{self.url}/")
        return self

    def writes(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.keyboard.press("Enter")

    def says(self, text: str) -> None:
        """Write and wait for the bot's answer."""
        before = self.bot.count()
        self.writes(text)
        expect(self.bot.nth(before)).to_be_visible()

    @property
    def language(self) -> str | None:
        return self.page.locator("html").get_attribute("lang")

    def texts(self) -> list[str]:
        """What is said on both sides, from the top; without states and labels."""
        return self.page.locator(".message p").all_inner_texts()

    def taps_in_menu(self, button: str) -> None:
        self.page.locator("#menu summary").click()
        self.page.locator(button).click()


class DeskPage:
    """The desk as an operator has it before them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.lines = page.locator("#list li")
        self.messages = page.locator("#messages .message")
        self.said_by_person = page.locator("#messages .message.person")
        self.said_by_bot = page.locator("#messages .message.bot")
        self.notice = page.locator("#notice")
        self.live = page.locator("#live.up")

    def opens(self, operator: AtTheDesk) -> DeskPage:
        """Open the page in the session that *operator* has."""
        enter(self.page.context, self.url, operator)
        self.page.goto(f"{self.url}/desk")
        expect(self.live).to_be_visible()
        return self

    def list(self, name: str) -> Locator:
        """One of queue, mine, all_open, closed, looked at."""
        self.page.locator(f"[data-tab={name}]").click()
        return self.lines

    def filter(self, kind: str) -> Locator:
        """The field of one kind of filter; opened, as a hand would."""
        field = self.page.locator(f"#filter-{kind}")
        if field.get_attribute("open") is None:
            field.locator("summary").click()
        return field

    def ticks(self, kind: str, *names: str) -> None:
        """Choose, or take back, what is called so."""
        for name in names:
            self.filter(kind).get_by_label(name, exact=True).click()

    def looks_at(self, line: Locator) -> None:
        line.locator("a").click()
        opened = self.page.evaluate("location.hash").removeprefix("#c/")
        expect(self.page.locator("#facts")).to_contain_text(opened[:8])  # not the one that was looked at before
        expect(self.page.locator("#open")).to_be_visible()

    def takes_over(self) -> None:
        self.page.locator("#take-over").click()
        expect(self.page.locator("#text")).to_be_focused()

    def writes(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".message.operator", has_text=text)).to_be_visible()

    def hands_back(self) -> None:
        self.page.locator("#hand-back").click()
        self.page.locator("#hand-back-dialog button[value=yes]").click()
        expect(self.page.locator("#take-over")).to_be_visible()

    def closes(self, outcome: str = "informed") -> None:
        self.page.locator("#close").click()
        self.page.locator(f"#close-dialog [value={outcome}]").check()
        self.page.locator("#close-dialog button[value=yes]").click()
        expect(self.page.locator("#reopen")).to_be_visible()

    def shows(self) -> list[str]:
        """All that an operator reads here, at one moment."""
        parts = ["#list", "#head", "#about", "#messages", "#below"]
        shown: list[str] = self.page.evaluate(
            "parts => parts.map((part) => document.querySelector(part).innerText)", parts
        )
        return shown

    def comes_to_show_as(self, other: DeskPage) -> None:
        """What an operator reads here is soon what *other* shows, such as a page opened anew. Both are read again and
        again: meanwhile turns are taken, minutes go by and the ladder climbs on either."""
        waits_until(lambda: self.shows() == other.shows())


class HeldBack:
    """An answer of the server that the page does not have yet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taken = False
        self.answer: tuple[Route, APIResponse] | None = None

    def takes(self, route: Route) -> None:
        if self.taken:
            route.fallback()
            return
        self.taken = True
        self.answer = route, route.fetch()

    def is_answered(self) -> None:
        """Wait until the server has answered: what happens from now on is not in it."""
        waits_until(lambda: self.page.title() and self.answer)  # asking the page lets routes be called

    def now(self) -> None:
        """Let the answer come."""
        assert self.answer is not None
        route, answer = self.answer
        with self.page.expect_request_finished(lambda request: request == route.request):
            route.fulfill(response=answer)


def intercepts(page: Page, address: str, then: Callable[[Route], Any], times: int | None = None) -> None:
    """``page.route`` that is in force when this returns.

    The browser says so before a page that is busy has heard of it, and what such a page asks in that moment goes past
    the route to the server: under load about one time in sixty.
    """
    page.route(address, then, times=times)
    if page.url == "about:blank":
        return  # it asks for nothing, and what is opened next knows of the route from its beginning
    page.route(f"**{_PROBE}", lambda route: route.fulfill(status=204))
    page.evaluate("async probe => { while ((await fetch(probe)).status !== 204); }", _PROBE)
    page.unroute(f"**{_PROBE}")


@contextmanager
def held_back(page: Page, address: str) -> Iterator[HeldBack]:
    """The next answer from *address* comes when the test lets it, as over a slow line."""
    comes = HeldBack(page)
    # not `times=1`: a page without routes lets go of every answer that is held
    intercepts(page, address, comes.takes)
    yield comes
    page.unroute(address, comes.takes)


def enter(context: BrowserContext, url: str, operator: AtTheDesk) -> None:
    """Give a browser the session that *operator* has over the API."""
    context.add_cookies([{"name": "desk", "value": operator.client.cookies["desk"], "url": f"{url}/desk"}])
