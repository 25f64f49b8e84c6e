"""Whether the content can be let loose on people: every fault with file, key and remedy, and what is covered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from bot.content import avoid, check_entries, check_sayings, introduced, local, names
from bot.content import countries as country_files
from bot.content import directory as directories
from bot.content import facts as fact_files
from bot.content import phrases as phrase_files
from bot.content.cards import Cards
from bot.content.countries import Countries
from bot.content.directory import Directory
from bot.content.facts import Facts
from bot.content.library import Library
from bot.content.lookup import load_needs
from bot.content.menus import Menus, title_of
from bot.content.phrases import Phrase, Phrasebook, load_book
from bot.content.practice import Scripts
from bot.content.reading import ContentInvalid, Problem, shown
from bot.content.reviewed import utc_today
from bot.content.script import stranger
from bot.content.sms import MOST_SEGMENTS, segments
from bot.core import questions
from bot.core.casework import OUTCOMES
from bot.core.offer import RED_FLAGS
from bot.core.suggest import RULES
from bot.core.taxonomy import ENGLISH, INDICATORS, INTENTS, QUESTIONS, Language

_T = TypeVar("_T")

#: Pages have room; everything else may go out as an SMS.
NEVER_SMS = ("chat.", "desk.", "menu.", "office.", "contact.", "fact.")
#: Longest title of a button, in characters: beyond it a phone cuts it off.
_LONGEST_TITLE = 32
_NOT_WORDS = re.compile(r"\{[a-z_]+\}|https?://\S+")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|TBD|XXX)\b|lorem ipsum", re.IGNORECASE)
_RULES = (
    "life_at_risk", "self_harm", "child_sexual_harm", "grave_sign", "child_exploited", "exploitation_by_means",
    "several_means", "single_sign", "none",
)  # fmt: skip


def check(today: date | None = None) -> list[Problem]:
    """Every problem of all content, in the order of files and keys; empty where it may go live.

    A language without a file is no problem yet: it is said in English, and :func:`bot.content.coverage.table` shows it.

    Args:
        today: the day, in UTC, by which entries with a last day are judged; None: today.
    """
    problems: list[Problem] = []

    def loaded(load: Callable[[], _T]) -> _T | None:
        try:
            return load()
        except ContentInvalid as invalid:
            problems.append(invalid.problem)
            return None

    countries, menus, cards = loaded(Countries.load), loaded(Menus.load), loaded(Cards.load)
    facts, directory, scripts = loaded(Facts.load), loaded(Directory.load), loaded(Scripts.load)
    for load in (names.load_all, local.load, avoid.load):
        loaded(load)
    if (said := loaded(introduced.load_all)) is not None:
        problems += introduced.missing(said)
    books = {}
    for file in sorted(phrase_files.FOLDER.glob("*.yml")):
        if (book := loaded(lambda file=file: load_book(file))) is not None:  # type: ignore[misc]
            books[Language(file.stem)] = book
    english = books.get(ENGLISH)
    if english is None:
        problems.append(Problem("bot/content/phrases/en.yml", "", "English must be complete first"))
        return sorted(problems)
    if cards:
        problems += cards.left_out(english)
    if cards and scripts:
        problems += scripts.problems(cards)
        missing = sorted(set(scripts.needed()) - set(english))
        problems += [Problem("bot/content/phrases/en.yml", key, "is asked for by practice; add it") for key in missing]
    if countries and menus and facts and directory and cards:
        needed = sorted({*_needed(facts, menus, Phrasebook({ENGLISH: english})), *cards.needed()} - set(english))
        where = "is asked for by content or taxonomy; add it"
        problems += [Problem("bot/content/phrases/en.yml", key, where) for key in needed]
        problems += _check_countries(countries, directory, books)
        problems += check_entries.problems(facts, directory, today or utc_today())
        if not needed:
            library = Library(Phrasebook(books), facts, directory, countries, menus)
            problems += check_sayings.titles(library, menus)
            problems += check_sayings.room(library)
    problems += check_sayings.told(books)
    for language, book in books.items():
        problems += check_book(language, book, english)
    return sorted(problems)


def _needed(facts: Facts, menus: Menus, phrases: Phrasebook) -> Iterator[str]:
    """Keys that are made up from names elsewhere, so that a new name asks for its phrase."""
    for topic in QUESTIONS:
        yield from (f"answer.{topic}.do", f"answer.{topic}.next")
    yield from (f"desk.intent.{intent}" for intent in INTENTS)
    yield from (f"desk.indicator.{indicator}" for indicator in INDICATORS)
    yield from (f"desk.indicator_why.{indicator}" for indicator in INDICATORS)
    yield from (f"desk.rule.{rule}" for rule in _RULES)
    yield from (f"desk.outcome.{outcome}" for outcome in OUTCOMES)
    yield from (f"desk.need.{need}" for need in load_needs())
    yield from RULES.cards
    yield from (f"contact.kind.{kind}" for kind in directories.KINDS - {"embassy"})
    yield from (f"office.{kind}" for kind in fact_files.OFFICES)
    yield from (f"fact.for.{workers}" for workers in fact_files.WORKERS)
    yield from (f"fact.{claim}" for listed in facts.by_country.values() for fact in listed for claim in fact.says)
    yield from (title for pairs in menus.entries.values() for title, _ in pairs)
    for question in questions.QUESTIONS.values():
        yield question.key
        yield from (title_of(question.key, answer, phrases) for answer in question.answers)
    yield from (f"offer.flag.{flag}" for flag in RED_FLAGS)


def _check_countries(countries: Countries, directory: Directory, books: Mapping[Language, object]) -> Iterator[Problem]:
    file = shown(country_files.FILE)
    for language in books:
        for code in countries.missing(language):
            yield Problem(file, f"names.{code}", f"add a name in {language}")
        if language not in countries.asked_first:
            yield Problem(file, "asked_first", f"add {language}: the countries to offer to people who write it")
    for code in directory.contacts.keys() - countries.names.keys():
        yield Problem(file, "names", f"add {code}: there are telephone lines of it, but no name")


def check_book(language: Language, book: dict[str, Phrase], english: dict[str, Phrase]) -> Iterator[Problem]:
    """What is wrong with the phrases of one language, measured by the English ones."""
    file = f"bot/content/phrases/{language}.yml"
    for key in english.keys() - book.keys():
        yield Problem(file, key, "is missing; write what the English and its note mean")
    for key in book.keys() - english.keys():
        yield Problem(file, key, "is not in en.yml; remove it, or correct its name")
    for key, phrase in book.items():
        if key in english:
            for remedy in _faults(key, phrase, english[key], language):
                yield Problem(file, key, remedy)
        for remedy in avoid.found(f"{phrase.text}\n{phrase.sms or ''}", key, language):
            yield Problem(file, key, remedy)


def _faults(key: str, phrase: Phrase, english: Phrase, language: Language) -> Iterator[str]:
    if language == ENGLISH and not phrase.note:
        yield "has no note; say when it is shown and what must not be lost"
    if phrase.placeholders != english.placeholders:
        yield f"must hold exactly {_braces(english.placeholders)}; it holds {_braces(phrase.placeholders)}"
    if phrase.sms is not None and Phrase(phrase.sms).placeholders != english.placeholders:
        yield f"its sms must hold exactly {_braces(english.placeholders)}"
    for text in (phrase.text, phrase.sms or ""):
        if _UNFINISHED.search(text):
            yield "is not finished; write it or remove it"
        if unicodedata.normalize("NFC", text) != text:
            yield "is not in Unicode form NFC; save it normalised"
        if any(unicodedata.category(character) in ("Cc", "Co", "Cn") for character in text.replace("\n", "")):
            yield "holds a control or private character; remove it"
        if "!" in text or "！" in text:
            yield "has an exclamation mark; end calmly"
        if wrong := stranger(_NOT_WORDS.sub("", text), language):
            yield wrong
    if key.startswith("menu.") and len(phrase.text) > _LONGEST_TITLE:
        yield f"is longer than {_LONGEST_TITLE} characters; a button must be short"
    if key == "chat.exit_address" and not phrase.text.startswith("https://"):
        yield "must be an address that begins with https://"
    if not key.startswith(NEVER_SMS) and segments(phrase.form("sms")) > MOST_SEGMENTS:
        yield f"takes {segments(phrase.form('sms'))} SMS; add a shorter `sms` (2 at most: 306 or 134 characters)"


def _braces(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"
