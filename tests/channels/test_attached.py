"""What people send besides text: fetched when an operator opens it, by every channel, and kept nowhere."""

from __future__ import annotations

import base64
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.console.attached import show_attached
from bot.content.library import Library
from bot.core.message import Attached
from bot.nlu.engine import Engine
from bot.services.attachments import what_it_is
from bot.store import tables as t
from tests.channels.conftest import Line, Opens, waits_until
from tests.channels.peers import ACCOUNT, PUBLIC
from tests.channels.small_peers import small_peer
from tests.channels.test_line_and_messenger import SETTINGS, Chat
from tests.channels.test_telegram import next_said
from tests.hotline import AtTheDesk, whole_hotline

ANA = 7001
NUMBER = "+447700900123"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HTML = b"<html><script>alert(1)</script></html>"
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01" + bytes(60)


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def opens_it(desk: AtTheDesk, conversation: str, *, message: int = 0, place: int = 0, more: str = "") -> httpx.Response:
    """Open what stands at *place* in the person's message number *message*."""
    theirs = [one for one in desk.opens(conversation)["messages"] if one["author"] == "person"]
    return desk.client.get(f"/conversations/{conversation}/messages/{theirs[message]['id']}/attached/{place}{more}")


def audited(line: Line) -> list[str]:
    with line.hotline.store.database.read() as connection:
        return list(connection.execute(select(t.audit.c.action).order_by(t.audit.c.id)).scalars())


def test_a_picture_of_telegram_is_fetched_when_it_is_opened_and_not_before(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG))
    next_said(line)
    desk = line.operator()
    conversation = line.conversation()
    seen = desk.opens(conversation)["messages"][0]
    assert [(one["kind"], one["opens"]) for one in seen["attached"]] == [("photo", True)]
    assert seen["pieces"] == [], "it came without words"
    assert line.peer.calls("getFile") == []
    assert "opened_attached" not in audited(line)
    answer = opens_it(desk, conversation)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    opens_it(desk, conversation)
    assert audited(line).count("opened_attached") == 2, "every opening is in the log"


def test_what_is_no_picture_is_never_served_as_one(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, data=in_base64(HTML))
    next_said(line)
    answer = opens_it(line.operator(), line.conversation())
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Disposition"].endswith('.bin"'), "and its name tells no program to run it"


@pytest.mark.parametrize(
    ("content", "kind", "ending", "shown"),
    [
        (PNG, "image/png", "png", True),
        (OGG, "audio/ogg", "ogg", True),
        (b"#!AMR\n" + bytes(40), "audio/amr", "amr", True),
        (b"%PDF-1.7\n", "application/octet-stream", "pdf", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "application/octet-stream", "bin", False),
        (HTML, "application/octet-stream", "bin", False),
        (b"MZ" + bytes(60), "application/octet-stream", "bin", False),
        (b"", "application/octet-stream", "bin", False),
    ],
)
def test_a_file_is_what_its_bytes_are(content: bytes, kind: str, ending: str, shown: bool) -> None:
    file = what_it_is(content)
    assert (file.type, file.ending, file.shown) == (kind, ending, shown)


@pytest.mark.parametrize("size", [30_000_000, None])
def test_a_file_that_is_too_large_is_refused_with_what_to_do(opens: Opens, size: int | None) -> None:
    line = opens("telegram", HOTLINE_ATTACHED_MEGABYTES="0.001")
    more: dict[str, Any] = {"size": size} if size else {"data": in_base64(PNG + bytes(5000))}
    line.peer.act("photo", chat_id=ANA, **more)
    next_said(line)
    answer = opens_it(line.operator(), line.conversation())
    assert answer.status_code == 413
    assert "ask the person" in answer.json()["detail"]


def test_a_file_that_claims_to_be_small_is_given_up_when_it_shows(opens: Opens) -> None:
    line = opens("telegram", HOTLINE_ATTACHED_MEGABYTES="0.001")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG + bytes(5000)), size=100)
    next_said(line)
    assert opens_it(line.operator(), line.conversation()).status_code == 413
    assert line.peer.calls("getFile"), "only the bytes themselves told it"


