"""Rasa's message processor, for one process and one model: loaded once, run many times."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from rasa.core.actions.action import (
    Action,
    ActionBotResponse,
    ActionExecutionRejection,
    ActionListen,
    ActionSessionStart,
    RemoteAction,
)
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import DEFAULT_SLOT_NAMES, MAPPING_TYPE, SlotMappingType
from rasa.shared.core.events import (
    ActionExecutionRejected,
    DefinePrevUserUtteredFeaturization,
    Event,
    ReminderScheduled,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.core.message import Reply
from bot.nlu.actions import LocalAction
from bot.nlu.memory import StagedTrackerStore
from bot.nlu.noise import without_noise
from bot.nlu.phrases import as_reply
from bot.nlu.policy import IndexedRulePolicy
from bot.nlu.runner import OrderedRunner

#: Actions that read the tracker they are given and never change it, so that they need no copy of it.
_READERS = (ActionBotResponse, ActionListen, ActionSessionStart, LocalAction)


class DialogueFailed(Exception):
    """The dialogue did not come to an answer."""


class Replies(OutputChannel):
    """Collects what is said in one turn."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.collected: list[Reply] = []

    def name(self) -> str:
        """The channel on which the person writes: this one lends itself to all."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep *message* whole, as a reply: Rasa's own channels would cut it at blank lines."""
        self.collected.append(as_reply(message))


class Processor(MessageProcessor):
    """Runs a turn on a tracker that is given to it.

    Against Rasa's: the graph runs in a planned order; actions are made once; one that only reads gets the tracker
    itself and not a replayed copy; slots are looked for in a message only where the domain has one that is filled so;
    nothing is written to a log. An action that fails, fails the turn: Rasa would go on without its answer, which
    leaves a person with silence. Sessions do not expire: a conversation is one until it is erased.
    """

    def __init__(
        self, model: Path, store: StagedTrackerStore, generator: NaturalLanguageGenerator, actions: EndpointConfig
    ) -> None:
        super().__init__(model, store, InMemoryLockStore(), generator, actions)
        store.domain = self.domain
        self._actions: dict[str, Action] = {}
        self._fills_slots = any(map(_is_filled_from_messages, self.domain.slots))
        # the last node reads messages that begin with "/"; what stands before it is the pipeline itself
        self._pipeline = self.graph_runner.provider(self.model_metadata.nlu_target, "messages")

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        with tempfile.TemporaryDirectory() as unpacked, without_noise():
            metadata, runner = loader.load_predict_graph_runner(
                Path(unpacked), Path(model_path), LocalModelStorage, OrderedRunner
            )
        return os.path.basename(model_path), metadata, runner

    @property
    def looks_back(self) -> int:
        """How many actions of the past a rule can ask for."""
        policies = (part for part in self.graph_runner.components if isinstance(part, IndexedRulePolicy))
        return max((policy.depth for policy in policies), default=0)

    def understood(self, text: str) -> dict[str, Any]:
        """What the pipeline finds in *text*, in Rasa's form; offsets count from the very first character."""
        message = UserMessage()
        message.text = text  # the constructor would strip it
        given = {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: None}
        found: dict[str, Any] = self.graph_runner.run(given, [self._pipeline])[self._pipeline][0].as_dict(True)
        return found

    async def begin(self, tracker: DialogueStateTracker, channel: OutputChannel) -> None:
        """Start the conversation, if *tracker* is a new one."""
        await self._update_tracker_session(tracker, channel)

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """The next action, and why.

        Raises ActionLimitReached: more actions in one turn than any good dialogue takes.
        """
        if self.is_action_limit_reached(tracker, self.should_predict_another_action(tracker.latest_action_name)):
            raise ActionLimitReached("too many actions in one turn")
        prediction = self._predict_next_with_tracker(tracker)
        return self._get_action(self.domain.action_names_or_texts[prediction.max_confidence_index]), prediction

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Fill slots from the newest message, where there are such."""
        if not self._fills_slots:
            return tracker
        return await super().run_action_extract_slots(output_channel, tracker)

    async def run_anonymization_pipeline(self, tracker: DialogueStateTracker) -> None:
        """Nothing: a hook for plug-ins of Rasa's that are not here."""

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        return False

    def _get_action(self, action_name: str) -> Action:
        action = self._actions.get(action_name)
        if action is None:
            action = super()._get_action(action_name)
            if type(action) is RemoteAction:
                action = LocalAction(action_name, self.action_endpoint)
            self._actions[action_name] = action
        return action

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        goes_on = True
        while goes_on and self._should_handle_message(tracker):
            try:
                action, prediction = self.predict_next_with_tracker_if_should(tracker)
            except ActionLimitReached as error:
                raise DialogueFailed(f"no end of actions; the last one was {tracker.latest_action_name}") from error
            goes_on = await self._run_action(action, tracker, output_channel, self.nlg, prediction)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        seen = tracker
        if not _only_reads(action, prediction):
            seen = tracker.copy()
            seen.update_with_events(prediction.events, self.domain)
        try:
            events = await action.run(output_channel, nlg, seen, self.domain) or []
        except ActionExecutionRejection:  # a form that the message does not answer: another rule may
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return self.should_predict_another_action(action.name())
        self._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events):
            await self.run_action_extract_slots(output_channel, tracker)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())

    def _log_action_on_tracker(
        self, tracker: DialogueStateTracker, action: Action, events: list[Event] | None, prediction: PolicyPrediction
    ) -> None:
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    async def execute_side_effects(
        self, events: list[Event], tracker: DialogueStateTracker, output_channel: OutputChannel
    ) -> None:
        """Say what is to be said.

        Raises DialogueFailed: an action asks for a reminder, for which this process has no clock.
        """
        if any(isinstance(event, ReminderScheduled) for event in events):
            raise DialogueFailed("an action scheduled a reminder; reminders are not run here")
        await self._send_bot_messages(events, tracker, output_channel)

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        pass  # what a person told us is not for the log


def _only_reads(action: Action, prediction: PolicyPrediction) -> bool:
    return isinstance(action, _READERS) and all(
        isinstance(event, DefinePrevUserUtteredFeaturization) for event in prediction.events
    )


def _is_filled_from_messages(slot: Slot) -> bool:
    """Can Rasa fill *slot* by itself? Not if only actions and the service set it."""
    return slot.name not in DEFAULT_SLOT_NAMES and any(
        mapping.get(MAPPING_TYPE) != str(SlotMappingType.CUSTOM) or mapping.get("action") for mapping in slot.mappings
    )
