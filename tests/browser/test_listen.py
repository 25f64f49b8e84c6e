"""Messages as sound: where there is one, played when asked for, one at a time, and silent at once."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Locator, expect
from rich.console import Console

from bot.app import Hotline
from bot.cli.audio import make_sounds
from bot.content.library import Library
from bot.content.spoken import spoken
from bot.core.taxonomy import Language
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, Chat, intercepts
from tests.browser.test_accessibility import serious
from tests.hotline import PATIENCE

pytestmark = pytest.mark.browser

EN = Language("en")
GREETINGS = replace(spoken(), sayings={"greet": ("alone",), "safety_check": ("alone",)})
PLAYS = "() => { const player = document.getElementById('player'); return !player.paused && player.currentTime > 0; }"
BEGINS = "() => { window.begun = 0; document.getElementById('player').onplaying = () => { window.begun += 1; }; }"
SLOWLY = "() => { document.getElementById('player').defaultPlaybackRate = 0.1; }"
SILENT = "() => document.getElementById('player').paused && !document.getElementById('player').hasAttribute('src')"


@pytest.fixture
def sounds(hotline: Hotline, library: Library) -> None:
    """The first two messages in English are made as sound."""
    make_sounds(library, GREETINGS, [EN], hotline.settings.audio_dir, Console(quiet=True))


def listens(chat: Chat) -> Locator:
    return chat.page.locator(".message button.listen")


def slowly(chat: Chat) -> None:
    """No sound comes to its end by itself while the test looks at it."""
    chat.page.evaluate(SLOWLY)


def test_without_a_file_there_is_no_button(chat: Chat) -> None:
    chat.says("hello")
    expect(chat.bot.first).to_be_visible()
    expect(listens(chat)).to_have_count(0)


@pytest.mark.usefixtures("sounds")
def test_the_button_plays_and_stops(chat: Chat) -> None:
    chat.says("hello")
    slowly(chat)
    button = listens(chat).first
    assert chat.page.evaluate(SILENT)  # nothing plays unasked
    button.click()
    chat.page.wait_for_function(PLAYS)
    expect(button).to_have_text("Stop")
    button.click()
    assert chat.page.evaluate(SILENT)
    expect(button).to_have_text("Listen")


@pytest.mark.usefixtures("sounds")
def test_at_its_end_it_can_be_played_again(chat: Chat) -> None:
    chat.says("hello")
    button = listens(chat).nth(1)  # the shorter one
    chat.page.evaluate(BEGINS)
    for number in (1, 2):
        button.click()
        chat.page.wait_for_function("number => window.begun === number", arg=number)
        expect(button).to_have_text("Listen")
        assert chat.page.evaluate(SILENT)


@pytest.mark.usefixtures("sounds")
def test_two_never_play_at_once(chat: Chat) -> None:
    chat.says("hello")
    slowly(chat)
    first, second = listens(chat).first, listens(chat).nth(1)
    first.click()
    chat.page.wait_for_function(PLAYS)
    second.click()
    expect(second).to_have_text("Stop")
    expect(first).to_have_text("Listen")
    assert chat.page.locator("audio").count() == 1


@pytest.mark.usefixtures("sounds")
def test_quick_exit_is_silent_at_once(chat: Chat) -> None:
    chat.page.route(re.compile("^https://"), lambda route: None)  # a slow line: the everyday page never comes
    chat.says("hello")
    slowly(chat)
    listens(chat).first.click()
    chat.page.wait_for_function(PLAYS)
    leaves = """() => {
        const player = document.getElementById('player');
        document.getElementById('exit').click();
        return player.paused;
    }"""
    assert chat.page.evaluate(leaves)


@pytest.mark.usefixtures("sounds")
def test_after_a_reload_the_buttons_are_there_again_and_nothing_plays(chat: Chat) -> None:
    chat.says("hello")
    chat.page.reload()
    expect(listens(chat)).to_have_count(2)
    assert chat.page.evaluate(SILENT)


@pytest.mark.usefixtures("sounds")
def test_a_sound_that_does_not_come_is_told(chat: Chat) -> None:
    intercepts(chat.page, "**/audio/**", lambda route: route.abort())
    chat.says("hello")
    listens(chat).first.click()
    expect(chat.line).to_have_text("Something went wrong on our side. Please try again.")
    expect(listens(chat).first).to_have_text("Listen")


@pytest.mark.usefixtures("sounds")
def test_a_message_in_another_language_has_no_english_sound(open_context: OpenContext, url: str) -> None:
    chat = Chat(open_context(locale="id").new_page(), url).opens()
    chat.says("halo, selamat pagi")
    expect(chat.bot.nth(1)).to_be_visible()
    expect(listens(chat)).to_have_count(0)


@pytest.mark.usefixtures("sounds")
def test_a_thumb_hits_the_button_on_a_small_phone(open_context: OpenContext, url: str) -> None:
    chat = Chat(open_context(viewport=PHONE).new_page(), url).opens()
    chat.says("hello")
    box = listens(chat).first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44


@pytest.mark.usefixtures("sounds")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_either_state(open_context: OpenContext, url: str, scheme: str) -> None:
    chat = Chat(open_context(viewport=PHONE, color_scheme=scheme).new_page(), url).opens()
    chat.says("hello")
    slowly(chat)
    expect(listens(chat)).to_have_count(2)
    assert serious(chat.page) == []
    listens(chat).first.click()
    expect(listens(chat).first).to_have_text("Stop")
    assert serious(chat.page) == []


@pytest.mark.usefixtures("sounds")
def test_sounds_are_served_as_what_they_are_and_nothing_else_is(chat: Chat, hotline: Hotline) -> None:
    chat.says("hello")
    with chat.page.expect_request("**/audio/**") as asked:
        listens(chat).first.click()
    address = asked.value.url
    whole = httpx.get(address, timeout=PATIENCE)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/mpeg")
    assert whole.headers["cache-control"] == "no-store"  # what was listened to is not kept on the device
    part = httpx.get(address, headers={"Range": "bytes=0-99"}, timeout=PATIENCE)
    assert (part.status_code, part.content) == (206, whole.content[:100])
    (hotline.settings.audio_dir / "secret.mp3").write_bytes(b"")
    says = address.rsplit("/", 1)[1]
    for other in (f"vi/{says}", "en/greet.mp3", "../master.key", "en/..%2f..%2fmaster.key", "en/..%2fsecret.mp3"):
        assert httpx.get(f"{chat.url}/audio/{other}", timeout=PATIENCE).status_code == 404
