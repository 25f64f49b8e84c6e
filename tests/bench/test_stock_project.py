"""The project that stock Rasa is measured with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from bot.cli import bench_environment
from bot.cli.bench_environment import StockUnavailable, stock_python
from bot.cli.bench_stock import MOST_EXAMPLES, choose, write_project
from bot.core.taxonomy import INTENTS, QUESTIONS, Intent, Language
from bot.nlu.data import Example, find_files, read_examples

ROOT = Path(__file__).resolve().parent.parent.parent


def example(text: str, intent: str = "greet", language: str = "en") -> Example:
    return Example(text, Intent(intent), (), Language(language), Path("x.yml"))


def test_few_messages_are_all_taken() -> None:
    assert choose([example("a"), example("b"), example("c", "thank")], 100) == {"greet": ["a", "b"], "thank": ["c"]}


def test_many_messages_are_taken_evenly_of_every_intent_and_language() -> None:
    many = [example(f"{language} {number}", language=language) for language in ("en", "my") for number in range(100)]
    assert choose([*many, example("thanks", "thank")], 12) == {
        "greet": ["en 0", "en 25", "en 50", "en 75", "my 0", "my 25", "my 50", "my 75"],
        "thank": ["thanks"],
    }


def test_the_project_has_our_messages_and_answers_every_intent(tmp_path: Path) -> None:
    project = write_project(ROOT, tmp_path)
    ours = {example.text for example in read_examples(find_files(ROOT / "nlu_data"))}
    groups = yaml.safe_load((tmp_path / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    theirs = [line.removeprefix("- ") for group in groups for line in group["examples"].splitlines()]
    assert set(theirs) <= ours
    assert len(theirs) == project.examples <= MOST_EXAMPLES
    assert project.examples_in_all >= project.examples
    rules = yaml.safe_load((tmp_path / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    answered = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}
    assert set(answered) == set(INTENTS) | {"nlu_fallback"}
    assert {intent for intent, action in answered.items() if action == "action_answer"} == QUESTIONS


def test_a_model_is_kept_while_the_project_stays_the_same(tmp_path: Path) -> None:
    copy = tmp_path / "hotline"
    for part in ("nlu_data/en", "bench/stock"):
        shutil.copytree(ROOT / part, copy / part)
    first = write_project(copy, tmp_path / "first")
    assert write_project(copy, tmp_path / "second").fingerprint == first.fingerprint
    with (copy / "bench" / "stock" / "config.yml").open("a", encoding="utf-8") as config:
        config.write("# more epochs\n")
    assert write_project(copy, tmp_path / "first").fingerprint != first.fingerprint


def test_a_machine_without_python_3_10_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "bench", tmp_path / "bench")
    found = tmp_path / "bin"
    found.mkdir()
    installer = found / "uv"
    installer.write_text("#!/bin/sh\nexit 2\n", encoding="ascii")
    installer.chmod(0o755)
    monkeypatch.setenv("PATH", str(found))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(StockUnavailable, match=r"needs Python 3\.10.*--no-stock"):
        stock_python(tmp_path, Console(quiet=True))
    installer.unlink()
    with pytest.raises(StockUnavailable, match="uv, the installer, is missing"):
        stock_python(tmp_path, Console(quiet=True))
    assert not (tmp_path / "build" / "stock").exists()


def test_stock_rasa_reports_nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    environ = bench_environment.stock_environ()
    assert environ["RASA_TELEMETRY_ENABLED"] == "false"
    assert "VIRTUAL_ENV" not in environ
