"""Ready sentences at the desk: help in a language that the operator cannot read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from bot.app import Hotline, now
from bot.content.library import Library
from bot.core.conversation import Told
from bot.core.ids import ConversationId
from bot.core.taxonomy import Language
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, WIDE, Chat, DeskPage
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

LAO = Language("lo")
LAO_LETTERS = re.compile(r"[\u0e80-\u0eff]{3}")
IN_LAO = "ນາຍຈ້າງຢຶດໜັງສືຜ່ານແດນຂອງຂ້ອຍໄວ້ ຂ້ອຍຢາກລົມກັບຄົນ"


class Cards:
    """The panel of ready sentences, by keyboard."""

    def __init__(self, desk: DeskPage) -> None:
        self.desk, self.page = desk, desk.page
        self.panel = self.page.locator("#cards")
        self.find = self.page.locator("#cards-find")
        self.shown = self.page.locator("#cards-list .card:not([hidden])")
        self.buttons = self.shown.locator("button")

    def opens(self) -> None:
        if self.page.locator("#text").evaluate("field => field === document.activeElement"):
            self.page.keyboard.press("Escape")
        self.page.keyboard.press("r")
        expect(self.find).to_be_focused()
        expect(self.shown.first).to_be_visible()

    def sends(self, words: str, sentence: str) -> None:
        """Search for *words* and send what is found first, which must be *sentence*."""
        if not self.panel.is_visible():
            self.opens()
        before = self.desk.page.locator(".message.operator").count()
        self.page.keyboard.type(words)
        self.page.keyboard.press("ArrowDown")
        expect(self.buttons.first).to_be_focused()
        expect(self.shown.first).to_contain_text(sentence)
        self.page.keyboard.press("Enter")
        expect(self.desk.page.locator(".message.operator")).to_have_count(before + 1)
        expect(self.desk.page.locator(".message.operator .gloss").last).to_contain_text(sentence)
        expect(self.find).to_be_focused()


def holding(open_context: OpenContext, url: str, operator: AtTheDesk, **screen: object) -> tuple[DeskPage, str]:
    """A desk at which *operator* holds a conversation in Lao."""
    Person(url).says(IN_LAO)
    desk = DeskPage(open_context(**screen).new_page(), url).opens(operator)
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    conversation_id: str = operator.sees()[0]["id"]
    return desk, conversation_id


def test_a_lao_conversation_is_handled_only_with_cards_by_an_operator_who_reads_english(
    open_context: OpenContext, url: str, desk: DeskPage, library: Library
) -> None:
    chat = Chat(open_context(viewport=PHONE, locale="lo").new_page(), url).opens()
    chat.says(IN_LAO)
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    expect(desk.page.locator(".message.operator")).to_have_count(1)  # that a human is here now
    cards = Cards(desk)

    cards.sends("person from the team", "Hello. I am a person from the team.")
    cards.sends("ready", "I do not speak your language")
    expect(chat.operator.last).to_contain_text(library.text("card.no_language", LAO))

    cards.sends("safe moment", "Are you safe at this moment?")
    expect(chat.operator.last).to_contain_text(library.text("card.safe_now", LAO))
    chat.choices.get_by_text(library.text("menu.no", LAO), exact=True).click()
    expect(desk.page.locator("#answers-list")).to_have_text("Are you safe at this moment?No")
    expect(desk.said_by_person.last.locator(".gloss")).to_contain_text("Are you safe at this moment?")
    expect(desk.said_by_person.last.locator(".gloss")).to_contain_text("No")

    cards.sends("guards", "Is the door locked, or are there guards?")
    chat.choices.get_by_text(library.text("menu.yes", LAO), exact=True).click()
    expect(desk.page.locator("#signs")).to_contain_text("Locked in or guarded")
    expect(desk.page.locator("#asked")).to_be_hidden()

    cards.sends("kind of place", "What kind of place are you in?")
    expect(desk.page.locator("#asked")).to_contain_text("What kind of place are you in?")
    chat.choices.get_by_text(library.text("choice.place_kind.factory", LAO), exact=True).click()
    expect(desk.page.locator("#answers-list")).to_contain_text("A factory")

    cards.sends("tell the police", "May I tell the police about your situation?")
    chat.choices.get_by_text(library.text("menu.yes", LAO), exact=True).click()
    expect(desk.page.locator("#consent")).to_contain_text("May I tell the police about your situation?")
    expect(desk.page.locator("#consent .agreed.yes")).to_contain_text("Yes")

    cards.sends("asking for help", "I am asking for help for you now.")
    said = chat.operator.locator("p[lang=lo]")
    expect(said).to_have_count(desk.page.locator(".message.operator").count())
    for text in said.all_inner_texts():
        assert LAO_LETTERS.search(text)
    # the operator typed nothing to the person: every word of theirs is one that they can read
    assert desk.page.locator(".message.operator:not(:has(.gloss))").count() == 0


def test_cards_are_found_in_both_languages_and_what_is_not_found_is_told(
    open_context: OpenContext, url: str, operator: AtTheDesk, library: Library
) -> None:
    desk, _ = holding(open_context, url, operator)
    cards = Cards(desk)
    cards.opens()
    assert cards.shown.count() >= 80
    expect(desk.page.locator("#cards-list h3").first).to_have_text("First words")
    cards.find.fill("DOCTOR")
    expect(cards.shown.filter(has_text="Do you need a doctor?")).to_be_visible()
    assert cards.shown.count() < 15
    cards.find.fill(library.text("card.pregnant", LAO)[:8])
    expect(cards.shown.filter(has_text="Are you pregnant?")).to_be_visible()
    cards.find.fill("zanzibar")
    expect(desk.page.locator("#cards-none")).to_have_text("No sentence fits. Try another word.")
    expect(cards.shown).to_have_count(0)
    said = desk.page.locator("#cards-list .card .said").first
    expect(said).to_have_attribute("lang", "lo")


def test_the_cards_work_by_keyboard_alone_and_send_nothing_by_mistake(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    desk, _ = holding(open_context, url, operator)
    cards, keyboard = Cards(desk), desk.page.keyboard
    sent = desk.page.locator(".message.operator")
    expect(sent).to_have_count(1)  # that a human is here now
    cards.opens()
    keyboard.press("Enter")  # in the search field it goes to the first sentence
    expect(cards.buttons.nth(0)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(cards.buttons.nth(1)).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("ArrowUp")
    expect(cards.find).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.type("jkt")  # letters go on searching; they are no keys of the desk here
    expect(cards.find).to_have_value("jkt")
    keyboard.press("Escape")
    expect(cards.panel).to_be_hidden()
    expect(desk.page.locator("#open")).to_be_visible()
    expect(desk.page.locator("#cards-open")).to_be_focused()
    expect(sent).to_have_count(1)
    desk.hands_back()
    keyboard.press("r")
    expect(cards.panel).to_be_hidden()  # nobody sends who does not hold it


def test_a_card_tells_what_was_answered_to_it_while_the_cards_are_open(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    person = Person(url)
    person.says(IN_LAO)
    desk = DeskPage(open_context().new_page(), url).opens(operator)
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    cards = Cards(desk)
    cards.opens()
    hurt = cards.shown.filter(has=desk.page.get_by_text("Are you hurt?", exact=True))
    expect(hurt.locator(".answered")).to_be_hidden()
    person.says('/answer{"question": "card.hurt", "answer": "yes"}')
    expect(hurt.locator(".answered")).to_contain_text("Yes")


def test_a_conversation_that_goes_to_somebody_else_takes_the_cards_away(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    desk, conversation_id = holding(open_context, url, operator)
    cards = Cards(desk)
    cards.opens()
    operator.does("hand-back", conversation_id)
    expect(cards.panel).to_be_hidden()
    expect(desk.page.locator("#cards-open")).to_be_hidden()


def test_words_that_a_person_told_for_later_stand_beside_the_facts_in_their_language(
    open_context: OpenContext, hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    desk, conversation_id = holding(open_context, url, operator)
    told = [Told("code_word", "ໝາກມ່ວງ"), Told("safe_time", "ຫຼັງສິບໂມງ"), Told("callback", "020 5555 1234")]
    hotline.store.conversations.change(ConversationId(conversation_id), told, now())
    desk.page.reload()
    shown = desk.page.locator("#told")
    expect(shown).to_contain_text('Word for "not safe"')
    expect(shown.locator("dd").first).to_have_text("ໝາກມ່ວງ")
    expect(shown.locator("dd").first).to_have_attribute("lang", "lo")
    expect(shown).to_contain_text("••• •••• ••••")  # a number is shown for a reason alone


def clipped(within: Locator) -> list[str]:
    """The texts whose words are cut off at an edge of their own box."""
    found: list[str] = within.evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)"
        ".map((one) => one.textContent)"
    )
    return found


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("language", ["my", "km", "lo", "th", "ta"])
def test_nothing_is_clipped_in_scripts_that_stack_and_every_target_is_large(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: dict[str, int], language: str
) -> None:
    assert operator.client.put(
        "/me/language", json={"language": language}, headers={"X-CSRF": operator.csrf}
    ).is_success
    desk, _ = holding(open_context, url, operator, viewport=screen)
    desk.page.keyboard.press("Escape")
    desk.page.locator("#cards-open").click()
    expect(Cards(desk).shown.first).to_be_visible()
    assert clipped(desk.page.locator("#cards .card p:visible, #cards h3, #cards-groups button, #cards .bar *")) == []
    small = desk.page.locator("#cards button:visible, #cards-find").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).filter((box) => box.height < 44 || box.width < 44).length"
    )
    assert small == 0
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert desk.page.evaluate(wide) <= 0


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_among_cards_and_answers(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: dict[str, int], scheme: Scheme
) -> None:
    person = Person(url)
    person.says(IN_LAO)
    desk = DeskPage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(operator)
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    for key, answer in (("card.may_police", "no"), ("card.hurt", "yes"), ("question.share", "yes")):
        operator.does("cards", operator.sees()[0]["id"], card=key)
        person.says(f'/answer{{"question": "{key}", "answer": "{answer}"}}')
    expect(desk.page.locator("#consent .agreed")).to_have_count(2)
    assert serious(desk.page) == []
    desk.page.locator("#cards-open").click()
    expect(Cards(desk).shown.first).to_be_visible()
    assert serious(desk.page, "#cards") == []
