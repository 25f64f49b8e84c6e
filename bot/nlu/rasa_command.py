"""``hotline rasa ...``: Rasa's own commands, in this project's folder and with this project's parts."""

from __future__ import annotations

import functools
import json
import os
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import rasa.core.agent
from rasa.core.agent import Agent
from rasa.core.channels import BUILTIN_CHANNELS
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.console import CmdlineInput
from sanic import Blueprint, HTTPResponse, Request, Sanic, response

from bot.nlu.actions import InProcessActions
from bot.nlu.noise import KNOWN

#: Where this project keeps what Rasa looks for in ``data``: words of a command -> its option, and the folders.
_FOLDERS: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
    ("train",): ("--data", ("nlu_data", "stories")),
    ("train", "nlu"): ("--nlu", ("nlu_data",)),
    ("train", "core"): ("--stories", ("stories",)),
    ("data", "validate"): ("--data", ("nlu_data", "stories")),
    ("test", "nlu"): ("--nlu", ("nlu_data",)),
}
#: Commands that talk, and so run actions.
_TALKING = frozenset({"shell", "run", "interactive", "x"})


class LocalAgent(Agent):
    """Rasa's agent, stock but for the actions: they run in this process and need no second server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "action_endpoint": InProcessActions()})


class OneAnswer(CmdlineInput):
    """The channel of ``rasa shell``, answering in one piece: Rasa streams, in a way that current Sanic has dropped."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The route that the shell's own client asks; a line of JSON for each message."""
        webhook = Blueprint("shell")

        async def receive(request: Request) -> HTTPResponse:
            said = CollectingOutputChannel()
            sender = await self._extract_sender(request)
            await on_new_message(UserMessage(self._extract_message(request), said, sender, input_channel=self.name()))
            return response.text("".join(json.dumps(message) + "\n" for message in said.messages))

        webhook.add_route(receive, "/webhook", methods=["POST"])
        return webhook


def run(argv: Sequence[str]) -> int:
    """Run Rasa's command line with *argv*, as in ``["data", "validate"]``; folders are filled in where not given.

    Returns its exit code.
    """
    import rasa.__main__  # the command line loads all of Rasa

    before, sys.argv = sys.argv, ["rasa", *with_folders(argv)]
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # the project's own packages, as with `python -m`
    try:
        with _talking_here(bool(argv) and argv[0] in _TALKING), warnings.catch_warnings():
            for known in KNOWN:
                warnings.filterwarnings("ignore", message=known)
            rasa.__main__.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv = before
    return 0


def with_folders(argv: Sequence[str]) -> list[str]:
    """*argv*, with this project's folders for a command that would look for others.

    >>> with_folders(["data", "validate"])
    ['data', 'validate', '--data', 'nlu_data', 'stories']
    >>> with_folders(["train", "--data", "elsewhere"])
    ['train', '--data', 'elsewhere']
    """
    if "-h" in argv or "--help" in argv:
        return list(argv)
    words = tuple(word for word in argv if not word.startswith("-"))
    command = next((name for name in sorted(_FOLDERS, key=len, reverse=True) if words[: len(name)] == name), None)
    filled = list(argv)
    if command is not None:
        option, folders = _FOLDERS[command]
        if not any(word == option or word.startswith(option + "=") or word == "-u" for word in argv):
            filled += [option, *folders]
    if words[:1] == ("test",) and "--no-plot" not in argv:
        filled.append("--no-plot")  # plots need matplotlib, which is not here; the reports are written all the same
    return filled


@contextmanager
def _talking_here(talking: bool) -> Iterator[None]:
    """Let a command that talks do so in this one process.

    Rasa makes its agent, its channel and its server by name and offers no setting for them: for the time of the
    command the names stand for ours, and the server is asked not to start processes of its own, which the versions
    that Rasa was written for did not do.
    """
    if not talking:
        yield
        return
    start, name = Sanic.run, CmdlineInput.name()
    rasa.core.agent.Agent = LocalAgent
    Sanic.run = functools.partialmethod(start, single_process=True)  # type: ignore[method-assign, assignment]
    BUILTIN_CHANNELS[name] = OneAnswer
    try:
        yield
    finally:
        rasa.core.agent.Agent = Agent
        BUILTIN_CHANNELS[name] = CmdlineInput
        Sanic.run = start  # type: ignore[method-assign]
