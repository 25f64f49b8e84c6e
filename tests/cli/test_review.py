"""`hotline export` and `hotline import`, as somebody at a terminal meets them."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import polib
import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.review import export_review, import_review
from bot.content.phrases import Phrasebook
from bot.content.reading import HERE
from bot.core.taxonomy import Language

TODAY, KHMER = date(2026, 11, 22), Language("km")


class Terminal:
    """What is said beside the results."""

    def __init__(self) -> None:
        self._written = io.StringIO()
        self.say = Console(file=self._written, width=300, highlight=False)

    def __str__(self) -> str:
        return self._written.getvalue()


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content, in English and Khmer."""
    (tmp_path / "phrases").mkdir()
    for name in ("phrases/en.yml", "phrases/km.yml", "countries.yml"):
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def _exported(folder: Path, terminal: Terminal) -> Path:
    file = folder / "km.po"
    assert export_review("km", file, terminal.say, TODAY, folder) == 0
    return file


def _edit(file: Path, context: str, text: str | None = None) -> None:
    po = polib.pofile(str(file))
    entry = next(entry for entry in po if entry.msgctxt == context)
    entry.fuzzy = False
    entry.msgstr = text or entry.msgstr
    po.metadata["Last-Translator"] = "Sok Dara <sok@example.org>"
    po.save()


def _import(file: Path, folder: Path, terminal: Terminal, *, dry_run: bool = False) -> int:
    return import_review(file, None, terminal.say, TODAY, dry_run=dry_run, folder=folder)


def test_export_alone_says_what_it_can_do() -> None:
    result = CliRunner().invoke(app, ["export"])
    assert result.exit_code == 2
    assert "hotline export --review km --output km.po" in result.output
    assert "hotline import km.po" in result.output


def test_without_an_output_the_file_goes_to_standard_output() -> None:
    result = CliRunner().invoke(app, ["export", "--review", "km"])
    assert result.exit_code == 0
    assert '"Language: km\\n"' in result.stdout
    assert polib.pofile(result.stdout).metadata["Language"] == "km"


def test_a_language_that_is_not_ours_is_named_with_those_that_are(terminal: Terminal) -> None:
    assert export_review("fr", None, terminal.say, TODAY) == 2
    assert "'fr' is no language of ours; use one of en, id" in str(terminal)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, terminal: Terminal) -> None:
    assert _import(tmp_path / "km.po", tmp_path, terminal) == 2
    assert "km.po: cannot be read (No such file or directory)" in str(terminal)


def test_what_came_back_is_told_and_written(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    _edit(file, "greet_again", "ជំរាបសួរម្ដងទៀត។")
    _edit(file, "goodbye")
    assert _import(file, folder, terminal) == 0
    told = capsys.readouterr().out
    assert "greet_again: changed, reviewed by Sok Dara\n    text: ជំរាបសួរម្ដងទៀត។\n" in told
    assert "goodbye: reviewed by Sok Dara" in told
    assert "1 texts changed, 2 entries reviewed, 0 conflicts" in str(terminal)
    book = Phrasebook.load(folder / "phrases")
    assert [key for key in book.keys if book.review(key, KHMER)] == ["greet_again", "goodbye"]


def test_a_dry_run_tells_the_same_and_writes_nothing(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    before = (folder / "phrases" / "km.yml").read_bytes()
    _edit(file, "goodbye")
    assert _import(file, folder, terminal, dry_run=True) == 0
    assert "goodbye: reviewed by Sok Dara" in capsys.readouterr().out
    assert "Nothing was written (--dry-run)" in str(terminal)
    assert (folder / "phrases" / "km.yml").read_bytes() == before


def test_faults_are_listed_and_nothing_is_written(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    before = (folder / "phrases" / "km.yml").read_bytes()
    _edit(file, "goodbye", "ลาก่อน")
    assert _import(file, folder, terminal) == 1
    assert "km.po: goodbye: holds letters of another script (thai)" in capsys.readouterr().out
    assert "1 problems; nothing was written" in str(terminal)
    assert (folder / "phrases" / "km.yml").read_bytes() == before


def test_a_conflict_is_named_beside_what_was_written(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    phrases = folder / "phrases" / "en.yml"
    english = Phrasebook.load(folder / "phrases").phrase("goodbye", Language("en")).text
    phrases.write_text(phrases.read_text(encoding="utf-8").replace(english, "Goodbye then."), encoding="utf-8")
    _edit(file, "goodbye")
    _edit(file, "thank")
    assert _import(file, folder, terminal) == 1
    told = capsys.readouterr().out
    assert "conflict: km.po: goodbye: the English has changed since the export" in told
    assert "thank: reviewed by Sok Dara" in told


def test_a_word_to_type_that_already_means_something_else_is_refused(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    human = Phrasebook.load(folder / "phrases").phrase("type.human", KHMER).text
    _edit(file, "type.later", human)
    assert _import(file, folder, terminal) == 1
    assert f"“{human}” is what type.later of km tells people to type; choose another word" in capsys.readouterr().out


def test_two_buttons_of_one_menu_cannot_read_the_same(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    _edit(file, "menu.not_safe", Phrasebook.load(folder / "phrases").phrase("menu.safe", KHMER).text)
    assert _import(file, folder, terminal) == 1
    assert "has two buttons that read" in capsys.readouterr().out


def test_an_sms_form_that_leaves_no_room_for_the_number_is_refused(
    folder: Path, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _exported(folder, terminal)
    _edit(file, "disclosure_self|sms", "ស" * 134)
    _edit(file, "disclosure_self")
    assert _import(file, folder, terminal) == 1
    assert "disclosure_self: leaves no room in an SMS for the number" in capsys.readouterr().out
