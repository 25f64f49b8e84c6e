"""What was understood in one message: the form in which every part passes it on.

Offsets count code points of the text as the person wrote it, so that the words can be marked where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.core.offer import RedFlag
from bot.core.taxonomy import Indicator, Intent, Language

Span = tuple[int, int]  # start and end, end not included


@dataclass(frozen=True)
class LanguageGuess:
    """``code`` is one of the eleven, another BCP 47 code, or ``und`` (unsure: keep the conversation's language)."""

    code: Language
    confidence: float


@dataclass(frozen=True)
class IntentGuess:
    name: Intent
    confidence: float


@dataclass(frozen=True)
class Evidence:
    """An indicator with the words behind it."""

    indicator: Indicator
    confidence: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Entity:
    """A detail that the message names: country, age, people, phone, job (see ``taxonomy.yml``)."""

    entity: str
    value: str
    start: int
    end: int
    role: str | None = None  # for a country: origin, destination, present


@dataclass(frozen=True)
class Understanding:
    """One message understood. ``readable`` is the repaired text (NFC, Zawgyi turned to Unicode) for people to read."""

    text: str
    readable: str
    language: LanguageGuess
    intent: IntentGuess
    indicators: tuple[Evidence, ...] = ()
    entities: tuple[Entity, ...] = ()
    ranking: tuple[IntentGuess, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()  # of a job offer; not in the form of ``hotline parse``
    failed: bool = field(default=False)  # understanding broke: a safe reply and a human follow

    def as_dict(self) -> dict[str, Any]:
        """The ``hotline parse`` form, without risk."""
        return {
            "text": self.text,
            "language": {"code": self.language.code, "confidence": round(self.language.confidence, 4)},
            "intent": {"name": self.intent.name, "confidence": round(self.intent.confidence, 4)},
            "indicators": [
                {
                    "name": found.indicator,
                    "confidence": round(found.confidence, 4),
                    "evidence": [list(span) for span in found.spans],
                }
                for found in self.indicators
            ],
            "entities": [
                {"entity": e.entity, "value": e.value, "start": e.start, "end": e.end}
                | ({"role": e.role} if e.role else {})
                for e in self.entities
            ],
        }
