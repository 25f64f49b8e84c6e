"""Both engines on the same conversations, and where they differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.nlu.train import train
from tests.equivalence import ours, stock
from tests.equivalence.conversations import Step

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Comparison:
    """How far the answers of the two are the same. ``differences`` has one entry for each conversation that is not."""

    conversations: int
    turns: int
    differences: tuple[str, ...]

    def __str__(self) -> str:
        same = self.conversations - len(self.differences)
        return f"{self.conversations} conversations, {self.turns} turns: {same} equal, {len(self.differences)} differ"


def compare(
    conversations: list[list[Step]],
    python: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Comparison:
    """Play *conversations* on our engine here, and on stock Rasa with *python* (None: with the Rasa installed here)."""
    with tempfile.TemporaryDirectory() as folder:
        model = train(ours.PROJECT, Path(folder) / "ours.tar.gz", lambda *_: None)
        played_here = ours.play(model, conversations)
        played_there = _play_stock(conversations, Path(folder), python, environ)
    differences = (
        _difference(number, steps, mine, theirs)
        for number, (steps, mine, theirs) in enumerate(
            zip(conversations, _as_json(played_here), played_there, strict=True)
        )
    )
    return Comparison(len(conversations), sum(map(len, conversations)), tuple(filter(None, differences)))


def _play_stock(
    conversations: list[list[Step]], folder: Path, python: Path | None, environ: Mapping[str, str] | None
) -> list[list[dict[str, Any]]]:
    script, results = folder / "conversations.json", folder / "results.json"
    script.write_text(json.dumps(conversations), encoding="utf-8")
    player = str(Path(stock.__file__))
    arguments = [str(ours.PROJECT), str(script), str(results)]
    if python is not None:
        command = [str(python), player, *arguments]
    else:  # Rasa's own parts, loaded with our stand-ins
        run_it = (
            f"import bot.nlu, runpy, sys; sys.argv[0] = {player!r}; runpy.run_path({player!r}, run_name='__main__')"
        )
        command = [sys.executable, "-c", run_it, *arguments]
    # in the scratch folder: Rasa leaves a cache where it trains
    environ = {**(environ or os.environ), "PYTHONPATH": str(ROOT)} if python is None else environ
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"stock Rasa failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    played: list[list[dict[str, Any]]] = json.loads(results.read_text(encoding="utf-8"))
    return played


def _as_json(played: ours.Played) -> ours.Played:
    same: ours.Played = json.loads(json.dumps(played))
    return same


def _difference(number: int, steps: list[Step], mine: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str:
    """The first turn that differs, in words; empty if none does."""
    for turn, (step, here, there) in enumerate(zip(steps, mine, theirs, strict=True)):
        for part in there:
            if here[part] != there[part]:
                said = " ".join(before["intent"] for before in steps[: turn + 1])
                return (
                    f"conversation {number}, turn {turn} ({said}; {step}): {part}\n"
                    f"  stock {there[part]}\n  ours  {here[part]}"
                )
    return ""
