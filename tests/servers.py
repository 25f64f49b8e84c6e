"""Real servers for the tests: a PostgreSQL of their own, in a folder of their own, stopped at the end."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg


class Missing(Exception):
    """A program that a test drives is not on this machine."""


class NotAllowed(Missing):
    """What a test needs may not be done on this machine, whatever is installed on it."""


#: Browsers refuse to open some below this one (10080, say).
_FIRST_PORT = 10_100


def _ports() -> Sequence[int]:
    """Below those that the system gives to outgoing connections: a port that is free now is not taken by one before a
    server listens on it. Of tests that run at once, each process has its own: nor is it given to another."""
    try:
        outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        outgoing = 32_768
    last = outgoing if outgoing > _FIRST_PORT + 4_000 else 32_768  # else there is no room below them
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return range(_FIRST_PORT + worker, last, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


_PORTS = _ports()


def free_port() -> int:
    """A port that nothing listens on; another each time."""
    while True:
        port = random.choice(_PORTS)
        if port not in _given and not _listens(port):
            _given.add(port)
            return port


_given: set[int] = set()
#: Seconds in which a server begins or ends, on a machine that is busy.
_PATIENCE = 300


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with nothing in it; yields its address. Raises Missing."""
    programs = _postgresql_programs()
    port = free_port()
    data = folder / "data"
    as_whom = _not_root(folder)
    run = _Run(as_whom)
    run(programs / "initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    # what it does by itself now and then would come between the steps of a test
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c autovacuum=off"
    run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "-t", _PATIENCE, "start")
    try:
        yield f"postgresql://hotline@127.0.0.1:{port}/postgres"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "-t", _PATIENCE, "stop")


@contextmanager
def redis() -> Iterator[int]:
    """A Redis server that keeps nothing; yields its port. Raises Missing."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("Redis (Debian: apt install redis-server)")
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _listens(port):
            assert process.poll() is None, "Redis ended at once"
            assert time.monotonic() < deadline, "Redis does not begin"
            time.sleep(0.02)  # a process of its own begins to listen
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


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
