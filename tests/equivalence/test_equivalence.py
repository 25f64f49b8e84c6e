"""Our runner, policy, processor and memory answer as Rasa's own do. The whole proof is `make equivalence`."""

from __future__ import annotations

from tests.equivalence.compare import compare
from tests.equivalence.conversations import conversations


def test_random_conversations_get_the_same_answers_slots_and_events_as_from_rasas_own_parts() -> None:
    compared = compare(conversations(40))
    assert compared.turns > 500
    assert not compared.differences, compared.differences[0]


def test_the_comparison_sees_a_memory_that_is_too_short() -> None:
    compared = compare(conversations(40), kept_turns=0)
    assert compared.differences
