"""Answers that come late, in another order, or never: the page shows what is true now, and acts where one looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.app import Hotline
from bot.core.ids import ConversationId
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, DeskPage, held_back, intercepts
from tests.browser.test_safe_hours import asleep
from tests.conftest import Store
from tests.hotline import AtTheDesk
from tests.store.in_line import stands_in_line, writes

pytestmark = pytest.mark.browser

CONVERSATION = "**/desk/api/conversations/*"


@pytest.fixture
def court(hotline: Hotline) -> None:
    """A label, and another; before the desk is opened, so that they are offered."""
    for name in ("court", "shelter"):
        hotline.store.labels.add(name, "violet")


def two(desk: DeskPage, store: Store) -> tuple[ConversationId, ConversationId]:
    """Two persons who wait; who came first is the first in the list."""
    ana, ben = stands_in_line(store, "ana"), stands_in_line(store, "ben")
    expect(desk.lines).to_have_count(2)
    return ana, ben


def goes_to(page: Page, conversation: ConversationId) -> None:
    """As by a link in a notification, which is there whatever covers the page."""
    page.evaluate("id => { location.hash = `#c/${id}`; }", conversation)
    expect(page.locator("#open")).to_be_visible()
    expect(page.locator("#facts")).to_contain_text(conversation[:8])


def opens(page: Page, conversation: ConversationId) -> None:
    page.locator(f"#list a[href='#c/{conversation}']").click()


def settles(page: Page) -> None:
    """What came is shown, had it to be shown."""
    page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))")


def test_what_is_shown_never_goes_back_to_an_older_answer(desk: DeskPage, store: Store) -> None:
    ana = stands_in_line(store, "ana")
    desk.looks_at(desk.lines.first)
    page, writing = desk.page, desk.page.locator("#writing")
    with held_back(page, CONVERSATION) as later, held_back(page, CONVERSATION) as earlier:  # the last one holds first
        writes(store, "ana", "are you there?")
        earlier.is_answered()
        desk.takes_over()
        earlier.now()
        later.is_answered()
        assert writing.is_visible(), "an answer from before the act was shown after it"
        later.now()
    expect(desk.said_by_person).to_have_count(2)
    desk.hands_back()
    with held_back(page, "**/take-over") as act:
        page.locator("#take-over").click()
        act.is_answered()
        expect(writing).to_be_visible()  # by an event
        writes(store, "ana", "please hurry")
        expect(desk.said_by_person).to_have_count(3)
        act.now()
    settles(page)
    assert desk.said_by_person.count() == 3, "the answer to the act did not know of the last message"
    expect(page.locator("#text")).to_be_focused()
    assert page.evaluate("location.hash") == f"#c/{ana}"


def test_what_was_opened_last_is_what_stands_there(desk: DeskPage, store: Store) -> None:
    ana, ben = two(desk, store)
    page = desk.page
    marked = page.locator("#list a[aria-current]")
    opens(page, ben)
    expect(page.locator("#open")).to_be_visible()
    with held_back(page, f"{CONVERSATION[:-1]}{ana}") as comes:
        opens(page, ana)
        comes.is_answered()
        expect(
            page.locator("#open")
        ).to_be_hidden()  # what stands there is of another, and would be pressed for this one
        goes_to(page, ben)
        comes.now()
    settles(page)
    expect(page.locator("#facts")).to_contain_text(ben[:8])
    expect(marked).to_have_attribute("href", f"#c/{ben}")
    with held_back(page, "**/acknowledge") as comes:
        page.locator("#acknowledge").click()
        comes.is_answered()
        goes_to(page, ana)
        expect(page.locator("#acknowledge")).to_be_visible()
        comes.now()
    settles(page)
    assert page.locator("#acknowledge").is_visible(), "it was said for the other one"
    with held_back(page, "**/desk/api/me/account") as comes:
        page.locator("#pages a", has_text="My account").click()
        comes.is_answered()
        page.keyboard.press("d")
        assert not page.evaluate("document.getElementById('lookup').open"), "a key acted on what is not seen"
        goes_to(page, ben)
        comes.now()
    settles(page)
    assert page.locator("#open").is_visible(), "the page that was left closed it"
    assert page.locator("#page").is_hidden()


def test_a_window_about_one_conversation_does_not_stand_over_another(desk: DeskPage, store: Store) -> None:
    ana, ben = two(desk, store)
    page = desk.page
    opens(page, ana)
    desk.takes_over()
    page.keyboard.press("Escape")
    with held_back(page, "**/outcomes") as comes:
        page.keyboard.press("c")
        comes.is_answered()
        goes_to(page, ben)
        comes.now()
    settles(page)
    assert page.locator("dialog:modal").count() == 0
    goes_to(page, ana)
    with held_back(page, "**/colleagues") as comes:
        page.keyboard.press("p")
        comes.is_answered()
        page.keyboard.press("y")
        expect(page.locator("#ask-title")).to_have_text("Ask a colleague to look")
        comes.now()
    settles(page)
    expect(page.locator("#ask-title")).to_have_text("Ask a colleague to look")
    goes_to(page, ben)
    expect(page.locator("dialog:modal")).to_have_count(0)
    for button, window in (("#reveal-open", "#reveal-dialog"), ("#link-open", "#link-dialog")):
        page.evaluate("button => { document.querySelector(button).click(); }", button)
        expect(page.locator(window)).to_be_visible()
        goes_to(page, ana if page.evaluate("location.hash").endswith(ben) else ben)
        expect(page.locator(window)).to_be_hidden()
    page.locator("#link-open").click()
    field = page.locator("#link-number")
    with held_back(page, "**/conversations-by-number/*") as comes:
        field.fill(ana[:8] if page.evaluate("location.hash").endswith(ben) else ben[:8])
        page.keyboard.press("Enter")
        comes.is_answered()
        field.fill("00000000")
        comes.now()
    settles(page)
    expect(page.locator("#link-do")).to_be_hidden()  # it would link another number than the one that stands there


def test_whether_to_write_in_spite_of_the_hours_is_not_asked_over_another_conversation(
    desk: DeskPage, store: Store
) -> None:
    ana, ben = asleep(store), stands_in_line(store, "ben")
    expect(desk.lines).to_have_count(2)
    page = desk.page
    opens(page, ana)
    desk.takes_over()
    with held_back(page, "**/messages") as comes:
        page.keyboard.type("Are you there?")
        page.keyboard.press("Enter")
        comes.is_answered()
        goes_to(page, ben)
        comes.now()
    settles(page)
    assert page.locator("#safe-dialog").is_hidden()
    goes_to(page, ana)
    expect(page.locator("#text")).to_have_value("Are you there?")


def test_one_writes_on_in_another_conversation_and_what_went_out_does_not_wait_in_the_field(
    desk: DeskPage, store: Store, operator: AtTheDesk
) -> None:
    ana, ben = two(desk, store)
    operator.does("take-over", ben)
    page, text = desk.page, desk.page.locator("#text")
    opens(page, ana)
    desk.takes_over()
    address = f"{CONVERSATION[:-1]}{ana}"
    with (
        held_back(page, address) as look,
        held_back(page, "**/messages") as message,
        held_back(page, "**/notes") as note,
    ):
        page.keyboard.type("We are here.")
        page.keyboard.press("Enter")
        page.locator("#note-open").click()
        page.locator("#note-text").fill("sounds young")
        page.locator("#note-form button").click()
        message.is_answered()
        note.is_answered()
        look.is_answered()  # asked for by an event: it would take what was sent out of the field
        goes_to(page, ben)
        text.click()
        page.keyboard.type("And you")
        note.now()
        message.now()
        look.now()
    page.keyboard.type("?")
    expect(text).to_have_value("And you?")
    page.keyboard.press("Enter")
    expect(page.locator(".message.operator", has_text="And you?")).to_be_visible()
    goes_to(page, ana)
    expect(page.locator(".message.operator", has_text="We are here.")).to_be_visible()
    expect(text).to_have_value("")
    expect(page.locator("#note-form")).to_be_hidden()


def test_the_focus_is_not_taken_from_who_types(court: None, desk: DeskPage, store: Store) -> None:
    ana, ben = two(desk, store)
    page, text, words = desk.page, desk.page.locator("#text"), desk.page.locator("#search-words")
    opens(page, ana)
    expect(page.locator("#take-over")).to_be_visible()
    with held_back(page, "**/take-over") as comes:
        page.keyboard.press("t")
        comes.is_answered()
        page.keyboard.press("/")
        page.keyboard.type("pass")
        comes.now()
    expect(text).to_be_visible()
    settles(page)
    page.keyboard.type("port")
    expect(words).to_have_value("passport")
    with held_back(page, "**/labels/*") as comes:
        page.locator("#label-put").select_option(label="court")
        comes.is_answered()
        text.click()
        page.keyboard.type("We are ")
        comes.now()
    expect(page.locator("#labels-list li")).to_have_count(1)
    settles(page)
    page.keyboard.type("here")
    expect(text).to_have_value("We are here")
    with held_back(page, "**/take-next") as comes:
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        comes.is_answered()
        text.click()
        page.keyboard.type(". Tell")
        comes.now()
    settles(page)
    page.keyboard.type(" us.")  # not to somebody else
    expect(text).to_have_value("We are here. Tell us.")
    page.keyboard.press("Escape")
    expect(page.locator("#facts")).to_contain_text(ben[:8])
    expect(text).to_be_focused()
    expect(text).to_have_value("")


def test_on_a_phone_what_comes_late_does_not_take_the_focus_from_the_field(
    open_context: OpenContext, url: str, operator: AtTheDesk, store: Store
) -> None:
    stands_in_line(store, "ana")
    desk = DeskPage(open_context(viewport=PHONE).new_page(), url).opens(operator)
    with held_back(desk.page, f"{CONVERSATION}/labels") as comes:
        desk.looks_at(desk.lines.first)
        comes.is_answered()
        expect(desk.page.locator("#headline")).to_be_focused()
        desk.takes_over()
        comes.now()
    settles(desk.page)
    expect(desk.page.locator("#text")).to_be_focused()


def test_a_half_written_answer_to_a_colleague_stays_while_the_person_writes(
    hotline: Hotline, url: str, desk: DeskPage, store: Store
) -> None:
    ana = stands_in_line(store, "ana")
    desk.looks_at(desk.lines.first)
    dara = hotline.store.operators.by_name("dara")
    assert dara is not None
    maya = AtTheDesk.signs_in(hotline, url, "maya")
    assert maya.does("look", ana, to=dara.id, text="an emergency?").status_code == 201
    maya.client.close()
    field = desk.page.locator("#requests-here textarea")
    field.click()
    desk.page.keyboard.type("yes, ")
    writes(store, "ana", "are you there?")
    expect(desk.said_by_person).to_have_count(2)
    desk.page.keyboard.type("call the police")
    expect(field).to_have_value("yes, call the police")


def test_lists_by_key_do_not_wait_for_the_line_and_never_show_what_was_asked_of_another(
    desk: DeskPage, store: Store, operator: AtTheDesk
) -> None:
    ana, _ = two(desk, store)
    operator.does("take-over", ana)
    expect(desk.page.locator("[data-tab=mine]")).to_contain_text("(1)")
    page = desk.page
    with held_back(page, "**/desk/api/desk") as comes:
        page.keyboard.press("2")
        page.keyboard.press("j")
        expect(desk.lines.first.locator("a")).to_be_focused()
        comes.is_answered()
        comes.now()
    desk.list("all_open")
    expect(desk.lines).to_have_count(2)
    page.locator("#filters-open").click()
    with held_back(page, "**/desk/api/lists?*") as comes:
        desk.ticks("risk", "Emergency")
        comes.is_answered()
        with held_back(page, "**/desk/api/desk") as later:
            desk.ticks("risk", "No sign of risk")
            comes.now()
            settles(page)
            assert desk.lines.count() == 2, "the answer to another filter was shown"
            later.is_answered()
            later.now()


def test_words_come_in_the_language_that_was_chosen_last(desk: DeskPage) -> None:
    page = desk.page
    page.locator("#my-name").click()
    with held_back(page, "**/words?language=my") as comes:
        page.locator("#my-language").select_option("my")
        comes.is_answered()
        page.locator("#my-language").select_option("th")
        expect(page.locator("html")).to_have_attribute("lang", "th")
        comes.now()
    settles(page)
    expect(page.locator("html")).to_have_attribute("lang", "th")
    intercepts(page, "**/me/language", lambda route: route.abort(), times=1)
    page.locator("#my-language").select_option("my")
    expect(desk.notice).to_be_visible()
    expect(page.locator("#my-language")).to_have_value("th")


# --- a line that breaks ----------------------------------------------------------------------------------------------


def test_a_desk_whose_line_breaks_while_it_fills_is_filled_when_it_is_back(desk: DeskPage, store: Store) -> None:
    two(desk, store)
    page = desk.page
    intercepts(page, "**/desk/api/desk", lambda route: route.abort(), times=1)
    page.reload()
    expect(desk.lines).to_have_count(2)
    expect(desk.live).to_be_visible()
    intercepts(page, CONVERSATION, lambda route: route.abort(), times=2)
    desk.looks_at(desk.lines.first)
    expect(desk.notice).to_be_hidden()


def test_an_answer_that_never_comes_does_not_hold_up_what_comes_after(desk: DeskPage, store: Store) -> None:
    stands_in_line(store, "ana")
    desk.looks_at(desk.lines.first)
    desk.page.evaluate(  # a minute is a second
        "const wait = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (time) => wait(time / 60);"
    )
    intercepts(desk.page, CONVERSATION, lambda route: None, times=1)
    writes(store, "ana", "please hurry")
    expect(desk.said_by_person).to_have_count(2)


# --- under the lock --------------------------------------------------------------------------------------------------


def test_a_page_that_is_locked_while_it_fills_stays_empty_though_the_server_does_not_know(
    desk: DeskPage, store: Store
) -> None:
    two(desk, store)
    page = desk.page
    intercepts(page, "**/me/lock", lambda route: route.abort())
    with held_back(page, "**/desk/api/labels") as comes:
        page.reload()
        comes.is_answered()
        page.keyboard.press("l")
        expect(page.locator("#lock")).to_be_visible()
        with page.expect_response("**/views"):
            comes.now()
    for _ in range(3):  # the page would have asked for it as well
        assert page.evaluate("fetch('/desk/api/desk').then((answer) => answer.status)") == 200
    assert "#c/" not in page.content()


def test_labels_of_whom_one_looked_at_are_not_put_under_the_lock(court: None, desk: DeskPage, store: Store) -> None:
    ana = stands_in_line(store, "ana")
    page = desk.page
    desk.looks_at(desk.lines.first)
    page.locator("#label-put").select_option(label="court")
    expect(page.locator("#labels-list li")).to_have_count(1)
    page.evaluate("location.hash = ''")
    expect(page.locator("#open")).to_be_hidden()
    with held_back(page, f"**/conversations/{ana}/labels") as comes:
        opens(page, ana)
        comes.is_answered()
        page.keyboard.press("l")
        expect(page.locator("#lock")).to_be_visible()
        comes.now()
    settles(page)
    expect(page.locator("#labels-list li")).to_have_count(0)
