"""``hotline doctor`` names what is wrong with a set-up and what to do: ten of them, each broken in another way."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

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
    """The lines that say what to mend."""
    out = io.StringIO()
    settings = Settings.read({"HOTLINE_DATA_DIR": str(folder), **environ})
    examine(settings, ROOT, Console(file=out, width=400))
    return [line for line in out.getvalue().splitlines() if line.startswith("MEND")]


def with_both(telegram: Peer, twilio: Peer, **more: str) -> dict[str, str]:
    return {**peers.telegram_settings(telegram), **peers.twilio_settings(twilio), **more}


BROKEN = [
    ({"HOTLINE_TELEGRAM_TOKEN": "123456789:wrong"}, "does not know this token"),
    ({"HOTLINE_TELEGRAM_TOKEN": "my bot"}, "copy the whole line from @BotFather"),
    ({"HOTLINE_TELEGRAM_API_URL": "http://127.0.0.1:1"}, "it cannot be reached"),
    ({"HOTLINE_TELEGRAM_MODE": "push"}, "write polling or webhook"),
    ({"HOTLINE_TELEGRAM_MODE": "webhook"}, "it registers itself"),
    ({"HOTLINE_TELEGRAM_MODE": "webhook", "HOTLINE_PUBLIC_URL": "http://localhost:8000"}, "needs HOTLINE_PUBLIC_URL"),
    ({"HOTLINE_TELEGRAM_RATE": "fast"}, "HOTLINE_TELEGRAM_RATE is 'fast': write a number"),
    ({"HOTLINE_TWILIO_AUTH_TOKEN": "wrong"}, "Twilio does not take this login"),
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
