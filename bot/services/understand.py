"""What a message says: its words understood, or what a button or a word told to be typed stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.core.message import has_words
from bot.core.taxonomy import Indicator, Intent, Language
from bot.core.turn import PendingTurn
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from bot.services.ports import Engine, ToldWord

log = structlog.get_logger(__name__)

#: A message whose turn was begun this often without an end (the process died each time) is not understood again:
#: it gets the safe reply and a human.
_MOST_ATTEMPTS = 3
#: What a button or a told word states by itself: who says "I am in danger" is.
_STATED = {
    Intent("report_danger"): Indicator("immediate_danger"),
    Intent("report_self_harm"): Indicator("self_harm"),
}


class Understand:
    """Understands the messages of all conversations. It never fails: what broke is an understanding that failed."""

    def __init__(self, engine: Engine, told: Callable[[str, str | None, str | None], ToldWord | None]) -> None:
        """*told*: what a text is by agreement, given the open question and the person's own word for "not safe": see
        :meth:`bot.content.library.Library.agreed`.
        """
        self._engine, self._told = engine, told

    async def message(self, pending: PendingTurn) -> Understanding:
        """What a message says; ``failed`` is set where that could not be found out."""
        if pending.attempts >= _MOST_ATTEMPTS:
            log.error("turn_given_to_human", message=pending.message_id, attempts=pending.attempts)
            return _not_understood(pending.text)
        if not has_words(pending.text, pending.attached):
            return replace(_not_understood(pending.text), failed=False)
        try:
            if pending.payload is not None:
                return _as_if_pressed(await self._engine.understand(pending.payload), pending.text)
            if (told := self._told_word(pending)) is not None:
                pressed = _as_if_pressed(await self._engine.understand(told.payload), pending.text)
                own = pending.conversation.language  # a word that two languages share changes none
                code = own if own in told.languages or not told.languages else told.languages[0]
                return replace(pressed, language=LanguageGuess(code, 1.0))
            return await self._engine.understand(pending.text)
        except Exception as error:  # whatever broke, the person gets a reply and a human
            log.error("understanding_failed", message=pending.message_id, error=type(error).__name__)
            return _not_understood(pending.text)

    def _told_word(self, pending: PendingTurn) -> ToldWord | None:
        """What the text is by agreement: the person's own word for "not safe", or one that a phrase told to type."""
        conversation = pending.conversation
        return self._told(pending.text, conversation.question, conversation.told.get("code_word"))


def _not_understood(text: str) -> Understanding:
    unsure = LanguageGuess(Language("und"), 0.0)
    return Understanding(text, text, unsure, IntentGuess(Intent("out_of_scope"), 0.0), failed=True)


def _as_if_pressed(pressed: Understanding, text: str) -> Understanding:
    # what a button says stands in its payload, not in the title that people see
    placed_nowhere = tuple(replace(entity, start=0, end=0) for entity in pressed.entities)
    stated = _STATED.get(pressed.intent.name)
    indicators = (Evidence(stated, 1.0, ((0, len(text)),)),) if stated is not None else ()
    return replace(pressed, text=text, readable=text, entities=placed_nowhere, indicators=indicators)
