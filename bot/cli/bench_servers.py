"""The servers that are measured: each started as a person would start it, with a database of its own, and stopped."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.bench_environment import stock_environ
from bot.cli.bench_stock import StockProject, write_endpoints

_PATIENCE = 300.0  # seconds until a server must have answered
_FIRST_MESSAGE = json.dumps({"sender": "first", "message": "hello"})


class ServerFailed(Exception):
    """A measured server did not start or does not answer; the message says which and shows the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running server. ``start_seconds`` is from its start to its first answer."""

    name: str
    port: int
    start_seconds: float
    processes: tuple[subprocess.Popen[bytes], ...] = field(repr=False)

    def memory_mb(self) -> float | None:
        """Resident memory of all its processes; None where the system has no ``/proc``."""
        try:
            pages = sum(
                int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
                for process in self.processes
            )
        except OSError:
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_seconds(self) -> float | None:
        """Processor time that its processes have used so far; None where the system has no ``/proc``."""
        try:
            ticks = sum(
                # the name, in brackets, may hold spaces; user and system time are the 14th and 15th field
                sum(map(int, Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
                for process in self.processes
            )
        except OSError:
            return None
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def hotline(root: Path, folder: Path, model_dir: Path) -> Iterator[Server]:
    """This project's server with its model in *model_dir* and a fresh SQLite database. Raises ServerFailed."""
    port = _free_port()
    environ = {name: value for name, value in stock_environ().items() if not name.startswith("HOTLINE_")}
    environ |= {
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_MODEL_DIR": str(model_dir),
        "HOTLINE_HOST": "127.0.0.1",
        "HOTLINE_PORT": str(port),
    }
    with _running("hotline", port, {"server": [sys.executable, "-m", "bot.cli", "run"]}, root, folder, environ) as up:
        yield up


@contextmanager
def limit(root: Path, folder: Path) -> Iterator[Server]:
    """A bare server with one durable insert, see ``bench/echo.py``. Raises ServerFailed."""
    port = _free_port()
    command = [sys.executable, str(root / "bench" / "echo.py"), str(port), str(folder / "echo.db")]
    with _running("limit", port, {"server": command}, root, folder, stock_environ()) as up:
        yield up


@contextmanager
def stock(python: Path, project: StockProject, folder: Path) -> Iterator[Server]:
    """``rasa run`` with its action server and its SQL tracker store. Raises ServerFailed."""
    port, action_port = _free_port(), _free_port()
    endpoints = write_endpoints(project, folder, action_port)
    rasa = [str(python), "-m", "rasa", "run"]
    served = ["--model", str(project.model), "--endpoints", str(endpoints), "--credentials", "credentials.yml"]
    commands = {
        "actions": [*rasa, "actions", "--port", str(action_port)],
        "server": [*rasa, *served, "--port", str(port), "--interface", "127.0.0.1"],
    }
    with _running("stock", port, commands, project.folder, folder, stock_environ()) as up:
        _wait_for_port(up, action_port, folder / "actions.log")
        yield up


@contextmanager
def _running(
    name: str, port: int, commands: Mapping[str, list[str]], cwd: Path, folder: Path, environ: Mapping[str, str]
) -> Iterator[Server]:
    with ExitStack() as stack:
        began = time.perf_counter()
        processes = []
        for part, command in commands.items():
            log = stack.enter_context((folder / f"{part}.log").open("wb"))
            process = subprocess.Popen(  # noqa: S603
                command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            stack.callback(_stop, process)
            processes.append(process)
        while not _answers(port):
            if any(process.poll() is not None for process in processes) or time.perf_counter() - began > _PATIENCE:
                raise ServerFailed(f"{name} does not answer.\n{_last_lines(folder)}")
            time.sleep(0.05)
        yield Server(name, port, time.perf_counter() - began, tuple(processes))


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/webhooks/rest/webhook", _FIRST_MESSAGE, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status == 200 and isinstance(json.loads(answer.read()), list)
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()


def _wait_for_port(server: Server, port: int, log: Path) -> None:
    until = time.perf_counter() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.perf_counter() > until or any(process.poll() is not None for process in server.processes):
                raise ServerFailed(f"{server.name} has no action server.\n{_last_lines(log.parent)}") from None
            time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_lines(folder: Path) -> str:
    logs = sorted(folder.glob("*.log"))
    return "\n".join("\n".join(log.read_text(errors="replace").splitlines()[-8:]) for log in logs)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
