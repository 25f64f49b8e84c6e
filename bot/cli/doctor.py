"""``hotline doctor``: the settings in force, and what would keep the hotline from working."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.table import Table

from bot.cli import doctor_machine
from bot.cli.doctor_machine import Finding
from bot.core.hours import ZONES
from bot.services.translate import Translator, Untranslated, untranslated
from bot.settings import Settings
from channels import known

_SAID = {True: "ok   ", None: "hint ", False: "MEND "}


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
            out.print(f"{_SAID[good]} {looked_at}{'' if good else ': ' + remedy}", markup=False, soft_wrap=True)
            well &= good is not False
    return well


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


def _redis(settings: Settings, _root: Path) -> Iterator[Finding]:
    if settings.redis_url is None:
        if not settings.database_url.startswith("sqlite"):
            yield True, "Redis: none set (several processes then see each other's changes after some seconds)", ""
        return
    from redis import Redis, RedisError

    try:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3) as redis:
            redis.ping()
        yield True, "Redis", ""
    except (RedisError, OSError) as error:
        remedy = (
            "check HOTLINE_REDIS_URL and that the server runs. Until then nothing is lost: pages see the changes of "
            "other processes some seconds later"
        )
        yield False, f"Redis ({type(error).__name__})", remedy


def _model(settings: Settings, root: Path) -> Iterator[Finding]:
    from bot.cli.model import model_path
    from bot.nlu.train import is_current

    fresh = is_current(root, model_path(settings))
    yield fresh, "the model", "it is missing or older than its data: hotline train"


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
        findings: list[Finding] = []
        for channel in opened:
            findings += [(one.well, one.looked_at, one.remedy) async for one in channel.examine()]
            await channel.end()
        return findings

    yield from asyncio.run(looked_at())


def _translator(settings: Settings, _root: Path) -> Iterator[Finding]:
    """Where operators have messages translated: only on a press, but then the words leave."""
    url = settings.translator_url
    if url is None:
        return
    looked_at = f"the translator {url} (what operators have translated will leave this machine for it)"
    if not url.startswith(("https://", "http://localhost", "http://127.")):
        yield False, looked_at, "people's words would travel unencrypted: use https://, or a server on this machine"
        return
    try:
        known = asyncio.run(Translator(url, settings.translator_key).languages())
    except Untranslated as error:
        yield False, looked_at, f"it does not answer as LibreTranslate does ({error}): check HOTLINE_TRANSLATOR_URL"
        return
    missing = untranslated(known)
    yield not missing, looked_at, f"it does not know {', '.join(missing)}: load these languages there"


def _stuck(settings: Settings, _root: Path) -> Iterator[Finding]:
    """Messages and calls that a human must look at."""
    if settings.database_url.startswith("sqlite") and not Path(settings.database_url[10:]).exists():
        return
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store.database import Database
    from bot.store.queue import Queue

    database = Database(settings.database_url)
    try:
        outgoing = dict(Queue(database).counts(datetime.now(UTC)).outgoing)
        uncalled = Queue(database).failed_calls(datetime.now(UTC) - timedelta(days=1))
    except SQLAlchemyError:  # told by the look at the database, or not made yet
        return
    finally:
        database.close()
    stuck = outgoing.get("uncertain", 0)
    yield (
        uncalled == 0,
        f"calls to whoever is on call that failed since yesterday ({uncalled})",
        ("look at HOTLINE_ON_CALL: is each number right, and has the Telegram chat pressed Start?"),
    )
    yield stuck == 0, f"messages that may not have arrived ({stuck})", "open them at the desk: each can be sent again"


def _hours(settings: Settings, _root: Path) -> Iterator[Finding]:
    """When the desk is open, and the holidays that close it next."""
    from bot.content.holidays import is_holiday, next_holiday

    hours, now = settings.desk.hours, datetime.now(UTC)
    if not hours.spans:
        yield True, "the desk's hours: open at all hours (HOTLINE_HOURS and HOTLINE_COUNTRY set others)", ""
        return
    opening = hours.opens(now, is_holiday)
    state = f"closed until {opening.at:%a %d %b %H:%M}" if opening else "open now"
    yield (
        opening is not None or hours.is_open(now, is_holiday),
        f"the desk's hours: {hours.text}, {state}",
        ("the desk does not open within a month: look at HOTLINE_HOURS"),
    )
    for country in hours.countries:
        found = next_holiday(country, now.astimezone(ZoneInfo(ZONES[country])).date())
        told = f"{found[0]:%d %b %Y}, {found[1]}" if found else "none is known"
        yield (
            found is not None,
            f"the next holiday in {country}: {told}",
            "raise the holidays library: it ends too early",
        )


def _on_call(settings: Settings, _root: Path) -> Iterator[Finding]:
    """Whether whoever is on call can be called."""
    targets = settings.desk.on_call
    if not targets:
        yield True, "on call: nobody (HOTLINE_ON_CALL names a phone; then emergencies are called to it)", ""
        return
    switched_on = {
        "sms": bool(settings.channels.get("HOTLINE_TWILIO_ACCOUNT_SID")),
        "telegram": bool(settings.channels.get("HOTLINE_TELEGRAM_TOKEN")),
    }
    for target in targets:
        looked_at = f"on call by {target.channel}: ***{target.address[-3:]}"
        yield switched_on[target.channel], looked_at, f"{target.channel} is not switched on: see bot/docs/channels.md"


_CHECKS: tuple[Callable[[Settings, Path], Iterator[Finding]], ...] = (
    *doctor_machine.CHECKS,
    *(_database, _redis, _model, _public_url, _reached, _channels, _translator, _stuck, _hours, _on_call),
)
