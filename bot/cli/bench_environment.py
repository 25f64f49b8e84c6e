"""Stock Rasa in an environment of its own, to be measured and compared with: Python 3.10, the versions it pins.

Made on demand in ``build/stock`` (2.5 GB), never by ``make run``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

_REQUIREMENTS = Path("bench/stock/requirements.txt")
_LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
_NEEDED = 4 * 2**30  # bytes: the packages, and room to unpack them


class StockUnavailable(Exception):
    """Stock Rasa cannot be had here; the message says what is missing and what to do."""


def stock_python(root: Path, say: Console) -> Path:
    """The interpreter of an environment that holds stock Rasa 3.6.21 and nothing of ours.

    Makes the environment when it is missing or its list of packages changed (under a minute with a quick network);
    processes that ask at the same time wait for one another.

    Args:
        root: the project's folder.
    Raises StockUnavailable.
    """
    environment = root / "build" / "stock"
    python = environment / "bin" / "python"
    made = environment / "made-from"
    wanted = hashlib.sha256((root / _REQUIREMENTS).read_bytes()).hexdigest()
    environment.parent.mkdir(exist_ok=True)
    with _alone(environment.with_suffix(".lock")):
        if not made.exists() or made.read_text(encoding="ascii") != wanted:
            say.print("Making an environment for stock Rasa in build/stock (2.5 GB, once)")
            _make(environment, python, root)
            made.write_text(wanted, encoding="ascii")
    return python


def stock_environ() -> dict[str, str]:
    """Environment variables for processes of stock Rasa: nothing is reported outside, byte code is kept."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return kept | _QUIET


def _make(environment: Path, python: Path, root: Path) -> None:
    uv = shutil.which("uv", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{root / '.tools' / 'bin'}")
    if uv is None:
        raise StockUnavailable("uv, the installer, is missing: `make bench` brings it. `--no-stock` measures without.")
    if shutil.disk_usage(environment.parent).free < _NEEDED:
        raise StockUnavailable(f"Stock Rasa needs 4 GB of free disk in {environment.parent}. Free some room.")
    interpreter = _python_3_10(uv)
    shutil.rmtree(environment, ignore_errors=True)
    _run([uv, "venv", "--quiet", "--python", interpreter, str(environment)])
    # every version is named, so nothing is left to resolve
    _run([uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python), "-r", str(root / _REQUIREMENTS)])


def _python_3_10(uv: str) -> str:
    asked = _quietly([uv, "python", "find", "--no-python-downloads", "3.10"])
    if asked.returncode == 0:
        return asked.stdout.strip()
    # pyenv's stand-in on the path refuses to start a version that is installed but not chosen
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for candidate in sorted(pyenv.glob("versions/3.10*/bin/python3.10")):
        if _quietly([str(candidate), "--version"]).returncode == 0:
            return str(candidate)
    raise StockUnavailable(
        "Stock Rasa 3.6.21 needs Python 3.10, which is not on this machine. Install it (`uv python install 3.10`, or "
        "pyenv), or leave stock Rasa out: `hotline bench --no-stock`."
    )


def _quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=tempfile.gettempdir(), check=False)  # noqa: S603


def _run(command: list[str]) -> None:
    # away from the project: its pyproject.toml changes what Rasa depends on
    done = _quietly(command)
    if done.returncode != 0:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise StockUnavailable(f"Stock Rasa could not be installed ({reason}). Is the package index reachable?")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
