"""The project's rasa-sdk actions, run in this process: what an action server does, without the server."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.actions.constants import SELECTIVE_DOMAIN
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action, ActionExecutionRejection, ActionNotFoundException


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
        except ActionExecutionRejection as refusal:
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

    Rasa checks every answer of an action server against a schema, after checking the schema; rasa-sdk has made the
    answer here, in this process. Of the past, an action sees what the dialogue remembers.
    """

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        call: dict[str, Any] = {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": tracker.current_state(EventVerbosity.ALL),
        }
        if domain.does_custom_action_explicitly_need_domain(self.name()):
            call["domain"] = domain.as_dict()
        return call

    def _validate_action_result(self, result: dict[str, Any]) -> bool:
        return True
