"""``hotline operator`` and ``hotline audit``: what a hotline does without a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app import open_store
from bot.cli.main import app
from bot.settings import Settings


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_DATABASE_URL", raising=False)


def hotline(*command: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, command)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_operators_are_added_changed_and_let_go_from_the_command_line() -> None:
    code, told = hotline("operator", "add", "dara", "--role", "admin")
    assert code == 0
    assert "/desk#welcome=" in told
    assert hotline("operator", "add", "dara")[0] == 1
    assert hotline("operator", "add", "maya", "--role", "boss")[0] == 2
    assert hotline("operator", "add", "maya")[0] == 0
    assert hotline("operator", "disable", "dara")[0] == 1  # the last admin
    assert hotline("operator", "role", "maya", "admin")[0] == 0
    assert hotline("operator", "disable", "dara")[0] == 0
    assert hotline("operator", "link", "dara")[0] == 1
    assert "dara  admin  (disabled; has not signed in yet)" in hotline("operator", "list")[1]
    assert hotline("operator", "enable", "dara")[0] == 0
    assert hotline("operator", "reset-totp", "dara")[0] == 0
    assert hotline("operator", "end-sessions", "dara")[0] == 0
    assert hotline("operator", "link", "nobody")[0] == 1
    listed = hotline("audit", "list")[1]
    for action in ("operator_added", "role_changed", "operator_deactivated", "second_step_reset"):
        assert action in listed


def test_the_log_is_checked_from_the_command_line() -> None:
    hotline("operator", "add", "dara")
    hotline("operator", "add", "maya")
    assert hotline("audit", "verify") == (0, "whole: 4 lines\n")
    store = open_store(Settings.read())
    with store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE id = 4")
    store.database.close()
    code, told = hotline("audit", "verify")
    assert code == 1
    assert "broken: line 3" in told
    assert hotline("audit", "list", "--operator", "nobody")[0] == 1
