"""Domain, rules, actions and phrases name each other without a gap."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from bot.content.library import Library
from bot.core.message import Saying
from bot.core.questions import ANSWER, QUESTIONS, ROUNDS
from bot.core.route import ENOUGH, FAILED, HELD, NOTED, OTHER_LANGUAGE, TOLD, UNCERTAIN
from bot.core.taxonomy import ENGLISH, INTENTS

ROOT = Path(__file__).parents[2]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = [
    rule
    for file in sorted((ROOT / "stories").glob("*.yml"))
    for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]
]
#: What only a button says.
TAPPED = {"guide", "check_offer"}
ROUTED = {*INTENTS, UNCERTAIN, FAILED, HELD, OTHER_LANGUAGE, ANSWER, TOLD, NOTED, ENOUGH, *TAPPED}


@pytest.fixture(scope="module")
def executor() -> ActionExecutor:
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


def _call(executor: ActionExecutor, action: str, **slots: object) -> tuple[list[Any], list[Any]]:
    intent = slots.pop("intent", "")
    tracker = {
        "sender_id": "c",
        "slots": slots,
        "latest_message": {"text": "", "intent": {"name": intent, "confidence": 1.0}, "entities": []},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    done = asyncio.run(executor.run({"next_action": action, "tracker": tracker, "domain": DOMAIN, "sender_id": "c"}))
    assert done is not None
    return done["responses"], done["events"]


def test_every_intent_that_is_routed_has_one_rule() -> None:
    assert {next(iter(entry)) for entry in DOMAIN["intents"]} == ROUTED
    answered = Counter(step["intent"] for rule in RULES for step in rule["steps"] if "intent" in step)
    assert answered == Counter(dict.fromkeys(ROUTED, 1))


def test_every_action_of_a_rule_exists(executor: ActionExecutor) -> None:
    named = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    assert {name for name in named if name.startswith("action_")} == set(DOMAIN["actions"]) == set(executor.actions)
    assert {name for name in named if name.startswith("utter_")} <= set(DOMAIN["responses"])


def test_every_response_of_the_domain_can_be_said() -> None:
    library = Library.load()
    for name in DOMAIN["responses"]:
        key = name.removeprefix("utter_")
        values = {"topic": "ask_fees", "situation": "scam", "flags": ["hurry"]}
        assert library.word(Saying(key, values), ENGLISH).text, key


def test_every_question_of_a_round_can_be_asked() -> None:
    asked = {key for round_ in ROUNDS.values() for key in (*round_.first, *round_.then, round_.last) if key}
    assert asked <= set(QUESTIONS)
    assert {f"utter_{key}" for key in asked} <= set(DOMAIN["responses"])


def test_every_guide_that_is_written_can_be_given() -> None:
    guides = {f"utter_{key}" for key in Library.load().phrases.keys if key.startswith("guide.")}
    assert guides <= set(DOMAIN["responses"])


@pytest.mark.parametrize("intent", sorted(ROUTED))
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("watched", [True, False])
def test_every_rule_leads_to_a_reply(executor: ActionExecutor, intent: str, first: bool, watched: bool) -> None:
    action = next(rule["steps"][1]["action"] for rule in RULES if rule["steps"][0]["intent"] == intent)
    if action.startswith("utter_"):
        return
    responses, events = _call(executor, action, intent=intent, first_turn=first, unsafe=watched)
    assert responses
    assert {response["response"] for response in responses} <= set(DOMAIN["responses"])
    assert {event["name"] for event in events} <= set(DOMAIN["slots"])


def test_what_an_action_says_carries_its_values(executor: ActionExecutor) -> None:
    (response,), events = _call(executor, "action_answer", intent="ask_fees", country_present="MY", pending_topic="x")
    assert response["response"] == "utter_answer"
    assert response["values"] == {"topic": "ask_fees", "present": "MY"}
    assert {event["name"]: event["value"] for event in events} == {
        "pending_topic": None,
        "question": "answer.ask_fees.next",
    }
