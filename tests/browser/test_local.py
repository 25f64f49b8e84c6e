"""Times and numbers at the desk are those of the operator's language, whatever the browser knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.app import now
from bot.content import local
from bot.core.taxonomy import LANGUAGES, Language
from tests.browser.conftest import OpenContext
from tests.browser.pages import DeskPage
from tests.conftest import Store
from tests.hotline import AtTheDesk
from tests.store.in_line import stands_in_line

pytestmark = pytest.mark.browser

UNKNOWING = "delete Intl.NumberFormat; delete Intl.PluralRules; delete Intl.DurationFormat; delete Intl.ListFormat"
MINUTE, HOUR, DAY = 60, 3600, 86400

#: What the page writes, in words: evaluated where no browser's own knowledge of languages is left.
WRITES = """async ([language, module, name, calls]) => {
  const words = await import("/desk/static/words.js");
  await words.speak(language);
  const written = (await import(`/desk/static/${module}.js`))[name];
  return calls.map((call) => [written(...call)].flat().map((one) => one.textContent ?? one).join(""));
}"""


@pytest.fixture
def written(open_context: OpenContext, url: str) -> Any:
    """``written("my", "words", "lasting", [[60]])``: what a function of the page makes of each call."""
    context = open_context()
    context.add_init_script(UNKNOWING)
    page = context.new_page()
    page.goto(f"{url}/desk")
    return lambda *asked: page.evaluate(WRITES, list(asked))


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ("my", "2 ရက် 3 နာရီ စောင့်နေပြီ"),
        ("km", "រង់ចាំ 2 ថ្ងៃ 3 ម៉ោងហើយ"),
        ("lo", "ລໍຖ້າມາ 2 ມື້ 3 ຊົ່ວໂມງ"),
        ("en", "Waiting for 2 days 3 hours"),
        ("ta", "காத்திருக்கும் நேரம்: 2 நாட்கள் 3 மணிநேரங்கள்"),
    ],
)
def test_a_long_wait_is_told_in_days_and_hours(
    open_context: OpenContext, url: str, operator: AtTheDesk, store: Store, reading: str, told: str
) -> None:
    store.now = now() - timedelta(days=2, hours=3, minutes=5)
    stands_in_line(store, "ana")
    operator.client.put("/me/language", json={"language": reading}, headers={"X-CSRF": operator.csrf})
    context = open_context()
    context.add_init_script(UNKNOWING)
    desk = DeskPage(context.new_page(), url).opens(operator)
    expect(desk.lines.first.locator("time")).to_have_text(told)


def test_a_wait_of_59_minutes_becomes_an_hour_and_nobody_is_told_aloud(
    open_context: OpenContext, url: str, operator: AtTheDesk, store: Store
) -> None:
    stands_in_line(store, "ana")
    page = open_context().new_page()
    page.clock.set_fixed_time(store.now + timedelta(minutes=59, seconds=59))
    desk = DeskPage(page, url).opens(operator)
    wait = desk.lines.first.locator("time")
    expect(wait).to_have_text("Waiting for 59 minutes")
    assert wait.evaluate("wait => wait.closest('[aria-live], [role=status], [role=alert], [role=log]')") is None
    for minutes, told in ((60, "1 hour"), (61, "1 hour 1 minute"), (24 * 60, "1 day"), (40 * 24 * 60, "40 days")):
        page.clock.set_fixed_time(store.now + timedelta(minutes=minutes))
        page.evaluate("import('/desk/static/words.js').then(words => words.tick())")
        expect(wait).to_have_text(f"Waiting for {told}")


@pytest.mark.parametrize(
    ("language", "seconds", "told"),
    [
        ("en", 0, "0 seconds"),
        ("en", 95, "1 minute 35 seconds"),
        ("en", HOUR - 0.4, "1 hour"),
        ("en", HOUR - 1, "59 minutes 59 seconds"),
        ("en", DAY + 59 * MINUTE, "1 day"),
        ("en", 101 * DAY + HOUR, "101 days 1 hour"),
        ("fil", 4 * DAY + 3 * HOUR, "4 na araw 3 oras"),
        ("ta", DAY + HOUR, "1 நாள் 1 மணிநேரம்"),
        ("zh", 2 * DAY + 3 * HOUR, "2天3小时"),
    ],
)
def test_a_time_is_told_by_its_largest_unit_and_the_next(
    written: Any, language: str, seconds: float, told: str
) -> None:
    assert [text.replace("\u00a0", " ") for text in written(language, "words", "lasting", [[seconds]])] == [told]


def test_the_page_writes_numbers_as_the_bot_does_in_every_language(written: Any) -> None:
    numbers = [0, 7, 999, 1000, 1234567, 0.5, 12345.678]
    for language in LANGUAGES:
        expected = [local.figure(number, Language(language)) for number in numbers]
        assert written(language, "words", "figure", [[number, 0, 3] for number in numbers]) == expected


@pytest.mark.parametrize(
    ("language", "large"), [("en", "1.5 MB"), ("lo", "1,5 MB"), ("my", "1.5 MB"), ("vi", "1,5 MB")]
)
def test_the_size_of_a_file_is_written_as_the_operators_language_does(written: Any, language: str, large: str) -> None:
    sizes = [20_400, 1_500_000, 3_000_000]
    asked = [[{"id": size, "attached": [{"kind": "message", "size": size}]}, "c"] for size in sizes]
    told = [text.split(" · ")[1].replace("\u00a0", " ") for text in written(language, "attached", "parts", asked)]
    assert told == ["20 kB", large, "3 MB"]
