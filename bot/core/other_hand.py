"""Whether somebody else may be writing from the person's phone now: a quiet flag for operators, never an answer.

Takers of phones give themselves away by what they ask and by how they write. Neither is proof: friends help each
other to write, and people know several languages.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.conversation import Conversation, Event, OtherHandSuspected
from bot.core.taxonomy import LANGUAGES, Intent, Language
from bot.core.understanding import LanguageGuess

ASKS = "asks"  # what was said here, or what others told
LANGUAGE = "language"  # wrote in one language, writes in another all at once

_ASKS = Intent("probe_case")
_OWN_WISH = Intent("change_language")
#: So many words show which language the person writes; so many in another show that it is no loan word.
_KNOWN_WORDS = 6.0
_OTHER_WORDS = 5
_SURE = 0.9
#: Too alike to tell a change by.
_ALIKE = frozenset(map(Language, ("id", "ms")))


def suspect(conversation: Conversation, intent: Intent, guess: LanguageGuess, words: int) -> list[Event]:
    """What a message says about who writes it.

    Args:
        conversation: as it was before the message.
        guess: the language of this message alone.
        words: its length in words.
    """
    heard = conversation.language_evidence
    if not heard or conversation.other_hand is not None:
        return []
    if intent == _ASKS:
        return [OtherHandSuspected(ASKS)]
    if intent != _OWN_WISH and not conversation.language_chosen and _all_at_once(heard, guess, words):
        return [OtherHandSuspected(LANGUAGE)]
    return []


def _all_at_once(heard: Mapping[Language, float], guess: LanguageGuess, words: int) -> bool:
    if words < _OTHER_WORDS or guess.confidence < _SURE or guess.code not in LANGUAGES or guess.code in heard:
        return False
    known = max(heard, key=lambda code: heard[code])
    return heard[known] >= _KNOWN_WORDS and not {known, guess.code} <= _ALIKE
