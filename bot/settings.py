"""Every setting of the hotline, from environment variables that begin with ``HOTLINE_``. Checked once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.disclosure import SMALLEST
from bot.core.hours import Hours, read_hours
from bot.core.ladder import DEFAULT_TIMES, Ladder, read_times
from bot.core.on_call import Target, read_targets
from bot.core.risk import Risk
from bot.core.urgency import STEP
from channels import known


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what to write instead."""


@dataclass(frozen=True)
class DeskSettings:
    """How the queue is kept: ``bot/docs/queue.md`` explains each.

    Attributes:
        hours: when the desk is open; at all hours when none are set.
        ladder: seconds after which each step of calling is taken, by risk.
        on_call: who is called by the last step.
        step: after so long a wait a conversation rises by one grade.
        told_after: so long after the beginning of a wait the person is told that nobody has come yet.
        transfer_wait: so long a colleague who is asked to take a conversation over may take to answer.
    """

    hours: Hours = field(default_factory=Hours)
    ladder: Ladder = field(default_factory=Ladder)
    on_call: tuple[Target, ...] = ()
    step: timedelta = STEP
    told_after: timedelta = timedelta(minutes=10)
    transfer_wait: timedelta = timedelta(minutes=3)

    def listed(self) -> list[tuple[str, str]]:
        """Every variable with its value; of who is on call the end of the number."""
        return [
            ("HOTLINE_HOURS", self.hours.text),
            ("HOTLINE_COUNTRY", ",".join(self.hours.countries)),
            *(
                (_ladder_of(risk), ",".join(f"{seconds:g}" for seconds in self.ladder.times[risk]))
                for risk in sorted(Risk, reverse=True)
            ),
            ("HOTLINE_ON_CALL", ",".join(f"{one.channel}:***{one.address[-3:]}" for one in self.on_call)),
            ("HOTLINE_QUEUE_STEP", f"{self.step.total_seconds() / 60:g}"),
            ("HOTLINE_TOLD_AFTER", f"{self.told_after.total_seconds() / 60:g}"),
            ("HOTLINE_TRANSFER_WAIT", f"{self.transfer_wait.total_seconds() / 60:g}"),
        ]

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> DeskSettings:
        """Raises SettingsError."""
        try:
            hours = read_hours(environ.get("HOTLINE_HOURS", ""), environ.get("HOTLINE_COUNTRY", ""))
            on_call = read_targets(environ.get("HOTLINE_ON_CALL", ""))
        except ValueError as error:
            raise SettingsError(f"{error}.") from None
        times = dict(DEFAULT_TIMES)
        for risk in Risk:
            if text := environ.get(_ladder_of(risk)):
                try:
                    times[risk] = read_times(text)
                except ValueError as error:
                    raise SettingsError(f"{_ladder_of(risk)} is {text!r}: {error}.") from None
        step, told = _minutes(environ, "HOTLINE_QUEUE_STEP", 30), _minutes(environ, "HOTLINE_TOLD_AFTER", 10)
        # whole minutes: the window in which a colleague is chosen says how many
        transfer_wait = timedelta(minutes=_whole(environ, "HOTLINE_TRANSFER_WAIT", 3, 1, 60))
        return cls(hours, Ladder(times), on_call, step, told, transfer_wait)


def _ladder_of(risk: Risk) -> str:
    return f"HOTLINE_LADDER_{risk.name}"


