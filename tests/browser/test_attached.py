"""What people send besides text, at the desk in a browser: nothing is loaded or shown before it is asked for."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import numpy
import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, WIDE, DeskPage
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.channels import conftest as channels
from tests.channels.conftest import Line, Opens

pytestmark = pytest.mark.browser

opens = channels.opens
ANA = 7001
POIPET = (13.657, 102.563)


@pytest.fixture
def line(opens: Opens) -> Line:
    return opens("telegram")


@pytest.fixture
def url(line: Line) -> str:
    return line.url


@pytest.fixture
def desk(open_context: OpenContext, line: Line) -> DeskPage:
    return at(open_context, line)


def at(open_context: OpenContext, line: Line, screen: dict[str, int] = WIDE, scheme: Scheme = "light") -> DeskPage:
    page = open_context(viewport=screen, color_scheme=scheme, accept_downloads=True).new_page()
    return DeskPage(page, line.url).opens(line.operator())


def picture() -> str:
    """A striped PNG of 300 by 200."""
    rows = b"".join(
        b"\0" + bytes((x // 20 * 17) % 256 if c else y for x in range(300) for c in range(3)) for y in range(200)
    )
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 300, 200, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    made = b"\x89PNG\r\n\x1a\n"
    for name, content in chunks:
        made += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return base64.b64encode(made).decode()


def voice() -> str:
    """A second of a tone, in Opus as phones send it."""
    file = io.BytesIO()
    tone = numpy.sin(numpy.arange(48_000) / 48_000 * 440 * 2 * numpy.pi) * 0.2
    soundfile.write(file, tone, 48_000, format="OGG", subtype="OPUS")
    return base64.b64encode(file.getvalue()).decode()


def looks_at_it(desk: DeskPage, pieces: int) -> None:
    desk.looks_at(desk.list("queue").first)
    expect(desk.page.locator(".attached")).to_have_count(pieces)


def test_a_picture_is_neither_loaded_nor_shown_before_it_is_asked_for(line: Line, desk: DeskPage) -> None:
    line.peer.act("photo", chat_id=ANA, data=picture())
    looks_at_it(desk, 1)
    frame, show = desk.page.locator(".frame"), desk.page.get_by_role("button", name="Show picture")
    expect(frame).to_have_class("frame blurred")
    assert frame.locator("img").count() == 0
    assert line.peer.calls("getFile") == []
    show.click()
    image = frame.locator("img")
    expect(image).to_be_visible()
    expect(frame).to_have_class("frame")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 300
    desk.page.get_by_role("button", name="Hide picture").click()
    expect(frame).to_have_class("frame blurred")
    assert "blur" in image.evaluate("image => getComputedStyle(image).filter")
    show.click()
    expect(frame).to_have_class("frame")
    assert len(line.peer.calls("getFile")) == 1, "it is at hand already"


def test_a_picture_stays_open_when_its_message_is_shown_anew(line: Line, desk: DeskPage) -> None:
    line.peer.act("photo", chat_id=ANA, data=picture(), caption="please call me on 081 234 5678")
    looks_at_it(desk, 1)
    frame = desk.page.locator(".frame")
    desk.page.get_by_role("button", name="Show picture").click()
    expect(frame).to_have_class("frame")
    desk.page.locator("#reveal-open").click()
    desk.page.get_by_label("To call back").check()
    desk.page.locator("#reveal button.primary").click()
    expect(desk.said_by_person).to_contain_text("081 234 5678")
    expect(frame).to_have_class("frame")
    expect(frame.locator("img")).to_be_visible()
    assert len(line.peer.calls("getFile")) == 1


def test_a_picture_that_is_gone_says_what_to_do(line: Line, desk: DeskPage) -> None:
    line.peer.act("photo", chat_id=ANA, data=picture())
    looks_at_it(desk, 1)
    line.peer.act("fail", call="getFile", kind="400")
    show, note = desk.page.get_by_role("button", name="Show picture"), desk.page.locator(".attached .note")
    show.click()
    expect(note).to_contain_text("Ask the person to send it again")
    line.peer.act("fail", call="getFile", kind="500")
    show.click()
    expect(note).to_contain_text("Try again in a minute")
    show.click()
    expect(desk.page.locator(".frame img")).to_be_visible()


def test_what_was_sent_as_a_picture_and_is_none_is_only_saved(line: Line, desk: DeskPage) -> None:
    line.peer.act("photo", chat_id=ANA, data=base64.b64encode(b"<html><script>alert(1)</script>").decode())
    looks_at_it(desk, 1)
    desk.page.get_by_role("button", name="Show picture").click()
    expect(desk.page.locator(".attached .note")).to_contain_text("not what it was sent as")
    with desk.page.expect_download() as saving:
        desk.page.get_by_role("button", name="Save the file").click()
    assert saving.value.suggested_filename.endswith(".bin")


def test_a_voice_message_is_played_in_the_page(line: Line, desk: DeskPage) -> None:
    line.peer.act("voice", chat_id=ANA, duration=1, data=voice())
    looks_at_it(desk, 1)
    assert desk.page.locator("audio").count() == 0
    desk.page.get_by_role("button", name="Play").click()
    player = desk.page.locator("audio")
    expect(player).to_be_focused()
    lasts = player.evaluate(
        "one => new Promise(told => one.readyState ? told(one.duration)"
        " : one.addEventListener('loadedmetadata', () => told(one.duration)))"
    )
    assert lasts == pytest.approx(1, abs=0.2)


def test_a_sound_that_this_browser_cannot_play_can_be_saved(line: Line, desk: DeskPage) -> None:
    line.peer.act("voice", chat_id=ANA, duration=1, data=base64.b64encode(b"#!AMR\n" + bytes(400)).decode())
    looks_at_it(desk, 1)
    desk.page.get_by_role("button", name="Play").click()
    expect(desk.page.locator(".attached .note")).to_contain_text("This browser cannot play it")
    with desk.page.expect_download() as saving:
        desk.page.get_by_role("button", name="Save the file").click()
    assert saving.value.suggested_filename.endswith(".amr")


def test_a_contact_is_hidden_until_it_is_revealed(line: Line, desk: DeskPage) -> None:
    line.peer.act("message", chat_id=ANA, contact={"phone_number": "+60123456789", "first_name": "Budi"})
    looks_at_it(desk, 1)
    expect(desk.page.locator(".contact")).to_have_text("B… · …789")
    assert "60123456" not in desk.page.content()
    desk.page.get_by_role("button", name="Show name and number").click()
    expect(desk.page.locator(".contact")).to_have_text("Budi · +60123456789")


def test_a_place_is_drawn_on_our_own_map(line: Line, desk: DeskPage) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    line.peer.act("location", chat_id=ANA, latitude=POIPET[0], longitude=POIPET[1])
    looks_at_it(desk, 1)
    expect(desk.page.locator(".coordinates")).to_have_text("13.65700, 102.56300")
    assert not any("outlines" in one for one in asked)
    desk.page.get_by_role("button", name="Show on the map").click()
    drawn = desk.page.locator(".map svg")
    expect(drawn).to_be_visible()
    expect(drawn).to_have_attribute("aria-label", "Map with a mark at 13.65700, 102.56300")
    names = desk.page.locator(".map .names text")
    expect(names.filter(has_text="Thailand")).to_have_count(1)
    expect(names.filter(has_text="Cambodia")).to_have_count(1)
    assert all(one.startswith(line.url) for one in asked), "nobody else was told where"
    link = desk.page.get_by_role("link", name="Open another map")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_a_place_far_away_says_that_our_map_ends(line: Line, desk: DeskPage) -> None:
    line.peer.act("location", chat_id=ANA, latitude=51.5, longitude=-0.1)
    looks_at_it(desk, 1)
    desk.page.get_by_role("button", name="Show on the map").click()
    expect(desk.page.locator(".attached .note")).to_have_text("This place is outside our map.")


def everything(line: Line, page: Page) -> None:
    """Everything sent and answered, so that nothing on the page moves any more."""
    answers = page.locator(".message.bot").count()
    line.peer.act("photo", chat_id=ANA, data=picture(), caption="hello")
    line.peer.act("voice", chat_id=ANA, duration=1, data=voice())
    line.peer.act("message", chat_id=ANA, contact={"phone_number": "+60123456789", "first_name": "Budi"})
    line.peer.act("location", chat_id=ANA, latitude=POIPET[0], longitude=POIPET[1])
    expect(page.locator(".attached")).to_have_count(4)
    expect(page.locator(".message.bot .delivery.sent")).to_have_count(answers + 4)


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious(
    open_context: OpenContext, line: Line, screen: dict[str, int], scheme: Scheme, tmp_path: Path
) -> None:
    line.peer.act("text", chat_id=ANA, text="/human")
    desk = at(open_context, line, screen, scheme)
    desk.looks_at(desk.list("queue").first)
    everything(line, desk.page)
    assert serious(desk.page, "#messages") == []
    for name in ("Show picture", "Play", "Show name and number", "Show on the map"):
        desk.page.get_by_role("button", name=name).click()
        expect(desk.page.get_by_role("button", name=name)).to_have_count(0)
    expect(desk.page.locator(".map .names text").first).to_be_visible()
    assert serious(desk.page, "#messages") == []
    desk.page.screenshot(path=tmp_path / f"attached-{screen['width']}-{scheme}.png", full_page=screen == PHONE)
    for part in desk.page.locator(".attached > :visible").all():
        inside, box = part.bounding_box(), part.locator("..").bounding_box()
        assert inside is not None
        assert box is not None
        assert inside["x"] + inside["width"] <= box["x"] + box["width"] <= screen["width"], (
            "nothing runs out of its box"
        )
    desk.page.locator(".frame").scroll_into_view_if_needed()
    desk.page.screenshot(path=tmp_path / f"picture-{screen['width']}-{scheme}.png")