@pytest.mark.parametrize(("kind", "status"), [("500", 502), ("429", 502), ("400", 410)])
def test_a_channel_that_is_down_and_a_file_that_is_gone_are_told_apart(opens: Opens, kind: str, status: int) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG))
    next_said(line)
    line.peer.act("fail", call="getFile", kind=kind)
    desk, conversation = line.operator(), line.conversation()
    answer = opens_it(desk, conversation)
    assert answer.status_code == status
    assert ("again" in answer.json()["detail"]) is True
    assert opens_it(desk, conversation).status_code == 200, "the next try may do"


def test_a_channel_that_never_answers_is_not_waited_for(opens: Opens) -> None:
    line = opens("telegram", HOTLINE_ATTACHED_SECONDS="0.3")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG))
    next_said(line)
    line.peer.act("fail", call="getFile", kind="slow", seconds=20)
    assert opens_it(line.operator(), line.conversation()).status_code == 502


def test_after_erasing_nothing_can_be_opened_and_nothing_was_kept(opens: Opens, tmp_path: Path) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG + b"MARKER-OF-A-PICTURE"))
    next_said(line)
    desk, conversation = line.operator(), line.conversation()
    (seen,) = [one for one in desk.opens(conversation)["messages"] if one["author"] == "person"]
    where = f"/conversations/{conversation}/messages/{seen['id']}/attached/0"
    assert desk.client.get(where).content.endswith(b"MARKER-OF-A-PICTURE")
    for file in tmp_path.rglob("*"):
        with suppress(FileNotFoundError):  # the server works on: what it writes anew takes the place of the old
            assert not file.is_file() or b"MARKER-OF-A-PICTURE" not in file.read_bytes(), file
    from bot.app import now

    line.hotline.store.eraser.erase(conversation, now())  # type: ignore[arg-type]
    before = len(line.peer.calls("getFile"))
    assert desk.client.get(where).status_code == 404
    assert len(line.peer.calls("getFile")) == before


def test_a_place_or_message_that_is_none_opens_nothing(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG))
    next_said(line)
    line.peer.act("photo", chat_id=ANA + 1, data=in_base64(PNG))
    next_said(line, ANA + 1)
    desk = line.operator()
    one, other = (waiting["id"] for waiting in desk.sees())
    assert opens_it(desk, one, place=1).status_code == 404
    assert opens_it(desk, one, place=-1).status_code in (404, 422)
    theirs = desk.opens(other)["messages"][0]["id"]
    crossed = desk.client.get(f"/conversations/{one}/messages/{theirs}/attached/0")
    assert crossed.status_code == 404, "a message of another conversation"


def test_who_may_not_read_may_not_open(opens: Opens) -> None:
    from bot.app import now

    line = opens("telegram")
    line.peer.act("photo", chat_id=ANA, data=in_base64(PNG))
    next_said(line)
    line.hotline.store.operators.add("audit", "auditor", now())
    desk, conversation = line.operator(), line.conversation()
    (seen,) = [one for one in desk.opens(conversation)["messages"] if one["author"] == "person"]
    where = f"/conversations/{conversation}/messages/{seen['id']}/attached/0"
    auditor = AtTheDesk.signs_in(line.hotline, line.url, "audit")
    line.ends.callback(auditor.client.close)
    auditor.client.headers["Cookie"] = "; ".join(f"{one.name}={one.value}" for one in auditor.client.cookies.jar)
    assert auditor.client.get(where).status_code == 403
    assert httpx.get(f"{line.url}/desk/api{where}", timeout=60).status_code == 401
    assert line.peer.calls("getFile") == []


def test_a_contact_is_shown_in_part_until_it_is_revealed(opens: Opens) -> None:
    line = opens("telegram")
    line.peer.act("message", chat_id=ANA, contact={"phone_number": "+60123456789", "first_name": "Budi"})
    next_said(line)
    desk, conversation = line.operator(), line.conversation()
    shown = desk.client.get(f"/conversations/{conversation}").text
    assert "Budi" not in shown
    assert "60123456" not in shown
    (contact,) = desk.opens(conversation)["messages"][0]["attached"]
    assert contact["contact"] == {"name": "B…", "phone": "…789"}
    told = opens_it(desk, conversation, more="/contact")
    assert told.json() == {"name": "Budi", "phone": "+60123456789"}
    assert "revealed_contact" in audited(line)


