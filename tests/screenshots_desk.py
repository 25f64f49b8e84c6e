"""The desk's pages as pictures, for the documentation: a list that every new page is added to."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bot.app import Hotline, now
from tests.browser.pages import PHONE, WIDE, DeskPage
from tests.hotline import AtTheDesk

MOST = 4_000_000  # bytes of all pictures together


@dataclass(frozen=True)
class Shot:
    """A page of the desk.

    *address*: what stands after ``/desk``. *ready*: a selector that is there once the page is. *also*: what is done
    before the picture, with the page's parts. *dark*: also in the dark, on both screens.
    """

    name: str
    address: str = ""
    ready: str = "#live.up"
    also: Callable[[DeskPage], None] = lambda desk: None
    dark: bool = False


def _first(desk: DeskPage) -> None:
    desk.looks_at(desk.lines.first)
    desk.said_by_person.first.scroll_into_view_if_needed()


def _cards(desk: DeskPage) -> None:
    _first(desk)
    if desk.page.locator("#take-over").is_visible():
        desk.takes_over()
    desk.page.locator("#cards-open").click()
    expect(desk.page.locator("#cards-list li").first).to_be_visible()


def _keys(desk: DeskPage) -> None:
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#keys-dialog")).to_be_visible()


#: What has a page of its own in the bar (``#p/...``) is taken by itself; here stand the states of the conversations.
SHOTS = (
    Shot("list", dark=True),
    Shot("conversation", also=_first, dark=True),
    Shot("cards", also=_cards),
    Shot("keys", also=_keys),
)


def take(browser: Browser, hotline: Hotline, url: str, into: Path) -> int:
    """Take all of them, as an admin sees them, into a folder. Returns the bytes that they take together."""
    into.mkdir(parents=True, exist_ok=True)
    for old in into.glob("*.webp"):
        old.unlink()
    hotline.store.operators.add("rin", "admin", now())
    admin = AtTheDesk.signs_in(hotline, url, "rin")
    _door(browser, url, into)
    for shot in (*SHOTS, *_pages(browser, url, admin)):
        for screen, on in ((WIDE, "wide"), (PHONE, "phone")):
            for scheme in ("light", "dark") if shot.dark else ("light",):
                page = _page(browser, screen, scheme)
                desk = DeskPage(page, url).opens(admin)
                if shot.address:
                    page.goto(f"{url}/desk{shot.address}")
                expect(page.locator(shot.ready)).to_be_visible()
                shot.also(desk)
                keep(page, into / f"{shot.name}-{on}{'-dark' if scheme == 'dark' else ''}.webp")
                page.context.close()
    admin.client.close()
    return sum(one.stat().st_size for one in into.glob("*.webp"))


def keep(page: Page, to: Path) -> None:
    """A picture of what is on the screen, as small as it can be and still be read."""
    shown = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    shown.save(to, "WEBP", quality=80, method=6)


def _door(browser: Browser, url: str, into: Path) -> None:
    for screen, on in ((WIDE, "wide"), (PHONE, "phone")):
        page = _page(browser, screen, "light")
        page.goto(f"{url}/desk")
        expect(page.locator("#sign-in")).to_be_visible()
        keep(page, into / f"sign-in-{on}.webp")
        page.context.close()


def _pages(browser: Browser, url: str, admin: AtTheDesk) -> list[Shot]:
    """The pages that stand in the bar."""
    page = _page(browser, WIDE, "light")
    desk = DeskPage(page, url).opens(admin)
    addresses = desk.page.locator("#pages a").evaluate_all("links => links.map((link) => link.hash)")
    page.context.close()
    return [Shot(one.removeprefix("#p/"), one, "#page > .page") for one in addresses if one]


def _page(browser: Browser, screen: dict[str, int], scheme: str) -> Page:
    return browser.new_context(viewport=screen, locale="en", color_scheme=scheme).new_page()
