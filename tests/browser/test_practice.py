"""Practice in the browser: a whole talk with ready sentences, how it went, and that it is never taken for the desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.app import Hotline
from bot.content.library import Library
from bot.content.practice import Scripts
from bot.core.taxonomy import Language
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, WIDE, enter
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.browser.test_cards import clipped
from tests.hotline import AtTheDesk, Person

pytestmark = pytest.mark.browser

NOBODY = "PRACTICE: nobody is there"


class PracticePage:
    """The practice page as an operator has it before them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.messages = page.locator("#practice-messages .message")
        self.said = page.locator("#practice-messages .message.person")
        self.sent = page.locator("#practice-messages .message.operator")
        self.find = page.locator("#cards-find")

    def opens(self, operator: AtTheDesk, rest: str = "") -> PracticePage:
        enter(self.page.context, self.url, operator)
        self.page.goto(f"{self.url}/desk#p/practice{rest}")
        expect(self.page.locator(".practice-mark")).to_contain_text(NOBODY)
        return self

    def begins(self, person: str) -> PracticePage:
        self.page.locator(f"[data-person={person}] button").click()
        expect(self.said.first).to_be_visible()
        expect(self.page.locator(".practice-mark")).to_contain_text(NOBODY)
        return self

    def sends(self, words: str, sentence: str) -> None:
        """Search for *words* among the ready sentences and send the first, which must be *sentence*."""
        if not self.find.is_visible():
            self.page.locator("#practice-cards").click()
        before = self.sent.count()
        self.find.fill(words)
        card = self.page.locator(".card:not([hidden])").first
        expect(card).to_contain_text(sentence)
        card.locator("button").click()
        expect(self.sent).to_have_count(before + 1)
        expect(self.sent.last).to_contain_text(sentence)

    def writes(self, text: str) -> None:
        self.page.locator("#practice-text").fill(text)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text(text).first).to_be_visible()

    def ends(self) -> None:
        self.page.locator("#practice-stop").click()
        expect(self.page.locator("#practice-score")).to_be_focused()

    def rule(self, name: str) -> Locator:
        return self.page.locator(f"[data-rule={name}]")


@pytest.fixture
def practice(open_context: OpenContext, url: str, operator: AtTheDesk) -> PracticePage:
    return PracticePage(open_context().new_page(), url).opens(operator)


def test_a_whole_talk_in_khmer_is_played_with_ready_sentences_and_looked_at_rule_by_rule(
    practice: PracticePage, library: Library
) -> None:
    khmer, script = Language("km"), Scripts.load().persons["compound"]
    assert script.intrusion is not None
    practice.begins("compound")
    expect(practice.said.first).to_contain_text("Locked in or guarded")  # understood as at the desk
    expect(practice.said.first.locator(".gloss")).to_contain_text("They locked me in the building")
    practice.page.locator("#practice-number").click()
    expect(practice.sent.first).to_contain_text("191")
    practice.sends("safe at", "Are you safe at this moment?")
    expect(practice.said.filter(has_text=library.text("menu.no", khmer)).first).to_be_visible()
    practice.sends("write: later", "If it stops being safe, just write: later.")
    practice.sends("other people in", "Are there other people in the same situation?")
    practice.sends("embassy about", "May I tell your embassy about your situation?")
    expect(practice.said.last).to_contain_text(script.intrusion.line.gloss or "")
    practice.page.locator("#practice-quiet").click()
    expect(practice.page.locator(".quiet")).to_have_text("Nothing was written for a while.")
    expect(practice.said.last).to_contain_text(script.intrusion.back.gloss or "")
    practice.sends("write to you again", "When may I write to you again?")
    practice.find.fill("goodbye")
    practice.page.locator("#cards .card:not([hidden]) button").first.click()
    expect(practice.page.locator("#practice-score")).to_be_focused()
    expect(practice.page.locator(".practice-end")).to_contain_text("Ended well")
    for rule in ("danger_first", "ask_safe_first", "no_unasked_contact", "consent", "follow_up", "exit_and_cover"):
        expect(practice.rule(rule)).to_have_class("kept")
    expect(practice.rule("danger_first")).to_contain_text("191")
    expect(practice.rule("danger_first").get_by_role("link")).to_have_attribute("href", re.compile("https://"))
    expect(practice.rule("culture_gender")).to_have_class("not_tried")
    expect(practice.page.locator(".practice-score .broken")).to_have_count(0)
    practice.page.locator(".practice-back").click()
    expect(practice.page.locator("tbody tr")).to_contain_text("Ended well")
    expect(practice.page.locator("#practice-kept")).to_contain_text(
        "Days that a talk is kept after its last message: 180."
    )


