"""Plays conversations on our engine: its runner, policy, processor and memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.trackers import DialogueStateTracker

from bot.core.dialogue import DialogueTurn
from bot.core.ids import ChannelName, ConversationId
from bot.core.message import Button, Reply, Saying
from bot.core.taxonomy import Intent, Language
from bot.core.understanding import Entity, IntentGuess, LanguageGuess, Understanding
from bot.nlu.actions import InProcessActions
from bot.nlu.engine import Engine
from bot.nlu.memory import KEPT_TURNS, StagedTrackerStore
from bot.nlu.phrases import PhraseGenerator
from bot.nlu.processor import Processor
from tests.equivalence.stock import own, plain

PROJECT = Path(__file__).with_name("project")

Played = list[list[dict[str, Any]]]


class ProjectWording:
    """Says what the small project's own responses say, as Rasa's generator does."""

    def __init__(self, responses: dict[str, Any]) -> None:
        self._responses = responses

    def word(self, saying: Saying, language: Language, form: str = "chat") -> Reply:
        response = self._responses[f"utter_{saying.key}"][0]
        buttons = tuple(Button(**button) for button in response.get("buttons", ()))
        return Reply(response["text"].format(**saying.values), saying, buttons)


class _Recording(StagedTrackerStore):
    """Also keeps what happened in the turn."""

    @contextmanager
    def turn(self, tracker: DialogueStateTracker) -> Iterator[None]:
        before = len(tracker.events)
        with super().turn(tracker):
            yield
        self.happened = [plain(event.as_dict()) for event in list(tracker.events)[before:]]
        self.slots = own(tracker.current_slot_values())


def play(model: Path, conversations: list[list[dict[str, Any]]], kept_turns: int = KEPT_TURNS) -> Played:
    """Answers, slots and events of every turn of every conversation.

    Between two turns there is nothing but the memory, as after a restart of the process.
    """
    responses = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    store = _Recording()
    actions = InProcessActions("tests.equivalence.project.small_actions")
    processor = Processor(model, store, PhraseGenerator(ProjectWording(responses)), actions)
    engine = Engine(processor, store, kept_turns)
    return [
        asyncio.run(_conversation(engine, store, ConversationId(f"conversation {n}"), steps))
        for n, steps in enumerate(conversations)
    ]


async def _conversation(
    engine: Engine, store: _Recording, conversation: ConversationId, steps: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    turns = []
    memory: bytes | None = None
    for step in steps:
        result = await engine.respond(
            DialogueTurn(
                conversation_id=conversation,
                channel=ChannelName("web"),
                understanding=_understanding(step),
                intent=Intent(step["intent"]),
                slots=step["slots"],
                memory=memory,
            )
        )
        memory = result.memory
        turns.append(
            {
                "answers": [
                    [
                        reply.text,
                        [{"title": button.title, "payload": button.payload} for button in reply.buttons] or None,
                    ]
                    for reply in result.replies
                ],
                "slots": store.slots,
                "events": store.happened,
            }
        )
    return turns


def _understanding(step: dict[str, Any]) -> Understanding:
    return Understanding(
        text=step["text"],
        readable=step["text"],
        language=LanguageGuess(Language("en"), 1.0),
        intent=IntentGuess(Intent(step["intent"]), 1.0),
        entities=tuple(
            Entity(entity["entity"], entity["value"], 0, 0, entity.get("role")) for entity in step["entities"]
        ),
    )
