"""The engine: what a message means, and what the dialogue answers. The only door from outside into Rasa."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.engine.exceptions import GraphComponentException
from rasa.shared.core.constants import DEFAULT_INTENTS, DEFAULT_SLOT_NAMES
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

from bot.core.dialogue import DialogueResult, DialogueTurn
from bot.core.offer import RedFlag, RedFlagName
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.understanding import Entity, Evidence, IntentGuess, LanguageGuess, Understanding
from bot.nlu.actions import InProcessActions
from bot.nlu.memory import KEPT_TURNS, StagedTrackerStore, recall, remember
from bot.nlu.phrases import PhraseGenerator, Wording
from bot.nlu.processor import Processor, Replies

UNDETERMINED = LanguageGuess(Language("und"), 0.0)

#: What a button sends: an intent and its details, as in ``/inform{"country": "MY"}``.
_TAP = re.compile(r"\s*/(?P<intent>\w+)\s*(?P<details>\{.*\})?\s*", re.DOTALL)


class ModelUnreadable(Exception):
    """The file is not a model that this version can load."""


class UnknownSlot(Exception):
    """A slot was given that ``domain.yml`` does not have."""


class Engine:
    """A loaded model.

    One engine serves all conversations of a process, from one event loop. Turns of different conversations may
    overlap; two turns of one conversation may not.
    """

    def __init__(self, processor: Processor, store: StagedTrackerStore, kept_turns: int = KEPT_TURNS) -> None:
        self._processor = processor
        self._store = store
        self._kept_turns = kept_turns
        self._looks_back = processor.looks_back
        self._taps = frozenset(processor.domain.intents) - frozenset(DEFAULT_INTENTS)

    @classmethod
    def load(
        cls,
        model: Path,
        wording: Wording,
        actions: EndpointConfig | None = None,
        kept_turns: int = KEPT_TURNS,
    ) -> Engine:
        """An engine for the model file *model*.

        Args:
            wording: says the replies; the content library.
            actions: where rasa-sdk actions run; by default those of the package ``actions``, in this process.
            kept_turns: how many messages back the dialogue remembers more than its state.
        Raises FileNotFoundError: there is no model. ModelUnreadable: it is broken, or another version made it.
        """
        if not model.is_file():
            raise FileNotFoundError(f"There is no model at {model}: train one with `hotline train`.")
        store = StagedTrackerStore()
        endpoint = actions or InProcessActions()
        try:
            processor = Processor(model, store, PhraseGenerator(wording), endpoint)
        except (
            tarfile.TarError,
            OSError,
            EOFError,
            LookupError,
            ValueError,
            RasaException,
            GraphComponentException,
        ) as error:
            raise ModelUnreadable(f"The model {model} cannot be loaded: train anew with `hotline train`.") from error
        return cls(processor, store, kept_turns)

    async def understand(self, text: str) -> Understanding:
        """What *text* means, by itself: language, intent, indicators with the words behind them, details.

        What a button sends is taken at its word and has no language (``und``).
        """
        return self._tapped(text) or _understanding(text, self._processor.understood(text))

    async def respond(self, turn: DialogueTurn) -> DialogueResult:
        """What the dialogue answers to *turn*.

        Nothing is kept here: the result carries the memory for the next turn, to be stored with the replies or not at
        all. The same turn, given again, gives the same result.

        Raises UnknownSlot, UnreadableMemory, DialogueFailed; and what an action raises.
        """
        domain = self._processor.domain
        channel = Replies(turn.channel)
        tracker = recall(turn.conversation_id, turn.memory, domain.slots)
        await self._processor.begin(tracker, channel)
        self._set_slots(tracker, turn)
        with self._store.turn(tracker):
            await self._processor.handle_message(_message(turn, channel))
        return DialogueResult(
            replies=tuple(channel.collected),
            slots=_own(tracker.current_slot_values()),
            memory=remember(tracker, self._kept_turns, self._looks_back),
        )

    @staticmethod
    def _set_slots(tracker: DialogueStateTracker, turn: DialogueTurn) -> None:
        for name, value in turn.slots.items():
            if name not in tracker.slots:
                raise UnknownSlot(f"domain.yml has no slot '{name}'")
            if tracker.slots[name].value != value:
                tracker.update(SlotSet(name, value))

    def _tapped(self, text: str) -> Understanding | None:
        tap = _TAP.fullmatch(text)
        if tap is None or tap["intent"] not in self._taps:
            return None
        try:
            details = json.loads(tap["details"] or "{}")
        except ValueError:
            return None
        certain = IntentGuess(Intent(tap["intent"]), 1.0)
        return Understanding(
            text=text,
            readable=text,
            language=UNDETERMINED,
            intent=certain,
            entities=tuple(
                Entity(name, str(value), *tap.span("details"))
                for name, values in details.items()
                for value in (values if isinstance(values, list) else [values])
            ),
            ranking=(certain,),
        )


def _own(slots: dict[str, Any]) -> dict[str, Any]:
    """The slots that ``domain.yml`` names, without those that Rasa adds."""
    return {name: value for name, value in slots.items() if name not in DEFAULT_SLOT_NAMES}


def _message(turn: DialogueTurn, channel: Replies) -> UserMessage:
    """The turn as Rasa takes a message: already understood, for certain."""
    entities = [
        {"entity": each.entity, "value": each.value, "start": each.start, "end": each.end}
        | ({"role": each.role} if each.role else {})
        for each in turn.understanding.entities
    ]
    understood = {
        "text": turn.understanding.text,
        "intent": {"name": turn.intent, "confidence": 1.0},
        "entities": entities,
    }
    return UserMessage(turn.understanding.text, channel, turn.conversation_id, understood, turn.channel)


def _understanding(text: str, parsed: dict[str, Any]) -> Understanding:
    """Rasa's parse data as the rest of the hotline knows it."""
    language = parsed.get("language")
    ranking = tuple(_intent(guess) for guess in parsed.get("intent_ranking", ()))
    return Understanding(
        text=text,
        readable=parsed.get("readable", text),
        language=LanguageGuess(Language(language["code"]), language["confidence"]) if language else UNDETERMINED,
        intent=_intent(parsed["intent"]),
        indicators=tuple(
            Evidence(
                Indicator(found["name"]), found["confidence"], tuple((start, end) for start, end in found["evidence"])
            )
            for found in parsed.get("indicators", ())
        ),
        entities=tuple(
            Entity(found["entity"], found["value"], found["start"], found["end"], found.get("role"))
            for found in parsed.get("entities", ())
        ),
        ranking=ranking,
        # a model that was trained before the flags has none
        red_flags=tuple(
            RedFlag(RedFlagName(found["name"]), tuple((start, end) for start, end in found["evidence"]))
            for found in parsed.get("red_flags", ())
        ),
    )


def _intent(guess: dict[str, Any]) -> IntentGuess:
    return IntentGuess(Intent(guess["name"]), guess["confidence"])
