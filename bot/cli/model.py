"""The model: trained when it is missing or older than its data."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.settings import Settings

_PATIENCE = 3600.0  # seconds: training takes minutes, on a slow machine many


def model_path(settings: Settings) -> Path:
    return settings.model_dir / "hotline.tar.gz"


def ready_model(settings: Settings, root: Path, say: Console, *, force: bool = False) -> Path:
    """The path of a model that fits the data; trains one, with its progress shown, when there is none.

    Raises TrainingFailed, whose text is for the person who started it.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")  # Rasa's own bars would draw over ours; read when tqdm is imported
    from bot.nlu.train import TrainingFailed, is_current

    model = model_path(settings)
    if not force and is_current(root, model):
        return model
    try:
        model.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingFailed(f"There is no writing to {model.parent}: {error}") from error
    with _alone(model, say):
        if force or not is_current(root, model):  # another process may have made it meanwhile
            _train(root, model, say)
    return model


def _train(root: Path, model: Path, say: Console) -> None:
    from bot.nlu.train import train

    say.print("Training the model (once, and after changes to its data)")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say) as progress:
        task = progress.add_task("reading the data", total=None)

        def step(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=of)

        train(root, model, step)
    say.print(f"Model ready: {model}", markup=False)


@contextmanager
def _alone(model: Path, say: Console) -> Iterator[None]:
    """Two processes that find the model missing do not both train it: it takes minutes."""
    lock = portalocker.Lock(model.with_name(f"{model.name}.lock"), "w", fail_when_locked=True)
    try:
        lock.acquire()
    except portalocker.LockException:
        say.print("Another process is training the model: waiting for it ...")
        lock.acquire(timeout=_PATIENCE, check_interval=0.5, fail_when_locked=False)
    try:
        yield
    finally:
        lock.release()


def ready_model_apart(settings: Settings, root: Path, say: Console) -> Path:
    """As :func:`ready_model`, but training runs in a process of its own, whose memory is free again afterwards.

    Raises TrainingFailed: it told why on its own lines.
    """
    from bot.nlu.train import TrainingFailed, is_current

    model = model_path(settings)
    if not is_current(root, model):
        environment = os.environ | {"HOTLINE_MODEL_DIR": str(settings.model_dir)}
        if subprocess.run([sys.executable, "-m", "bot.cli", "train"], env=environment, check=False).returncode:
            raise TrainingFailed("The model could not be trained; the reason stands above.")
    return model
