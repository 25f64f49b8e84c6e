"""Whole conversations from files, played through the whole path of a message on a store that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot.app import Hotline, build, open_store
from bot.content.library import Library
from bot.core.conversation import Holder
from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.ids import Address, ChannelName
from bot.core.message import Received, Reply
from bot.core.taxonomy import LANGUAGES, Indicator, Intent, Language
from bot.core.turn import ShownMessage
from bot.core.understanding import Evidence, IntentGuess, Understanding
from bot.nlu.engine import Engine
from bot.services import ports
from bot.settings import Settings

#: Where the conversations of this project stand: a file per flow, in all languages.
FOLDER = Path(__file__).resolve().parent.parent.parent / "tests" / "conversations"
_PAGE = ChannelName("web")


class BadConversation(Exception):
    """A file of conversations cannot be used; the text names it and says why."""


@dataclass(frozen=True)
class Step:
    """What the person does, and which sayings of the bot are to follow."""

    means: Intent | None  # of what is typed; None: a button is pressed
    signs: tuple[Indicator, ...]
    payload: str | None
    bot: tuple[str, ...]
    human: bool  # a human is called from here on


@dataclass(frozen=True)
class Flow:
    """A conversation to be played in each language that has lines for it."""

    name: str
    shows: str
    steps: tuple[Step, ...]
    lines: Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True)
class Played:
    """One step as it went."""

    step: Step
    wrote: str
    understood: Understanding | None
    said: tuple[ShownMessage | Reply, ...]
    human_called: bool

    @property
    def sayings(self) -> tuple[str, ...]:
        """Keys of what the bot said."""
        return tuple(message.saying.key for message in self.said if message.saying is not None)

    @property
    def as_expected(self) -> bool:
        return self.sayings == self.step.bot and (self.human_called or not self.step.human)


def read_flow(file: Path) -> Flow:
    """Raises BadConversation: the file is not in the form, or a language has too few or too many lines."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        steps = tuple(
            Step(
                Intent(step["typed"]["intent"]) if "typed" in step else None,
                tuple(map(Indicator, step.get("typed", {}).get("signs", ()))),
                step.get("pressed"),
                tuple(step["bot"]),
                step.get("human", False),
            )
            for step in data["turns"]
        )
        lines = {Language(code): tuple(texts) for code, texts in data["lines"].items()}
        shows = data["shows"]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadConversation(f"{file.name}: {error!r}; see the other files beside it for the form") from None
    typed = sum(step.means is not None for step in steps)
    for code, texts in lines.items():
        if code not in LANGUAGES or len(texts) != typed:
            raise BadConversation(f"{file.name}: {code} has {len(texts)} lines, the turns want {typed}")
    return Flow(file.stem, shows, steps, lines)


def read_flows(folder: Path = FOLDER) -> list[Flow]:
    """Every flow of *folder*, by name. Raises BadConversation: also where there is none."""
    flows = [read_flow(file) for file in sorted(folder.glob("*.yml"))]
    if not flows:
        raise BadConversation(f"there are no conversations in {folder}")
    return flows


class Labelled:
    """An engine for which every message means what the file says: it shows the dialogue apart from the model."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.step: Step | None = None

    async def understand(self, text: str) -> Understanding:
        """The real reading of language, details and red flags, with the labelled intent and signs."""
        read = await self._engine.understand(text)
        if self.step is None or self.step.means is None:
            return read
        signs = tuple(Evidence(sign, 0.95, ((0, len(text)),)) for sign in self.step.signs)
        return replace(read, intent=IntentGuess(self.step.means, 0.95), indicators=signs)

    async def respond(self, turn: DialogueTurn) -> DialogueResult:
        return await self._engine.respond(turn)


@contextmanager
def stage(settings: Settings, engine: ports.Engine, library: Library) -> Iterator[Hotline]:
    """A hotline whose store is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        place = replace(settings, data_dir=Path(folder), database_url=f"sqlite:///{folder}/stage.db")
        hotline = build(place, open_store(place), engine, library)
        try:
            yield hotline
        finally:
            hotline.store.database.close()


async def play(
    hotline: Hotline, flow: Flow, language: Language, labelled: Labelled | None = None
) -> AsyncIterator[Played]:
    """The steps of *flow* in *language*, one after the other, by somebody who never wrote before."""
    address, lines = Address(f"{flow.name}-{language}"), iter(flow.lines[language])
    offered: dict[str, str] = {}
    for number, step in enumerate(flow.steps):
        if labelled is not None:
            labelled.step = step
        text = next(lines) if step.payload is None else offered.get(step.payload, step.payload)
        received = Received(_PAGE, f"{address}-{number}", address, text, datetime.now(UTC), payload=step.payload)
        said = tuple(await hotline.exchange.answer(received))
        offered = {button.payload: button.title for message in said for button in message.buttons} | offered
        found = hotline.store.conversations.find(_PAGE, address)
        conversation = hotline.store.conversations.get(found) if found else None
        messages = hotline.store.conversations.messages(found) if found else []
        understood = next((one.understanding for one in reversed(messages) if one.understanding), None)
        called = conversation is not None and conversation.holder is Holder.QUEUE
        yield Played(step, text, understood, said, called)
