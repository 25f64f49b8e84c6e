"""When a person may be written to: set beside the conversation, seen in the list, asked about before sending."""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from bot.app import Hotline, now
from bot.console.safe_hours import show_safe_hours
from bot.core.conversation import CountryNoted, Told
from bot.core.ids import Address, ChannelName, ConversationId, CountryCode
from bot.core.message import Delivery, Received
from bot.core.risk import Risk
from bot.core.safe_hours import DAY, SafeHours, minute_of_day
from bot.core.taxonomy import Language
from bot.core.urgency import Whom, in_order
from bot.store.tables import messages
from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.conftest import Store
from tests.hotline import AtTheDesk
from tests.store.in_line import stands_in_line

pytestmark = pytest.mark.browser

PHNOM_PENH = "Asia/Phnom_Penh"
HIGH = "physical_violence"


def asleep(store: Store, name: str = "asleep", country: str | None = "KH") -> ConversationId:
    """*name* waits since long and may not be written to for the next two hours."""
    store.now = now() - timedelta(minutes=45)
    ana = stands_in_line(store, name, HIGH)
    if country is not None:
        store.conversations.change(ana, [CountryNoted("present", CountryCode(country))], store.now)
    store.safe_hours.set(ana, not_now(), store.now)
    store.now = now()
    return ana


def not_now(zone: str = PHNOM_PENH) -> SafeHours:
    minute = minute_of_day(now(), zone)
    return SafeHours((minute + 120) % DAY, (minute + 240) % DAY, zone)


def clock(zone: str = PHNOM_PENH) -> re.Pattern[str]:
    """What a clock there shows, now or some minutes ago or ahead: the page may be slow."""
    there = now().astimezone(ZoneInfo(zone))
    return re.compile("|".join(f"{there + timedelta(minutes=by):%H:%M}" for by in range(-3, 4)))


def test_take_next_gives_whoever_may_be_written_to_and_the_list_says_why(desk: DeskPage, store: Store) -> None:
    held = asleep(store)
    store.now = now() - timedelta(minutes=5)
    free = stands_in_line(store, "free", HIGH)
    expect(desk.lines).to_have_count(2)
    expect(desk.lines.first).not_to_contain_text("not now")
    hours = show_safe_hours(not_now())
    assert hours is not None
    expect(desk.lines.nth(1).locator(".safe-mark")).to_have_text(re.compile(r"Write \d\d:\d\d–\d\d:\d\d · not now"))
    desk.page.keyboard.press("n")
    expect(desk.page.locator("#text")).to_be_focused()
    assert desk.page.url.endswith(free)
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("n")
    expect(desk.page.locator("#safe-now")).to_contain_text("not now")
    assert desk.page.url.endswith(held)
    expect(desk.page.locator("#text")).to_be_focused()
    expect(desk.page.locator(".message.operator")).to_have_count(0)  # no telephone rings because it was taken


def test_hours_are_set_changed_and_cleared_by_keyboard_beside_the_persons_own_words(
    desk: DeskPage,
    store: Store,
) -> None:
    ana = stands_in_line(store, "ana")
    told = [Told("safe_time", "after nine in the evening"), CountryNoted("present", CountryCode("KH"))]
    store.conversations.change(ana, told, store.now)
    desk.looks_at(desk.lines.first)
    page, keyboard = desk.page, desk.page.keyboard
    expect(page.locator("#told")).to_contain_text("after nine in the evening")
    expect(page.locator("#safe-now")).to_have_text("Not set. Read what they told, and set the hours.")
    expect(page.locator("#safe-clock")).to_have_text(
        re.compile("By the clock in Cambodia. It is (" + clock().pattern + ")")
    )
    page.locator("#safe-open").focus()
    keyboard.press("Enter")
    expect(page.locator("#safe-begin")).to_be_focused()
    for begin, end in (("21:00", "21"), ("21:00", ""), ("late", "23:00"), ("24:00", "23:00"), ("21:75", "23:00")):
        page.locator("#safe-begin").fill(begin)
        page.locator("#safe-end").fill(end)
        keyboard.press("Enter")
        expect(page.locator("#safe-wrong")).to_have_text("Write two different times, such as 21:00 and 23:30.")
    page.locator("#safe-begin").fill("21")
    page.locator("#safe-end").fill("0030")  # the keys for numbers on a telephone have no colon
    keyboard.press("Enter")
    expect(page.locator("#safe-open")).to_be_focused()
    expect(page.locator("#safe-open")).to_have_text("Change safe hours")
    expect(page.locator("#safe-now")).to_contain_text("Write 21:00–00:30")
    expect(desk.lines.first.locator(".safe-mark")).to_contain_text("Write 21:00–00:30")
    conversation = store.conversations.get(ana)
    assert conversation is not None
    assert conversation.safe_hours == SafeHours(21 * 60, 30, PHNOM_PENH)
    keyboard.press("Enter")
    expect(page.locator("#safe-begin")).to_have_value("21:00")
    page.locator("#safe-clear").focus()
    keyboard.press("Enter")
    expect(page.locator("#safe-open")).to_have_text("Set safe hours")
    expect(page.locator("#safe-open")).to_be_focused()
    expect(desk.lines.first.locator(".safe-mark")).to_have_count(0)


