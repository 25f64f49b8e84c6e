"""How often one person is answered."""

from __future__ import annotations

import itertools

from bot.core.ids import ChannelName, ConversationId
from bot.services.flood import Answer, Flood

TELEGRAM, ANA, BUDI = ChannelName("telegram"), ConversationId("ana"), ConversationId("budi")


def asked(flood: Flood, times: int, at: float = 0.0) -> list[Answer]:
    return [flood.may_answer(TELEGRAM, ANA, at) for _ in range(times)]


def test_a_burst_is_answered_then_told_once_then_rests() -> None:
    answers = asked(Flood(20, {TELEGRAM}), 40)
    assert [(one.value, len(list(run))) for one, run in itertools.groupby(answers)] == [
        ("yes", 15),
        ("slower", 1),
        ("no", 24),
    ]


def test_what_the_person_wants_of_the_conversation_itself_has_replies_of_its_own() -> None:
    flood = Flood(20, {TELEGRAM})
    asked(flood, 40)
    wishes = [flood.may_answer(TELEGRAM, ANA, 0.0, will=True) for _ in range(9)]
    assert wishes == [Answer.YES] * 5 + [Answer.NO] * 4


def test_one_person_takes_no_reply_from_another_and_other_channels_have_no_limit() -> None:
    flood = Flood(20, {TELEGRAM})
    asked(flood, 40)
    assert flood.may_answer(TELEGRAM, BUDI, 0.0) is Answer.YES
    assert {flood.may_answer(ChannelName("web"), ANA, 0.0) for _ in range(99)} == {Answer.YES}


def test_after_a_minute_all_is_as_before_and_a_clock_set_back_takes_nothing() -> None:
    flood = Flood(20, {TELEGRAM})
    asked(flood, 40)
    assert asked(flood, 2, at=60.0) == [Answer.YES] * 2
    assert asked(flood, 2, at=-3600.0) == [Answer.YES] * 2
    asked(flood, 40, at=-3600.0)
    assert Answer.SLOWER in asked(flood, 40, at=-3500.0), "a new flood is told again"


def test_zero_is_no_limit() -> None:
    assert set(asked(Flood(0, {TELEGRAM}), 500)) == {Answer.YES}
