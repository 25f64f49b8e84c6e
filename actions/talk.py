"""The frame of every action: what is known, what to say, what to remember."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.core.ids import SHORT_CHANNELS
from bot.core.message import Saying
from bot.core.questions import Given

#: What we last asked, where a bare yes or no is an answer to it (slot ``question``).
ASKED_SAFETY = "safety"
ASKED_ERASE = "erase"
ASKED_COUNTRY = "country"


@dataclass(frozen=True)
class Situation:
    """What an action may know: the slots, and the message as it was understood."""

    intent: str
    text: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)
    present: str | None = None
    origin: str | None = None
    destination: str | None = None
    first_turn: bool = False
    unsafe: bool = False
    unavailable: bool = False
    asked_country: bool = False
    pending_topic: str | None = None
    question: str | None = None  # what we asked last, which this message may answer
    round: str | None = None  # of our questions: see bot.core.questions.ROUNDS
    signs: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    red_flags: tuple[str, ...] = ()  # of a job offer, in this message
    code_word: str | None = None
    job: str | None = None
    told_before: bool = False  # of harm, so that it was thanked for and a human called
    waiting_before: int = 0
    risk: str = "none"
    channel: str = "web"

    @classmethod
    def of(cls, tracker: Tracker) -> Situation:
        slot, message = tracker.get_slot, tracker.latest_message
        return cls(
            intent=(message.get("intent") or {}).get("name") or "",
            text=message.get("text") or "",
            entities={found["entity"]: str(found["value"]) for found in message.get("entities") or ()},
            present=slot("country_present"),
            origin=slot("country_origin"),
            destination=slot("country_destination"),
            first_turn=slot("first_turn") is True,
            unsafe=slot("unsafe") is True,
            unavailable=slot("unavailable") is True,
            asked_country=slot("asked_country") is True,
            pending_topic=slot("pending_topic"),
            question=slot("question"),
            round=slot("round"),
            signs=frozenset(slot("signs") or ()),
            answers=slot("answers") or {},
            red_flags=tuple(slot("red_flags") or ()),
            code_word=slot("code_word"),
            job=slot("job"),
            told_before=slot("told_before") is True,
            waiting_before=int(slot("waiting_before") or 0),
            risk=slot("risk") or "none",
            channel=slot("channel") or "web",
        )

    @property
    def country(self) -> str | None:
        """Where help is needed: where the person is, else where they go."""
        return self.present or self.destination

    @property
    def brief(self) -> bool:
        """Does every reply have to fit a short message? Then there is no room for a question at its end."""
        return self.channel in SHORT_CHANNELS

    @property
    def is_grave(self) -> bool:
        """Is a human called for this conversation?"""
        return self.risk in ("high", "emergency")

    @property
    def given(self) -> Given | None:
        """The closed question that this message answers."""
        question, answer = self.entities.get("question"), self.entities.get("answer")
        if question is not None and answer is not None:
            return Given(question, answer)
        if self.question is None or self.question not in self.answers:
            return None
        return Given(self.question, self.answers[self.question])

    @property
    def places(self) -> dict[str, str]:
        """The countries that are known, by role, as values of a saying."""
        known = {"present": self.present, "origin": self.origin, "destination": self.destination}
        return {role: country for role, country in known.items() if country}


@dataclass(frozen=True)
class Outcome:
    """``question`` is what a bare yes or no will answer next; it is forgotten with every turn that asks nothing."""

    sayings: tuple[Saying, ...]
    question: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


class Talk(Action, ABC):
    """An action that decides by a pure function of the situation.

    While somebody watches the phone, every action that could tell something says only a harmless line;
    ``while_watched`` is True for those that are harmless themselves or know what to do.
    """

    while_watched = False
    #: The first message of a conversation is introduced, unless seconds count.
    introduces = True

    @abstractmethod
    def name(self) -> str:
        """As in ``domain.yml``."""

    @abstractmethod
    def decide(self, situation: Situation) -> Outcome:
        """What to say now and what to remember."""

    def outcome(self, situation: Situation) -> Outcome:
        """What to say, after the watch over the phone and the introduction."""
        if situation.unsafe and not self.while_watched:
            return Outcome((Saying("unsafe_still"),))
        decided = self.decide(situation)
        if situation.first_turn and self.introduces:
            return Outcome((Saying("first_word"), *decided.sayings), decided.question, decided.slots)
        return decided

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        situation = Situation.of(tracker)
        outcome = self.outcome(situation)
        for saying in outcome.sayings:
            dispatcher.utter_message(response=f"utter_{saying.key}", values=dict(saying.values))
        slots: dict[str, Any] = {"question": outcome.question, **outcome.slots}
        if job := situation.entities.get("job"):
            slots["job"] = job
        return [SlotSet(name, value) for name, value in slots.items() if tracker.get_slot(name) != value]
