"""The servers that the suite breaks: killed, their disk filled, their clock moved."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.servers import Missing, NotAllowed, free_port

_FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"
#: A server does not begin with less free room than 300 MB.
DISK = 340 * 2**20


@dataclass
class Server:
    """``hotline run`` in a process of its own, which can be killed and begun again on the same data."""

    log: Path
    environment: Mapping[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def begin(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"],
                env={**self.environment, "HOTLINE_PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 900  # as many processors as there are share the work
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            if self.ready():
                return
            time.sleep(0.05)  # a process of its own begins to listen
        raise AssertionError("the server does not begin")

    def ready(self) -> bool:
        """Does it say that it can work? False also while nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=15).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=90)


@contextmanager
def small_disk(folder: Path, size: int = DISK) -> Iterator[Path]:
    """A disk of its own of *size* bytes at *folder*; a server can begin on it. Raises NotAllowed: not mounted here."""
    folder.mkdir()
    program = shutil.which("mount")
    if program is None:
        raise Missing("mount")
    mounted = subprocess.run(
        [program, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        raise NotAllowed("a small disk to fill (mount -t tmpfs: root alone may, and not in every container)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(disk: Path, leave: int = 0) -> Iterator[None]:
    """While the block runs, no room is left on *disk* but for *leave* bytes."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        taken, step = 0, DISK
        while step >= 4096:
            try:
                os.posix_fallocate(file.fileno(), taken, step)
                taken += step
            except OSError:
                step //= 2  # all of it or nothing is given: what is left is less
        file.truncate(taken - leave)
    try:
        yield
    finally:
        filler.unlink()


@dataclass(frozen=True)
class Clock:
    """The clock of servers, which the test moves: real seconds go by, and the hands can be turned."""

    file: Path

    @classmethod
    def at(cls, file: Path) -> Clock:
        clock = cls(file)
        clock.turn(0)
        return clock

    def turn(self, hours: float) -> None:
        """From now on the servers' clock is so many hours ahead of the real one, or behind."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{hours * 3600:+.0f}\n")
        new.replace(self.file)  # at once: nobody reads half a file

    def environment(self) -> dict[str, str]:
        """Variables for a process that is to live by this clock. Raises Missing: no libfaketime."""
        library = next(iter(glob.glob(_FAKETIME)), None)
        if library is None:
            raise Missing("libfaketime (Debian: apt install faketime)")
        return {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds between two looks at the file
            "NO_FAKE_STAT": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # what a real clock does when it is set
            "FAKETIME_DONT_RESET": "1",
        }


@dataclass
class Front:
    """What stands before several servers: every connection goes to one that listens, by turns."""

    ports: list[int]
    port: int = field(default_factory=free_port)

    @contextmanager
    def running(self) -> Iterator[Front]:
        with socket.create_server(("127.0.0.1", self.port), backlog=256) as listener:
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()
            try:
                yield self
            finally:
                listener.shutdown(socket.SHUT_RDWR)

    def _serve(self, listener: socket.socket) -> None:
        place = 0
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            place += 1
            order = [self.ports[(place + number) % len(self.ports)] for number in range(len(self.ports))]
            far = next((line for line in map(_reached, order) if line), None)
            if far is None:
                near.close()
                continue
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _reached(port: int) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", port))
    except OSError:
        return None


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    with ExitStack() as ends, suppress(OSError):
        ends.callback(one.close)
        other.shutdown(socket.SHUT_WR)
