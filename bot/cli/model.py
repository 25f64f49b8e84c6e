"""The model: trained when it is missing or older than its data."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.settings import Settings


def ready_model(settings: Settings, root: Path, say: Console, *, force: bool = False) -> Path:
    """The path of a model that fits the data; trains one, with its progress shown, when there is none."""
    from bot.nlu.train import is_fresh, train

    model = settings.model_dir / "hotline.tar.gz"
    if not force and is_fresh(root, model):
        return model
    say.print("Training the model (a minute or two, once)")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=not say.is_terminal) as progress:
        task = progress.add_task("reading the data", total=1.0)
        train(root, model, lambda what, share: progress.update(task, description=what, completed=share))
    say.print(f"Model ready: {model}", markup=False)
    return model
