"""Which language a conversation is in: evidence accumulates, one short message never flips it, a choice stands."""

from __future__ import annotations

from bot.core.conversation import Conversation, Event, LanguageHeard, LanguageSet
from bot.core.taxonomy import LANGUAGES, Language
from bot.core.understanding import LanguageGuess

#: A word more than this adds nothing: a long message is one voice, not many.
_MOST_WORDS = 8
#: The challenger must be this much ahead of the language in use, in words.
_MARGIN = 2.0
#: A first message shorter than this speaks for itself only where it is sure, as by its script.
_GREETING_WORDS = 3
#: A message of so many words, read with such confidence, speaks for itself.
_PLAIN_WORDS = 5
_PLAIN_CONFIDENCE = 0.9
#: So alike that only evidence over several messages tells them apart (research: 36 % of short phrases are the same).
_ALIKE = frozenset(map(Language, ("id", "ms")))


def hear(conversation: Conversation, guess: LanguageGuess, words: int) -> list[Event]:
    """What a message says about the conversation's language.

    Args:
        conversation: as it was before the message.
        guess: of this message alone; ``und`` and languages that are not ours change nothing.
        words: its length in words; for a script without spaces, what that many words would be.
    """
    if conversation.language_chosen or guess.code not in LANGUAGES:
        return []
    weight = guess.confidence * min(max(words, 1), _MOST_WORDS)
    heard = {language: float(amount) for language, amount in conversation.language_evidence.items()}
    first = not heard and (words >= _GREETING_WORDS or guess.confidence >= _PLAIN_CONFIDENCE)  # "hai" is said by many
    heard[guess.code] = heard.get(guess.code, 0.0) + weight
    events: list[Event] = [LanguageHeard(guess.code, weight)]
    leader: Language = max(heard, key=lambda code: heard[code])
    if words >= _PLAIN_WORDS and _is_plain(guess, conversation.language):
        leader, first = guess.code, True
    if leader != conversation.language and (first or heard[leader] >= heard.get(conversation.language, 0.0) + _MARGIN):
        events.append(LanguageSet(leader, by_person=False))
    return events


def _is_plain(guess: LanguageGuess, current: Language) -> bool:
    if guess.code in _ALIKE:  # which of the two is doubtful, that it is one of them is not
        return current not in _ALIKE and guess.confidence >= _PLAIN_CONFIDENCE / 2
    return guess.confidence >= _PLAIN_CONFIDENCE
