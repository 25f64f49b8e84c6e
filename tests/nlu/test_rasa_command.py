"""``hotline rasa`` is Rasa's command line with this project's folders filled in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.nlu.rasa_command import with_folders

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "equivalence" / "project"


def rasa(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    start = "import sys; from bot.nlu.rasa_command import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        ("train", "train --data nlu_data stories"),
        ("train nlu", "train nlu --nlu nlu_data"),
        ("train --force", "train --force --data nlu_data stories"),
        ("data validate --fail-on-warnings", "data validate --fail-on-warnings --data nlu_data stories"),
        ("test nlu", "test nlu --nlu nlu_data --no-plot"),
        ("test nlu --nlu mine", "test nlu --nlu mine --no-plot"),
        ("test nlu -u mine --no-plot", "test nlu -u mine --no-plot"),
        ("train --data=mine", "train --data=mine"),
        ("shell", "shell"),
        ("train --help", "train --help"),
        ("", ""),
    ],
)
def test_folders_are_filled_in_where_rasa_would_look_for_others(typed: str, run: str) -> None:
    assert with_folders(typed.split()) == run.split()


def test_rasa_tells_its_version() -> None:
    done = rasa("--version")
    assert done.returncode == 0
    assert "3.6.21" in done.stdout


def test_an_unknown_command_fails() -> None:
    assert rasa("dance").returncode == 2


def test_a_model_is_trained_and_its_understanding_tested(tmp_path: Path) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "project"))
    trained = rasa("train", cwd=project)
    assert trained.returncode == 0, trained.stderr[-2000:]
    tested = rasa("test", "nlu", cwd=project)
    assert tested.returncode == 0, tested.stderr[-2000:]
    assert (project / "results" / "intent_report.json").is_file()


def test_data_of_a_project_in_these_folders_is_validated() -> None:
    done = rasa("data", "validate", cwd=SMALL)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "No story structure conflicts found" in done.stdout + done.stderr
