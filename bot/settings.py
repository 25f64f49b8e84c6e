"""Every setting of the hotline, from environment variables that begin with ``HOTLINE_``. Checked once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from channels import known


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what to write instead."""


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
        channels: the settings of Telegram and the like, by their variables: see :mod:`channels.known`.
    """

    data_dir: Path
    model_dir: Path
    database_url: str
    host: str
    port: int
    public_url: str
    channels: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def audio_dir(self) -> Path:
        """Holds the messages as sound, which ``hotline audio`` makes."""
        return self.data_dir / "audio"

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    def listed(self) -> list[tuple[str, str]]:
        """Every variable with its value; a password in the database's address is not shown."""
        before, at, after = self.database_url.rpartition("@")
        shown = before.rsplit(":", 1)[0] + ":***@" + after if at and before.count(":") > 1 else self.database_url
        return [
            ("HOTLINE_DATA_DIR", str(self.data_dir)),
            ("HOTLINE_MODEL_DIR", str(self.model_dir)),
            ("HOTLINE_DATABASE_URL", shown),
            ("HOTLINE_HOST", self.host),
            ("HOTLINE_PORT", str(self.port)),
            ("HOTLINE_PUBLIC_URL", self.public_url),
            *(
                (one.name, "***" if one.secret and self.channels.get(one.name) else self.channels.get(one.name, ""))
                for one in known.names()
            ),
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
        public_url = (environ.get("HOTLINE_PUBLIC_URL") or f"http://localhost:{raw_port}").rstrip("/")
        if not public_url.startswith(("http://", "https://")):
            raise SettingsError("HOTLINE_PUBLIC_URL must begin with http:// or https://.")
        return cls(
            data_dir=data_dir,
            model_dir=Path(environ.get("HOTLINE_MODEL_DIR") or root / "models").absolute(),
            database_url=database_url,
            host=environ.get("HOTLINE_HOST") or "127.0.0.1",
            port=int(raw_port),
            public_url=public_url,
            channels=known.read(environ),
        )
