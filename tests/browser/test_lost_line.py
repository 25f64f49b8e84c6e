"""A line that breaks loses nothing and doubles nothing, on either side."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import Chat, DeskPage, intercepts
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser


def test_what_is_written_without_a_line_is_sent_once_when_it_is_back(chat: Chat, operator: AtTheDesk) -> None:
    chat.says("hello")
    chat.page.context.set_offline(True)
    expect(chat.line).to_contain_text("No connection")
    chat.writes("my salary was not paid")
    chat.writes("for three months")
    expect(chat.mine.nth(1).locator(".state")).to_contain_text("Not sent")
    before = chat.bot.count()
    chat.page.context.set_offline(False)
    expect(chat.bot.nth(before + 1)).to_be_visible()
    expect(chat.line).to_be_hidden()
    expect(chat.mine.locator(".state")).to_have_text(["Sent"] * 3)
    assert _said(operator) == ["hello", "my salary was not paid", "for three months"]
    shown = chat.texts()
    chat.page.reload()
    expect(chat.page.locator(".message p")).to_have_count(len(shown))


def test_a_message_whose_receipt_got_lost_is_not_doubled(chat: Chat, operator: AtTheDesk) -> None:
    lost = 0

    def lose_the_receipt(route: Route) -> None:
        nonlocal lost
        if route.request.method != "POST" or lost == 2:
            route.continue_()
            return
        lost += 1
        route.fetch()  # it arrives
        route.abort()  # but the page never hears of it

    intercepts(chat.page, "**/chat/messages*", lose_the_receipt)
    chat.says("hello")
    chat.says("my salary was not paid")
    expect(chat.mine).to_have_count(2)
    expect(chat.mine.last.locator(".state")).to_have_text("Sent")
    assert _said(operator) == ["hello", "my salary was not paid"]


def test_answers_that_came_while_the_line_was_down_are_shown_once(chat: Chat, operator: AtTheDesk) -> None:
    chat.says("hello")
    (line,) = operator.sees()
    operator.does("take-over", line["id"])
    expect(chat.operator).to_have_count(1)
    chat.page.context.set_offline(True)
    expect(chat.line).to_contain_text("No connection")
    operator.does("messages", line["id"], text="Are you safe?")
    operator.does("messages", line["id"], text="We are here.")
    chat.page.context.set_offline(False)
    expect(chat.operator).to_have_count(3)
    assert chat.texts()[-2:] == ["Are you safe?", "We are here."]


def test_a_server_that_refuses_for_a_while_is_asked_again(chat: Chat, operator: AtTheDesk) -> None:
    refused = 0

    def refuse_once(route: Route) -> None:
        nonlocal refused
        if route.request.method == "POST" and refused == 0:
            refused += 1
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
        else:
            route.continue_()

    intercepts(chat.page, "**/chat/messages*", refuse_once)
    chat.says("hello")
    assert _said(operator) == ["hello"]


def test_the_desk_catches_up_to_exactly_what_a_fresh_page_shows(
    open_context: OpenContext, url: str, desk: DeskPage, operator: AtTheDesk
) -> None:
    persons = [Person(url) for _ in range(3)]
    persons[0].says("my boss keeps my passport and I want to talk to a person")
    desk.looks_at(desk.lines.first)
    desk.page.context.set_offline(True)
    expect(desk.page.locator("#live.lost")).to_be_visible()
    persons[1].says("he locked the door and says he will kill me")
    persons[0].says("my salary was not paid for three months")
    persons[2].says("can I talk to a person?")
    last = operator.sees()[-1]["id"]
    operator.does("take-over", last)
    operator.does("messages", last, text="Hello, I am here.")
    desk.page.context.set_offline(False)
    expect(desk.live).to_be_visible()
    expect(desk.said_by_person).to_have_count(2)

    fresh = DeskPage(open_context().new_page(), url).opens(operator)
    fresh.page.goto(f"{url}/desk#c/{_opened(desk)}")
    expect(fresh.said_by_person).to_have_count(2)
    desk.comes_to_show_as(fresh)


def test_an_operators_message_whose_receipt_got_lost_is_not_doubled(
    desk: DeskPage, person: Person, operator: AtTheDesk
) -> None:
    person.says("I want to talk to a person")
    desk.looks_at(desk.lines.first)
    desk.takes_over()

    def lose_the_receipt(route: Route) -> None:
        route.fetch()
        route.abort()

    intercepts(desk.page, "**/messages", lose_the_receipt, times=1)
    desk.page.locator("#text").fill("Are you safe?")
    desk.page.keyboard.press("Enter")
    expect(desk.messages.filter(has_text="Are you safe?")).to_have_count(1)
    expect(desk.page.locator("#text")).to_have_value("")
    (line,) = operator.sees()
    texts = ["".join(piece["text"] for piece in one["pieces"]) for one in operator.opens(line["id"])["messages"]]
    assert texts.count("Are you safe?") == 1


def _opened(desk: DeskPage) -> str:
    return desk.page.url.split("#c/")[1]


def _said(operator: AtTheDesk) -> list[str]:
    """What the only person said, as the desk has it."""
    (line,) = operator.sees()
    messages = operator.opens(line["id"])["messages"]
    return ["".join(piece["text"] for piece in one["pieces"]) for one in messages if one["author"] == "person"]
