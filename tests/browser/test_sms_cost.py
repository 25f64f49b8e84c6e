"""What an SMS costs is seen while it is written."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from bot.content.library import Library
from bot.content.sms import BASIC, EXTENDED, PLAIN, Price, cheap, segments
from bot.core.taxonomy import LANGUAGES
from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.channels import conftest as channels
from tests.channels.conftest import Line, Opens
from tests.channels.test_twilio import writes

pytestmark = pytest.mark.browser

opens = channels.opens


@pytest.fixture
def line(opens: Opens) -> Line:
    return opens("twilio", HOTLINE_TWILIO_SEGMENT_PRICE="0.05 USD")


@pytest.fixture
def url(line: Line) -> str:
    return line.url


def writing(open_context: OpenContext, line: Line, reading: str = "en") -> DeskPage:
    writes(line, "I want a human")
    operator = line.operator()
    operator.client.put("/me/language", json={"language": reading}, headers={"X-CSRF": operator.csrf})
    context = open_context()
    context.add_init_script("delete Intl.NumberFormat")
    desk = DeskPage(context.new_page(), line.url).opens(operator)
    desk.looks_at(desk.list("queue").first)
    desk.takes_over()
    expect(desk.page.locator("#sms-cost")).to_be_visible()  # by now the page knows how it is counted
    return desk


def test_segments_and_price_follow_the_text(open_context: OpenContext, line: Line) -> None:
    desk = writing(open_context, line)
    cost, field = desk.page.locator("#sms-cost"), desk.page.locator("#text")
    for text, told in (
        ("Hello", "1 SMS · USD 0.05"),
        ("a" * 161, "2 SMS · USD 0.10"),
        ("“Hello” – you…", "1 SMS · USD 0.05"),
        ("ជំរាបសួរ" * 9, "2 SMS · USD 0.10"),
        ("", "0 SMS · USD 0.00"),
    ):
        field.fill(text)
        expect(cost).to_have_text(told)
    desk.writes("Are you safe?")
    expect(cost).to_have_text("0 SMS · USD 0.00")


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ("my", "SMS 1 စောင် · 0.05 USD"),
        ("km", "SMS ចំនួន 1 · 0.05 USD"),
        ("lo", "1 SMS · USD 0,05"),
        ("en", "1 SMS · USD 0.05"),
        ("ta", "1 SMS · USD 0.05"),
    ],
)
def test_the_price_is_written_as_the_operators_language_does(
    open_context: OpenContext, line: Line, reading: str, told: str
) -> None:
    desk = writing(open_context, line, reading)
    desk.page.locator("#text").fill("Hello")
    expect(desk.page.locator("#sms-cost")).to_have_text(told)


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ("1250 XQQ", "2 SMS · XQQ 2,500.00"),  # a currency that nobody knows
        ("350 VND", "2 SMS · VND 700"),  # has no cents
        ("0.00785 USD", "2 SMS · USD 0.0157"),
    ],
)
def test_any_currency_is_named_by_its_code(open_context: OpenContext, opens: Opens, price: str, told: str) -> None:
    desk = writing(open_context, opens("twilio", HOTLINE_TWILIO_SEGMENT_PRICE=price))
    desk.page.locator("#text").fill("a" * 161)
    expect(desk.page.locator("#sms-cost")).to_have_text(told)


def test_the_page_counts_as_the_server_does(open_context: OpenContext, line: Line, library: Library) -> None:
    desk = writing(open_context, line)
    dice = random.Random(7)
    letters = [*BASIC, *EXTENDED, *PLAIN, "ក", "😀", "á", "ြ"]
    texts = [
        "".join(dice.choices(letters[: dice.choice((128, len(letters)))], k=dice.randint(1, 700))) for _ in range(300)
    ]
    texts += [library.text(key, language) for language in LANGUAGES for key in ("greet", "human_asked", "erase_done")]
    counted = desk.page.evaluate("texts => import('/desk/static/sms.js').then(sms => texts.map(sms.segments))", texts)
    assert counted == [segments(cheap(text)) for text in texts]


def test_other_channels_and_other_conversations_show_no_cost(open_context: OpenContext, line: Line) -> None:
    writes(line, "I want a human", kind="whatsapp_text", From="whatsapp:+447700900124")
    desk = DeskPage(open_context().new_page(), line.url).opens(line.operator())
    desk.looks_at(desk.list("queue").first)
    desk.takes_over()
    expect(desk.page.locator("#sms-cost")).to_be_hidden()


@pytest.mark.parametrize("told", ["", "0.05", "USD 0.05", "five USD", "-1 USD", "0,05 USD"])
def test_a_price_is_a_number_and_a_currency(told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        Price.read(told)
    assert Price.read("0.0079 EUR") == Price(Decimal("0.0079"), "EUR")
