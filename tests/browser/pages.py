"""The two pages in the words of those who use them: ``chat.says(...)``, ``desk.takes_over()``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.hotline import AtTheDesk

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

    def looks_at(self, line: Locator) -> None:
        line.locator("a").click()
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
        expect(self.page.locator("#take-over")).to_be_visible()

    def shows(self) -> Mapping[str, Any]:
        """All that an operator reads on the page, to compare it with a page opened anew."""
        return {
            part: self.page.locator(part).inner_text() for part in ("#list", "#head", "#about", "#messages", "#write")
        }


def enter(context: BrowserContext, url: str, operator: AtTheDesk) -> None:
    """Give a browser the session that *operator* has over the API."""
    context.add_cookies([{"name": "desk", "value": operator.client.cookies["desk"], "url": f"{url}/desk"}])
