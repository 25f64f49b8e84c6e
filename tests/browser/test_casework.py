"""The open conversation with all that stands beside it, as two operators have it before them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.app import Hotline
from bot.content.library import Library
from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.taxonomy import Language
from bot.core.understanding import Understanding
from bot.nlu.engine import Engine
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, Chat, DeskPage, held_back, intercepts
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.browser.test_safe_hours import asleep
from tests.conftest import Store
from tests.hotline import AtTheDesk, Person, whole_hotline
from tests.translator import translation_server

pytestmark = pytest.mark.browser

LAO = Language("lo")
LAO_LETTERS = re.compile(r"[\u0e80-\u0eff]{3}")
IN_LAO = "ນາຍຈ້າງຢຶດໜັງສືຜ່ານແດນຂອງຂ້ອຍໄວ້ ຂ້ອຍຢາກລົມກັບຄົນ"
IN_THAILAND = "ຂ້ອຍຢູ່ປະເທດໄທ"
SECRET = "she is called Aye Aye"


@pytest.fixture
def maya(open_context: OpenContext, hotline: Hotline, url: str) -> Iterator[DeskPage]:
    """A second operator with the desk open."""
    operator = AtTheDesk.signs_in(hotline, url, "maya")
    yield DeskPage(open_context().new_page(), url).opens(operator)
    operator.client.close()


def holds(desk: DeskPage, url: str) -> Person:
    """Somebody who asked for a person, and whom *desk* has taken."""
    person = Person(url)
    person.says("my boss keeps my passport, I want to talk to a person")
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    return person


def writes_note(page: Page, text: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type(text)
    page.locator("#note-form button").click()
    expect(page.locator(".message.note", has_text=text)).to_be_visible()


def asks_maya(page: Page, why: str = "my shift ends", kind: str = "#transfer") -> None:
    page.locator(kind).click()
    expect(page.locator("#ask-to option")).to_contain_text(["maya"])
    page.locator("#ask-text").fill(why)
    page.locator("#ask-yes").click()
    expect(page.locator("#bell")).to_contain_text("maya")


# --- notes, handing over ---------------------------------------------------------------------------------------------


def test_a_note_stands_between_the_messages_in_the_order_of_time(desk: DeskPage, url: str) -> None:
    person = holds(desk, url)
    writes_note(desk.page, "sounds young")
    expect(desk.page.locator("#note-form")).to_be_hidden()
    person.says("are you there?")
    expect(desk.said_by_person).to_have_count(2)
    classes = desk.messages.evaluate_all("all => all.slice(-2).map((one) => one.className)")
    assert classes == ["message note", "message person"]
    expect(desk.page.locator(".message.note")).to_contain_text("Only for the team")


def test_a_conversation_is_handed_to_a_colleague_who_is_rung_and_accepts(
    desk: DeskPage, maya: DeskPage, url: str
) -> None:
    holds(desk, url)
    asks_maya(desk.page)
    bell = maya.page.locator("#bell")
    expect(bell).to_contain_text("dara asks you to take over")
    bell.locator("a").click()
    expect(maya.page.locator("#requests-here")).to_contain_text("my shift ends")
    bell.locator("button.primary").click()
    expect(maya.page.locator("#writing")).to_be_visible()
    expect(maya.page.locator(".message.operator").last).to_contain_text("Another person from our team")
    expect(bell).to_be_hidden()
    expect(desk.page.locator("#holder")).to_contain_text("maya holds this conversation.")
    expect(desk.page.locator("#writing")).to_be_hidden()
    expect(desk.page.locator("#bell")).to_be_hidden()


def test_a_colleague_who_says_no_leaves_it_in_the_queue_and_the_reason_is_shown(
    desk: DeskPage, maya: DeskPage, url: str
) -> None:
    holds(desk, url)
    asks_maya(desk.page)
    maya.page.locator("#bell button", has_text="Not now").click()
    expect(desk.page.locator("#take-over")).to_be_visible()
    expect(desk.page.locator("#requests-here")).to_contain_text("Not taken")
    expect(maya.list("queue")).to_have_count(1)


def test_a_second_pair_of_eyes_is_asked_and_the_answer_comes_back(desk: DeskPage, maya: DeskPage, url: str) -> None:
    holds(desk, url)
    asks_maya(desk.page, "is this an emergency?", "#look")
    maya.page.locator("#bell a").click()
    request = maya.page.locator("#requests-here")
    expect(request).to_contain_text("is this an emergency?")
    request.locator("textarea").fill("yes, call the police")
    request.locator("button.primary").click()
    expect(desk.page.locator(".message.note").last).to_contain_text("yes, call the police")
    expect(desk.page.locator("#bell")).to_be_hidden()
    expect(desk.page.locator("#writing")).to_be_visible()


def test_a_hand_over_is_read_by_whoever_takes_it_next(desk: DeskPage, maya: DeskPage, url: str) -> None:
    person = holds(desk, url)
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("b")
    desk.page.locator("[name=agreed]").fill("we write at ten")
    desk.page.locator("[name=open]").fill("ask the shelter")
    desk.page.locator("#hand-back-dialog button[value=yes]").click()
    expect(desk.page.locator("#take-over")).to_be_visible()
    person.says("I want to talk to a person")
    maya.looks_at(maya.list("queue").first)
    expect(maya.page.locator("#hand-over")).to_contain_text("we write at ten")
    expect(maya.page.locator("#hand-over")).to_contain_text("ask the shelter")


def test_closing_asks_what_came_of_it_and_a_closed_one_can_be_gone_on_with(desk: DeskPage, url: str) -> None:
    holds(desk, url)
    desk.page.locator("#close").click()
    desk.page.locator("#close-dialog button[value=yes]").click()
    expect(desk.page.locator("#close-dialog")).to_be_visible()  # nothing was chosen
    desk.page.locator("#close-dialog button[value=no]").click()
    desk.closes("referred")
    expect(desk.page.locator("#holder")).to_contain_text("Passed on to somebody who can help")
    desk.page.locator("#history summary").click()
    expect(desk.page.locator("#history-list li")).to_have_count(4)
    expect(desk.page.locator("#history-list")).to_contain_text(
        re.compile(r"dara, (\d\sminutes? )?\d+\sseconds? · Passed on to somebody who can help")
    )
    desk.page.locator("#reopen").click()
    expect(desk.page.locator("#text")).to_be_focused()


def test_who_closes_sees_and_decides_whether_the_person_hears_of_it(chat: Chat, desk: DeskPage, store: Store) -> None:
    chat.says("my boss keeps my passport, I want to talk to a person")
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    tick = desk.page.get_by_label("Tell the person that this chat is closed")
    closed = desk.page.locator(".message", has_text="This chat is closed for now.")
    desk.page.locator("#close").click()
    expect(tick).to_be_checked()  # who wrote a moment ago may still be looking
    desk.page.locator("#close-dialog button[value=no]").click()
    desk.closes()
    expect(closed).to_have_count(1)
    expect(chat.page.get_by_text("This chat is closed for now. You can write again at any time.")).to_be_visible()
    desk.page.locator("#reopen").click()
    desk.page.locator("#close").click()
    tick.uncheck()
    desk.page.locator("#close-dialog [value=informed]").check()
    with desk.page.expect_response("**/close") as answer:
        desk.page.locator("#close-dialog button[value=yes]").click()
    assert (
        len([one for one in answer.value.json()["messages"] if one["author"] == "operator"]) == 3
    )  # joined, closed, joined
    expect(desk.page.locator("#reopen")).to_be_visible()
    asleep(store)
    desk.looks_at(desk.list("queue").first)
    desk.takes_over()
    desk.page.locator("#close").click()
    expect(desk.page.locator("#close-dialog")).to_be_visible()
    expect(tick).to_be_hidden()  # outside of their safe hours nothing would be said


# --- what must never happen ------------------------------------------------------------------------------------------


def test_nothing_about_a_person_is_left_on_the_page_when_they_erase(chat: Chat, desk: DeskPage, maya: DeskPage) -> None:
    chat.says("he locked the door and keeps my passport, I want to talk to a person")
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    writes_note(desk.page, SECRET)
    asks_maya(desk.page, SECRET)
    maya.page.locator("#bell a").click()
    expect(maya.page.locator("#requests-here")).to_contain_text(SECRET)
    desk.page.keyboard.press("m")
    desk.page.locator("#note-text").fill(SECRET)
    desk.page.locator("#hand-back").click()
    desk.page.locator("[name=agreed]").fill(SECRET)
    chat.taps_in_menu("#erase")
    chat.page.locator("#erase-dialog button[value=yes]").click()
    for page in (desk.page, maya.page):
        expect(page.locator("#choose")).to_contain_text("deleted")
        expect(page.locator("#bell")).to_be_hidden()
        assert SECRET not in page.content()
        assert "passport" not in page.locator("#open").inner_html()
        assert SECRET not in page.locator("textarea").evaluate_all("all => all.map((one) => one.value)")
    expect(desk.page.locator("dialog:modal")).to_have_count(0)


class WaitingEngine:
    """The real engine, which has decided what to say and is held until somebody lets it go on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.decided, self.may_go_on = threading.Event(), threading.Event()

    async def understand(self, text: str) -> Understanding:
        return await self._engine.understand(text)

    async def respond(self, turn: DialogueTurn) -> DialogueResult:
        result = await self._engine.respond(turn)
        self.decided.set()
        await asyncio.get_running_loop().run_in_executor(None, self.may_go_on.wait)
        return result