def test_what_is_telling_while_somebody_reads_loses_the_person_and_the_sentence_is_shown(
    practice: PracticePage,
) -> None:
    practice.begins("bride")
    for text in ("Where are you?", "Why did you marry him?"):
        practice.writes(text)
    expect(practice.page.locator(".practice-end")).to_contain_text("stopped trusting")
    expect(practice.rule("ask_safe_first")).to_contain_text("Where are you?")
    expect(practice.rule("believe")).to_contain_text("Words to leave out: Why did you")
    practice.page.locator("#practice-erase").click()
    practice.page.locator("dialog[open] .danger").click()
    expect(practice.page.locator("#practice-own + p")).to_have_text("You have not practised yet.")


def test_a_talk_goes_on_after_a_reload_and_its_keys_are_its_own(practice: PracticePage) -> None:
    practice.begins("boat")
    page = practice.page
    page.locator("#practice-headline").click()
    page.keyboard.press("w")
    expect(page.locator("#practice-text")).to_be_focused()
    practice.writes("Are you safe to talk?")
    expect(practice.said).to_have_count(2)
    page.reload()
    expect(practice.said).to_have_count(2)
    page.keyboard.press("r")
    expect(practice.find).to_be_focused()
    page.keyboard.press("Escape")
    expect(practice.find).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Go on: A fisherman on a boat")).to_be_visible()


def test_the_meaning_can_be_put_away_as_at_the_real_desk(practice: PracticePage) -> None:
    practice.begins("estate")
    expect(practice.said.first).to_contain_text("In English")
    practice.page.locator("#practice-meaning").uncheck()
    expect(practice.said.first).not_to_contain_text("In English")


def test_the_ready_sentences_come_back_to_the_desk(practice: PracticePage, url: str, operator: AtTheDesk) -> None:
    practice.begins("boat")
    practice.sends("safe at", "Are you safe at this moment?")
    Person(url).says("I want to talk to a person")
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    practice.page.evaluate(f"location.hash = 'c/{conversation_id}'")
    expect(practice.page.locator("#open")).to_be_visible()
    practice.page.locator("#cards-open").click()
    practice.find.fill("safe at")
    practice.page.locator("#cards .card:not([hidden]) button").first.click()
    expect(practice.page.locator("#messages .message.operator").last).to_contain_text("Are you safe at this moment?")
    assert len(operator.opens(conversation_id)["messages"]) > 2


def test_a_trainer_sees_how_others_keep_the_rules_and_reads_only_what_is_shared(
    practice: PracticePage, open_context: OpenContext, hotline: Hotline, url: str
) -> None:
    practice.begins("sister")
    practice.writes("Are you safe at home?")
    practice.ends()
    trainer = AtTheDesk.signs_in(hotline, url, "sok", "trainer")
    page = PracticePage(open_context().new_page(), url).opens(trainer).page
    page.get_by_role("link", name="How others practise").click()
    row = page.locator("tbody tr").last
    expect(row).to_contain_text("dara")
    expect(row).to_contain_text("Words not shared")
    expect(row.get_by_role("link")).to_have_count(0)
    row.get_by_text("Rule by rule").click()
    expect(row).to_contain_text("✓ Kept Ask first whether it is safe to talk.")
    assert serious(page) == []
    with practice.page.expect_response("**/shared"):
        practice.page.locator("#practice-share").check()
    page.reload()
    row.get_by_role("link").click()
    expect(page.locator("#practice-messages")).to_contain_text("Are you safe at home?")
    expect(page.locator("#practice-erase")).to_have_count(0)
    trainer.client.close()


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_in_practice(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: dict[str, int], scheme: Scheme
) -> None:
    practice = PracticePage(open_context(viewport=screen, color_scheme=scheme).new_page(), url).opens(operator)
    assert serious(practice.page) == []
    practice.begins("boat")
    practice.writes("Are you safe to talk?")
    practice.page.locator("#practice-quiet").click()
    expect(practice.page.locator(".quiet")).to_be_visible()
    assert serious(practice.page) == []
    practice.ends()
    assert serious(practice.page) == []
    practice.page.locator("#practice-erase").click()
    assert serious(practice.page, "dialog[open]") == []


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("person", ["boat", "compound", "restaurant", "home_again", "estate"])
def test_nothing_is_clipped_every_target_is_large_and_the_mark_stays(
    open_context: OpenContext, url: str, operator: AtTheDesk, screen: dict[str, int], person: str
) -> None:
    practice = PracticePage(open_context(viewport=screen).new_page(), url).opens(operator).begins(person)
    for number in range(3):
        practice.page.locator("#practice-quiet").click()
        expect(practice.page.locator(".quiet")).to_have_count(number + 1)
    expect(practice.page.get_by_text(NOBODY)).to_be_in_viewport()
    assert clipped(practice.page.locator("#practice-messages p, #practice-write button, .practice-head *")) == []
    small = practice.page.locator("#practice-write button, #practice-write textarea").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).filter((box) => box.height < 44 || box.width < 44).length"
    )
    assert small == 0
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert practice.page.evaluate(wide) <= 0
