"""``hotline doctor``: the settings in force, and what would keep the hotline from working."""

from __future__ import annotations

import asyncio
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from bot.settings import Settings
from channels import known

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


def _reached(settings: Settings, _root: Path) -> Iterator[Finding]:
    """Does the public address lead to a hotline? Asked only where one says that it is public."""
    if not settings.public_url.startswith("https://"):
        return
    try:
        answer = httpx.get(f"{settings.public_url}/healthz", timeout=5)
        well, seen = answer.status_code == 200, f"it answered {answer.status_code}"
    except httpx.HTTPError as error:
        well, seen = False, type(error).__name__
    remedy = f"{seen}: start the hotline, and let the proxy pass everything on to {settings.host}:{settings.port}"
    yield well, f"{settings.public_url} from here", remedy


def _channels(settings: Settings, _root: Path) -> Iterator[Finding]:
    try:
        opened = known.open_channels(settings.channels, settings.public_url, lambda: datetime.now(UTC))
    except known.BadSettings as error:
        yield False, "the settings of a channel", str(error)
        return
    if not opened:
        yield True, "channels: the web chat and REST alone (bot/docs/channels.md says how to add others)", ""

    async def looked_at() -> list[Finding]:
        findings = []
        for channel in opened:
            findings += [(one.well, one.looked_at, one.remedy) async for one in channel.examine()]
            await channel.end()
        return findings

    yield from asyncio.run(looked_at())


def _stuck(settings: Settings, _root: Path) -> Iterator[Finding]:
    """Messages that a human must look at."""
    if settings.database_url.startswith("sqlite") and not Path(settings.database_url[10:]).exists():
        return
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store.database import Database
    from bot.store.queue import Queue

    database = Database(settings.database_url)
    try:
        outgoing = dict(Queue(database).counts().outgoing)
    except SQLAlchemyError:  # told by the look at the database, or not made yet
        return
    finally:
        database.close()
    stuck = outgoing.get("uncertain", 0)
    yield stuck == 0, f"messages that may not have arrived ({stuck})", "open them at the desk: each can be sent again"


_CHECKS: tuple[Callable[[Settings, Path], Iterator[Finding]], ...] = (
    *(_python, _clock, _disk, _key, _database, _model, _port, _public_url, _reached, _channels, _stuck),
)
