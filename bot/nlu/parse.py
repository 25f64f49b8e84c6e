"""``hotline parse``: one message as a JSON line in, what was understood as a JSON line out."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.core.ids import MessageId
from bot.core.risk import Assessment, Sign, assess
from bot.core.taxonomy import LANGUAGES, Language
from bot.core.understanding import LanguageGuess, Understanding

#: Anything that understands a text, at once or in time: the engine, or a reader of its own.
Understand = Callable[[str], Understanding | Awaitable[Understanding]]


class BadLine(Exception):
    """A line that is not a message; the text says what is wrong with it."""


async def understood(understand: Understand, text: str) -> Understanding:
    """What *understand* makes of a text."""
    answer = understand(text)
    return await answer if inspect.isawaitable(answer) else answer


def risk_of(understanding: Understanding) -> Assessment:
    """The risk of a conversation that consists of this one message."""
    return assess(Sign(found.indicator, MessageId(0)) for found in understanding.indicators)


async def parse_line(line: Mapping[str, Any], understand: Understand) -> dict[str, Any]:
    """The answer of ``hotline parse`` to one line.

    Args:
        line: ``{"text", "channel"?, "language"?}``; a language that the person chose stands above what is detected.
        understand: the engine's, or any other.
    Returns: ``{"text", "language", "intent", "indicators", "entities", "risk"}``, offsets in code points of the text.
    Raises BadLine: no text, or a language that the hotline does not have.
    """
    text, language = line.get("text"), line.get("language")
    if not isinstance(text, str):
        raise BadLine('a line needs a "text" that is a string')
    if language is not None and language not in LANGUAGES:
        raise BadLine(f'"language" must be one of {", ".join(LANGUAGES)}, not {language!r}')
    found = await understood(understand, text)
    if language is not None:
        found = replace(found, language=LanguageGuess(Language(language), 1.0))
    risk = risk_of(found)
    return found.as_dict() | {"risk": {"level": risk.risk.word, "rule": risk.rule}}
