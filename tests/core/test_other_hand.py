"""When the desk is told, quietly, that somebody else may have the phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.conversation import Conversation, apply
from bot.core.ids import ChannelName, ConversationId
from bot.core.other_hand import ASKS, LANGUAGE, suspect
from bot.core.taxonomy import Intent, Language
from bot.core.understanding import LanguageGuess

TELLS, ASKS_ABOUT = Intent("report_exploitation"), Intent("probe_case")


def written_in(**heard: float) -> Conversation:
    conversation = Conversation(ConversationId("c"), ChannelName("web"), datetime(2026, 1, 1, tzinfo=UTC))
    return replace(conversation, language_evidence={Language(code): words for code, words in heard.items()})


def suspected(
    conversation: Conversation, intent: Intent, code: str, confidence: float = 1.0, words: int = 8
) -> str | None:
    for event in suspect(conversation, intent, LanguageGuess(Language(code), confidence), words):
        conversation = apply(conversation, event)
    return conversation.other_hand


def test_another_language_all_at_once_is_noticed() -> None:
    assert suspected(written_in(my=14), TELLS, "zh") == LANGUAGE


def test_a_question_about_what_was_said_here_is_noticed() -> None:
    assert suspected(written_in(my=3), ASKS_ABOUT, "my", words=3) == ASKS


@pytest.mark.parametrize(
    ("heard", "intent", "code", "confidence", "words"),
    [
        ({}, TELLS, "zh", 1.0, 8),  # the first message
        ({"en": 2}, TELLS, "my", 1.0, 8),  # a greeting in English, then the language of home
        ({"my": 14}, TELLS, "en", 1.0, 2),  # a loan word or two
        ({"my": 14}, TELLS, "en", 0.7, 8),  # not sure
        ({"my": 14, "en": 3}, TELLS, "en", 1.0, 8),  # wrote both before
        ({"id": 14}, TELLS, "ms", 1.0, 8),  # too alike
        ({"my": 14}, Intent("change_language"), "th", 1.0, 8),  # asks for it
        ({"my": 14}, TELLS, "bn", 1.0, 8),  # no language of ours: the detector names many
    ],
)
def test_what_people_do_themselves_is_not(
    heard: dict[str, float], intent: Intent, code: str, confidence: float, words: int
) -> None:
    assert suspected(written_in(**heard), intent, code, confidence, words) is None


def test_the_first_suspicion_stays() -> None:
    conversation = written_in(my=14)
    for event in suspect(conversation, ASKS_ABOUT, LanguageGuess(Language("my"), 1.0), 4):
        conversation = apply(conversation, event)
    assert suspected(conversation, TELLS, "zh") == ASKS
