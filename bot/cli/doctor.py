"""``hotline doctor``: the settings in force, and what would keep the hotline from working."""

from __future__ import annotations

import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.settings import Settings

_ENOUGH_ROOM = 300 * 2**20  # bytes
_OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)

Finding = tuple[bool, str, str]  # is it well, what was looked at, what to do


def examine(settings: Settings, root: Path, out: Console) -> bool:
    """Print settings and findings. False when something must be mended."""
    table = Table(title="Settings", title_justify="left")
    table.add_column("variable")
    table.add_column("value")
    for name, value in settings.listed():
        table.add_row(name, value)
    out.print(table)
    well = True
    for check in _CHECKS:
        for good, looked_at, remedy in check(settings, root):
            out.print(f"{'ok   ' if good else 'MEND '} {looked_at}{'' if good else ': ' + remedy}", markup=False)
            well &= good
    return well


def _python(_settings: Settings, _root: Path) -> Iterator[Finding]:
    version = sys.version_info
    yield (3, 11) <= version[:2] <= (3, 13), f"Python {version.major}.{version.minor}", "use Python 3.11, 3.12 or 3.13"


def _clock(_settings: Settings, _root: Path) -> Iterator[Finding]:
    yield datetime.now(UTC) > _OLDEST_CLOCK, "the clock", "this machine's date lies in the past: set it (timedatectl)"


def _disk(settings: Settings, _root: Path) -> Iterator[Finding]:
    for folder in (settings.data_dir, settings.model_dir):
        place = next(one for one in (folder, *folder.parents) if one.exists())
        free = shutil.disk_usage(place).free
        yield free > _ENOUGH_ROOM, f"room for {folder} ({free // 2**20} MB free)", "free at least 300 MB"


def _key(settings: Settings, _root: Path) -> Iterator[Finding]:
    key = settings.data_dir / "master.key"
    if not key.exists():
        yield True, "the master key (is made at the first start)", ""
        return
    mode = stat.S_IMODE(key.stat().st_mode)
    yield mode & 0o077 == 0, f"the master key's permissions ({mode:o})", f"others can read it: chmod 600 {key}"


def _database(settings: Settings, _root: Path) -> Iterator[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store.database import Database

    if settings.database_url.startswith("sqlite") and not Path(settings.database_url[10:]).exists():
        yield True, "the database (is made at the first start)", ""
        return
    database = Database(settings.database_url)
    try:
        with database.read():
            pass
        yield True, "the database", ""
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        yield False, "the database", f"{cause}. Check HOTLINE_DATABASE_URL and that the server runs"
    finally:
        database.close()


def _model(settings: Settings, root: Path) -> Iterator[Finding]:
    from bot.cli.model import model_path
    from bot.nlu.train import is_current

    fresh = is_current(root, model_path(settings))
    yield fresh, "the model", "it is missing or older than its data: hotline train"


def _port(settings: Settings, _root: Path) -> Iterator[Finding]:
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    # a running hotline takes it too, so this is told, not counted as a fault
    yield True, f"port {settings.port} ({'in use: by a running hotline?' if taken else 'free'})", ""


def _public_url(settings: Settings, _root: Path) -> Iterator[Finding]:
    local = settings.public_url.startswith(("http://localhost", "http://127."))
    good = local or settings.public_url.startswith("https://")
    yield good, f"the public address {settings.public_url}", "people's words would travel unencrypted: use https://"


_CHECKS: tuple[Callable[[Settings, Path], Iterator[Finding]], ...] = (
    *(_python, _clock, _disk, _key, _database, _model, _port, _public_url),
)
