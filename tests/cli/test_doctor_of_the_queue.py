"""What ``hotline doctor`` says of hours, holidays and whoever is on call."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.doctor import examine
from bot.cli.main import ROOT
from bot.settings import Settings, SettingsError


def told(folder: Path, **environ: str) -> str:
    out = io.StringIO()
    examine(Settings.read({"HOTLINE_DATA_DIR": str(folder), **environ}), ROOT, Console(file=out, width=300))
    return out.getvalue()


def test_the_hours_the_next_holiday_and_who_is_on_call_are_told(tmp_path: Path) -> None:
    environ = {"HOTLINE_HOURS": "mon-fri 08:00-20:00", "HOTLINE_COUNTRY": "TH", "HOTLINE_ON_CALL": "sms:+66812345678"}
    text = told(tmp_path, **environ)
    assert "ok    the desk's hours: mon-fri 08:00-20:00" in text
    assert "ok    the next holiday in TH: " in text
    assert "MEND  on call by sms: ***678: sms is not switched on" in text
    assert "81234" not in text, "the number is somebody's own"
    assert "0,60,120,300" in text


def test_a_hotline_without_hours_is_open_at_all_hours(tmp_path: Path) -> None:
    assert "open at all hours" in told(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOTLINE_LADDER_HIGH", "60,0"),
        ("HOTLINE_ON_CALL", "somebody"),
        ("HOTLINE_QUEUE_STEP", "soon"),
        ("HOTLINE_TOLD_AFTER", "0"),
        ("HOTLINE_REHEARSALS_KEPT", "-1"),
        ("HOTLINE_REHEARSALS_KEPT", "for ever"),
        ("HOTLINE_TRANSFER_WAIT", "0"),
        ("HOTLINE_TRANSFER_WAIT", "61"),
        ("HOTLINE_TRANSFER_WAIT", "2.5"),
        ("HOTLINE_TRANSFER_WAIT", "soon"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_to_write(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}.*write"):
        Settings.read({name: value})
