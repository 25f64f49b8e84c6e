"""Training: from the project's data to a model file, and whether a model still fits its data."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rasa.engine.validation
from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.exceptions import GraphComponentException, GraphSchemaValidationException
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration, GraphNodeHook
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.data import TrainingType
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter

from bot.nlu.data import BadData
from bot.nlu.noise import without_noise
from bot.nlu.runner import OrderedRunner

#: What a model is made of, in the project's folder.
SOURCES = ("config.yml", "domain.yml", "nlu_data", "stories")
#: The code that decides what is learnt from it; the rest of bot/nlu only serves.
_CODE = Path(__file__).parent.parent
_LEARNING = ("core/taxonomy.yml", "content/places.yml", "text", "nlu")
_SERVING = {"absent", "actions", "check_data", "engine", "evaluate", "experiment", "memory", "noise", "parse"}
_SERVING |= {"adverts", "offers", "phrases", "processor", "rasa_command", "scores", "sums", "train"}

#: Called with what is being done, how many steps are done, and how many there are.
Progress = Callable[[str, int, int], None]


class TrainingFailed(Exception):
    """No model was made; an older one is as it was. The text says why, for the person who started it."""


def train(project: Path, out: Path, progress: Progress) -> Path:
    """Train a model on the data of *project* and write it to *out* (``.tar.gz``), with its fingerprint beside it.

    The file appears whole or not at all. Returns *out*. Raises TrainingFailed: data that does not hold together, or a
    disk that is full.
    """
    fitting = fingerprint(project)
    try:
        with tempfile.TemporaryDirectory() as scratch, without_noise():
            _train(project, out, Path(scratch), progress)
        _beside(out).write_text(json.dumps({"fingerprint": fitting}), encoding="utf-8")
    except (RasaException, GraphSchemaValidationException, BadData) as error:
        raise TrainingFailed(str(error)) from error
    except GraphComponentException as error:
        raise TrainingFailed(f"{error} {error.__cause__}") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise TrainingFailed(f"The disk is full: no room for {out} or for temporary files.") from error
        raise TrainingFailed(f"A file could not be read or written: {error}") from error
    return out


def ensure(project: Path, out: Path, progress: Progress) -> Path:
    """*out*, trained anew only where it is missing or made of something else than *project* has now."""
    return out if is_current(project, out) else train(project, out, progress)


def is_current(project: Path, model: Path) -> bool:
    """Was *model* made of just what *project* has now, by just this code?"""
    try:
        made_of = json.loads(_beside(model).read_text(encoding="utf-8"))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return model.is_file() and bool(made_of == fingerprint(project))


def fingerprint(project: Path) -> str:
    """Changes whenever the data, the configuration, the code that learns or Rasa changes; not with a touched file."""
    digest = hashlib.sha256(version("rasa").encode())
    for root, names in ((project, SOURCES), (_CODE, _LEARNING)):
        for name in names:
            for path in sorted(_files(root / name)):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for found in path.rglob("*"):
        serves = path == _CODE / "nlu" and _SERVING & {found.stem, found.parent.name}
        if found.suffix in (".py", ".yml", ".json", ".txt") and not serves:
            yield found


def _beside(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".json")


def _train(project: Path, out: Path, scratch: Path, progress: Progress) -> None:
    progress("Reading", 0, 1)
    importer = TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "nlu_data"), str(project / "stories")]
    )
    domain = importer.get_domain()
    plan = _plan(importer)
    rasa.engine.validation.validate(plan)
    storage = LocalModelStorage(scratch)
    context = ExecutionContext(graph_schema=plan.train_schema)
    steps = _Steps(progress, len(plan.train_schema.nodes) + 1)
    OrderedRunner(plan.train_schema, storage, context, [steps]).run({PLACEHOLDER_IMPORTER: importer})

    steps.at("Writing")
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        storage.create_model_package(unfinished, plan, domain)
        _beside(out).unlink(missing_ok=True)  # from here on, until the new one stands, nothing vouches for the model
        os.replace(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)
    steps.done()


def _plan(importer: TrainingDataImporter) -> GraphModelConfiguration:
    config = importer.get_config()
    recipe = Recipe.recipe_for_name(config.get("recipe"))
    return recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH)


class _Steps(GraphNodeHook):
    """Tells each part of the training before it begins."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def at(self, what: str) -> None:
        self._progress(what, self._done, self._total)
        self._done += 1

    def done(self) -> None:
        self._progress("Done", self._total, self._total)

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: dict[str, Any],
        received_inputs: dict[str, Any],
    ) -> dict[str, Any]:
        self.at(execution_context.graph_schema.nodes[node_name].uses.__name__)
        return {}

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: dict[str, Any],
        output: Any,
        input_hook_data: dict[str, Any],
    ) -> None:
        pass