def _minutes(environ: Mapping[str, str], name: str, default: float) -> timedelta:
    text = environ.get(name) or str(default)
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0.05 <= minutes <= 24 * 60:
        raise SettingsError(f"{name} is {text!r}: write a number of minutes, such as {default:g}.")
    return timedelta(minutes=minutes)


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    Attributes:
        data_dir: holds the database, the master key and what must survive a restart.
        model_dir: holds the trained model.
        database_url: SQLAlchemy address; SQLite in *data_dir* when none is set.
        host, port: where the server listens.
        public_url: how people and operators reach it; used in sign-in links.
        secure_cookies: True behind HTTPS; worked out from *public_url*.
        time_zone: the hotline's own, by whose days and hours its figures are counted.
        smallest_count: counts under it are told to nobody.
        pause_minutes: an operator's pause after a grave case; 0: none.
        rehearsals_kept: days after which a talk of an operator with an invented person is forgotten; 0: never.
        translator_url: a server that speaks the LibreTranslate interface; none unless set. What an operator has
            translated leaves this machine for it, so run one of your own, or trust whoever does.
        translator_key: where that server wants one.
        desk_lock: after how long without a touch an operator's page covers itself.
        attached_megabytes, attached_seconds: the largest file of a person that is fetched, and how long it may take.
        replies_a_minute: that one person gets; more messages are stored and weighed, but not each is answered. 0: all.
        channels: the settings of Telegram and the like, by their variables: see :mod:`channels.known`.
        desk: how the queue is kept.
        redis_url: of the Redis that carries live updates between several processes; one process needs none.
    """

    data_dir: Path
    model_dir: Path
    database_url: str
    host: str
    port: int
    public_url: str
    time_zone: str = "Asia/Bangkok"
    smallest_count: int = SMALLEST
    pause_minutes: int = 10
    rehearsals_kept: int = 180
    translator_url: str | None = None
    translator_key: str | None = field(default=None, repr=False)
    desk_lock: timedelta = timedelta(minutes=10)
    attached_megabytes: float = 20.0
    attached_seconds: float = 30.0
    replies_a_minute: float = 20.0
    channels: Mapping[str, str] = field(default_factory=dict, repr=False)
    desk: DeskSettings = field(default_factory=lambda: DeskSettings(), repr=False)
    redis_url: str | None = field(default=None, repr=False)

    @property
    def audio_dir(self) -> Path:
        """Holds the messages as sound, which ``hotline audio`` makes."""
        return self.data_dir / "audio"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    def listed(self) -> list[tuple[str, str]]:
        """Every variable with its value; a password in the database's address is not shown."""
        return [
            ("HOTLINE_DATA_DIR", str(self.data_dir)),
            ("HOTLINE_MODEL_DIR", str(self.model_dir)),
            ("HOTLINE_DATABASE_URL", _shown(self.database_url)),
            ("HOTLINE_REDIS_URL", _shown(self.redis_url or "")),
            ("HOTLINE_HOST", self.host),
            ("HOTLINE_PORT", str(self.port)),
            ("HOTLINE_PUBLIC_URL", self.public_url),
            ("HOTLINE_TIME_ZONE", self.time_zone),
            ("HOTLINE_SMALLEST_COUNT", str(self.smallest_count)),
            ("HOTLINE_PAUSE_MINUTES", str(self.pause_minutes)),
            ("HOTLINE_REHEARSALS_KEPT", str(self.rehearsals_kept)),
            ("HOTLINE_TRANSLATOR_URL", self.translator_url or ""),
            ("HOTLINE_TRANSLATOR_KEY", "***" if self.translator_key else ""),
            ("HOTLINE_DESK_LOCK", str(int(self.desk_lock.total_seconds() // 60))),
            ("HOTLINE_ATTACHED_MEGABYTES", f"{self.attached_megabytes:g}"),
            ("HOTLINE_ATTACHED_SECONDS", f"{self.attached_seconds:g}"),
            ("HOTLINE_REPLIES_A_MINUTE", f"{self.replies_a_minute:g}"),
            *(
                (one.name, "***" if one.secret and self.channels.get(one.name) else self.channels.get(one.name, ""))
                for one in known.names()
            ),
            *self.desk.listed(),
        ]

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of *environ*. Raises SettingsError."""
        root = Path(__file__).resolve().parent.parent
        data_dir = Path(environ.get("HOTLINE_DATA_DIR") or root / "data").absolute()
        raw_port = environ.get("HOTLINE_PORT") or environ.get("PORT") or "8000"
        if not raw_port.isdecimal() or not 0 < int(raw_port) < 65536:
            raise SettingsError(f"HOTLINE_PORT is {raw_port!r}: write a number from 1 to 65535.")
        database_url = environ.get("HOTLINE_DATABASE_URL") or f"sqlite:///{data_dir / 'hotline.db'}"
        for short, full in (("postgres://", "postgresql+psycopg://"), ("postgresql://", "postgresql+psycopg://")):
            if database_url.startswith(short):
                database_url = full + database_url.removeprefix(short)
        if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingsError("HOTLINE_DATABASE_URL must begin with sqlite:/// or postgresql://.")
        redis_url = environ.get("HOTLINE_REDIS_URL") or None
        if redis_url is not None and not redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsError("HOTLINE_REDIS_URL must begin with redis://, rediss:// or unix://.")
        public_url = (environ.get("HOTLINE_PUBLIC_URL") or f"http://localhost:{raw_port}").rstrip("/")
        if not public_url.startswith(("http://", "https://")):
            raise SettingsError("HOTLINE_PUBLIC_URL must begin with http:// or https://.")
        translator_url = (environ.get("HOTLINE_TRANSLATOR_URL") or "").rstrip("/") or None
        if translator_url is not None and not translator_url.startswith(("http://", "https://")):
            raise SettingsError("HOTLINE_TRANSLATOR_URL must begin with http:// or https://.")
        lock = environ.get("HOTLINE_DESK_LOCK") or "10"
        if not lock.isdecimal() or not 1 <= int(lock) <= 60:
            raise SettingsError(f"HOTLINE_DESK_LOCK is {lock!r}: write a number of minutes from 1 to 60.")
        return cls(
            data_dir=data_dir,
            model_dir=Path(environ.get("HOTLINE_MODEL_DIR") or root / "models").absolute(),
            database_url=database_url,
            host=environ.get("HOTLINE_HOST") or "127.0.0.1",
            port=int(raw_port),
            public_url=public_url,
            time_zone=_time_zone(environ.get("HOTLINE_TIME_ZONE") or "Asia/Bangkok"),
            smallest_count=_whole(environ, "HOTLINE_SMALLEST_COUNT", SMALLEST, 1, 1000),
            pause_minutes=_whole(environ, "HOTLINE_PAUSE_MINUTES", 10, 0, 120),
            rehearsals_kept=_whole(environ, "HOTLINE_REHEARSALS_KEPT", 180, 0, 3650),
            translator_url=translator_url,
            translator_key=environ.get("HOTLINE_TRANSLATOR_KEY") or None,
            desk_lock=timedelta(minutes=int(lock)),
            attached_megabytes=_number(environ, "HOTLINE_ATTACHED_MEGABYTES", cls.attached_megabytes),
            attached_seconds=_number(environ, "HOTLINE_ATTACHED_SECONDS", cls.attached_seconds),
            replies_a_minute=_number(environ, "HOTLINE_REPLIES_A_MINUTE", cls.replies_a_minute),
            channels=known.read(environ),
            desk=DeskSettings.read(environ),
            redis_url=redis_url,
        )


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    raw = environ.get(name, "").strip()
    try:
        found = float(raw) if raw else default
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e6:
        raise SettingsError(f"{name} is {raw!r}: write a number, 0 or more.")
    return found


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):
        raise SettingsError(f"HOTLINE_TIME_ZONE is {name!r}: write one such as Asia/Bangkok or Asia/Manila.") from None


def _whole(environ: Mapping[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    raw = environ.get(name) or str(otherwise)
    if not raw.isdecimal() or not least <= int(raw) <= most:
        raise SettingsError(f"{name} is {raw!r}: write a whole number from {least} to {most}.")
    return int(raw)


def _shown(address: str) -> str:
    """*address* without its password."""
    before, at, after = address.rpartition("@")
    return before.rsplit(":", 1)[0] + ":***@" + after if at and before.count(":") > 1 else address