def test_the_bot_never_speaks_after_an_operator_took_over_in_the_middle_of_its_reply(
    open_context: OpenContext, tmp_path: Path, engine: Engine, library: Library
) -> None:
    waiting = WaitingEngine(engine)
    with (
        whole_hotline(tmp_path / "held", waiting, library) as (hotline, url),  # type: ignore[arg-type]
        contextlib.ExitStack() as at_the_end,
    ):
        at_the_end.callback(waiting.may_go_on.set)  # also of a test that fails: the server waits for it
        operator = AtTheDesk.signs_in(hotline, url)
        chat = Chat(open_context().new_page(), url).opens()
        desk = DeskPage(open_context().new_page(), url).opens(operator)
        chat.writes("my boss keeps my passport")
        assert waiting.decided.wait(90)
        desk.looks_at(desk.list("all_open").first)
        desk.takes_over()
        waiting.may_go_on.set()
        desk.writes("I am here, a person")
        expect(chat.operator.last).to_contain_text("I am here, a person")
        expect(desk.said_by_person.first.locator(".signs")).to_contain_text("Papers kept")  # the turn was taken
        expect(chat.bot).to_have_count(0)
        expect(desk.said_by_bot).to_have_count(0)
        chat.page.close()
        desk.page.close()
        operator.client.close()


