"""Real servers for the tests: a PostgreSQL of their own, in a folder of their own, stopped at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class Missing(Exception):
    """A program that a test drives is not on this machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with nothing in it; yields its address. Raises Missing."""
    programs = _postgresql_programs()
    port = free_port()
    data = folder / "data"
    as_whom = _not_root(folder)
    run = _Run(as_whom)
    run(programs / "initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://hotline@127.0.0.1:{port}/postgres"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@contextmanager
def fresh_database(server: str, name: str) -> Iterator[str]:
    """An empty database on *server*; yields its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield server.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def chromium() -> str:
    """The browser's path. Raises Missing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise Missing("Chromium (Debian: apt install chromium)")


class _Run:
    def __init__(self, as_whom: str | None) -> None:
        self._before = ["runuser", "-u", as_whom, "--"] if as_whom else []

    def __call__(self, *command: object) -> None:
        done = subprocess.run(
            [*self._before, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stdout.decode(errors='replace')[-500:]}")


def _postgresql_programs() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).parent
    raise Missing("PostgreSQL (Debian: apt install postgresql)")


def _not_root(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as, who may then enter *folder*."""
    if os.getuid() != 0:
        return None
    owner = "postgres" if _exists("postgres") else "nobody"
    shutil.chown(folder, owner)
    return owner


def _exists(user: str) -> bool:
    return subprocess.run(["id", user], capture_output=True, check=False).returncode == 0
