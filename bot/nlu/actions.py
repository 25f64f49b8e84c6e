"""The project's rasa-sdk actions, run in this process: what an action server does, without the server."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.actions.constants import SELECTIVE_DOMAIN
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action, ActionNotFoundException
from rasa_sdk.interfaces import ActionExecutionRejection as Refusal

from bot.nlu.phrases import LANGUAGE_SLOT


class InProcessActions(EndpointConfig):
    """An action endpoint that calls the actions of a package where Rasa would send a request.

    Actions do not receive the domain: it is large, and building it would cost more than the turn. One that needs it
    is listed in ``domain.yml`` with ``send_domain: true``.
    """

    def __init__(self, package: str = "actions") -> None:
        """Takes every action that *package* and its modules define. Raises ImportError: one of them does not load."""
        super().__init__(url=f"inprocess://{package}", **{SELECTIVE_DOMAIN: True})
        self._executor = ActionExecutor()
        for action in _actions_of(package):
            self._executor.register_action(action)

    @property
    def names(self) -> frozenset[str]:
        """The actions that can be run."""
        return frozenset(self._executor.actions)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = None,
        compress: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """The answer of the action named in ``json``.

        Raises ClientResponseError as an action server would: 400 when the action refuses to run, 404 when there is
        none of that name. Other errors of an action pass through.
        """
        try:
            return await self._executor.run(kwargs["json"])
        except Refusal as refusal:
            raise _answered(400, refusal, refusal.action_name) from refusal
        except ActionNotFoundException as missing:
            raise _answered(404, missing, missing.action_name) from missing


def _actions_of(package: str) -> list[type[Action]]:
    """The classes of actions in *package* that can be made; rasa-sdk's own search takes them from the whole process."""
    root = importlib.import_module(package)
    modules = [root] + [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(getattr(root, "__path__", ()), package + ".")
    ]
    return [
        member
        for module in modules
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, Action)
        and member.__module__ == module.__name__
        and not inspect.isabstract(member)
    ]


def _answered(status: int, error: Exception, action: str) -> ClientResponseError:
    return ClientResponseError(status, str(error), json.dumps({"error": str(error), "action_name": action}))


class LocalAction(RemoteAction):
    """An action of this process: sent what an action reads, and trusted to answer in the right form.

    Rasa checks every answer of an action server against a schema, after checking the schema; rasa-sdk has made this
    answer here. Of the past, an action sees what the dialogue remembers. What it says is worded after what it sets,
    so that an action that changes the language already speaks the new one.
    """

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """What the action says and what it changes. Raises ActionExecutionRejection; and what the action raises."""
        try:
            answer = await self.action_endpoint.request(json=self._action_call_format(tracker, domain))
        except ClientResponseError as error:
            if error.status == 400:
                raise ActionExecutionRejection(self.name(), error.message) from error
            raise
        events = deserialise_events(answer["events"])
        said = await self._utter_responses(answer["responses"], output_channel, nlg, _after(tracker, events))
        return [*said, *events]

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        call: dict[str, Any] = {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": tracker.current_state(EventVerbosity.ALL),
        }
        if domain.does_custom_action_explicitly_need_domain(self.name()):
            call["domain"] = domain.as_dict()
        return call


def _after(tracker: DialogueStateTracker, events: list[Event]) -> DialogueStateTracker:
    """*tracker* for wording: itself, or a copy in the language that *events* set."""
    languages = [event for event in events if isinstance(event, SlotSet) and event.key == LANGUAGE_SLOT]
    if not languages:
        return tracker
    speaking = tracker.copy()
    speaking.update_with_events(languages, None)
    return speaking
