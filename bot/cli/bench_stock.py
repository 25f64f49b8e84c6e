"""A project for stock Rasa with the hotline's own training messages, and its model, trained once."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import yaml
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.cli.bench_environment import StockUnavailable, stock_environ
from bot.core.taxonomy import INTENTS, QUESTIONS, Intent
from bot.nlu.data import Example, find_files, read_examples

#: Most training messages: with 5 epochs of each network, training stays under six minutes on two slow cores.
MOST_EXAMPLES = 4000

_FORMAT = "3.1"  # of Rasa's training data
_REPLY = "We have read what you wrote. Here is what you can do now; you can also ask for a person at any time. ({})"
_EPOCHS = re.compile(r"Epochs:\s+(\d+)%")


@dataclass(frozen=True)
class StockProject:
    """A Rasa project on disk. ``fingerprint`` changes with everything its model is made from."""

    folder: Path
    examples: int
    examples_in_all: int
    fingerprint: str

    @property
    def model(self) -> Path:
        return self.folder / "models" / f"{self.fingerprint}.tar.gz"


def write_project(root: Path, folder: Path) -> StockProject:
    """Write the project into *folder*; a model that is there already stays.

    Every intent in every language gives the same number of messages at most, so that no more than MOST_EXAMPLES are
    trained on, taken evenly from its files.

    Args:
        root: the hotline's own folder, with ``nlu_data``.
    """
    examples = read_examples(find_files(root / "nlu_data"))
    chosen = choose(examples, MOST_EXAMPLES)
    source = root / "bench" / "stock"
    files = {
        "config.yml": (source / "config.yml").read_text(encoding="utf-8"),
        "actions/__init__.py": (source / "actions" / "__init__.py").read_text(encoding="utf-8"),
        "credentials.yml": _dump({"rest": None}),
        "domain.yml": _dump(_domain()),
        "data/nlu.yml": _dump(_messages(chosen)),
        "data/rules.yml": _dump(_rules()),
        "data/stories.yml": _dump(_stories()),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    made_from = [*sorted(files.items()), ("", (source / "requirements.txt").read_text(encoding="utf-8"))]
    fingerprint = hashlib.sha256(repr(made_from).encode()).hexdigest()[:16]
    return StockProject(folder, sum(map(len, chosen.values())), len(examples), fingerprint)


def choose(examples: list[Example], most: int) -> dict[Intent, list[str]]:
    """At most *most* texts (one each at least) by intent: as many of each language, spread evenly over its files."""
    groups: dict[tuple[Intent, str], list[str]] = defaultdict(list)
    for example in examples:
        groups[example.intent, example.language].append(example.text)
    each = max(1, most // max(1, len(groups)))
    chosen: dict[Intent, list[str]] = defaultdict(list)
    for (intent, _), texts in groups.items():
        step = max(1.0, len(texts) / each)
        chosen[intent] += [texts[int(place * step)] for place in range(min(each, len(texts)))]
    return dict(chosen)


def ready_stock_model(project: StockProject, python: Path, say: Console) -> None:
    """Train the project's model unless it is there. Raises StockUnavailable with where the log lies."""
    if project.model.exists():
        return
    shutil.rmtree(project.model.parent, ignore_errors=True)  # models of older data
    say.print(f"Training stock Rasa on {project.examples} of {project.examples_in_all} messages, 5 epochs (once)")
    log = project.folder / "training.log"
    command = [str(python), "-m", "rasa", "train", "--fixed-model-name", project.fingerprint, "--out", "models"]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=say, transient=not say.is_terminal) as progress,
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(  # noqa: S603
            command,
            cwd=project.folder,
            env=stock_environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as training,
    ):
        assert training.stdout is not None
        task = progress.add_task("reading the data", total=100)
        # three networks learn one after another, each with a bar of its own
        networks, before = 0, 100
        for share in _shares(training.stdout, kept):
            networks, before = networks + (share < before), share
            progress.update(task, completed=share, description=f"network {networks} of 3")
    if training.returncode != 0 or not project.model.exists():
        raise StockUnavailable(f"Stock Rasa could not train its model; {log} says why. `--no-stock` measures without.")


def _shares(output: IO[str], log: IO[str]) -> Iterator[int]:
    """The percentages of Rasa's progress bars; everything is copied to *log*. Lines end in newline or return."""
    for line in output:
        log.write(line)
        log.flush()
        if found := _EPOCHS.findall(line):
            yield int(found[-1])


def write_endpoints(project: StockProject, folder: Path, action_port: int) -> Path:
    """The settings of one server: conversations in SQLite in *folder*, actions on a server of their own."""
    path = folder / "endpoints.yml"
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{action_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")},
    }
    path.write_text(_dump(endpoints), encoding="utf-8")
    return path


def _action(intent: Intent) -> str:
    return "action_answer" if intent in QUESTIONS else f"utter_{intent}"


def _domain() -> dict[str, Any]:
    said = [intent for intent in INTENTS if intent not in QUESTIONS]
    return {
        "version": _FORMAT,
        "intents": [str(intent) for intent in INTENTS],
        "slots": {"topic": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}},
        "actions": ["action_answer"],
        "responses": {f"utter_{name}": [{"text": _REPLY.format(name)}] for name in (*said, "not_understood")},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _messages(chosen: dict[Intent, list[str]]) -> dict[str, Any]:
    groups = [
        {"intent": str(intent), "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in chosen.items()
    ]
    return {"version": _FORMAT, "nlu": groups}


def _rules() -> dict[str, Any]:
    answered = [(str(intent), _action(intent)) for intent in INTENTS] + [("nlu_fallback", "utter_not_understood")]
    rules = [
        {"rule": f"Answer {intent}", "steps": [{"intent": intent}, {"action": action}]} for intent, action in answered
    ]
    return {"version": _FORMAT, "rules": rules}


def _stories() -> dict[str, Any]:
    """Short conversations from which the learned policies learn what the rules say."""
    intents = list(INTENTS)
    stories = []
    for first, second in zip(intents[::2], intents[1::2], strict=False):
        steps: list[dict[str, str]] = []
        for intent in (first, second):
            steps += [{"intent": str(intent)}, {"action": _action(intent)}]
        stories.append({"story": f"{first}, then {second}", "steps": steps})
    return {"version": _FORMAT, "stories": stories}


def _dump(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
