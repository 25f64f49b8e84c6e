"""``hotline chat``: the whole path of a message in a terminal, on a store that is thrown away at the end."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from rich.console import Console

from bot.app import build, open_store
from bot.content.library import Library
from bot.core.ids import Address, ChannelName
from bot.core.message import Received
from bot.core.taxonomy import LANGUAGES
from bot.nlu.engine import Engine
from bot.settings import Settings, SettingsError

_TERMINAL = ChannelName("rest")
_ME = Address("terminal")


async def talk(settings: Settings, engine: Engine, library: Library, language: str | None, say: Console) -> None:
    """Read lines until an empty one; print what the bot says and, beneath, what it understood.

    Raises SettingsError: *language* is none of ours.
    """
    if language is not None and language not in LANGUAGES:
        raise SettingsError(f"--language is one of {', '.join(LANGUAGES)}.")
    with tempfile.TemporaryDirectory() as folder:
        place = replace(settings, data_dir=Path(folder), database_url=f"sqlite:///{folder}/chat.db", channels={})
        hotline = build(place, open_store(place), engine, library)
        say.print("Write as a person would. An empty line ends the chat.", style="dim")
        for number in count(1):
            try:
                text = await asyncio.to_thread(input, "> ")
            except EOFError:
                text = ""
            if not text.strip():
                break
            payload = text if text.startswith("/") else None
            now = datetime.now(UTC)
            received = Received(_TERMINAL, str(number), _ME, text, now, payload=payload, language=language)
            for said in await hotline.exchange.answer(received):
                print(said.text)
                for button in said.buttons:
                    say.print(f"  [{button.title}]  {button.payload}", style="cyan", markup=False)
            found = hotline.store.conversations.find(_TERMINAL, _ME)
            conversation = hotline.store.conversations.get(found) if found else None
            if found is None or conversation is None:
                continue
            understood = next(
                one.understanding for one in reversed(hotline.store.conversations.messages(found)) if one.understanding
            )
            signs = ", ".join(one.indicator for one in understood.indicators) or "no signs"
            say.print(
                f"  {understood.language.code} · {understood.intent.name} {understood.intent.confidence:.2f} · "
                f"{signs} · risk {conversation.risk.word} · {conversation.holder.value}",
                style="dim",
                markup=False,
            )
        hotline.store.database.close()
