"""What the content covers, by language and by country, as tables for people."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.library import Library
from bot.core.taxonomy import ENGLISH, LANGUAGES, QUESTIONS, Language


@dataclass(frozen=True)
class LanguageCoverage:
    """``written`` of ``of`` phrases, ``reviewed`` of them by a native speaker."""

    language: Language
    written: int
    of: int
    reviewed: int


@dataclass(frozen=True)
class CountryCoverage:
    """``contacts`` with a number that may be told, ``rules`` that may, and ``topics`` (of all) with a rule."""

    country: str
    name: str
    contacts: int
    rules: int
    topics: int
    of_topics: int


def languages(library: Library) -> list[LanguageCoverage]:
    keys = library.phrases.keys
    rows = []
    for language in LANGUAGES:
        book = library.phrases.by_language.get(language, {})
        written = sum(key in book for key in keys)
        rows.append(LanguageCoverage(language, written, len(keys), written - library.phrases.drafts(language)))
    return rows


def countries(library: Library) -> list[CountryCoverage]:
    rows = []
    for country, contacts in library.directory.contacts.items():
        facts = [fact for fact in library.facts.by_country.get(country, ()) if fact.sayable]
        rows.append(
            CountryCoverage(
                country,
                library.countries.title(country, ENGLISH),
                sum(contact.sayable for contact in contacts),
                len(facts),
                len({fact.topic for fact in facts}),
                len(QUESTIONS),
            )
        )
    return rows


def table(library: Library) -> str:
    """Both tables in Markdown, also readable as they are."""
    lines = ["| language | phrases | reviewed by a native speaker |", "|---|---:|---:|"]
    for row in languages(library):
        state = f"{row.written} of {row.of}" if row.written else "not written, said in English"
        lines.append(f"| {row.language} {LANGUAGES[row.language]} | {state} | {row.reviewed} |")
    lines += ["", "| country | numbers | rules | topics with a rule |", "|---|---:|---:|---:|"]
    lines += [
        f"| {row.country} {row.name} | {row.contacts} | {row.rules} | {row.topics} of {row.of_topics} |"
        for row in countries(library)
    ]
    return "\n".join(lines)
