"""A turn through the engine, on the small project of tests/equivalence: what it answers and what it remembers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.ids import ChannelName, ConversationId
from bot.core.message import Button, Reply, Saying
from bot.core.taxonomy import Intent, Language
from bot.core.understanding import Entity, IntentGuess, LanguageGuess, Understanding
from bot.nlu.actions import InProcessActions
from bot.nlu.engine import Engine, ModelUnreadable, UnknownSlot
from bot.nlu.memory import UnreadableMemory
from bot.nlu.processor import DialogueFailed
from bot.nlu.train import train

PROJECT = Path(__file__).parents[1] / "equivalence" / "project"
ACTIONS = "tests.equivalence.project.small_actions"


class Wording:
    """Says a saying as its response in the domain, after the language and the form in which it was asked for."""

    def __init__(self) -> None:
        self._responses = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["responses"]

    def word(self, saying: Saying, language: Language, form: str = "chat") -> Reply:
        response = self._responses[f"utter_{saying.key}"][0]
        buttons = tuple(Button(**button) for button in response.get("buttons", ()))
        return Reply(f"{language} {form}: {response['text'].format(**saying.values)}", saying, buttons)


class FailingNow(Wording):
    """Words that are missing while ``fails`` is set."""

    fails = False

    def word(self, saying: Saying, language: Language, form: str = "chat") -> Reply:
        if self.fails:
            raise LookupError(saying.key)
        return super().word(saying, language, form)


class Conversation:
    """A person and the engine, with the memory carried from turn to turn as the service does."""

    def __init__(self, engine: Engine, name: str = "c1", channel: str = "web") -> None:
        self._engine, self._id, self._channel = engine, ConversationId(name), ChannelName(channel)
        self.memory: bytes | None = None
        self.slots: Mapping[str, Any] = {}

    def says(self, intent: str, *entities: Entity, text: str = "words", **slots: Any) -> list[str]:
        """The texts of the replies to a message with *intent*."""
        result = asyncio.run(self.turn(intent, *entities, text=text, **slots))
        self.memory, self.slots = result.memory, result.slots
        return [reply.text for reply in result.replies]

    async def turn(self, intent: str, *entities: Entity, text: str = "words", **slots: Any) -> DialogueResult:
        guess = IntentGuess(Intent("inform"), 0.4)  # what was understood is not what is answered
        understanding = Understanding(text, text, LanguageGuess(Language("en"), 1.0), guess, entities=entities)
        turn = DialogueTurn(self._id, self._channel, understanding, Intent(intent), slots, self.memory)
        return await self._engine.respond(turn)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(PROJECT, tmp_path_factory.mktemp("model") / "small.tar.gz", lambda *_: None)


@pytest.fixture(scope="module")
def engine(model: Path) -> Engine:
    return Engine.load(model, Wording(), InProcessActions(ACTIONS))


@pytest.fixture
def person(engine: Engine) -> Conversation:
    return Conversation(engine)


def a_place(name: str, role: str | None = None) -> Entity:
    return Entity("place", name, 0, len(name), role)


def test_the_intent_of_the_turn_decides_and_not_what_was_understood(person: Conversation) -> None:
    assert person.says("hello") == ["en chat: hello", "en chat: calm"]


def test_replies_are_in_the_language_of_the_slot_and_in_the_form_of_the_channel(engine: Engine) -> None:
    assert Conversation(engine, channel="sms").says("bye", language="my") == ["my sms: bye"]


def test_a_reply_carries_its_saying_and_its_buttons(person: Conversation) -> None:
    person.says("chat", Entity("mood", "good", 0, 4))
    result = asyncio.run(person.turn("praise"))
    assert result.replies == (Reply("en chat: praised", Saying("praised"), (Button("more", "/hello"),)),)


def test_an_action_speaks_with_values_and_sets_slots(person: Conversation) -> None:
    assert person.says("ask_status") == ["en chat: told ask_status"]
    assert person.slots["known"] is True
    assert person.says("hello") == ["en chat: welcome back"]


def test_slots_given_with_a_turn_decide_rules_and_are_remembered(person: Conversation) -> None:
    assert person.says("chat", risk="emergency") == ["en chat: hurry"]
    assert person.says("chat") == ["en chat: hurry"]
    assert person.says("chat", risk="none") == ["en chat: chat"]


def test_a_form_is_filled_over_turns_and_survives_a_chat_in_between(person: Conversation) -> None:
    assert person.says("book") == ["en chat: from where"]
    assert person.says("inform", a_place("nowhere")) == ["en chat: bad place", "en chat: from where"]
    assert person.says("inform", a_place("Yangon")) == ["en chat: to where"]
    assert person.says("hello") == ["en chat: hello", "en chat: to where"]
    assert person.says("inform", a_place("Penang")) == ["en chat: agreed"]
    assert person.says("affirm") == ["en chat: booked"]
    assert (person.slots["origin"], person.slots["goal"], person.slots["agreed"]) == ("YANGON", "Penang", True)


def test_a_restart_forgets_the_slots(person: Conversation) -> None:
    person.says("hello", known=True)
    assert person.says("restart") == ["en chat: restarted"]
    assert person.slots["known"] is False


def test_the_same_turn_given_again_gives_the_same_result(person: Conversation) -> None:
    person.says("book")
    first, again = (
        asyncio.run(person.turn("inform", a_place("Yangon"))),
        asyncio.run(person.turn("inform", a_place("Yangon"))),
    )
    assert first == again


def test_the_memory_holds_no_words_of_the_person_or_of_ours(person: Conversation) -> None:
    for _ in range(3):
        person.says("tell", Entity("note", "Marker-Detail", 0, 13), text="Marker-Text", notes=None)
    memory = (person.memory or b"").decode()
    assert "Marker-Text" not in memory
    assert "told" not in memory


def test_the_memory_stays_small_however_long_the_conversation(person: Conversation) -> None:
    sizes = []
    for _ in range(40):
        person.says("hello")
        person.says("ask_status")
        sizes.append(len(person.memory or b""))
    assert max(sizes[20:]) <= max(sizes[:4])
    assert max(sizes) < 1000


def test_a_form_in_which_someone_chats_on_and_on_is_still_open(person: Conversation) -> None:
    person.says("report")
    person.says("inform", text="locked in")
    for _ in range(20):
        assert person.says("chat") == ["en chat: chat", "en chat: where"]
    assert len(person.memory or b"") < 1000
    assert person.says("inform", text="a house") == ["en chat: reported"]


def test_a_failing_turn_leaves_nothing_behind(model: Path) -> None:
    wording = FailingNow()
    person = Conversation(Engine.load(model, wording, InProcessActions(ACTIONS)))
    person.says("hello")
    before = person.memory
    wording.fails = True
    with pytest.raises(LookupError):
        person.says("ask_status")
    wording.fails = False
    assert person.memory == before
    assert person.says("ask_status") == ["en chat: told ask_status"]


def test_a_slot_that_the_domain_lacks_is_refused_by_name(person: Conversation) -> None:
    with pytest.raises(UnknownSlot, match="shoe_size"):
        person.says("hello", shoe_size=42)


@pytest.mark.parametrize("memory", [b"", b"{", b'{"a": 1}', b'[["z", 1]]', b"[[]]", b"[1]", b"\xff"])
def test_a_memory_that_is_none_is_refused(person: Conversation, memory: bytes) -> None:
    person.memory = memory
    with pytest.raises(UnreadableMemory):
        person.says("hello")


def test_conversations_may_overlap(engine: Engine) -> None:
    async def at_once() -> list[DialogueResult]:
        return await asyncio.gather(*(Conversation(engine, f"c{number}").turn("hello") for number in range(5)))

    assert {len(result.replies) for result in asyncio.run(at_once())} == {2}


def test_two_turns_of_one_conversation_at_once_are_refused(person: Conversation) -> None:
    async def at_once() -> list[Any]:
        return await asyncio.gather(person.turn("wait"), person.turn("wait"), return_exceptions=True)

    first, second = asyncio.run(at_once())
    assert isinstance(first, DialogueResult)
    assert isinstance(second, RuntimeError)


def test_a_dialogue_that_never_listens_is_stopped(person: Conversation) -> None:
    with pytest.raises(DialogueFailed, match="action_forever"):
        person.says("run_on")


def test_a_tap_on_a_button_is_taken_at_its_word(engine: Engine) -> None:
    tapped = asyncio.run(engine.understand('/inform{"place": "Penang", "note": ["a", "b"]}'))
    assert tapped.intent == IntentGuess(Intent("inform"), 1.0)
    assert [(found.entity, found.value) for found in tapped.entities] == [
        ("place", "Penang"),
        ("note", "a"),
        ("note", "b"),
    ]
    assert tapped.language.code == "und"


@pytest.mark.parametrize("text", ["/restart", "/nothing", "/hello there", '/inform{"place": ', "/inform[1]", "/", "//"])
def test_what_is_no_tap_is_read_as_words(engine: Engine, text: str) -> None:
    read = asyncio.run(engine.understand(text))
    assert read.text == text
    assert read.intent.name not in ("restart", "nothing")
    assert not read.entities


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "😀" * 5, "a" * 100_000])
def test_strange_text_is_understood_somehow_and_kept_as_it_is(engine: Engine, text: str) -> None:
    assert asyncio.run(engine.understand(text)).text == text


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="hotline train"):
        Engine.load(tmp_path / "none.tar.gz", Wording())


@pytest.mark.parametrize("kept", [0, 100, 5_000])
def test_a_broken_model_is_said_to_be_broken(model: Path, tmp_path: Path, kept: int) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(model.read_bytes()[:kept])
    with pytest.raises(ModelUnreadable, match="hotline train"):
        Engine.load(broken, Wording(), InProcessActions(ACTIONS))


def test_the_memory_is_plain_json(person: Conversation) -> None:
    person.says("hello")
    assert json.loads(person.memory or b"")[-1] == ["a", "action_listen"]
