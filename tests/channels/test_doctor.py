"""``hotline doctor`` names what is wrong with a set-up and what to do."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from bot.cli.doctor import examine
from bot.cli.main import ROOT
from bot.settings import Settings, SettingsError
from tests.channels import peers
from tests.channels.peers import Peer
from tests.conftest import cannot_be_had
from tests.servers import Missing, free_port


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Peer, Peer]]:
    try:
        with peers.running("telegram_server.py", 1) as telegram, peers.running("twilio_server.py", 1) as twilio:
            yield telegram, twilio
    except Missing as missing:
        cannot_be_had(missing)


def told(folder: Path, environ: dict[str, str]) -> list[str]:
    """The lines that say what to mend, or give a hint."""
    out = io.StringIO()
    settings = Settings.read({"HOTLINE_DATA_DIR": str(folder), **environ})
    examine(settings, ROOT, Console(file=out, width=400))
    return [line for line in out.getvalue().splitlines() if line.startswith(("MEND", "hint"))]


def with_both(telegram: Peer, twilio: Peer, **more: str) -> dict[str, str]:
    return {**peers.telegram_settings(telegram), **peers.twilio_settings(twilio), **more}


# --- set-ups, each broken in another way -------------------------------------------------------------


@dataclass
class SetUp:
    """A whole set-up that is well: peers at the other end, a folder of its own. Each test breaks one thing in it."""

    folder: Path
    telegram: Peer
    twilio: Peer
    ends: ExitStack
    monkeypatch: pytest.MonkeyPatch
    environ: dict[str, str] = field(default_factory=dict)

    def served(self, handler: type[BaseHTTPRequestHandler]) -> str:
        """The address of a small server of another kind."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.ends.callback(thread.join, 5)
        self.ends.callback(server.server_close)
        self.ends.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"


class _Other(BaseHTTPRequestHandler):
    """Some other program."""

    def do_GET(self) -> None:
        self.tell(404, {})

    def do_HEAD(self) -> None:
        self.do_GET()

    def tell(self, status: int, answer: dict[str, object]) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _TwilioWithoutOurNumber(_Other):
    def do_GET(self) -> None:
        name = "messages" if "/Messages.json" in self.path else "incoming_phone_numbers"
        self.tell(200, {name: [], "next_page_uri": None, "page": 0, "page_size": 1, "uri": self.path})


class _TwilioThatCallsAnother(_TwilioWithoutOurNumber):
    def do_GET(self) -> None:
        if "/IncomingPhoneNumbers.json" not in self.path:
            return super().do_GET()
        number = {"sid": "PN1", "phone_number": peers.SENDER, "sms_url": "https://old.example.org/sms"}
        return self.tell(200, {"incoming_phone_numbers": [number], "next_page_uri": None})


class _AnHourLater(_Other):
    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(time.time() + 3600, usegmt=True)


def wrong_token(one: SetUp) -> str:
    one.environ["HOTLINE_TELEGRAM_TOKEN"] = "123456789:wrong"
    return "does not know this token: copy it again from @BotFather"


def webhook_of_somebody_else(one: SetUp) -> str:
    url = f"{one.telegram.url}/bot{peers.TOKEN}/setWebhook"
    assert httpx.post(url, json={"url": "https://another.example.org/secret/path"}, timeout=60).status_code == 200
    one.ends.callback(httpx.post, url, json={"url": ""}, timeout=60)
    return "another program at another.example.org uses this token too"


def no_https(one: SetUp) -> str:
    one.environ["HOTLINE_PUBLIC_URL"] = "http://hotline.example.org"
    return "people's words would travel unencrypted: use https://"


def wrong_auth_token(one: SetUp) -> str:
    one.environ["HOTLINE_TWILIO_AUTH_TOKEN"] = "wrong"
    return "Twilio does not take this login: copy HOTLINE_TWILIO_ACCOUNT_SID and HOTLINE_TWILIO_AUTH_TOKEN again"


def sender_not_owned(one: SetUp) -> str:
    one.environ["HOTLINE_TWILIO_API_URL"] = one.served(_TwilioWithoutOurNumber)
    return "this account does not own it: buy it, or set HOTLINE_TWILIO_SMS_FROM"


def number_that_calls_another(one: SetUp) -> str:
    one.environ["HOTLINE_TWILIO_API_URL"] = one.served(_TwilioThatCallsAnother)
    return f"to old.example.org: enter {peers.PUBLIC}/webhooks/twilio at the number"


def clock_astray(one: SetUp) -> str:
    one.environ["HOTLINE_TELEGRAM_API_URL"] = one.served(_AnHourLater)
    return "it is 60 minutes behind 127.0.0.1: set it, and keep it set"


def disk_full(one: SetUp) -> str:
    one.environ["HOTLINE_DATA_DIR"] = "/proc/hotline"  # a file system without room
    return "free at least 300 MB"


def key_readable_by_others(one: SetUp) -> str:
    key = one.folder / "master.key"
    key.write_text("0" * 64)
    key.chmod(0o644)
    return f"others can read it: chmod 600 {key}"


def database_away(one: SetUp) -> str:
    one.environ["HOTLINE_DATABASE_URL"] = f"postgresql://hotline@127.0.0.1:{free_port()}/hotline"
    return "Check HOTLINE_DATABASE_URL and that the server runs"


