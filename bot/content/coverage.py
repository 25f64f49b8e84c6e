"""What the content covers, by language and by country, as tables for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.content import directory, facts
from bot.content.library import Library
from bot.content.reviewed import utc_today
from bot.content.spoken import voice
from bot.core.taxonomy import ENGLISH, LANGUAGES, QUESTIONS, Language


@dataclass(frozen=True)
class LanguageCoverage:
    """``written`` of ``of`` phrases, ``reviewed`` of them by a native speaker.

    ``outdated`` were reviewed too, but the English has changed since: they are drafts again. ``sound``: the core
    messages can be had as sound.
    """

    language: Language
    written: int
    of: int
    reviewed: int
    outdated: int
    sound: bool


@dataclass(frozen=True)
class CountryCoverage:
    """``contacts`` with a number that may be told, ``rules`` that may, and ``topics`` (of all) with a rule.

    ``reviewed`` of these contacts and rules somebody who knows them has read; ``to_check_again`` of the rules hold a
    figure that changes and was last looked up more than 18 months ago.
    """

    country: str
    name: str
    contacts: int
    rules: int
    topics: int
    of_topics: int
    reviewed: int
    to_check_again: int


def languages(library: Library) -> list[LanguageCoverage]:
    phrases = library.phrases
    rows = []
    for language in LANGUAGES:
        written = [key for key in phrases.keys if key in phrases.by_language.get(language, {})]
        reviewed = sum(phrases.review(key, language) is not None for key in written)
        outdated = len(phrases.outdated(language))
        sound = voice(language) is not None
        rows.append(LanguageCoverage(language, len(written), len(phrases.keys), reviewed, outdated, sound))
    return rows


def countries(library: Library, today: date | None = None) -> list[CountryCoverage]:
    """One row a country, of what may be told on *today* (now, where it is not given)."""
    today = today or utc_today()
    rows = []
    for country, listed in library.directory.contacts.items():
        contacts = [c for c in listed if c.sayable and not directory.expired(c, today)]
        known = library.facts.by_country.get(country, ())
        rules = [fact for fact in known if fact.sayable and not facts.expired(fact, today)]
        rows.append(
            CountryCoverage(
                country,
                library.countries.title(country, ENGLISH),
                len(contacts),
                len(rules),
                len({fact.topic for fact in rules}),
                len(QUESTIONS),
                sum(c.reviewed is not None for c in contacts) + sum(rule.reviewed is not None for rule in rules),
                sum(facts.to_check_again(fact, today) for fact in rules),
            )
        )
    return rows


def _sound(row: LanguageCoverage) -> str:
    return "yes" if row.sound else "no voice"


def table(library: Library, today: date | None = None) -> str:
    """Both tables in Markdown, also readable as they are."""
    lines = ["| language | phrases | reviewed by a native speaker | English changed since | sound |"]
    lines += ["|---|---:|---:|---:|---|"]
    for row in languages(library):
        state = f"{row.written} of {row.of}" if row.written else "not written, said in English"
        lines.append(
            f"| {row.language} {LANGUAGES[row.language]} | {state} | {row.reviewed} | {row.outdated} | {_sound(row)} |"
        )
    return "\n".join([*lines, "", *country_lines(library, today)])


def country_lines(library: Library, today: date | None = None) -> list[str]:
    """The table of countries alone."""
    lines = ["| country | numbers | rules | topics with a rule | reviewed | figures to check again |"]
    lines += ["|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {row.country} {row.name} | {row.contacts} | {row.rules} | {row.topics} of {row.of_topics} "
        f"| {row.reviewed} of {row.contacts + row.rules} | {row.to_check_again} |"
        for row in countries(library, today)
    ]
    return lines
