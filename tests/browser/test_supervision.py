"""The pages beside the conversations, as a supervisor, an operator and an auditor use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from bot.app import Hotline, now
from bot.store import tables as t
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, WIDE, DeskPage, enter, intercepts
from tests.browser.test_accessibility import serious
from tests.browser.test_safe_hours import asleep
from tests.conftest import Store
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

DANGER = "he locked the door and says he will kill me tonight"

SignIn = Callable[[str, str], AtTheDesk]


@pytest.fixture
def sign_in(hotline: Hotline, url: str) -> Iterator[SignIn]:
    opened: list[AtTheDesk] = []

    def one(name: str, role: str) -> AtTheDesk:
        hotline.store.operators.add(name, role, now())
        opened.append(AtTheDesk.signs_in(hotline, url, name))
        return opened[-1]

    yield one
    for desk in opened:
        desk.client.close()


def page_of(open_context: OpenContext, url: str, operator: AtTheDesk, name: str, screen: dict[str, int] = WIDE) -> Page:
    page = open_context(viewport=screen).new_page()
    enter(page.context, url, operator)
    page.goto(f"{url}/desk#p/{name}")
    expect(page.locator(".page").first).to_be_visible()
    return page


def test_a_supervisor_sees_live_who_waits_and_gives_it_to_somebody_who_is_told(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn
) -> None:
    desk = DeskPage(open_context().new_page(), url).opens(operator)
    page = page_of(open_context, url, sign_in("malee", "supervisor"), "overview")
    expect(page.locator("#page").get_by_text("Nobody is waiting.")).to_be_visible()
    Person(url).says(DANGER)
    waits = page.get_by_role("list", name="Who waits").get_by_role("listitem")
    expect(waits).to_have_count(1)
    expect(waits).to_contain_text("Emergency")

    waits.get_by_role("button", name="Give to somebody").click()
    window = page.get_by_role("dialog")
    window.get_by_label("Colleague").select_option(label="dara · has 0")
    window.get_by_label("Why, and what they must know").fill("You know this house.")
    window.get_by_role("button", name="Give to somebody").click()
    expect(window).to_have_count(0)
    expect(page.locator("#notice")).to_have_text("Given.")
    dara = page.locator(".people > li", has_text="dara")
    expect(dara.get_by_role("link", name="Emergency English")).to_be_visible()

    told = desk.page.locator("#given li")
    expect(told).to_contain_text("malee gave you a conversation")
    expect(told).to_contain_text("You know this house.")
    told.get_by_role("link").click()
    expect(desk.page.locator("#text")).to_be_visible()
    told.get_by_role("button", name="Understood").click()
    expect(told).to_have_count(0)


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["1280", "360"])
def test_a_supervisor_sees_who_may_not_be_written_to_now_as_the_lists_show_it(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn, store: Store, screen: dict[str, int]
) -> None:
    held = asleep(store, "held")
    operator.does("take-over", held)
    waiting = asleep(store, "waiting")
    page = page_of(open_context, url, sign_in("malee", "supervisor"), "overview", screen)
    not_now = re.compile(r"Write \d\d:\d\d–\d\d:\d\d · not now")
    waits = page.get_by_role("list", name="Who waits").locator(".safe-mark")
    expect(waits).to_have_text(not_now)
    expect(page.locator(".people > li", has_text="dara").locator(".safe-mark")).to_have_text(not_now)
    assert serious(page) == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    operator.asks(f"/conversations/{waiting}/safe-hours", method="DELETE")
    expect(waits).to_have_count(0)


def test_a_supervisor_sees_who_locked_the_page_and_does_not_offer_them(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn
) -> None:
    page = page_of(open_context, url, sign_in("malee", "supervisor"), "overview")
    dara = page.locator(".people > li", has_text="dara")
    expect(dara.locator(".state")).to_have_text("At the desk")
    assert operator.asks("/me/lock").status_code == 204
    Person(url).says(DANGER)  # whatever happens at the desk, the page looks again
    expect(dara.locator(".state")).to_have_text("Locked")
    page.get_by_role("list", name="Who waits").get_by_role("button", name="Give to somebody").click()
    window = page.get_by_role("dialog")
    expect(window.get_by_label("Colleague").get_by_role("option", name=re.compile("malee"))).to_have_count(1)
    expect(window.get_by_label("Colleague").get_by_role("option", name=re.compile("dara"))).to_have_count(0)


def test_a_supervisor_sees_who_locks_the_page_also_while_nobody_writes(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn
) -> None:
    context = open_context()
    context.clock.install()
    page = context.new_page()
    enter(context, url, sign_in("malee", "supervisor"))
    page.goto(f"{url}/desk#p/overview")
    state = page.locator(".people > li", has_text="dara").locator(".state")
    expect(state).to_have_text("At the desk")
    assert operator.asks("/me/lock").status_code == 204
    context.clock.run_for(16_000)
    expect(state).to_have_text("Locked")


def test_a_given_conversation_can_go_back_to_the_queue(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn
) -> None:
    Person(url).says(DANGER)
    operator.does("take-over", operator.sees()[0]["id"])
    page = page_of(open_context, url, sign_in("malee", "supervisor"), "overview")
    page.locator(".people > li", has_text="dara").get_by_role("button", name="Give to somebody").click()
    page.get_by_role("dialog").get_by_label("Colleague").select_option(label="Nobody: back to the queue")
    page.get_by_role("dialog").get_by_role("button", name="Give to somebody").click()
    expect(page.get_by_role("list", name="Who waits").get_by_role("listitem")).to_have_count(1)
    assert operator.sees()[0]["holder"] == "queue"


def test_after_a_grave_case_the_page_offers_a_pause_and_a_word_about_it(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn
) -> None:
    supervisor = sign_in("malee", "supervisor")
    Person(url).says(DANGER)
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    desk = DeskPage(open_context().new_page(), url).opens(operator)
    care = desk.page.locator("#care")
    expect(care).to_be_hidden()
    operator.does("close", conversation_id, outcome="referred")
    expect(care).to_contain_text("Rest until")
    expect(desk.page.locator("#take-next")).to_be_hidden()

    care.get_by_role("button", name="Put the pause off").click()
    expect(care).to_contain_text("Your pause begins at")
    care.get_by_role("button", name="Take the pause now").click()
    expect(care).to_contain_text("Rest until")
    care.get_by_role("button", name="Put the pause off").click()
    expect(care).to_contain_text("Your pause begins at")
    care.get_by_role("button", name="Take the pause now").click()
    expect(care).to_contain_text("Please rest now")
    expect(care.get_by_role("button", name="Put the pause off")).to_have_count(0)

    care.get_by_role("button", name="Say a word").click()
    window = desk.page.get_by_role("dialog")
    window.get_by_label("It is heavy").check()
    window.get_by_label("What stays with you?").fill("her voice")
    window.get_by_label("Talk to my supervisor about it").check()
    window.get_by_role("button", name="Save").click()
    expect(window).to_have_count(0)
    expect(care).not_to_contain_text("How are you")

    page = page_of(open_context, url, supervisor, "overview")
    expect(page.locator(".page")).to_contain_text("her voice")
    page.get_by_role("button", name="We talked").click()
    expect(page.locator(".page")).not_to_contain_text("her voice")


def test_a_pause_ends_by_itself_when_somebody_in_danger_waits_for_nobody_else(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    Person(url).says(DANGER)
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    operator.does("close", conversation_id, outcome="referred")
    desk = DeskPage(open_context().new_page(), url).opens(operator)
    expect(desk.page.locator("#care")).to_contain_text("Rest until")
    Person(url).says(DANGER)
    expect(desk.page.locator("#care")).to_contain_text("nobody else is here")
    expect(desk.page.locator("#take-next")).to_be_visible()


def test_a_review_is_written_with_the_keyboard_and_read_by_the_operator(
    open_context: OpenContext, url: str, operator: AtTheDesk, sign_in: SignIn
) -> None:
    Person(url).says("I want to talk to a person")
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    operator.does("messages", conversation_id, text="Is it safe to talk?")
    operator.does("close", conversation_id, outcome="informed")
    page = page_of(open_context, url, sign_in("malee", "supervisor"), "quality")
    page.get_by_role("button", name="Review a conversation").press("Enter")
    expect(page.get_by_role("heading", name="How dara helped")).to_be_focused()
    expect(page.locator(".transcript")).to_contain_text("Is it safe to talk?")
    page.get_by_role("button", name="Save the review").press("Enter")
    expect(page.get_by_text("Choose something for each item.")).to_be_visible()
    for item in page.locator(".rubric fieldset").all():
        item.get_by_label("Done well").press("Space")
    page.get_by_label("A word on the whole").fill("Calm and clear.")
    page.get_by_role("button", name="Save the review").press("Enter")
    expect(page.locator("#notice")).to_have_text("Saved. dara can read it.")
    own = page_of(open_context, url, operator, "quality")
    expect(own.locator(".reviews li").first).to_contain_text("Calm and clear.")
    expect(own.get_by_role("button", name="Review a conversation")).to_have_count(0)


def test_an_auditor_sees_figures_and_no_conversation(
    open_context: OpenContext, url: str, hotline: Hotline, sign_in: SignIn
) -> None:
    yesterday = now().astimezone(hotline.settings.zone).date() - timedelta(days=1)
    counted = {("all", ""): 43, ("risk", "high"): 40, ("risk", "none"): 3, ("language", "my"): 43}
    with hotline.store.database.write() as connection:
        for (grouping, group), number in counted.items():
            values = {"subject": "conversations", "grouping": grouping, "name": group, "time": -1, "count": number}
            connection.execute(insert(t.tallies).values(day=yesterday, **values))
        for grouping in ("channel", "hour", "reached", "present", "origin", "destination"):
            group = {"channel": "web", "hour": "03", "reached": "bot"}.get(grouping, "unknown")
            values = {"subject": "conversations", "grouping": grouping, "name": group, "time": -1, "count": 43}
            connection.execute(insert(t.tallies).values(day=yesterday, **values))
    page = open_context().new_page()
    enter(page.context, url, sign_in("aung", "auditor"))
    page.goto(f"{url}/desk#p/reports")
    risk = page.locator(".figure", has=page.get_by_role("heading", name="Risk", exact=True))
    expect(risk.get_by_role("row", name=re.compile("^High"))).to_contain_text("40")
    expect(risk).to_contain_text("Under 5 each: Emergency, Concern, No sign of risk")
    expect(page.locator("#lists")).to_be_hidden()

    with page.expect_download() as download:
        risk.get_by_role("link", name="Download as CSV").click()
    assert "risk,high,40" in download.value.path().read_text(encoding="utf-8")

    begins = page.locator("form", has=page.get_by_role("button", name="Show")).get_by_label("From", exact=True)
    begins.fill((yesterday - timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert").filter(has_text="at least 7 days")).to_be_visible()
    begins.fill((yesterday - timedelta(days=13)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"#p/reports/\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d$"))
    expect(risk.get_by_role("row", name=re.compile("^High"))).to_contain_text("40")


def test_a_page_that_does_not_come_says_why_and_can_be_asked_for_again(
    hotline: Hotline, open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    page = page_of(open_context, url, operator, "account")
    page.evaluate("location.hash = '#p/overview'")  # of supervisors alone
    expect(page.locator("#page [role=alert]")).to_have_text("You may not do this.")
    expect(page.locator("#page button")).to_have_count(0)
    intercepts(page, "**/desk/api/content/**", lambda route: route.abort(), times=1)
    page.evaluate("location.hash = '#p/content'")
    expect(page.locator("#page [role=alert]")).to_have_text("Something went wrong. Try again.")
    page.locator("#page").get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("#page h1, #page h2").first).to_be_visible()
    expect(page.locator("#page")).to_be_focused()


def test_an_operator_finds_phrases_by_state_and_reads_facts_of_a_country(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    page = page_of(open_context, url, operator, "content")
    page.get_by_role("combobox", name="Language").select_option("th")
    page.get_by_label("Find words").fill("card.hello")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="1 found")).to_be_visible()
    expect(page.locator(".phrases li").first).to_contain_text("Draft")
    page.get_by_role("combobox", name="Country").select_option(label="Thailand")
    expect(page.get_by_text("Told to people").first).to_be_visible()
