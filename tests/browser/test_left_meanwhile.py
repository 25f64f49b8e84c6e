"""What was left, erased or asked for anew while an answer was on its way: the answer changes nothing any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from bot.app import Hotline
from tests.browser.conftest import OpenContext
from tests.browser.pages import Chat, DeskPage, enter, held_back, intercepts
from tests.browser.test_practice import PracticePage
from tests.channels.conftest import waits_until
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

ELSEWHERE = re.compile("^https://")
THAI = re.compile("[ก-๙]")


@contextmanager
def never_heard(page: Page, address: str, method: str) -> Iterator[list[Route]]:
    """The next request of *method* to *address* does not get through; the test may still let it."""
    kept: list[Route] = []

    def keep(route: Route) -> None:
        if route.request.method == method and not kept:
            kept.append(route)
        else:
            route.fallback()

    intercepts(page, address, keep)
    yield kept


def is_kept(page: Page, kept: list[Route]) -> None:
    waits_until(lambda: page.title() and kept)  # asking the page lets routes be called


def erases(chat: Chat) -> None:
    chat.taps_in_menu("#erase")
    chat.page.locator("#erase-dialog button[value=yes]").click()


def said(operator: AtTheDesk) -> list[list[str]]:
    """What persons said, conversation by conversation."""
    opened = [operator.opens(line["id"])["messages"] for line in operator.sees()]
    return [
        ["".join(piece["text"] for piece in one["pieces"]) for one in messages if one["author"] == "person"]
        for messages in opened
    ]


def after_all_that_came(page: Page, told: str) -> object:
    """What *told* gives once the page has done with every answer that it has."""
    return page.evaluate(f"async () => {{ await fetch('/healthz'); await fetch('/healthz'); return {told}; }}")


# --- the person's page ------------------------------------------------------------------------------------------------


def test_what_is_done_before_the_script_is_there_is_not_lost(open_context: OpenContext, url: str) -> None:
    chat = Chat(open_context().new_page(), url)
    with held_back(chat.page, "**/chat.js") as script:
        chat.page.goto(f"{url}/", wait_until="commit")
        chat.page.locator("#text").fill("hello")
        chat.page.locator("#compose button").click()
        chat.page.locator("#language").select_option("my")
        script.is_answered()
        script.now()
    expect(chat.page.locator("html")).to_have_attribute("lang", "my")
    expect(chat.page.locator("#text")).to_have_value("hello")
    assert chat.page.url == f"{url}/"
    chat.page.locator("#compose button").click()
    expect(chat.bot.last.locator("p")).to_have_attribute("lang", "my")


def test_what_was_erased_does_not_come_back_with_words_that_were_on_their_way(chat: Chat, operator: AtTheDesk) -> None:
    with held_back(chat.page, "**/chat/words*") as words:
        chat.writes("halo, selamat pagi")  # the page will speak Indonesian
        words.is_answered()
        erases(chat)
        expect(chat.line).to_contain_text("Deleted")
        words.now()
    chat.says("hello")
    assert chat.texts()[0] == "hello"
    assert said(operator) == [["hello"]]


def test_what_is_written_while_all_is_erased_begins_another_conversation(chat: Chat, operator: AtTheDesk) -> None:
    chat.says("hello")
    with never_heard(chat.page, "**/chat", "DELETE") as erasing:
        erases(chat)
        is_kept(chat.page, erasing)
        chat.writes("my boss beats me")
        after_all_that_came(chat.page, "null")
        erasing[0].continue_()
    expect(chat.page.locator(".message p").first).to_have_text("my boss beats me")
    expect(chat.bot.first).to_be_visible()
    chat.page.reload()
    expect(chat.mine.locator("p")).to_have_text("my boss beats me")
    assert said(operator) == [["my boss beats me"]]


def test_what_is_on_its_way_when_all_is_erased_is_erased_too(chat: Chat, operator: AtTheDesk) -> None:
    chat.says("hello")
    with never_heard(chat.page, "**/chat/messages", "POST") as sending:
        chat.writes("my boss beats me")
        is_kept(chat.page, sending)
        erases(chat)
        expect(chat.page.locator("#erase-dialog")).to_be_hidden()
        after_all_that_came(chat.page, "null")
        with chat.page.expect_response("**/chat/messages"):
            sending[0].continue_()
    expect(chat.line).to_contain_text("Deleted")
    expect(chat.page.locator(".message")).to_have_count(0)
    assert said(operator) == []


def by_quick_exit(page: Page) -> None:
    page.locator("#exit").click()
    page.wait_for_url(ELSEWHERE)


def by_going_on(page: Page) -> None:
    page.goto("https://elsewhere.example/")


@pytest.mark.parametrize("leaves", [by_quick_exit, by_going_on])
def test_what_was_said_arrives_although_the_person_leaves_at_once(
    open_context: OpenContext, url: str, operator: AtTheDesk, leaves: Callable[[Page], None]
) -> None:
    context = open_context()
    context.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body="<title>Weather</title>"))
    chat = Chat(context.new_page(), url).opens()
    chat.says("hello")
    with never_heard(chat.page, "**/chat/messages", "POST") as sending:
        chat.writes("my boss beats me")
        is_kept(chat.page, sending)
        chat.writes("he is at the door")
        leaves(chat.page)
    told = {"hello", "my boss beats me", "he is at the door"}
    waits_until(lambda: {text for texts in said(operator) for text in texts} == told)
    if leaves is by_quick_exit:
        waits_until(lambda: context.cookies(url) == [])
        return
    again = Chat(context.new_page(), url).opens()
    expect(again.mine).to_have_count(3)


def test_words_that_come_after_quick_exit_are_not_shown(chat: Chat) -> None:
    chat.page.route(ELSEWHERE, lambda route: route.fulfill(status=204))  # the everyday page does not come
    with held_back(chat.page, "**/chat/words*") as words:
        chat.page.locator("#language").select_option("my")
        words.is_answered()
        chat.page.evaluate("document.getElementById('exit').click()")
        words.now()
    assert after_all_that_came(chat.page, "document.title + document.body.innerHTML") == ""


def test_the_language_that_was_chosen_last_is_spoken(chat: Chat) -> None:
    with held_back(chat.page, "**/chat/words?language=my") as words:
        chat.page.locator("#language").select_option("my")
        words.is_answered()
        chat.page.locator("#language").select_option("th")
        expect(chat.page.locator("html")).to_have_attribute("lang", "th")
        words.now()
    assert after_all_that_came(chat.page, "document.documentElement.lang") == "th"


def test_a_language_is_told_to_the_bot_although_the_page_does_not_know_yet_that_it_talks(chat: Chat) -> None:
    chat.says("hello")
    intercepts(chat.page, "**/chat/words*", lambda route: None)  # the page's own words never come
    with held_back(chat.page, "**/chat/messages*") as news:
        chat.page.reload(wait_until="commit")
        news.is_answered()
        chat.page.locator("#language").select_option("my")
        news.now()
    expect(chat.bot.last.locator("p")).to_have_attribute("lang", "my")


# --- the desk's pages -------------------------------------------------------------------------------------------------


def goes(page: Page, address: str) -> None:
    page.evaluate("address => { location.hash = address; }", address)


def talk(operator: AtTheDesk, person: str = "boat") -> str:
    """The address of a practice talk that was begun."""
    begun = operator.asks("/practice/rehearsals", {"person": person})
    return f"p/practice/talk/{begun.json()['id']}"


def test_a_practice_talk_that_was_left_while_it_came_takes_nothing_from_the_desk(
    desk: DeskPage, person: Person, operator: AtTheDesk
) -> None:
    person.says("I want to talk to a person")
    conversation = operator.sees()[0]["id"]
    operator.does("take-over", conversation)
    with held_back(desk.page, "**/practice/rehearsals/*") as answer:
        goes(desk.page, talk(operator))
        answer.is_answered()
        goes(desk.page, f"c/{conversation}")
        expect(desk.page.locator("#open")).to_be_visible()
        answer.now()
    expect(desk.page.locator("#page")).to_be_empty()
    desk.page.locator("#cards-open").click()
    expect(desk.page.locator("#cards .card").first).to_be_visible()


def test_who_went_on_to_a_conversation_is_not_led_away_to_practice(
    desk: DeskPage, person: Person, operator: AtTheDesk
) -> None:
    person.says("I want to talk to a person")
    conversation = operator.sees()[0]["id"]
    goes(desk.page, "p/practice")
    with held_back(desk.page, "**/practice/rehearsals") as answer:
        desk.page.locator("[data-person=boat] button").click()
        answer.is_answered()
        goes(desk.page, f"c/{conversation}")
        expect(desk.page.locator("#open")).to_be_visible()
        answer.now()
    assert after_all_that_came(desk.page, "location.hash") == f"#c/{conversation}"
    expect(desk.page.locator("#open")).to_be_visible()


def test_of_two_looks_at_one_page_the_later_is_shown(desk: DeskPage, operator: AtTheDesk) -> None:
    with held_back(desk.page, "**/practice/rehearsals/*") as answer:
        goes(desk.page, talk(operator))
        answer.is_answered()
        goes(desk.page, "p/practice")
        expect(desk.page.locator("#practice-choose")).to_be_visible()
        answer.now()
    after_all_that_came(desk.page, "null")
    expect(desk.page.locator("#practice-choose")).to_be_visible()


def test_what_was_sent_in_practice_does_not_wait_to_be_sent_again(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    practice = PracticePage(open_context().new_page(), url).opens(operator, talk(operator).removeprefix("p/practice"))
    expect(practice.said).to_have_count(1)
    address = practice.page.evaluate("location.hash")
    with held_back(practice.page, "**/practice/rehearsals/*/messages") as answer:
        practice.page.locator("#practice-text").fill("Are you safe to talk?")
        practice.page.keyboard.press("Enter")
        answer.is_answered()
        goes(practice.page, "p/practice")
        expect(practice.page.locator("#practice-choose")).to_be_visible()
        answer.now()
    after_all_that_came(practice.page, "null")
    goes(practice.page, address)
    expect(practice.sent).to_have_count(1)
    expect(practice.page.locator("#practice-text")).to_have_value("")


def test_a_page_that_was_left_while_it_came_tells_of_no_fault(
    open_context: OpenContext, hotline: Hotline, url: str
) -> None:
    supervisor = AtTheDesk.signs_in(hotline, url, "malee", "supervisor")
    desk = DeskPage(open_context().new_page(), url).opens(supervisor)
    for name, address in (("overview", "**/api/overview"), ("quality", "**/api/reviews")):
        with held_back(desk.page, address) as answer:
            goes(desk.page, f"p/{name}")
            answer.is_answered()
            goes(desk.page, "")
            expect(desk.page.locator("#panes")).to_be_visible()
            answer.now()
        after_all_that_came(desk.page, "null")
        expect(desk.notice).to_be_hidden()
    goes(desk.page, "p/overview")
    expect(desk.page.locator(".page[data-page=overview]")).to_be_visible()
    with held_back(desk.page, "**/api/content") as answer:
        goes(desk.page, "p/content")
        answer.is_answered()
        expect(desk.page.locator("#page")).to_be_empty()  # nothing of the page that was left is there to be pressed
        answer.now()
    expect(desk.page.locator(".page[data-page=content]")).to_be_visible()
    supervisor.client.close()


def test_the_phrases_shown_are_of_the_language_that_is_chosen(desk: DeskPage) -> None:
    goes(desk.page, "p/content")
    language = desk.page.locator(".page form select").first
    shown = desk.page.locator("ul.phrases p[lang]:not([lang=en])").first
    expect(language).to_be_visible()
    with held_back(desk.page, "**/content/phrases?language=my*") as answer:
        language.select_option("my")
        answer.is_answered()
        language.select_option("th")
        expect(shown).to_have_text(THAI)
        answer.now()
    after_all_that_came(desk.page, "null")
    expect(shown).to_have_text(THAI)


def test_the_languages_that_were_ticked_last_are_kept(
    open_context: OpenContext, hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    page = open_context().new_page()
    enter(page.context, url, operator)
    page.goto(f"{url}/desk#p/account")
    with never_heard(page, "**/me/speaks", "PUT") as saving:
        page.locator("[name=speaks][value=km]").check()
        is_kept(page, saving)
        page.locator("[name=speaks][value=th]").check()
        after_all_that_came(page, "null")
        saving[0].continue_()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()

    def spoken() -> set[str]:
        dara = hotline.store.operators.by_name("dara")
        assert dara is not None
        return set(dara.speaks)

    waits_until(lambda: spoken() == {"km", "th"})


def test_a_name_that_is_being_written_is_not_taken_away_by_a_count(
    open_context: OpenContext, hotline: Hotline, url: str, person: Person
) -> None:
    person.says("I want to talk to a person")
    supervisor = AtTheDesk.signs_in(hotline, url, "malee", "supervisor")
    supervisor.asks("/labels", {"name": "boats", "colour": "blue"})
    desk = DeskPage(open_context().new_page(), url).opens(supervisor)
    goes(desk.page, "p/labels")
    new = desk.page.locator(".page > form [name=name]")
    expect(new).to_be_visible()
    with held_back(desk.page, "**/api/labels") as answer:
        label = supervisor.client.get("/labels").json()[0]["id"]
        put = supervisor.asks(f"/conversations/{supervisor.sees()[0]['id']}/labels/{label}", {}, "PUT")
        assert put.is_success, put.text
        answer.is_answered()
        new.fill("factories")
        answer.now()
    after_all_that_came(desk.page, "null")
    expect(new).to_have_value("factories")
    supervisor.client.close()
