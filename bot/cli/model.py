"""The model: trained when it is missing or older than its data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.settings import Settings


def model_path(settings: Settings) -> Path:
    return settings.model_dir / "hotline.tar.gz"


def ready_model(settings: Settings, root: Path, say: Console, *, force: bool = False) -> Path:
    """The path of a model that fits the data; trains one, with its progress shown, when there is none.

    Raises TrainingFailed, whose text is for the person who started it.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")  # Rasa's own bars would draw over ours; read when tqdm is imported
    from bot.nlu.train import is_current, train

    model = model_path(settings)
    if not force and is_current(root, model):
        return model
    model.parent.mkdir(parents=True, exist_ok=True)
    say.print("Training the model (once, and after changes to its data)")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say) as progress:
        task = progress.add_task("reading the data", total=None)

        def step(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=of)

        train(root, model, step)
    say.print(f"Model ready: {model}", markup=False)
    return model


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