def test_what_is_sent_outside_of_safe_hours_is_asked_about_once_and_not_sent_by_mistake(
    desk: DeskPage,
    store: Store,
    operator: AtTheDesk,
) -> None:
    ana = asleep(store)
    page, dialog = desk.page, desk.page.locator("#safe-dialog")
    desk.looks_at(desk.lines.first)
    desk.takes_over()
    sent = page.locator(".message.operator")
    page.locator("#text").fill("Are you there?")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text(re.compile(f"It is ({clock().pattern}) where they are, outside their safe hours."))
    page.keyboard.press("Enter")  # what has the focus sends nothing
    expect(dialog).to_be_hidden()
    expect(page.locator("#text")).to_have_value("Are you there?")
    expect(page.locator("#text")).to_be_focused()
    page.locator("#cards-open").click()
    page.locator("#cards-list .card button").first.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(sent).to_have_count(0)
    page.locator("#cards-close").click()
    page.locator("#text").focus()
    page.keyboard.press("Enter")
    dialog.get_by_text("Send all the same").last.click()
    expect(sent).to_have_count(1)
    desk.writes("We will write again at nine.")
    expect(dialog).to_be_hidden()  # asked once
    expect(sent).to_have_count(2)
    assert [one["author"] for one in operator.opens(ana)["messages"]].count("operator") == 2


def test_the_server_decides_whether_it_is_asked_also_where_the_pages_clock_is_wrong(
    open_context: OpenContext, url: str, operator: AtTheDesk, store: Store
) -> None:
    asleep(store)
    context = open_context()
    context.clock.set_fixed_time(now() + timedelta(hours=3))  # by this clock they may be written to
    desk = DeskPage(context.new_page(), url).opens(operator)
    desk.looks_at(desk.lines.first)
    desk.takes_over()
    expect(desk.page.locator("#safe-now")).not_to_contain_text("not now")
    desk.page.locator("#text").fill("Are you there?")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#safe-dialog").get_by_text("Send all the same").last.click()
    expect(desk.page.locator(".message.operator")).to_have_count(1)


def test_a_number_of_the_directory_and_what_is_sent_again_are_asked_about_too(
    desk: DeskPage, store: Store, operator: AtTheDesk
) -> None:
    ana = asleep(store)
    page, dialog = desk.page, desk.page.locator("#safe-dialog")
    desk.looks_at(desk.lines.first)
    desk.takes_over()
    page.locator("#lookup-open").click()
    page.locator("#lookup-need").select_option("danger")
    page.locator("#lookup-lines button").first.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#lookup")).to_be_visible()  # as it was before
    expect(page.locator(".message.operator")).to_have_count(0)
    page.keyboard.press("Escape")
    assert operator.does("messages", ana, text="Are you there?", outside_safe_hours=True).status_code == 201
    with store.database.write() as connection:
        ours = messages.c.conversation_id == ana, messages.c.author == "operator"
        connection.execute(messages.update().where(*ours).values(delivery=Delivery.UNCERTAIN.value))
    page.reload()
    again = page.locator(".send-again")
    again.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Enter")
    expect(again).to_be_focused()
    again.click()
    dialog.get_by_text("Send all the same").last.click()
    expect(again).to_have_count(0)


def test_who_writes_now_is_answered_without_a_question(desk: DeskPage, store: Store) -> None:
    ana = asleep(store)
    desk.looks_at(desk.lines.first)
    desk.takes_over()
    received = Received(ChannelName("web"), "again", Address("asleep"), "are you there?", now())
    store.conversations.receive(received, now())
    desk.page.reload()
    expect(desk.page.locator("#safe-now")).to_have_text(re.compile(r"Write \d\d:\d\d–\d\d:\d\d$"))
    desk.writes("Yes, I am here.")
    assert desk.page.url.endswith(ana)