def test_a_location_has_numbers_and_a_mad_one_has_none() -> None:
    (good,) = show_attached([Attached("location", about={"latitude": "3.139", "longitude": "101.68", "name": "KL"})])
    assert good.location is not None
    assert (good.location.latitude, good.location.longitude, good.location.name) == (3.139, 101.68, "KL")
    for mad in ({}, {"latitude": "x", "longitude": "1"}, {"latitude": "91", "longitude": "1"}):
        (bad,) = show_attached([Attached("location", about=mad)])
        assert bad.location is None
    (nan,) = show_attached([Attached("location", about={"latitude": "nan", "longitude": "1"})])
    assert nan.location is None


# --- Twilio ----------------------------------------------------------------------------------------------------------


def arrives(line: Line, **fields: Any) -> str:
    sample: dict[str, Any] = {"kind": "whatsapp_image", "data": in_base64(PNG)}
    line.peer.act("inbound", url=f"{PUBLIC}/webhooks/twilio", **(sample | fields))
    return line.conversation()


def test_the_storage_to_which_twilio_sends_us_on_is_not_shown_our_login(opens: Opens) -> None:
    line = opens("twilio")
    conversation = arrives(line)
    answer = opens_it(line.operator(), conversation)
    assert (answer.status_code, answer.content) == (200, PNG), "the storage refuses whoever shows it a login"
    assert line.peer.calls("GET*")


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1:1/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "{api}.example.org/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "{api}/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages/MM1/Media/ME1",
        "{api}@127.0.0.1:1/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "file:///etc/passwd",
    ],
)
def test_only_our_own_files_at_twilio_are_asked_for(opens: Opens, where: str) -> None:
    line = opens("twilio")
    url = where.format(api=line.peer.url, account=ACCOUNT)
    conversation = arrives(line, MediaUrl0=url)
    assert opens_it(line.operator(), conversation).status_code == 410
    assert line.peer.calls("GET*") == [], "nobody was asked"


def test_media_that_twilio_has_no_more_are_told(opens: Opens) -> None:
    line = opens("twilio")
    url = f"{line.peer.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME404"
    assert opens_it(line.operator(), arrives(line, MediaUrl0=url)).status_code == 410


# --- LINE and Messenger ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["line", "messenger"])
def test_line_and_messenger_fetch_by_their_own_ways(
    kind: str, tmp_path: Path, engine: Engine, library: Library
) -> None:
    with small_peer(kind) as peer:
        peer.files["/v2/bot/message/77/content" if kind == "line" else "/cdn/1.png"] = PNG
        more = {**SETTINGS[kind], f"HOTLINE_{kind.upper()}_API_URL": peer.url, "HOTLINE_LINE_DATA_URL": peer.url}
        with whole_hotline(tmp_path, engine, library, more=more) as (hotline, url):
            chat = Chat(kind, hotline, url, peer)
            for number, where in ((77, f"{peer.url}/cdn/1.png"), (78, "https://evil.example.org/1.png")):
                if kind == "line":
                    told = chat.event(type="message", message={"type": "image", "id": str(number)})
                else:
                    image = {"type": "image", "payload": {"url": where}}
                    told = chat.event(message={"mid": f"mid.{number}", "attachments": [image]})
                assert chat.posts(told) == 200
            desk = AtTheDesk.signs_in(hotline, url)
            (waiting,) = waits_until(desk.sees)
            waits_until(lambda: sum(one["author"] == "person" for one in desk.opens(waiting["id"])["messages"]) == 2)
            answer = opens_it(desk, waiting["id"])
            assert (answer.status_code, answer.content) == (200, PNG)
            assert opens_it(desk, waiting["id"], message=1).status_code == 410
            shown = {path: "Authorization" in headers for path, headers in peer.fetched}
            assert all(login is (kind == "line") for login in shown.values()), "Meta's storage needs no login"
            desk.client.close()
