"""Both pages for everybody: axe finds nothing serious, in light and dark, on a desk and on a phone."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from bot.app import Hotline, now
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, WIDE, Chat, DeskPage
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = [
    pytest.param(screen, scheme, id=f"{screen['width']}-{scheme}")
    for screen in (WIDE, PHONE)
    for scheme in ("light", "dark")
]
BURMESE = "သူဌေးက ကျွန်မရဲ့ ပတ်စပို့ကို သိမ်းထားတယ်"


def serious(page: Page, part: str = "html") -> list[str]:
    """What axe finds that keeps somebody from using the page, or a part of it that lies over the rest."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("([part, rules]) => axe.run(part, {runOnly: rules})", [part, RULES])
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical", "moderate")
        for node in violation["nodes"]
    ]


Scheme = Literal["light", "dark"]


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_in_the_chat(
    open_context: OpenContext, url: str, screen: dict[str, int], scheme: Scheme
) -> None:
    chat = Chat(open_context(viewport=screen, color_scheme=scheme, locale="my").new_page(), url).opens()
    assert serious(chat.page) == []
    chat.says(BURMESE)
    chat.says("hello")
    assert serious(chat.page) == []
    chat.page.locator("#menu summary").click()
    assert serious(chat.page, "#menu") == []
    chat.page.locator("#erase").click()
    assert serious(chat.page, "#erase-dialog") == []


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_at_the_desk(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: dict[str, int], scheme: Scheme
) -> None:
    context = open_context(viewport=screen, color_scheme=scheme)
    door = context.new_page()
    door.goto(f"{url}/desk")
    expect(door.locator("#sign-in")).to_be_visible()
    assert serious(door) == []

    person = Person(url)
    person.says(BURMESE)
    person.says("he locked the door and says he will kill me tonight")
    Person(url).says("hello")
    desk = DeskPage(context.new_page(), url).opens(operator)
    expect(desk.list("all_open")).to_have_count(2)
    assert serious(desk.page) == []

    desk.looks_at(desk.lines.first)
    assert serious(desk.page) == []
    desk.takes_over()
    desk.writes("Are you safe?")
    assert serious(desk.page) == []
    desk.page.go_back()
    desk.page.locator("#my-name").click()
    assert serious(desk.page, "#me") == []
    desk.page.locator("#keys-open").click()
    assert serious(desk.page, "#keys-dialog") == []


@pytest.fixture
def supervisor(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    hotline.store.operators.add("malee", "supervisor", now())
    desk = AtTheDesk.signs_in(hotline, url, "malee")
    yield desk
    desk.client.close()


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_on_the_pages_of_supervision(
    open_context: OpenContext,
    url: str,
    supervisor: AtTheDesk,
    operator: AtTheDesk,
    screen: dict[str, int],
    scheme: Scheme,
) -> None:
    for outcome in ("referred", "informed", None):
        Person(url).says("he locked the door and says he will kill me tonight")
        conversation_id = next(one["id"] for one in operator.sees() if one["holder"] == "queue")
        operator.does("take-over", conversation_id)
        operator.does("messages", conversation_id, text="Is it safe to talk?")
        if outcome is not None:
            operator.does("close", conversation_id, outcome=outcome)
    Person(url).says("I want to talk to a person")
    closed = operator.client.get("/reviews").json()["items"]
    picked = supervisor.client.get("/reviews/next").json()["conversation"]
    supervisor.does("reviews", picked, scores={item["name"]: 1 for item in closed}, words={"": "well done"})
    shared = {"conversation": picked, "mood": "heavy", "stays": "her voice", "shared": True}
    operator.client.post("/care/debrief", json=shared, headers={"X-CSRF": operator.csrf})
    supervisor.does("reassign", conversation_id, to=None, note="Rest first.")

    page = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(supervisor).page
    wide = "() => document.getElementById('page').scrollWidth - document.getElementById('page').clientWidth"
    for name in ("overview", "quality", "reports", "content"):
        page.goto(f"{url}/desk#p/{name}")
        expect(page.locator(f"#page > [data-page={name}] h2").first).to_be_visible()
        assert serious(page) == []
        assert page.evaluate(wide) <= 0
    page.goto(f"{url}/desk#p/overview")
    page.get_by_role("button", name="Give to somebody").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert serious(page, "dialog[open]") == []
    page.keyboard.press("Escape")
    page.goto(f"{url}/desk#p/quality")
    page.get_by_role("button", name="Review a conversation").click()
    expect(page.locator(".transcript")).to_be_visible()
    assert serious(page) == []
    assert page.evaluate(wide) <= 0

    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(operator)
    expect(desk.page.locator("#given li")).to_be_visible()
    expect(desk.page.locator("#care")).to_contain_text("Rest until")
    assert serious(desk.page) == []
    desk.page.get_by_role("button", name="Say a word").click()
    assert serious(desk.page, "dialog[open]") == []


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_on_any_page_of_the_desk(
    open_context: OpenContext, hotline: Hotline, url: str, screen: dict[str, int], scheme: Scheme
) -> None:
    """Every page that the bar leads to, as an admin has it: new pages are looked at by themselves."""
    hotline.store.operators.add("admin", "admin", now())
    admin = AtTheDesk.signs_in(hotline, url, "admin")
    Person(url).says("he locked the door and says he will kill me tonight")
    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(admin)
    found = {}
    for address in desk.page.locator("#pages a").evaluate_all("links => links.map((link) => link.hash)"):
        if not address:
            continue  # the conversations are looked at above
        desk.page.goto(f"{url}/desk{address}")
        expect(desk.page.locator(f"#page > [data-page={address.removeprefix('#p/')}]")).to_be_visible()
        wide = desk.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[address] = serious(desk.page) + (["it scrolls sideways"] if wide > 0 else [])
    assert {address: faults for address, faults in found.items() if faults} == {}
    admin.client.close()


def test_text_at_twice_the_size_fits_without_scrolling_sideways(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    """200 % on a screen 1280 wide is what half the width shows (WCAG 1.4.4, 1.4.10)."""
    Person(url).says("he locked the door and says he will kill me tonight")
    context = open_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    chat = Chat(context.new_page(), url).opens()
    chat.says("hello")
    desk = DeskPage(context.new_page(), url).opens(operator)
    desk.looks_at(desk.lines.first)
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for page in (chat.page, desk.page):
        assert page.evaluate(wide) <= 0
    desk.page.locator("#take-over").scroll_into_view_if_needed()
    desk.takes_over()
    expect(desk.page.locator("#text")).to_be_in_viewport()
    chat.page.locator("#text").scroll_into_view_if_needed()
    expect(chat.page.locator("#text")).to_be_in_viewport()