def test_hours_that_go_by_the_clock_of_another_place_say_so(desk: DeskPage, store: Store) -> None:
    ana = asleep(store, country=None)
    desk.looks_at(desk.lines.first)
    expect(desk.page.locator("#safe-clock")).to_contain_text("Where they are is not known. By the hotline's clock")
    store.conversations.change(ana, [CountryNoted("present", CountryCode("TH"))], now())
    desk.page.reload()
    expect(desk.page.locator("#safe-clock")).to_contain_text("By the clock in Thailand.")
    expect(desk.page.locator("#safe-moved")).to_be_hidden()  # Bangkok and Phnom Penh have one time
    store.conversations.change(ana, [CountryNoted("present", CountryCode("AE"))], now())
    desk.page.reload()
    expect(desk.page.locator("#safe-moved")).to_contain_text("These hours go by the clock of Phnom Penh")
    expect(desk.page.locator("#safe-moved")).to_contain_text(clock("Asia/Dubai"))
    desk.page.locator("#safe-open").click()
    expect(desk.page.locator("#safe-begin")).to_have_value("")  # what is typed goes by the clock where they are
    desk.page.locator("#safe-begin").fill("8")
    desk.page.locator("#safe-end").fill("9:30")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#safe-now")).to_contain_text("Write 08:00–09:30")
    expect(desk.page.locator("#safe-moved")).to_be_hidden()


# --- the order of the page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    id: str
    risk: Risk
    language: Language
    handoff_reason: str
    waiting_since: datetime | None
    last_person_at: datetime | None
    safe_hours: SafeHours | None

    def as_sent(self) -> dict[str, Any]:
        hours = show_safe_hours(self.safe_hours)
        times = {
            name: at.isoformat() if at is not None else None
            for name, at in (("waiting_since", self.waiting_since), ("last_person_at", self.last_person_at))
        }
        sent = {"risk": self.risk.word, "safe_hours": hours.model_dump() if hours is not None else None}
        return {**asdict(self), **times, **sent}


ORDER = """async ({ lines, speaks, now }) => {
  const { inOrder } = await import("/desk/static/order.js");
  return inOrder(lines, { speaks, step: 30 }, now).map((one) => one.id);
}"""


@pytest.mark.parametrize("seed", range(6))
def test_the_page_orders_as_the_rules_do(desk: DeskPage, seed: int) -> None:
    chance, at = random.Random(seed), datetime(2026, 1, 5, 3, 7, 30, tzinfo=UTC)
    zones = ("Asia/Bangkok", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "UTC")

    def ago(minutes: float) -> datetime:
        return at - timedelta(milliseconds=int(minutes * 60_000))

    def hours() -> SafeHours:
        zone, lasts = chance.choice(zones), chance.choice((1, 31, 600, DAY - 1))
        begin = chance.choice((chance.randrange(DAY), (minute_of_day(at, zone) - chance.randrange(lasts)) % DAY))
        return SafeHours(begin, (begin + lasts) % DAY, zone)

    lines = [
        Line(
            id=str(number),
            risk=chance.choice(list(Risk)),
            language=Language(chance.choice(("my", "km", "lo"))),
            handoff_reason=chance.choice(("sign", "report_danger")),
            waiting_since=ago(chance.random() * 90) if chance.random() < 0.9 else None,
            last_person_at=ago(chance.random() * 20) if chance.random() < 0.9 else None,
            safe_hours=hours() if chance.random() < 0.7 else None,
        )
        for number in range(120)
    ]
    for speaks in ([], ["my"]):
        wanted = [one.id for one in in_order(lines, Whom(at, tuple(map(Language, speaks))))]
        asked = {"lines": [one.as_sent() for one in lines], "speaks": speaks, "now": at.timestamp() * 1000}
        assert desk.page.evaluate(ORDER, asked) == wanted


# --- how it looks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_in_form_list_and_question_and_nothing_is_wider_than_the_screen(
    open_context: OpenContext,
    hotline: Hotline,
    url: str,
    operator: AtTheDesk,
    store: Store,
    screen: dict[str, int],
    scheme: Scheme,
    request: pytest.FixtureRequest,
) -> None:
    ana = asleep(store, country=None)
    store.conversations.change(ana, [Told("safe_time", "after nine in the evening")], now())
    store.conversations.change(ana, [CountryNoted("present", CountryCode("AE"))], now())
    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(operator)
    expect(desk.lines.first.locator(".safe-mark")).to_be_visible()
    assert serious(desk.page) == []
    desk.looks_at(desk.lines.first)
    desk.takes_over()
    desk.page.locator("#safe-open").click()
    desk.page.locator("#safe-form .primary").scroll_into_view_if_needed()
    assert serious(desk.page) == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert desk.page.evaluate(wide) <= 0
    small = desk.page.locator("#safe-form button, #safe-form input, #safe-hours > button:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).filter((box) => box.height < 44 || box.width < 44).length"
    )
    assert small == 0
    desk.page.locator("#text").fill("Are you there?")
    desk.page.locator("#text").press("Enter")
    expect(desk.page.locator("#safe-dialog")).to_be_visible()
    assert serious(desk.page, "#safe-dialog") == []
