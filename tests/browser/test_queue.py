"""The main act under load, the ladder on the page, search, filters, views and labels, by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from bot.app import Hotline, now
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, DeskPage, enter
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.conftest import Store
from tests.hotline import PASSWORD, AtTheDesk, Person
from tests.store.in_line import stands_in_line, writes

pytestmark = pytest.mark.browser

DANGER = "he locked the door and says he will kill me tonight"
HUMAN = "I want to talk to a person"


@pytest.fixture
def sok(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    hotline.store.operators.add("sok", "supervisor", now())
    desk = AtTheDesk.signs_in(hotline, url, "sok")
    yield desk
    desk.client.close()


def queue_of(store: Store, count: int) -> list[str]:
    """*count* who wait, of every risk; the ids of those in danger, who waits longest first."""
    in_danger = []
    for number in range(count):
        store.now = now()
        indicators = [(), ("deception",), ("physical_violence",), (), ("deception",)][number % 5]
        if number in (17, 31):
            in_danger.append(stands_in_line(store, str(number), "immediate_danger", language="my"))
        else:
            stands_in_line(store, str(number), *indicators, language=["en", "km", "vi"][number % 3])
    return in_danger


def test_next_most_urgent_under_a_queue_of_50(
    open_context: OpenContext, hotline: Hotline, url: str, operator: AtTheDesk, store: Store
) -> None:
    in_danger = queue_of(store, 50)
    maya = AtTheDesk.signs_in(hotline, url, "maya")
    here, there = (DeskPage(open_context().new_page(), url).opens(one) for one in (operator, maya))
    expect(here.lines).to_have_count(50)
    expect(here.page.locator("#calls")).to_contain_text("50")
    expect(here.page).to_have_title(re.compile(r"\(\d+\) Desk"))
    here.page.keyboard.press("n")
    there.page.locator("#take-next").click()
    for desk in (here, there):
        expect(desk.page.locator("#headline")).to_contain_text("Emergency")
        expect(desk.page.locator("#text")).to_be_focused()
    taken = [desk.page.url.split("#c/")[1] for desk in (here, there)]
    assert sorted(taken) == sorted(in_danger), "each has another of the two in danger"
    expect(here.page.locator("[data-tab=queue]")).to_contain_text("48")
    here.page.keyboard.press("Escape")
    here.page.keyboard.press("n")
    expect(here.page.locator("#headline")).to_contain_text("High")
    maya.client.close()


def test_nobody_waits_and_the_button_says_so(desk: DeskPage) -> None:
    desk.page.locator("#take-next").click()
    expect(desk.notice).to_have_text("Nobody is waiting now.")


def test_who_waits_rings_until_somebody_is_on_it_or_takes_over(
    open_context: OpenContext, desk: DeskPage, url: str, sok: AtTheDesk
) -> None:
    other = DeskPage(open_context().new_page(), url).opens(sok)
    Person(url).says(DANGER)
    alarm = desk.page.locator("#alarm")
    expect(alarm).to_contain_text("Emergency")
    desk.looks_at(desk.lines.first)
    expect(alarm).to_be_hidden()
    expect(desk.page.locator("#rung")).to_have_text("Calling free operators")
    desk.page.keyboard.press("Escape")
    expect(alarm).to_contain_text("Emergency")  # to look is not to take
    desk.looks_at(desk.lines.first)
    desk.page.locator("#acknowledge").click()
    for page in (desk.page, other.page):
        expect(page.locator("#calls")).to_contain_text("dara is on it")
    desk.page.keyboard.press("Escape")
    expect(alarm).to_be_hidden()
    expect(desk.page).to_have_title("Desk")
    desk.page.keyboard.press("n")
    expect(desk.page.locator("#text")).to_be_focused()
    expect(other.page.locator("#calls")).to_be_hidden()


def test_a_notification_says_that_somebody_waits_and_no_word_of_whom(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    context = open_context()
    # Chromium shows none without a screen: what the page asks for is written down in its place
    context.add_init_script(
        """
        window.told = [];
        window.Notification = class extends EventTarget {
          static permission = "default";
          static async requestPermission() { return (this.permission = "granted"); }
          constructor(title, options) { super(); told.push({ title, ...options }); }
        };
        Object.defineProperty(document, "hasFocus", { value: () => !window.elsewhere });
        """
    )
    desk = DeskPage(context.new_page(), url).opens(operator)
    desk.page.locator("#my-name").click()
    desk.page.locator("#notify").click()
    expect(desk.page.locator("#notify")).to_have_text("Notifications on")
    desk.page.evaluate("window.elsewhere = true")
    Person(url).says(DANGER)
    expect(desk.page.locator("#alarm")).to_be_visible()
    desk.page.wait_for_function("told.length > 0")
    (told,) = desk.page.evaluate("told")
    assert (told["title"], told["body"]) == ("Desk", "Somebody is waiting.")


def test_a_list_is_narrowed_and_the_view_kept(
    desk: DeskPage, url: str, store: Store, open_context: OpenContext, operator: AtTheDesk
) -> None:
    stands_in_line(store, "ana", "immediate_danger", language="my")
    stands_in_line(store, "ben", language="km")
    Person(url).says("hello")
    expect(desk.lines).to_have_count(2)
    desk.page.locator("#filters-open").click()
    desk.ticks("language", "Khmer")
    expect(desk.lines).to_have_count(1)
    expect(desk.page.locator("#filters-open")).to_have_text("Filters (1)")
    desk.ticks("risk", "Emergency")
    expect(desk.page.locator("#list-empty")).to_have_text("Nothing fits these filters.")
    desk.filter("language").get_by_role("button", name="Any").click()
    expect(desk.lines).to_have_count(1)
    desk.page.locator("#view-name").fill("In danger")
    desk.page.locator("#view-save button").click()
    expect(desk.page.locator("#views .view")).to_have_text("In danger")
    desk.page.locator("#filters-clear").click()
    expect(desk.lines).to_have_count(2)
    again = DeskPage(open_context().new_page(), url).opens(operator)
    expect(again.lines).to_have_count(2)
    again.page.locator("#filters-open").click()
    again.page.locator("#views .view").click()
    expect(again.lines).to_have_count(1)
    again.page.get_by_label("Remove the view In danger").click()
    expect(again.page.locator("#views li")).to_have_count(0)


def test_several_of_a_kind_are_chosen_and_each_is_counted(desk: DeskPage, store: Store) -> None:
    for name, language in (("ana", "my"), ("ben", "km"), ("cho", "vi")):
        stands_in_line(store, name, language=language)
    expect(desk.lines).to_have_count(3)
    desk.page.locator("#filters-open").click()
    desk.ticks("language", "Khmer", "Burmese")
    expect(desk.lines).to_have_count(2)
    expect(desk.page.locator("#filters-open")).to_have_text("Filters (2)")
    summary = desk.page.locator("#filter-language summary")
    expect(summary).to_contain_text("Language (2)")
    expect(summary.locator(".shown")).to_have_text("Burmese, Khmer")
    desk.ticks("language", "Khmer")
    expect(desk.lines).to_have_count(1)
    expect(summary).to_contain_text("Language (1)")
    desk.filter("language").get_by_role("button", name="Any").click()
    expect(desk.lines).to_have_count(3)
    expect(summary).to_be_focused()
    expect(summary.locator(".shown")).to_have_text("Any")


def test_several_are_chosen_by_keys_alone(desk: DeskPage, store: Store) -> None:
    for name, language in (("ana", "my"), ("ben", "km"), ("cho", "vi")):
        stands_in_line(store, name, language=language)
    expect(desk.lines).to_have_count(3)
    keyboard, languages = desk.page.keyboard, desk.page.locator("#filter-language")
    desk.page.locator("#filters-open").press("Enter")
    languages.locator("summary").press("Enter")
    keyboard.press("Tab")
    for _ in ("id", "ms", "fil", "vi"):  # after English
        keyboard.press("ArrowDown")
    keyboard.press("Space")
    expect(desk.lines).to_have_count(1)
    for _ in ("th", "my"):
        keyboard.press("ArrowDown")
    expect(languages.get_by_label("Burmese", exact=True)).to_be_focused()
    keyboard.press("Space")
    expect(desk.lines).to_have_count(2)
    expect(languages.get_by_label("Burmese", exact=True)).to_be_focused()
    keyboard.press("Escape")
    expect(languages).not_to_have_attribute("open", "")
    expect(languages.locator("summary")).to_be_focused()
    expect(languages.locator(".shown")).to_have_text("Vietnamese, Burmese")


def test_the_address_has_the_filters_and_a_colleague_sees_the_same_list_and_that_it_is_narrowed(
    open_context: OpenContext, url: str, desk: DeskPage, sok: AtTheDesk, store: Store
) -> None:
    for name, language in (("ana", "my"), ("ben", "km"), ("cho", "vi")):
        stands_in_line(store, name, language=language)
    expect(desk.lines).to_have_count(3)
    desk.page.locator("#filters-open").click()
    desk.ticks("language", "Khmer", "Burmese")
    expect(desk.lines).to_have_count(2)
    expect(desk.page).to_have_url(f"{url}/desk?language=my&language=km")
    page = open_context().new_page()
    enter(page.context, url, sok)
    page.goto(desk.page.url + "&risk=huge&label=x&written_from=2026-02-31&channel=owl")
    other = DeskPage(page, url)
    expect(other.lines).to_have_count(2)
    expect(page.locator("#filters-fields")).to_be_visible()
    expect(page.locator("#filters-open")).to_have_text("Filters (2)")
    other.looks_at(other.lines.first)
    page.reload()
    expect(page.locator("#open")).to_be_visible()
    expect(other.lines).to_have_count(2)
    page.locator("#filters-clear").click()
    expect(other.lines).to_have_count(3)
    expect(page).not_to_have_url(re.compile("language"))


def test_a_page_that_was_locked_has_its_filters_again(desk: DeskPage, store: Store) -> None:
    stands_in_line(store, "ana", language="my")
    stands_in_line(store, "ben", language="km")
    desk.page.locator("#filters-open").click()
    desk.ticks("language", "Khmer")
    expect(desk.lines).to_have_count(1)
    desk.page.locator("#my-name").click()
    with desk.page.expect_response("**/me/lock"):  # else it could be locked after it was unlocked
        desk.page.locator("#lock-now").click()
    desk.page.locator("#lock [name=proof]").fill(PASSWORD)
    desk.page.keyboard.press("Enter")
    expect(desk.lines).to_have_count(1)
    expect(desk.page.locator("#filter-language .shown")).to_have_text("Khmer")
    expect(desk.filter("language").get_by_label("Burmese", exact=True)).to_be_visible()


def test_search_by_keys_finds_words_and_goes_back_to_the_list(desk: DeskPage, store: Store) -> None:
    writes(store, "ana", "chủ giữ hộ chiếu của tôi", language="vi")
    stands_in_line(store, "ben")
    desk.page.keyboard.press("/")
    expect(desk.page.locator("#search-words")).to_be_focused()
    desk.page.keyboard.type("HO CHIEU")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#found li")).to_have_count(1)
    expect(desk.page.locator("#search-status")).to_contain_text("Found: 1")
    assert "CHIEU" not in desk.page.url
    desk.page.locator("#found a").click()
    expect(desk.said_by_person).to_contain_text("hộ chiếu")
    desk.page.locator("#search-stop").click()
    expect(desk.page.locator("#list")).to_be_visible()
    desk.page.locator("#found-pane").wait_for(state="hidden")


def test_the_lists_by_number(desk: DeskPage, url: str) -> None:
    Person(url).says("hello")
    expect(desk.page.locator("[data-tab=all_open]")).to_contain_text("1")
    for key, name, count in (("3", "all_open", 1), ("2", "mine", 0), ("4", "closed", 0), ("1", "queue", 0)):
        desk.page.keyboard.press(key)
        expect(desk.page.locator(f"[data-tab={name}]")).to_have_attribute("aria-pressed", "true")
        expect(desk.lines).to_have_count(count)


def test_a_label_is_made_put_on_found_and_taken_off(
    open_context: OpenContext, url: str, sok: AtTheDesk, store: Store
) -> None:
    stands_in_line(store, "ana")
    stands_in_line(store, "ben")
    desk = DeskPage(open_context().new_page(), url).opens(sok)
    desk.page.locator("#pages a", has_text="Labels").click()
    expect(desk.page.locator("#page")).to_contain_text("No labels yet.")
    desk.page.locator("#page [name=name]").fill("ศาลแรงงาน")
    desk.page.locator("#page [name=colour]").select_option("violet")
    desk.page.get_by_role("button", name="New label").click()
    expect(desk.page.locator(".labels-kept li")).to_have_count(1)
    desk.page.locator("#pages a", has_text="Conversations").click()
    desk.looks_at(desk.lines.first)
    desk.page.locator("#label-put").select_option(label="ศาลแรงงาน")
    expect(desk.page.locator("#labels-list .label-chip")).to_contain_text("ศาลแรงงาน")
    expect(desk.lines.first.locator(".label-chip")).to_contain_text("ศาลแรงงาน")
    desk.page.locator("#filters-open").click()
    desk.ticks("label", "ศาลแรงงาน")
    expect(desk.lines).to_have_count(1)
    desk.page.get_by_label("Take off the label ศาลแรงงาน").click()
    expect(desk.lines).to_have_count(0)


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_in_the_queue_and_it_fits(
    open_context: OpenContext, url: str, sok: AtTheDesk, store: Store, screen: dict[str, int], scheme: Scheme
) -> None:
    ana = stands_in_line(store, "ana", "immediate_danger", language="my")
    for number, colour in enumerate(("grey", "blue", "green", "yellow", "red", "violet")):
        label = store.labels.add(f"label {number}", colour)
        store.labels.put(label.id, ana, 1, now())
    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(sok)
    expect(desk.page.locator("#calls")).to_be_visible()
    desk.page.locator("#filters-open").click()
    desk.ticks("risk", "Emergency", "High")
    desk.filter("indicator")
    expect(desk.lines).to_have_count(1)
    assert serious(desk.page) == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert desk.page.evaluate(wide) <= 0
    desk.page.locator("#search-words").fill("help")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#found li")).to_have_count(1)
    assert serious(desk.page) == []
    desk.page.locator("#found a").click()
    expect(desk.page.locator("#open")).to_be_visible()
    assert serious(desk.page) == []
    desk.page.goto(f"{url}/desk#p/labels")
    expect(desk.page.locator(".labels-kept li")).to_have_count(6)
    assert serious(desk.page) == []
    assert desk.page.evaluate(wide) <= 0


def test_on_a_phone_the_main_act_is_in_reach_and_opens_the_conversation(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    Person(url).says(HUMAN)
    desk = DeskPage(open_context(viewport=PHONE).new_page(), url).opens(operator)
    button = desk.page.locator("#take-next")
    expect(button).to_be_in_viewport()
    button.click()
    expect(desk.page.locator("#text")).to_be_visible()
    expect(desk.page.locator("#lists")).to_be_hidden()
