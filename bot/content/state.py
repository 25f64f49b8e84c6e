"""How far the content is: what native speakers have read, what is told, what goes out of date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.content import directory, facts
from bot.content.fact_lines import phrases_of
from bot.content.library import Library
from bot.content.phrases import Phrasebook
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

#: Entries whose last day comes within so many days are shown.
SOON = timedelta(days=60)


class Written(StrEnum):
    """How a phrase stands in a language."""

    MISSING = "missing"  # said in English
    DRAFT = "draft"  # no native speaker has read it
    OUTDATED = "outdated"  # was read, but the English has changed since
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class GroupState:
    """The phrases whose keys begin alike, in one language."""

    group: str
    language: Language
    counts: dict[Written, int]


@dataclass(frozen=True)
class PhraseState:
    key: str
    group: str
    english: str
    text: str
    note: str
    state: Written
    by: str | None  # who has read it
    on: date | None


@dataclass(frozen=True)
class FactState:
    """*worded*: it has words for people; else only operators see it. *told*: it reaches people today."""

    id: str
    country: str
    topic: str
    text: str
    source: str
    confidence: str
    until: date | None
    worded: bool
    told: bool
    expired: bool
    check_again: bool
    reviewed: bool


@dataclass(frozen=True)
class EndingContact:
    """A telephone line that may be told until a day that has come or comes soon."""

    id: str
    country: str
    name: str
    until: date
    expired: bool


def group_of(key: str) -> str:
    """The first part of a phrase's key.

    >>> group_of("desk.risk.high"), group_of("greet")
    ('desk', 'talk')
    """
    group, dot, _ = key.partition(".")
    return group if dot else "talk"


def state_of(key: str, language: Language, phrases: Phrasebook) -> Written:
    if key not in phrases.by_language.get(language, {}):
        return Written.MISSING
    if phrases.review(key, language) is not None:
        return Written.REVIEWED
    return Written.OUTDATED if phrases.by_language[language][key].reviewed else Written.DRAFT


def groups(library: Library) -> list[GroupState]:
    """Every group in every language, in the order of the English file."""
    phrases = library.phrases
    found: list[GroupState] = []
    for language in LANGUAGES:
        counts: dict[str, Counter[Written]] = {}
        for key in phrases.keys:
            counts.setdefault(group_of(key), Counter())[state_of(key, language, phrases)] += 1
        found += [
            GroupState(group, language, {state: one[state] for state in Written}) for group, one in counts.items()
        ]
    return found


def phrases_in(
    library: Library,
    language: Language,
    *,
    group: str | None = None,
    state: Written | None = None,
    words: str = "",
) -> Iterator[PhraseState]:
    """The phrases of a language that fit all that is asked; *words* stand in the key, the English or the text."""
    phrases, sought = library.phrases, words.casefold()
    for key in phrases.keys:
        english = phrases.by_language[ENGLISH][key]
        written = phrases.by_language.get(language, {}).get(key)
        text = written.text if written is not None else ""
        if group is not None and group_of(key) != group:
            continue
        if sought and not any(sought in one.casefold() for one in (key, english.text, text)):
            continue
        stands = state_of(key, language, phrases)
        if state is not None and stands is not state:
            continue
        review = phrases.review(key, language)
        yield PhraseState(
            key,
            group_of(key),
            english.text,
            text,
            english.note or "",
            stands,
            review.by if review else None,
            review.on if review else None,
        )


def fact_states(library: Library, today: date) -> list[FactState]:
    """Every fact, by country: operators see those too that reach nobody."""
    return [
        FactState(
            id=fact.id,
            country=fact.country,
            topic=fact.topic,
            text=fact.text,
            source=fact.source,
            confidence=fact.confidence,
            until=fact.until,
            worded=(worded := next(phrases_of(fact, ENGLISH), None) is not None),
            told=worded and fact.sayable and not facts.expired(fact, today),
            expired=facts.expired(fact, today),
            check_again=facts.to_check_again(fact, today),
            reviewed=fact.reviewed is not None,
        )
        for listed in library.facts.by_country.values()
        for fact in listed
    ]


def ending_contacts(library: Library, today: date) -> list[EndingContact]:
    """Lines that are over, or will be within :data:`SOON`; the first to end first."""
    found = [
        EndingContact(contact.id, contact.country, contact.name, contact.until, directory.expired(contact, today))
        for listed in library.directory.contacts.values()
        for contact in listed
        if contact.until is not None and contact.until <= today + SOON
    ]
    return sorted(found, key=lambda one: (one.until, one.id))
