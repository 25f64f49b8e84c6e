"""The custom action of the stock project: what a question is answered with. Runs in Rasa's own action server."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

ANSWER = (
    "This is what the law says and what you can do about it. Keep every paper and message. "
    "You can ask for a person at any time, and what you write stays here."
)


class Answer(Action):
    """Says a fixed text and remembers what was asked."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        dispatcher.utter_message(text=ANSWER)
        return [SlotSet("topic", tracker.get_intent_of_latest_message())]
