"""Rasa's rule policy with the same rules and the same answers, found faster."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa.core.policies import rule_policy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

_Place = tuple[str | None, str | None]  # intent and previous action of the newest state


def _place(state: State) -> _Place:
    return state.get(USER, {}).get(INTENT), state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)


@dataclass(frozen=True)
class _Rules:
    """One of the policy's lookups, sorted by where its newest state can be."""

    by_place: Mapping[_Place, tuple[tuple[str, tuple[State, ...]], ...]]
    depth: int  # the most states that a rule looks back
    reads_text: bool  # a rule can hold right after a message without looking at its intent

    @classmethod
    def of(cls, lookup: Mapping[str, str]) -> _Rules:
        by_place: dict[_Place, list[tuple[str, tuple[State, ...]]]] = {}
        depth, reads_text = 1, False
        for key in lookup:
            states = tuple(reversed(json.loads(key)))
            intent, previous = _place(states[0])
            depth = max(depth, len(states))
            reads_text = reads_text or (previous == ACTION_LISTEN_NAME and intent is None)
            by_place.setdefault((intent, previous), []).append((key, states))
        return cls({place: tuple(rules) for place, rules in by_place.items()}, depth, reads_text)

    def near(self, place: _Place) -> list[tuple[str, tuple[State, ...]]]:
        """Rules whose newest state can match a conversation at *place*; a part that a rule leaves open matches all."""
        intent, previous = place
        places = dict.fromkeys((place, (None, previous), (intent, None), (None, None)))
        return [rule for each in places for rule in self.by_place.get(each, ())]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IndexedRulePolicy(rule_policy.RulePolicy):
    """Decides by the rules of ``stories/``.

    Training, its checks for contradictions included, is Rasa's own. When serving, only the states that the longest
    rule can look at are built, the candidates come from an index on the newest state, and the pass over the text of
    a message is left out where no rule reads it.
    """

    _training = False
    _index: dict[str, _Rules] | None = None

    @classmethod
    def _metadata_filename(cls) -> str:
        return "rule_policy.json"

    @property
    def depth(self) -> int:
        """The most states of the conversation that a prediction looks at."""
        return max(rules.depth for rules in self._indexed().values())

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """As Rasa's, on Rasa's own code: its checks ask for predictions while the rules are still being made."""
        self._training, self._index = True, None
        try:
            return super().train(training_trackers, domain, **kwargs)
        finally:
            self._training = False

    def _indexed(self) -> dict[str, _Rules]:
        if self._index is None:
            names = (rule_policy.RULES, rule_policy.RULES_FOR_LOOP_UNHAPPY_PATH)
            self._index = {name: _Rules.of(self.lookup.get(name, {})) for name in names}
        return self._index

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        if self._training:
            return super()._prediction_states(tracker, domain, use_text_for_last_user_input, rule_only_data)
        events = tracker.applied_events()
        # one state more than the longest rule has: whether the conversation starts there must show
        skipped = sum(isinstance(event, ActionExecuted) for event in events) - self.depth
        past, states = tracker.init_copy(), []
        for event in events:
            if isinstance(event, ActionExecuted):
                if skipped <= 0:
                    states.append(domain.get_active_state(past))
                skipped -= 1
            past.update(event)
        states.append(domain.get_active_state(past))
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if (
            use_text_for_last_user_input
            and not self._training
            and not any(rules.reads_text for rules in self._indexed().values())
        ):
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        name = next((name for name in self._indexed() if lookup is self.lookup.get(name)), None)
        if self._training or name is None:
            return super()._get_possible_keys(lookup, states)
        newest_first = list(reversed(states))
        near = self._indexed()[name].near(_place(states[-1]))
        return {key for key, rule in near if self._holds(rule, newest_first)}

    def _holds(self, rule: tuple[State, ...], newest_first: list[State]) -> bool:
        """Does every state of *rule* match the conversation, and does it start where the rule says it starts?"""
        for wanted, state in zip(rule, newest_first, strict=False):
            if not wanted.get(PREVIOUS_ACTION) or not state.get(PREVIOUS_ACTION):
                # the start of a conversation: the rule must begin there too, and nothing else is compared
                return not wanted.get(PREVIOUS_ACTION) and not state.get(PREVIOUS_ACTION)
            if not self._does_rule_match_state(wanted, state):
                return False
        return True

    @staticmethod
    def format_tracker_states(states: list[State]) -> str:
        """Nothing: Rasa wants the states as text for its debug log only, at every prediction."""
        return ""
