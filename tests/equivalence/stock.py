"""Plays conversations on stock Rasa. Needs nothing of this project, so that it also runs where only Rasa is.

usage: python stock.py PROJECT CONVERSATIONS.json RESULTS.json
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

LEFT_OUT = ("timestamp", "metadata", "message_id", "policy", "input_channel")


def play(model: str, conversations: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Answers, slots and events of every turn of every conversation, by Rasa's own agent and own parts.

    The actions are those of ``small_actions``, run without a server.
    """
    return asyncio.run(_play(model, conversations))


async def _play(model: str, conversations: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    from rasa.core.agent import Agent

    agent = Agent.load(model, action_endpoint=_actions())
    return [await _conversation(agent, f"conversation {n}", steps) for n, steps in enumerate(conversations)]


def _actions() -> Any:
    from rasa.utils.endpoints import ClientResponseError, EndpointConfig
    from rasa_sdk.executor import ActionExecutor
    from rasa_sdk.interfaces import ActionExecutionRejection

    executor = ActionExecutor()
    executor.register_package("small_actions")

    class InThisProcess(EndpointConfig):
        async def request(self, *_: Any, **sent: Any) -> Any:
            try:
                return await executor.run(sent["json"])
            except ActionExecutionRejection as refusal:
                body = json.dumps({"error": str(refusal), "action_name": refusal.action_name})
                raise ClientResponseError(400, "refused", body) from refusal

    return InThisProcess()


async def _conversation(agent: Any, sender: str, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
    from rasa.shared.core.events import SlotSet

    turns = []
    for step in steps:
        tracker = await agent.processor.fetch_tracker_and_update_session(sender, CollectingOutputChannel())
        for name, value in step["slots"].items():
            if tracker.get_slot(name) != value:
                tracker.update(SlotSet(name, value))
        await agent.processor.save_tracker(tracker)
        before = len(tracker.events)
        channel = CollectingOutputChannel()
        await agent.handle_message(UserMessage(step["text"], channel, sender, parse_data=understood(step)))
        tracker = await agent.tracker_store.retrieve_full_tracker(sender)
        turns.append(
            {
                "answers": [[message.get("text"), message.get("buttons")] for message in channel.messages],
                "slots": own(tracker.current_slot_values()),
                "events": [plain(event.as_dict()) for event in list(tracker.events)[before:]],
            }
        )
    return turns


def understood(step: dict[str, Any]) -> dict[str, Any] | None:
    """Parse data where a message cannot say it as ``/intent{...}``: roles, and intents that the domain lacks."""
    if step["intent"] != "nothing_known" and not any("role" in entity for entity in step["entities"]):
        return None
    entities = [{"start": 0, "end": 0, **entity} for entity in step["entities"]]
    return {"text": step["text"], "intent": {"name": step["intent"], "confidence": 1.0}, "entities": entities}


def own(slots: dict[str, Any]) -> dict[str, Any]:
    """Slots without the one that holds data of a session."""
    return {name: value for name, value in slots.items() if name != "session_started_metadata"}


def plain(event: dict[str, Any]) -> dict[str, Any]:
    """What of an event has to be equal: all but times, ids and the name of the policy."""
    kept = {key: value for key, value in event.items() if key not in LEFT_OUT}
    if "parse_data" in kept:
        parsed = kept.pop("parse_data")
        kept["intent"] = parsed["intent"]["name"]
        kept["entities"] = [[found["entity"], found["value"], found.get("role")] for found in parsed["entities"]]
    return kept


def train(project: str, out: str) -> str:
    """A model of *project*, made by Rasa's own training; *out* is a folder."""
    from rasa.model_training import train as rasa_train

    data = [os.path.join(project, folder) for folder in ("nlu_data", "stories")]
    domain, config = (os.path.join(project, name) for name in ("domain.yml", "config_stock.yml"))
    made = rasa_train(domain, config, data, out, force_training=True, fixed_model_name="stock")
    return str(made.model)


def main(project: str, script: str, results: str) -> None:
    """Play the conversations of the file *script* and write what happened to the file *results*."""
    sys.path.insert(0, project)
    with open(script, encoding="utf-8") as file:
        conversations = json.load(file)
    played = play(train(project, os.path.dirname(results)), conversations)
    with open(results, "w", encoding="utf-8") as file:
        json.dump(played, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
