"""Training writes one whole file and knows when it is out of date; what goes wrong is said in words."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlu.train import TrainingFailed, ensure, fingerprint, is_current, train
from tests.conftest import cannot_be_had
from tests.faults.server import small_disk
from tests.servers import Missing

SMALL = Path(__file__).parents[1] / "equivalence" / "project"


class Steps:
    """Collects the progress that a person would see."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int]] = []

    def __call__(self, what: str, done: int, total: int) -> None:
        self.seen.append((what, done, total))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "project"))


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path / "full", 4096) as place:
            yield place
    except Missing as missing:
        cannot_be_had(missing)


def test_progress_goes_forward_and_comes_to_its_end(project: Path, tmp_path: Path) -> None:
    steps = Steps()
    train(project, tmp_path / "m.tar.gz", steps)
    assert [done for _, done, _ in steps.seen] == sorted(done for _, done, _ in steps.seen)
    _, done, total = steps.seen[-1]
    assert done == total


def test_a_model_is_trained_when_missing_and_left_alone_after(project: Path, tmp_path: Path) -> None:
    steps = Steps()
    model = ensure(project, tmp_path / "models" / "m.tar.gz", steps)
    assert steps.seen
    steps.seen.clear()
    assert ensure(project, model, steps) == model
    assert not steps.seen


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "nlu_data/nlu.yml", "stories/rules.yml"])
def test_a_changed_source_makes_the_model_stale_and_a_touched_one_does_not(
    project: Path, tmp_path: Path, name: str
) -> None:
    before = fingerprint(project)
    os.utime(project / name, (0, 0))
    assert fingerprint(project) == before
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("\n# another line\n")
    assert fingerprint(project) != before


def test_a_renamed_or_removed_file_makes_the_model_stale(project: Path) -> None:
    before = fingerprint(project)
    (project / "nlu_data" / "nlu.yml").rename(project / "nlu_data" / "words.yml")
    assert fingerprint(project) != before


def test_a_model_without_its_fingerprint_is_not_trusted(project: Path, tmp_path: Path) -> None:
    model = train(project, tmp_path / "m.tar.gz", Steps())
    assert is_current(project, model)
    model.with_name("m.json").write_text("{")
    assert not is_current(project, model)


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("domain.yml", "intents: [", "domain.yml"),
        (
            "stories/rules.yml",
            "rules:\n- rule: a\n  steps:\n  - intent: hello\n  - action: action_none\n",
            "action_none",
        ),
        (
            "config.yml",
            "recipe: default.v1\nlanguage: en\npipeline: []\npolicies:\n- name: NoSuchPolicy\n",
            "NoSuchPolicy",
        ),
    ],
)
def test_broken_data_is_named_and_the_old_model_stays(
    project: Path, tmp_path: Path, name: str, text: str, named: str
) -> None:
    model = train(project, tmp_path / "m.tar.gz", Steps())
    before = model.read_bytes()
    (project / name).write_text(text, encoding="utf-8")
    with pytest.raises(TrainingFailed, match=named):
        train(project, model, Steps())
    assert model.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.json", "m.tar.gz", "project"]


def test_rules_that_contradict_each_other_are_named(project: Path, tmp_path: Path) -> None:
    with (project / "stories" / "rules.yml").open("a", encoding="utf-8") as file:
        file.write("\n  - rule: the other farewell\n    steps:\n      - intent: bye\n      - action: utter_hello\n")
    with pytest.raises(TrainingFailed, match="the other farewell"):
        train(project, tmp_path / "m.tar.gz", Steps())


def test_a_full_disk_is_said_to_be_full(project: Path, full_disk: Path) -> None:
    with pytest.raises(TrainingFailed, match="full"):
        train(project, full_disk / "m.tar.gz", Steps())
    assert not list(full_disk.iterdir())


def test_a_place_that_cannot_be_written_is_named(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingFailed, match="file"):
        train(project, tmp_path / "file" / "m.tar.gz", Steps())