# --- what to say next, whom to call ----------------------------------------------------------------------------------


def test_a_lao_conversation_is_led_by_suggestions_and_numbers_without_typing_a_word(
    open_context: OpenContext, url: str, desk: DeskPage, library: Library
) -> None:
    chat = Chat(open_context(viewport=PHONE, locale="lo").new_page(), url).opens()
    chat.says(IN_LAO)
    chat.says(IN_THAILAND)
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    suggested = desk.page.locator("#suggested-list .card")
    for sentence, key in (("I am a person from the team", "card.hello"), ("I do not speak your", "card.no_language")):
        expect(suggested.first).to_contain_text(sentence)
        suggested.first.locator("button").click()
        expect(chat.operator.last).to_contain_text(library.text(key, LAO))
    expect(suggested.first.locator("button")).to_be_focused()
    reason = suggested.filter(has_text="Because of: Papers kept").first
    reason.locator("button").click()
    expect(desk.page.locator("#asked")).to_be_visible()
    chat.choices.get_by_text(library.text("menu.skip", LAO), exact=True).click()

    desk.page.locator("#headline").focus()
    desk.page.keyboard.press("d")
    expect(desk.page.locator("#lookup-near input:checked")).to_have_count(1)  # Thailand, as the person said
    desk.page.locator("#lookup-need").select_option("labour")
    first = desk.page.locator("#lookup-lines .entry").first
    expect(first.locator(".number")).to_have_text("1506")
    expect(first.locator(".source")).to_contain_text("Of 20")
    first.locator("button").click()
    expect(desk.page.locator("#lookup")).to_be_hidden()
    expect(chat.operator.last).to_contain_text("1506")
    for text in chat.operator.locator("p[lang=lo]").all_inner_texts():
        assert LAO_LETTERS.search(text)
    assert desk.page.locator(".message.operator:not(:has(.gloss))").count() == 0


def test_what_no_person_is_told_is_marked_for_operators_and_cannot_be_sent(desk: DeskPage, url: str) -> None:
    holds(desk, url)
    desk.page.locator("#lookup-open").click()
    expect(desk.page.locator("#lookup-more")).to_have_attribute("open", "")  # no country is known yet
    thailand = desk.page.locator("#lookup-others input[value=TH]")
    thailand.check()
    desk.page.locator("#lookup-need").select_option("labour")
    mark = desk.page.locator(".operators-only")
    expect(mark.first).to_contain_text("For operators only")
    expect(thailand).to_be_checked()  # what was ticked stays where it stood
    assert desk.page.locator(".entry:has(.operators-only) button").count() == 0
    assert desk.page.locator(".entry:not(:has(.source))").count() == 0


