"""The README tells nothing that a command does not print."""

from __future__ import annotations

from bot.cli.main import ROOT, app
from bot.content.library import Library
from bot.nlu.engine import Engine
from tests import figures


def test_the_table_of_languages_is_what_is_measured(engine: Engine, library: Library) -> None:
    told = figures.in_readme(figures.README.read_text(encoding="utf-8"))
    assert not figures.differs(told, figures.table(library, figures.measured(engine))), "run `make figures`"


def test_the_table_of_countries_is_what_check_content_prints(library: Library) -> None:
    told = figures.in_readme(figures.README.read_text(encoding="utf-8"), *figures.COUNTRIES)
    assert told == figures.places(library, figures.told_on(told)), "run `make figures`"


def test_a_figure_that_moved_is_seen() -> None:
    assert figures.differs("| en | 80 |", "| en | 70 |")
    assert not figures.differs("| en | 80 |", "| en | 77 |")
    assert figures.differs("| en | 80 |", "| en | none yet |")
    few = "| en | 1 | 1 | yes | 1 | 80 | 80 | {} | 4 |"
    assert not figures.differs(few.format(90), few.format(97))
    assert figures.differs(few.format(90), few.format(80))


def test_every_command_has_help_and_every_command_of_the_readme_exists() -> None:
    commands = {command.name or command.callback.__name__: command for command in app.registered_commands}  # type: ignore[union-attr]
    assert all(command.callback is not None and command.callback.__doc__ for command in commands.values())
    targets = {line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if "##" in line}
    for line in figures.README.read_text(encoding="utf-8").splitlines():
        words = line.strip("`| ").split()
        if words[:1] == ["make"] and len(words) > 1:
            assert words[1] in targets
