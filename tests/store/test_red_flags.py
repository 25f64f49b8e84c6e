"""The red flags of an offer stay with the message in which they were read."""

from __future__ import annotations

from bot.core.offer import RedFlag, RedFlagName
from bot.core.taxonomy import Intent, Language
from bot.core.understanding import IntentGuess, LanguageGuess, Understanding
from bot.store.rows import from_bytes, to_bytes, understanding_from, understanding_to

FLAGS = (RedFlag(RedFlagName("hurry"), ((0, 6),)), RedFlag(RedFlagName("secret"), ((8, 12), (20, 31))))


def understood(*flags: RedFlag) -> Understanding:
    intent = IntentGuess(Intent("ask_job_offer"), 0.9)
    return Understanding("text", "text", LanguageGuess(Language("en"), 1.0), intent, red_flags=flags)


def test_flags_are_read_back_as_they_were_written() -> None:
    assert understanding_from(from_bytes(to_bytes(understanding_to(understood(*FLAGS))))).red_flags == FLAGS


def test_a_row_of_before_the_flags_has_none() -> None:
    old = understanding_to(understood())
    del old["red_flags"]
    assert understanding_from(old).red_flags == ()


def test_flags_are_no_part_of_the_form_of_parse() -> None:
    assert "red_flags" not in understood(*FLAGS).as_dict()
