"""The desk: how operators get in, what they see first, what they do, and what they are told when it fails."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from bot.app import Hotline, now
from bot.cli.serve import sign_in_link
from bot.console.sign_in import LOCK_AFTER
from bot.content.local import date, date_forms
from bot.core.taxonomy import Language
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, WIDE, Chat, DeskPage, held_back, intercepts
from tests.browser.test_accessibility import serious
from tests.conftest import Store
from tests.hotline import PASSWORD, AtTheDesk, Person
from tests.store.in_line import stands_in_line

pytestmark = pytest.mark.browser

DANGER = "he locked the door and says he will kill me tonight"
PASSPORT = "my boss keeps my passport and does not give it back"


def in_need(url: str) -> Person:
    """Somebody who waits for a human."""
    person = Person(url)
    person.says("I want to talk to a person")
    return person


# --- the way in ------------------------------------------------------------------------------------------------------


def test_a_one_time_link_lets_an_operator_choose_a_password_and_begin(
    open_context: OpenContext, hotline: Hotline, url: str
) -> None:
    operator = hotline.store.operators.add("maly", "operator", now())
    token = sign_in_link(hotline.settings, hotline.store, operator.id).split("#")[1]
    page = open_context().new_page()
    page.goto(f"{url}/desk#{token}")
    expect(page.locator("#welcome [name=name]")).to_have_value("maly")
    expect(page.locator("#password-rule")).to_contain_text("12")
    page.locator("#welcome [name=password]").fill("aaaaaaaaaaaaaaaa")
    page.keyboard.press("Enter")
    expect(page.locator("#door-notice")).to_contain_text("too easy")
    page.locator("#welcome [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#my-name")).to_have_text("maly")
    assert page.url == f"{url}/desk"  # the token is gone from the address

    again = open_context().new_page()
    again.goto(f"{url}/desk#{token}")
    expect(again.locator("#door-notice")).to_contain_text("used already")
    again.locator("#sign-in [name=name]").fill("maly")
    again.locator("#sign-in [name=password]").fill(PASSWORD)
    again.keyboard.press("Enter")
    expect(again.locator("#set-up")).to_be_visible()  # put off once, asked for now


def test_a_wrong_password_is_refused_and_too_many_lock(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    page = open_context().new_page()
    page.goto(f"{url}/desk")
    notice = page.locator("#door-notice")
    page.locator("#sign-in [name=name]").fill("dara")
    for _ in range(LOCK_AFTER):
        page.locator("#sign-in [name=password]").fill("not the password")
        page.locator("#sign-in button").click()
        expect(page.locator("#sign-in button")).to_be_enabled()
        expect(notice).to_contain_text("not right")
    page.locator("#sign-in button").click()
    expect(notice).to_contain_text("Wait 15 minutes")


def test_after_signing_out_nothing_is_left_on_the_screen_or_behind_the_back_button(desk: DeskPage, url: str) -> None:
    person = in_need(url)
    person.says("we are near Aye Aye market")
    desk.looks_at(desk.lines.first)
    desk.page.locator("#my-name").click()
    desk.page.locator("#sign-out").click()
    desk.page.wait_for_url(f"{url}/desk")  # anew, in the place of what was open
    expect(desk.page.locator("#sign-in")).to_be_visible()
    desk.page.go_back()
    expect(desk.page.locator("#sign-in")).to_be_visible()
    assert "Aye Aye" not in desk.page.content()


def test_a_session_that_was_ended_elsewhere_is_told(desk: DeskPage, url: str, operator: AtTheDesk) -> None:
    in_need(url)
    expect(desk.lines).to_have_count(1)
    assert operator.client.post("/sign-out", headers={"X-CSRF": operator.csrf}).status_code == 204
    desk.page.evaluate("document.querySelector('#list a')?.click()")  # if the page has not noticed it by itself
    expect(desk.page.locator("#door-notice")).to_contain_text("signed out")
    expect(desk.lines).to_have_count(0)


# --- lists -----------------------------------------------------------------------------------------------------------


def test_who_is_in_danger_rises_to_the_top_and_calls(desk: DeskPage, url: str) -> None:
    in_need(url)
    expect(desk.lines).to_have_count(1)
    expect(desk.page).to_have_title("Desk")
    Person(url).says(DANGER)
    expect(desk.lines).to_have_count(2)
    expect(desk.lines.first).to_contain_text("Emergency")
    expect(desk.page).to_have_title("(1) Desk")
    alarm = desk.page.locator("#alarm")
    expect(alarm).to_contain_text("New: Emergency")
    alarm.locator("a").click()
    expect(desk.page.locator("#headline")).to_contain_text("Emergency")
    expect(alarm).to_be_hidden()
    expect(desk.page).to_have_title("Desk")


def test_each_list_shows_its_own(desk: DeskPage, url: str) -> None:
    expect(desk.page.locator("#list-empty")).to_have_text("Nobody is waiting.")
    Person(url).says("hello")
    in_need(url)
    expect(desk.list("queue")).to_have_count(1)
    expect(desk.list("all_open")).to_have_count(2)
    desk.looks_at(desk.list("queue").first)
    desk.takes_over()
    expect(desk.list("queue")).to_have_count(0)
    expect(desk.list("mine")).to_have_count(1)
    desk.closes()
    expect(desk.list("mine")).to_have_count(0)
    expect(desk.list("closed")).to_have_count(1)


def test_waiting_time_goes_on_without_any_event(open_context: OpenContext, url: str, operator: AtTheDesk) -> None:
    in_need(url)
    page = open_context().new_page()
    page.clock.install()
    desk = DeskPage(page, url).opens(operator)
    expect(desk.lines.first.locator("time")).to_have_text(
        re.compile(r"^(Just now|Waiting for 1\sminute|Waiting for 2\sminutes)$")
    )
    for place in range(4):  # a hand now and then, else the page covers itself
        page.clock.run_for(31 * 60_000 // 4)
        page.mouse.move(place, 5)
    expect(desk.lines.first.locator("time")).to_contain_text(re.compile(r"Waiting for 3[0-4]\sminutes"))


# --- a conversation --------------------------------------------------------------------------------------------------


def test_the_words_behind_a_sign_are_marked_and_the_reason_is_given(desk: DeskPage, url: str) -> None:
    person = Person(url)
    person.says(PASSPORT)
    desk.looks_at(desk.list("all_open").first)
    mark = desk.said_by_person.first.locator("mark").first
    expect(mark).to_contain_text("passport")
    number = mark.locator("sub").inner_text()
    sign = desk.said_by_person.first.locator(".signs li", has_text="Papers kept")
    expect(sign).to_contain_text(number)
    expect(desk.page.locator("#rule")).to_contain_text("single sign")
    expect(desk.page.locator("#signs button.ground")).to_have_text("Papers kept")


def test_two_operators_grab_one_conversation_and_the_slower_is_told(hotline: Hotline, url: str, desk: DeskPage) -> None:
    in_need(url)
    faster = AtTheDesk.signs_in(hotline, url, "sok")
    desk.looks_at(desk.lines.first)

    def somebody_is_faster(route: Route) -> None:
        assert faster.does("take-over", faster.sees()[0]["id"]).status_code == 200
        route.continue_()

    intercepts(desk.page, "**/take-over", somebody_is_faster)
    desk.page.locator("#take-over").click()
    expect(desk.notice).to_have_text("sok holds this conversation.")
    expect(desk.page.locator("#take-over")).to_be_hidden()
    expect(desk.page.locator("#writing")).to_be_hidden()
    faster.client.close()


def test_a_conversation_erased_while_open_is_told_and_gone(chat: Chat, desk: DeskPage) -> None:
    chat.says("we are near Aye Aye market and I want to talk to a person")
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    desk.page.locator("#text").fill("a reply that was not sent yet")
    chat.taps_in_menu("#erase")
    chat.page.locator("#erase-dialog button[value=yes]").click()
    expect(desk.page.locator("#choose")).to_contain_text("deleted")
    expect(desk.lines).to_have_count(0)
    assert "Aye Aye" not in desk.page.content()
    assert desk.page.locator("#text").input_value() == ""


def test_what_was_asked_for_before_the_person_erased_is_not_shown_after(chat: Chat, desk: DeskPage) -> None:
    chat.says("we are near Aye Aye market and I want to talk to a person")
    desk.looks_at(desk.list("all_open").first)
    with held_back(desk.page, "**/desk/api/conversations/*") as comes:
        chat.writes("are you there?")
        comes.is_answered()
        chat.taps_in_menu("#erase")
        chat.page.locator("#erase-dialog button[value=yes]").click()
        expect(desk.page.locator("#choose")).to_contain_text("deleted")
        with desk.page.expect_response("**/desk/api/requests"):  # asked for when all before it is shown
            comes.now()
    assert "Aye Aye" not in desk.page.content()
    expect(desk.page.locator("#open")).to_be_hidden()


def test_what_is_being_written_waits_while_another_conversation_is_open(desk: DeskPage, url: str) -> None:
    in_need(url)
    in_need(url)
    desk.looks_at(desk.list("all_open").nth(0))
    desk.takes_over()
    desk.page.locator("#text").fill("half a sentence")
    expect(desk.page.locator("#list a[aria-current]")).to_have_count(1)
    desk.page.locator("#list a:not([aria-current])").click()
    expect(desk.page.locator("#take-over")).to_be_visible()
    desk.page.go_back()
    expect(desk.page.locator("#text")).to_have_value("half a sentence")


def test_another_language_changes_every_word_of_the_desk(desk: DeskPage, url: str) -> None:
    Person(url).says(PASSPORT)
    desk.looks_at(desk.list("all_open").first)
    desk.page.locator("#my-name").click()
    desk.page.locator("#my-language").select_option("my")
    expect(desk.page.locator("html")).to_have_attribute("lang", "my")
    burmese = re.compile("[\u1000-\u109f]")
    for part in ("#tabs", "#live", "#headline", "#rule", "#signs", "#take-over", ".message .by", ".message .signs"):
        expect(desk.page.locator(part).first).to_contain_text(burmese)
    desk.page.reload()
    expect(desk.page.locator("html")).to_have_attribute("lang", "my")


def test_a_person_who_may_be_watched_is_marked_where_one_writes(desk: DeskPage, url: str) -> None:
    person = in_need(url)
    person.says("/unsafe_to_talk")
    desk.looks_at(desk.lines.first)
    expect(desk.page.locator("#unsafe")).to_be_visible()
    expect(desk.page.locator("#unsafe-here")).to_be_visible()


def test_another_language_all_at_once_makes_the_operator_wonder_who_writes(desk: DeskPage, url: str) -> None:
    person = in_need(url)
    desk.looks_at(desk.lines.first)
    person.says("the boss keeps my passport since two months already")
    expect(desk.said_by_person).to_have_count(2)
    expect(desk.page.locator("#other-hand")).to_be_hidden()
    person.says("အလုပ်ရှင်က ငါ့ကို အပြင်မထွက်ခိုင်းဘူး ဖုန်းလည်း မပေးဘူး ဘာလုပ်ရမလဲ")
    expect(desk.page.locator("#other-hand")).to_contain_text("language")


# --- by keyboard, on a phone -----------------------------------------------------------------------------------------


def test_the_desk_works_by_keyboard_alone(desk: DeskPage, url: str) -> None:
    in_need(url)
    in_need(url)
    expect(desk.lines).to_have_count(2)
    keyboard = desk.page.keyboard
    keyboard.press("j")
    keyboard.press("j")
    expect(desk.lines.nth(1).locator("a")).to_be_focused()
    keyboard.press("k")
    keyboard.press("Enter")
    expect(desk.lines.nth(0).locator("a")).to_have_attribute("aria-current", "true")
    expect(desk.page.locator("#take-over")).to_be_visible()
    keyboard.press("t")
    expect(desk.page.locator("#text")).to_be_focused()
    keyboard.type("Tell me more, just a tick")  # t, j and k are letters here
    keyboard.press("Enter")
    expect(desk.page.locator(".message.operator .text").last).to_have_text("Tell me more, just a tick")
    keyboard.press("Escape")
    keyboard.press("b")
    expect(desk.page.locator("#hand-back-dialog")).to_be_visible()
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(desk.page.locator("#take-over")).to_be_visible()
    keyboard.press("?")
    expect(desk.page.locator("#keys-dialog")).to_be_visible()
    desk.page.locator("#keys-on").uncheck()
    keyboard.press("Escape")
    keyboard.press("t")
    expect(desk.page.locator("#take-over")).to_be_visible()


@pytest.mark.parametrize("screen", [WIDE, PHONE])
def test_an_operator_who_reads_further_up_is_told_how_much_was_written_since_and_is_not_moved(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: ViewportSize
) -> None:
    person = Person(url)
    for text in ("hello", "my boss keeps my passport", "I want to talk to a person"):
        person.says(text)
    (line,) = operator.sees()
    operator.does("take-over", line["id"])
    operator.does("messages", line["id"], text="\n".join(["word"] * 40))  # not by hand: then the page goes to its end
    desk = DeskPage(open_context(viewport=screen).new_page(), url).opens(operator)
    page, pointer = desk.page, desk.page.locator("#unseen")
    desk.looks_at(desk.list("all_open").first)
    expect(desk.messages.last).to_be_in_viewport()
    desk.said_by_person.first.scroll_into_view_if_needed()
    place = "(one) => Math.round(one.getBoundingClientRect().top)"
    before = desk.said_by_person.first.evaluate(place)
    person.says("are you there")
    expect(pointer).to_have_text("1 new")
    person.says("please hurry")
    expect(pointer).to_have_text("2 new")
    expect(pointer).to_be_in_viewport(ratio=1)
    assert desk.said_by_person.first.evaluate(place) == pytest.approx(before, abs=1)
    assert serious(page) == []
    pointer.press("Enter")
    expect(desk.said_by_person.last).to_be_in_viewport(ratio=1)
    expect(pointer).to_be_hidden()
    expect(page.locator("#messages")).to_be_focused()
    person.says("he comes back")
    expect(desk.said_by_person.last).to_contain_text("he comes back")
    expect(desk.said_by_person.last).to_be_in_viewport(ratio=1)  # who is at the end stays there
    expect(pointer).to_be_hidden()


def test_a_phone_shows_the_list_then_the_conversation_and_goes_back(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    Person(url).says(DANGER)
    desk = DeskPage(open_context(viewport=PHONE).new_page(), url).opens(operator)
    expect(desk.page.locator("#pane")).to_be_hidden()
    desk.looks_at(desk.lines.first)
    expect(desk.page.locator("#lists")).to_be_hidden()
    expect(desk.page.locator("#headline")).to_be_focused()
    expect(desk.messages.last).to_be_in_viewport()
    desk.takes_over()
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert desk.page.evaluate(wide) <= 0
    desk.page.go_back()
    expect(desk.page.locator("#lists")).to_be_visible()


@pytest.mark.parametrize(("reading", "vietnamese"), [("my", "ဗီယက်နမ်"), ("lo", "ຫວຽດນາມ"), ("km", "វៀតណាម")])
def test_a_browser_that_names_no_language_at_all_shows_it_in_the_operators_words(
    open_context: OpenContext, url: str, operator: AtTheDesk, reading: str, vietnamese: str
) -> None:
    Person(url).says("tôi muốn nói chuyện với một người")
    operator.client.put("/me/language", json={"language": reading}, headers={"X-CSRF": operator.csrf})
    context = open_context()
    context.add_init_script("delete Intl.DisplayNames")
    desk = DeskPage(context.new_page(), url).opens(operator)
    expect(desk.lines.first).to_contain_text(vietnamese)


@pytest.mark.parametrize(
    ("reading", "zone", "clock"),
    [
        ("my", "Asia/Yangon", "GMT+6:30"),
        ("km", "Asia/Phnom_Penh", "ម៉ោងសកល +7"),
        ("lo", "UTC", "GMT+0"),
        ("th", "Asia/Bangkok", "GMT+7"),
        ("en", "Pacific/Marquesas", "GMT-9:30"),
        ("ta", "Asia/Kolkata", "GMT+5:30"),
    ],
)
def test_a_browser_that_writes_no_date_shows_it_as_the_operators_language_does(
    open_context: OpenContext, url: str, operator: AtTheDesk, store: Store, reading: str, zone: str, clock: str
) -> None:
    store.now = now() - timedelta(days=40)
    stands_in_line(store, "ana")
    operator.client.put("/me/language", json={"language": reading}, headers={"X-CSRF": operator.csrf})
    context = open_context(timezone_id=zone)
    context.add_init_script("Intl.DateTimeFormat.supportedLocalesOf = () => []")
    desk = DeskPage(context.new_page(), url).opens(operator)
    desk.looks_at(desk.lines.first)
    shown = desk.said_by_person.first.locator("time")
    there = store.now.astimezone(ZoneInfo(zone))
    forms, day = date_forms(Language(reading)), str(there.day)
    short = forms[f"short.{there.month}"].replace("{day}", day)
    expect(shown).to_have_text(f"{short} {there:%H:%M}")
    whole = date(f"{there:%Y-%m-%d}", Language(reading))
    weekday = forms[f"weekday.{there.isoweekday()}"]
    expect(shown).to_have_attribute("title", f"{weekday} · {whole} · {there:%H:%M:%S} {clock}")
