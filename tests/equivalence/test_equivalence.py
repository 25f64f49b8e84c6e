"""Our runner, policy, processor and memory answer as Rasa's own do. The whole proof is `make equivalence`."""

from __future__ import annotations

from tests.equivalence.compare import compare
from tests.equivalence.conversations import conversations


def test_random_conversations_get_the_same_answers_slots_and_events_as_from_rasas_own_parts() -> None:
    compared = compare(conversations(25))
    assert compared.turns > 300
    assert not compared.differences, compared.differences[0]
