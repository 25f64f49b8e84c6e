"""Actions that set slots, follow up, forget, speak with values and refuse."""

import asyncio

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import ActionExecuted, ActionReverted, AllSlotsReset, FollowupAction, SlotSet, UserUttered
from rasa_sdk.interfaces import ActionExecutionRejection


class Status(Action):
    def name(self):
        return "action_status"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_told", topic=tracker.latest_message["intent"]["name"])
        return [SlotSet("known", not tracker.get_slot("known"))]


class Forget(Action):
    def name(self):
        return "action_forget"

    def run(self, dispatcher, tracker, domain):
        return [AllSlotsReset(), FollowupAction("utter_bye")]


class Again(Action):
    """Says what the person would have said, or takes itself back."""

    def name(self):
        return "action_again"

    def run(self, dispatcher, tracker, domain):
        if tracker.get_slot("known"):
            return [ActionReverted(), FollowupAction("action_listen")]
        said = {"text": "hello", "intent": {"name": "hello", "confidence": 1.0}, "entities": []}
        return [ActionExecuted("action_listen"), UserUttered("hello", said)]


class Tell(Action):
    def name(self):
        return "action_tell"

    def run(self, dispatcher, tracker, domain):
        if tracker.get_slot("risk") == "high":
            raise ActionExecutionRejection(self.name(), "not now")
        dispatcher.utter_message(response="utter_told", topic=tracker.get_slot("mood") or "nothing")
        return []


class Forever(Action):
    def name(self):
        return "action_forever"

    def run(self, dispatcher, tracker, domain):
        return [FollowupAction(self.name())]


class Wait(Action):
    """Lets others have their turn first."""

    def name(self):
        return "action_wait"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep(0)
        return []


class ValidateBooking(FormValidationAction):
    def name(self):
        return "validate_book_form"

    def validate_origin(self, value, dispatcher, tracker, domain):
        if value == "nowhere":
            dispatcher.utter_message(response="utter_bad_place")
            return {"origin": None}
        return {"origin": value.upper()}

    def validate_goal(self, value, dispatcher, tracker, domain):
        return {"goal": None if value == tracker.get_slot("origin") else value}

    def validate_agreed(self, value, dispatcher, tracker, domain):
        return {"agreed": value}
