"""What ``hotline doctor`` looks at on this machine: Python, clock, disk, key, port, fonts."""

from __future__ import annotations

import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from bot.core.taxonomy import LANGUAGES, Language
from bot.settings import Settings
from channels import known

#: Is it well (None: a hint alone), what was looked at, what to do.
Finding = tuple[bool | None, str, str]

_ENOUGH_ROOM = 300 * 2**20  # bytes
_OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
#: Sign-in codes, signatures and rests after faults bear this much.
_MOST_ASTRAY = timedelta(minutes=1)
#: Written in letters that a machine without fonts for them shows as boxes.
_NEED_FONTS = ("my", "km", "lo", "th", "ta", "zh")


def python(_settings: Settings, _root: Path) -> Iterator[Finding]:
    version = sys.version_info
    yield (3, 11) <= version[:2] <= (3, 13), f"Python {version.major}.{version.minor}", "use Python 3.11, 3.12 or 3.13"


def clock(settings: Settings, _root: Path) -> Iterator[Finding]:
    remedy = "set it, and keep it set (timedatectl set-ntp true)"
    yield datetime.now(UTC) > _OLDEST_CLOCK, "the clock", f"this machine's date lies in the past: {remedy}"
    for kind in known.KNOWN:
        url = settings.channels.get(kind.api_url, "")
        if settings.channels.get(kind.switch) and (told := _time_at(url)) is not None:
            astray = datetime.now(UTC) - told
            minutes = round(astray.total_seconds() / 60)
            said = f"it is {abs(minutes)} minutes {'ahead of' if minutes > 0 else 'behind'} {httpx.URL(url).host}"
            yield abs(astray) < _MOST_ASTRAY, f"the clock, beside that of {httpx.URL(url).host}", f"{said}: {remedy}"
            return


def _time_at(url: str) -> datetime | None:
    """What time it is for a server; None: it does not say."""
    try:
        return parsedate_to_datetime(httpx.head(url, timeout=5).headers["Date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError):
        return None


def disk(settings: Settings, _root: Path) -> Iterator[Finding]:
    for folder in (settings.data_dir, settings.model_dir):
        place = next(one for one in (folder, *folder.parents) if one.exists())
        free = shutil.disk_usage(place).free
        yield free > _ENOUGH_ROOM, f"room for {folder} ({free // 2**20} MB free)", "free at least 300 MB"


def key(settings: Settings, _root: Path) -> Iterator[Finding]:
    key = settings.data_dir / "master.key"
    if not key.exists():
        yield True, "the master key (is made at the first start)", ""
        return
    mode = stat.S_IMODE(key.stat().st_mode)
    yield mode & 0o077 == 0, f"the master key's permissions ({mode:o})", f"others can read it: chmod 600 {key}"


def port(settings: Settings, _root: Path) -> Iterator[Finding]:
    named = f"port {settings.port}"
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((settings.host, settings.port)) != 0:
            yield True, f"{named} (free)", ""
            return
    try:
        answer = httpx.get(f"http://{settings.host}:{settings.port}/healthz", timeout=5)
        ours = answer.status_code == 200 and answer.text == "ok"
    except httpx.HTTPError:
        ours = False
    yield (
        ours,
        f"{named} ({'a hotline runs' if ours else 'taken'})",
        (f"another program has it: stop that one, or choose another port, PORT={settings.port + 1}"),
    )


def fonts(_settings: Settings, _root: Path) -> Iterator[Finding]:
    """Only for a browser on this very machine: others bring their own."""
    program = shutil.which("fc-list")
    if program is None:
        return
    missing = [LANGUAGES[Language(code)] for code in _NEED_FONTS if not _fonts_for(program, code)]
    yield (
        None if missing else True,
        "fonts for a browser on this machine",
        (f"none for {', '.join(missing)}: Debian has them in fonts-noto-core and fonts-noto-cjk"),
    )


def _fonts_for(program: str, code: str) -> bool:
    command = [program, f":lang={code}", "family"]
    listed = subprocess.run(command, capture_output=True, check=False, timeout=30)  # noqa: S603 - no word from outside
    return bool(listed.stdout.strip())


CHECKS: tuple[Callable[[Settings, Path], Iterator[Finding]], ...] = (python, clock, disk, key, port, fonts)
