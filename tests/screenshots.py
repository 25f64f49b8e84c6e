"""Makes the pictures of the README and the documentation: ``make screenshots``. The persons in them are invented."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from rich.console import Console

from bot.cli.main import ROOT
from bot.cli.model import ready_model
from bot.content.library import Library
from bot.nlu.engine import Engine
from bot.settings import Settings
from tests import screenshots_desk
from tests.browser.chromium import chromium
from tests.browser.pages import PHONE, WIDE, Chat, DeskPage, enter
from tests.hotline import AtTheDesk, Person, whole_hotline

IMAGES = ROOT / "bot" / "docs" / "images"

PASSPORT_AND_DOOR = "သူဌေးက ကျွန်မရဲ့ ပတ်စပို့ကို သိမ်းထားတယ်။ တံခါးကို သော့ခတ်ထားလို့ အပြင်ထွက်လို့မရဘူး"
IN_THAILAND = "ထိုင်းမှာပါ"
OTHERS = (
    "Saya di kapal ikan, paspor saya dipegang kapten dan gaji tidak dibayar tiga bulan",
    "I want to talk to a person",
    "Is this agency real? They want 3000 dollars for a job in a hotel",
)


def main() -> None:
    """Play the first conversation and take its pictures."""
    say = Console(stderr=True)
    library = Library.load()
    engine = Engine.load(ready_model(Settings.read(), ROOT, say), library)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        whole_hotline(Path(folder), engine, library) as (hotline, url),
        chromium() as browser,
    ):
        chat = Chat(_page(browser, PHONE, "my"), url).opens()
        chat.says(PASSPORT_AND_DOOR)
        chat.says(IN_THAILAND)
        _keep(chat.page, "chat-phone")
        for text in OTHERS:
            Person(url).says(text)
        operator = AtTheDesk.signs_in(hotline, url)
        desk = DeskPage(_page(browser, WIDE), url).opens(operator)
        desk.looks_at(desk.lines.first)
        desk.said_by_person.first.scroll_into_view_if_needed()
        _keep(desk.page, "desk")
        phone = DeskPage(_page(browser, PHONE, scheme="dark"), url).opens(operator)
        _keep(phone.page, "desk-phone-list")
        phone.looks_at(phone.lines.first)
        phone.said_by_person.first.scroll_into_view_if_needed()
        _keep(phone.page, "desk-phone")
        _practice(_page(browser, WIDE), _page(browser, PHONE, scheme="dark"), url, operator)
        _side_by_side(_page(browser, {"width": 1680, "height": 820}), "scene", "chat-phone", "desk")
        taken = screenshots_desk.take(browser, hotline, url, IMAGES / "desk")
        operator.client.close()
    say.print(f"Pictures are in {IMAGES.relative_to(ROOT)}; those of the desk take {taken / 1e6:.1f} MB")
    if taken > screenshots_desk.MOST:
        raise SystemExit(f"That is more than {screenshots_desk.MOST / 1e6:.0f} MB: make fewer, or smaller ones.")


def _practice(wide: Page, phone: Page, url: str, operator: AtTheDesk) -> None:
    """Whom one can practise with, a talk with its ready sentences, and how it went."""
    for page, name in ((wide, "practice"), (phone, "practice-phone")):
        enter(page.context, url, operator)
        page.goto(f"{url}/desk#p/practice")
        page.locator("[data-person=boat] button").click()
        page.locator("#practice-text").fill("Are you safe to talk?")
        page.keyboard.press("Enter")
        expect(page.locator("#practice-messages .message")).to_have_count(3)
        _keep(page, name)
        page.locator("#practice-text").fill("Why did you go there? Where are you?")
        page.keyboard.press("Enter")
        expect(page.locator("#practice-messages .message.operator")).to_have_count(2)
        if page.locator("#practice-stop").is_visible():
            page.locator("#practice-stop").click()
        expect(page.locator(".practice-score")).to_be_visible()
        _keep(page, f"{name}-score")


def _page(browser: Browser, screen: dict[str, int], locale: str = "en", scheme: str = "light") -> Page:
    return browser.new_context(viewport=screen, locale=locale, color_scheme=scheme).new_page()


def _keep(page: Page, name: str) -> None:
    expect(page.locator("body")).to_be_visible()
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def _side_by_side(page: Page, name: str, *others: str) -> None:
    sources = (base64.b64encode((IMAGES / f"{other}.png").read_bytes()).decode() for other in others)
    pictures = "".join(f'<img src="data:image/png;base64,{source}">' for source in sources)
    page.set_content(
        "<style>body{display:flex;gap:1rem;align-items:center;margin:10px;background:#dfe4e6}"
        f"img{{border-radius:12px;border:1px solid #b8c2c6}}</style>{pictures}"
    )
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
