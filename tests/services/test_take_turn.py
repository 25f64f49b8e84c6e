"""Turns when something breaks, or when an operator comes in between. The engine is the real one, broken on purpose."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import structlog

from bot.app import Hotline, build, now, open_store
from bot.content.library import Library
from bot.core.conversation import Conversation, Holder
from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.ids import Address, ChannelName
from bot.core.message import Author, Received, Saying
from bot.core.risk import Risk
from bot.core.turn import ShownMessage
from bot.core.understanding import Understanding
from bot.nlu.engine import Engine
from bot.services import ports
from tests.hotline import settings_for

WEB = ChannelName("web")
MARKER = "zanzibar"


class BrokenEngine:
    """The real engine, but for one part that fails as a fault of ours would."""

    def __init__(self, engine: Engine, *, understanding: bool = False, dialogue: bool = False) -> None:
        self._engine, self._understanding, self._dialogue = engine, understanding, dialogue

    async def understand(self, text: str) -> Understanding:
        if self._understanding:
            raise RuntimeError(f"cannot read {text}")
        return await self._engine.understand(text)

    async def respond(self, turn: DialogueTurn) -> DialogueResult:
        if self._dialogue:
            raise RuntimeError(f"cannot answer {turn.understanding.text}")
        return await self._engine.respond(turn)


class PausingEngine(BrokenEngine):
    """The real engine, which lets something happen between deciding a turn and writing it."""

    def __init__(self, engine: Engine, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(engine)
        self._meanwhile = meanwhile
        self.turns = 0

    async def respond(self, turn: DialogueTurn) -> DialogueResult:
        result = await super().respond(turn)
        self.turns += 1
        if self.turns == 1:
            await self._meanwhile()
        return result


class Chat:
    """A hotline without a server, and one person who writes to it."""

    def __init__(self, folder: Path, engine: ports.Engine, library: Library) -> None:
        settings = settings_for(folder, 8000, folder)
        self.hotline: Hotline = build(settings, open_store(settings), engine, library)
        self._number = 0

    def ends(self) -> None:
        self.hotline.store.database.close()

    def says(self, text: str) -> list[str]:
        self._number += 1
        received = Received(WEB, str(self._number), Address("someone"), text, now())
        return [said.text for said in asyncio.run(self.hotline.exchange.answer(received))]

    @property
    def conversation(self) -> Conversation:
        found = self.hotline.store.conversations.find(WEB, Address("someone"))
        assert found is not None
        conversation = self.hotline.store.conversations.get(found)
        assert conversation is not None
        return conversation

    @property
    def messages(self) -> list[ShownMessage]:
        return self.hotline.store.conversations.messages(self.conversation.id)


class StartChat(Protocol):
    def __call__(self, engine: object | None = None, folder: str = "chat") -> Chat: ...


@pytest.fixture
def start(tmp_path: Path, engine: Engine, library: Library) -> Iterator[StartChat]:
    """Starts a chat with the real engine, or with one that is broken."""
    chats = []

    def begin(broken: object | None = None, folder: str = "chat") -> Chat:
        chats.append(Chat(tmp_path / folder, broken or engine, library))
        return chats[-1]

    yield begin  # type: ignore[misc]
    for chat in chats:
        chat.ends()


def test_a_crash_in_understanding_still_answers_and_queues(start: StartChat, engine: Engine) -> None:
    chat = start(BrokenEngine(engine, understanding=True))
    assert chat.says("my boss keeps my passport")
    assert chat.conversation.holder is Holder.QUEUE
    assert chat.conversation.handoff_reason == "understanding_failed"
    assert chat.messages[0].text == "my boss keeps my passport"


def test_a_crash_in_the_dialogue_still_answers_and_keeps_what_was_understood(start: StartChat, engine: Engine) -> None:
    chat = start(BrokenEngine(engine, dialogue=True))
    assert chat.says("help me he is beating me now")
    assert chat.conversation.risk is Risk.EMERGENCY
    assert chat.conversation.holder is Holder.QUEUE
    understood = chat.messages[0].understanding
    assert understood is not None
    assert understood.indicators


def test_a_message_that_killed_the_process_three_times_goes_to_a_human_unread(start: StartChat, engine: Engine) -> None:
    chat = start()
    store = chat.hotline.store.conversations
    received = Received(WEB, "1", Address("someone"), "my boss keeps my passport", now())
    accepted = store.receive(received, now())
    for _ in range(3):
        store.record_attempt(accepted.message_id)
    asyncio.run(chat.hotline.turns.take(accepted.conversation_id))
    assert chat.conversation.holder is Holder.QUEUE
    assert chat.conversation.handoff_reason == "understanding_failed"
    assert chat.messages[0].turn == "done"
    assert chat.messages[-1].saying == Saying("failed")


def test_a_message_that_only_stood_in_line_when_the_process_was_killed_is_understood(start: StartChat) -> None:
    chat = start()
    received = Received(WEB, "1", Address("someone"), "my boss keeps my passport", now())
    accepted = chat.hotline.store.conversations.receive(received, now())
    for _ in range(5):
        asyncio.run(chat.hotline.turns.resume())  # the loop ends, and with it the process, before any turn is begun
    asyncio.run(chat.hotline.turns.take(accepted.conversation_id))
    assert chat.conversation.handoff_reason != "understanding_failed"
    assert chat.messages[-1].saying != Saying("failed")


def test_the_bot_never_speaks_after_an_operator_took_over_in_the_middle_of_its_turn(
    start: StartChat, engine: Engine
) -> None:
    async def takes_over() -> None:
        operator = chat.hotline.store.operators.add("dara", "operator", now())
        await chat.hotline.desk.take_over(chat.conversation.id, operator.id)

    pausing = PausingEngine(engine, takes_over)
    chat = start(pausing)
    said = chat.says("may my boss keep my passport")
    assert chat.conversation.holder is Holder.OPERATOR
    assert [message.author for message in chat.messages] == [Author.PERSON, Author.OPERATOR]  # the notice of joining
    assert len(said) == 1
    assert pausing.turns == 1  # the turn was decided anew: relayed, not answered


def test_signs_are_seen_while_an_operator_holds_the_conversation(start: StartChat, engine: Engine) -> None:
    chat = start()
    chat.says("hello")
    operator = chat.hotline.store.operators.add("dara", "operator", now())
    asyncio.run(chat.hotline.desk.take_over(chat.conversation.id, operator.id))
    chat.says("they beat me every day and locked the door")
    assert chat.conversation.risk >= Risk.HIGH
    assert chat.conversation.holder is Holder.OPERATOR
    assert chat.conversation.waiting_since is not None


def test_a_person_who_wants_it_is_erased_and_gets_a_last_word(start: StartChat, engine: Engine) -> None:
    chat = start()
    chat.says("hello")
    chat.says("delete everything i wrote")
    assert chat.says("yes")
    assert chat.hotline.store.conversations.find(WEB, Address("someone")) is None


def test_a_person_who_writes_after_closing_is_answered_again(start: StartChat, engine: Engine) -> None:
    chat = start()
    chat.says("hello")
    operator = chat.hotline.store.operators.add("dara", "operator", now())
    asyncio.run(chat.hotline.desk.take_over(chat.conversation.id, operator.id))
    asyncio.run(chat.hotline.desk.close(chat.conversation.id, operator.id, "informed"))
    assert chat.conversation.holder is Holder.CLOSED
    assert chat.says("hello again")
    assert chat.conversation.holder is Holder.BOT


def test_nothing_the_person_wrote_reaches_the_log(
    start: StartChat,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        for broken in ({}, {"understanding": True}, {"dialogue": True}):
            chat = start(BrokenEngine(engine, **broken), "-".join(broken) or "whole")
            for text in (f"I am {MARKER}, my number is 0812345678", f"he beats me in {MARKER}", f"delete {MARKER}"):
                chat.says(text)
    captured = capfd.readouterr()
    told = f"{events} {caplog.text} {captured.out} {captured.err}"
    assert events
    assert MARKER not in told
    assert "0812345678" not in told


@pytest.mark.parametrize("word", ["danger", "Bahaya.", "ကယ်ပါ"])
def test_the_word_for_danger_is_an_emergency_in_its_own_language(start: StartChat, word: str) -> None:
    chat = start()
    assert "112" in chat.says(word)[0]
    assert chat.conversation.risk is Risk.EMERGENCY
    assert chat.conversation.holder is Holder.QUEUE
    assert chat.conversation.language == {"d": "en", "B": "id", "က": "my"}[word[0]]


def test_another_language_all_at_once_is_told_to_the_desk_and_outlives_a_restart(start: StartChat) -> None:
    chat = start()
    chat.says("my boss keeps my passport and i cannot go out of the house")
    assert chat.conversation.other_hand is None
    chat.says("အလုပ်ရှင်က ငါ့ကို အပြင်မထွက်ခိုင်းဘူး ဖုန်းလည်း မပေးဘူး ဘာလုပ်ရမလဲ")
    assert chat.conversation.other_hand == "language"


def test_the_signs_of_an_offer_are_kept_where_one_is_looked_at_and_not_in_a_plea(start: StartChat) -> None:
    chat = start()
    chat.says("my boss keeps my passport and locks the door, I get no pay")
    plea = chat.messages[0].understanding
    assert plea is not None
    assert plea.red_flags == ()
    other = start(folder="other")
    other.says("hi is this job real?")
    said = other.says("URGENT! Chat support in Cambodia, 1500 USD, no experience, tourist visa, only 3 slots left")
    assert "tourist" in said[0] or "visit" in said[0]
    advert = next(one.understanding for one in reversed(other.messages) if one.understanding is not None)
    assert {"tourist_visa", "hurry"} <= {flag.name for flag in advert.red_flags}
    assert other.conversation.countries == {"destination": "KH"}


def test_a_message_that_nobody_works_on_is_answered_at_the_second_look(start: StartChat) -> None:
    chat = start()
    chat.hotline.store.conversations.receive(Received(WEB, "1", Address("someone"), "hello", now()), now())

    async def looks() -> int:
        await chat.hotline.turns.sweep()
        await chat.hotline.turns.rest()
        return len(chat.messages)

    assert asyncio.run(looks()) == 1, "whoever received it may be at it, in another process too"
    assert asyncio.run(looks()) > 1