def no_fonts(one: SetUp) -> str:
    if shutil.which("fc-list") is None:
        cannot_be_had(Missing("fontconfig (Debian: apt install fontconfig)"))
    empty = one.folder / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
    one.monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    return "none for မြန်မာဘာသာ, ភាសាខ្មែរ, ພາສາລາວ, ภาษาไทย, தமிழ், 中文: Debian has them in fonts-noto-core"


def port_taken(one: SetUp) -> str:
    port = one.served(_Other).rpartition(":")[2]
    one.environ["HOTLINE_PORT"] = port
    return f"another program has it: stop that one, or choose another port, PORT={int(port) + 1}"


@pytest.mark.parametrize(
    "breaks",
    [
        wrong_token,
        webhook_of_somebody_else,
        no_https,
        wrong_auth_token,
        sender_not_owned,
        number_that_calls_another,
        clock_astray,
        disk_full,
        key_readable_by_others,
        database_away,
        no_fonts,
        port_taken,
    ],
    ids=lambda breaks: breaks.__name__.replace("_", " "),
)
def test_a_set_up_that_was_well_is_explained_once_it_is_broken(
    tmp_path: Path, both: tuple[Peer, Peer], breaks: Callable[[SetUp], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as ends:
        one = SetUp(tmp_path, *both, ends, monkeypatch)
        well = with_both(*both, HOTLINE_PORT=str(free_port()))
        before = told(tmp_path, well)
        remedy = breaks(one)
        new = [line for line in told(tmp_path, well | one.environ) if line not in before]
        assert any(remedy in line for line in new), new
        assert remedy not in "".join(before)


def test_a_hint_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("fc-list") is None:
        cannot_be_had(Missing("fontconfig (Debian: apt install fontconfig)"))
    monkeypatch.setenv("FONTCONFIG_FILE", "/nowhere")
    out = io.StringIO()
    environ = {"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_PORT": str(free_port())}
    assert examine(Settings.read(environ), ROOT, Console(file=out, width=400)) is True, out.getvalue()


# --- what is wrong in a setting itself -------------------------------------------------------------------

BROKEN = [
    ({"HOTLINE_TELEGRAM_TOKEN": "my bot"}, "copy the whole line from @BotFather"),
    ({"HOTLINE_TELEGRAM_API_URL": "http://127.0.0.1:1"}, "it cannot be reached"),
    ({"HOTLINE_TELEGRAM_MODE": "push"}, "write polling or webhook"),
    ({"HOTLINE_TELEGRAM_MODE": "webhook"}, "it registers itself"),
    ({"HOTLINE_TELEGRAM_MODE": "webhook", "HOTLINE_PUBLIC_URL": "http://localhost:8000"}, "needs HOTLINE_PUBLIC_URL"),
    ({"HOTLINE_TELEGRAM_RATE": "fast"}, "HOTLINE_TELEGRAM_RATE is 'fast': write a number"),
    ({"HOTLINE_TWILIO_AUTH_TOKEN": ""}, "Twilio signs with it"),
    ({"HOTLINE_TWILIO_ACCOUNT_SID": "SK1"}, "begins with AC"),
    ({"HOTLINE_TWILIO_SMS_FROM": "", "HOTLINE_TWILIO_WHATSAPP_FROM": ""}, "Nothing to send from"),
    ({"HOTLINE_TWILIO_SMS_FROM": "0812345"}, "with + and the country's code"),
    ({"HOTLINE_TWILIO_API_KEY": "SK1"}, "go together"),
    ({"HOTLINE_TWILIO_API_URL": "http://127.0.0.1:1"}, "it cannot be reached"),
    ({"HOTLINE_TWILIO_API_URL": "api.twilio.com"}, "must begin with https://"),
    ({"HOTLINE_PUBLIC_URL": "http://hotline.example.org"}, "Twilio signs an https:// address"),
]


@pytest.mark.parametrize(("broken", "remedy"), BROKEN, ids=lambda one: next(iter(one)) if isinstance(one, dict) else "")
def test_a_broken_set_up_is_explained(
    tmp_path: Path, both: tuple[Peer, Peer], broken: dict[str, str], remedy: str
) -> None:
    lines = told(tmp_path, with_both(*both, **broken))
    assert any(remedy in line for line in lines), lines


def test_what_is_well_is_not_called_broken(tmp_path: Path, both: tuple[Peer, Peer]) -> None:
    lines = told(tmp_path, with_both(*both))
    # nobody serves the public address in this test
    assert [line for line in lines if "Telegram" in line or "Twilio" in line or "channel" in line] == []


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    out = io.StringIO()
    environ = {"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_TELEGRAM_TOKEN": "123456789:VERYSECRET"}
    environ["HOTLINE_TELEGRAM_API_URL"] = f"http://127.0.0.1:{free_port()}"
    examine(Settings.read(environ), ROOT, Console(file=out, width=400))
    assert "VERYSECRET" not in out.getvalue()
    assert "VERYSECRET" not in repr(Settings.read(environ))


def test_a_wrong_address_of_ours_is_refused_at_once() -> None:
    with pytest.raises(SettingsError):
        Settings.read({"HOTLINE_PUBLIC_URL": "hotline.example.org"})


def test_the_page_on_channels_lists_every_setting() -> None:
    from channels import known

    page = (ROOT / "bot" / "docs" / "channels.md").read_text(encoding="utf-8")
    for one in known.names():
        assert f"| `{one.name}` | {one.meaning} |" in page