def test_what_was_found_for_another_choice_is_not_sent_and_a_lookup_that_failed_is_asked_again(
    desk: DeskPage, url: str
) -> None:
    person = Person(url)
    person.says("I am in Thailand")
    person.says("my boss keeps my passport, I want to talk to a person")
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    page, numbers = desk.page, desk.page.locator("#lookup-lines .entry")
    intercepts(page, "**/directory?**", lambda route: route.abort(), times=1)
    page.locator("#lookup-open").click()
    again = page.locator("#lookup").get_by_role("button", name="Try again")
    again.click()
    expect(page.locator("#lookup-near input:checked")).to_have_count(1)
    expect(again).to_be_hidden()
    expect(page.locator("#lookup-need")).to_be_focused()
    page.locator("#lookup-need").select_option("labour")
    expect(numbers.first.get_by_role("button")).to_be_visible()
    with held_back(page, "**/directory?**") as comes:
        page.locator("#lookup-need").select_option("danger")
        comes.is_answered()
        expect(page.locator("#lookup-found[inert]")).to_be_visible()  # out of reach of hand and keyboard
        comes.now()
    expect(page.locator("#lookup-found:not([inert]) .entry button").first).to_be_visible()
    intercepts(page, "**/directory?**", lambda route: route.abort(), times=1)
    page.locator("#lookup-near input").first.uncheck()
    expect(again).to_be_visible()
    expect(numbers).to_have_count(0)


def test_each_sign_says_why_it_matters_and_by_which_words_and_the_risk_by_which_message(
    desk: DeskPage, url: str
) -> None:
    person = Person(url)
    person.says("my boss keeps my passport")
    person.says("he locked the door and says he will kill me tonight")
    desk.looks_at(desk.list("all_open").first)
    sign = desk.page.locator("#signs li", has_text="Papers kept")
    expect(sign).to_contain_text("Without a passport a person can hardly leave")
    expect(sign.locator("q")).to_contain_text("passport")
    desk.page.locator("#rises summary").click()
    steps = desk.page.locator("#rises-list li")
    expect(steps).to_have_count(2)
    expect(steps.nth(0)).to_contain_text("Concern")
    expect(steps.nth(1)).to_contain_text("Emergency")
    assert desk.page.locator("#rises-chart svg[aria-hidden=true]").count() == 1


def test_a_machine_translation_stands_below_the_words_and_their_signs_and_says_what_it_is(
    open_context: OpenContext, tmp_path: Path, engine: Engine, library: Library
) -> None:
    with translation_server() as server:
        more = {"HOTLINE_TRANSLATOR_URL": server.url}
        with whole_hotline(tmp_path / "translated", engine, library, more=more) as (hotline, url):
            Person(url).says(IN_LAO)
            operator = AtTheDesk.signs_in(hotline, url)
            desk = DeskPage(open_context().new_page(), url).opens(operator)
            desk.looks_at(desk.list("all_open").first)
            message = desk.said_by_person.first
            message.locator(".translate").click()
            expect(message.locator(".translated")).to_contain_text("Machine translation, may be wrong")
            order = message.locator("> *").evaluate_all("all => all.map((one) => one.className)")
            assert order.index("text") < order.index("signs") < order.index("gloss translated")
            assert len(server.asked) == 1
            server.status = 500
            desk.page.reload()
            message.locator(".translate").click()
            expect(message).to_contain_text("could not translate")
            desk.page.close()
            operator.client.close()


# --- for everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_in_casework(
    open_context: OpenContext, hotline: Hotline, url: str, operator: AtTheDesk, maya: DeskPage,
    screen: dict[str, int], scheme: Scheme,
) -> None:  # fmt: skip
    person = Person(url)
    person.says(IN_LAO)
    person.says(IN_THAILAND)
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    operator.does("notes", conversation_id, text="sounds young")
    [colleague] = operator.client.get("/colleagues").json()["colleagues"]
    operator.does("look", conversation_id, to=colleague["id"], text="is she a child?")
    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(operator)
    desk.looks_at(desk.list("all_open").first)
    page = desk.page
    expect(page.locator("#bell")).to_be_visible()
    for summary in ("#rises", "#history", "#suggested", "#more-acts"):
        if page.locator(f"{summary}:not([open]) > summary").is_visible():
            page.locator(f"{summary} > summary").click()
    page.locator("#note-open").click()
    assert serious(page) == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    page.locator("#lookup-open").click()
    page.locator("#lookup-need").select_option("labour")
    expect(page.locator(".entry").first).to_be_visible()
    assert serious(page, "#lookup") == []
    assert page.evaluate(wide) <= 0
    page.locator("#lookup-close").click()
    for button in ("transfer", "close", "hand-back"):
        page.locator(f"#{button}").click()
        dialog = "#ask-dialog" if button == "transfer" else f"#{button}-dialog"
        expect(page.locator(dialog)).to_be_visible()
        assert serious(page, dialog) == []
        page.locator(f"{dialog} button[value=no]").click()
