"""Whether the content can be let loose on people: every fault with file, key and remedy, and what is covered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import TypeVar

import phonenumbers

from bot.content import directory as directories
from bot.content import facts as fact_files
from bot.content import names
from bot.content import phrases as phrase_files
from bot.content.countries import Countries
from bot.content.directory import Contact, Directory
from bot.content.facts import Fact, Facts
from bot.content.menus import Menus
from bot.content.phrases import Phrase, load_book
from bot.content.reading import HERE, ContentInvalid, Problem, read, shown
from bot.content.sms import MOST_SEGMENTS, segments
from bot.core.taxonomy import ENGLISH, INDICATORS, INTENTS, QUESTIONS, Language

_T = TypeVar("_T")

#: Pages have room; everything else may go out as an SMS.
_NEVER_SMS = ("chat.", "desk.", "menu.", "office.", "contact.", "fact.")
#: Longest title of a button, in characters: beyond it a phone cuts it off.
_LONGEST_TITLE = 32
_SCRIPTS = {"th": "THAI", "my": "MYANMAR", "km": "KHMER", "lo": "LAO", "zh": "CJK", "ta": "TAMIL"}
#: Most Latin letters, as a share, in a text of another script: names and words such as WhatsApp.
_MOST_LATIN = 0.5
_NOT_WORDS = re.compile(r"\{[a-z_]+\}|https?://\S+")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|TBD|XXX)\b|lorem ipsum", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
_RULES = (
    "life_at_risk", "self_harm", "child_sexual_harm", "grave_sign", "child_exploited", "exploitation_by_means",
    "several_means", "single_sign", "none",
)  # fmt: skip


def check() -> list[Problem]:
    """Every problem of all content, in the order of files and keys; empty where it may go live.

    A language without a file is no problem yet: it is said in English, and :func:`bot.content.coverage.table` shows it.
    """
    problems: list[Problem] = []

    def loaded(load: Callable[[], _T]) -> _T | None:
        try:
            return load()
        except ContentInvalid as invalid:
            problems.append(invalid.problem)
            return None

    countries, menus = loaded(Countries.load), loaded(Menus.load)
    facts, directory = loaded(Facts.load), loaded(Directory.load)
    loaded(names.load_all)
    books = {}
    for file in sorted(phrase_files.FOLDER.glob("*.yml")):
        if (book := loaded(lambda file=file: load_book(file))) is not None:  # type: ignore[misc]
            books[Language(file.stem)] = book
    english = books.get(ENGLISH)
    if english is None:
        problems.append(Problem("bot/content/phrases/en.yml", "", "English must be complete first"))
        return sorted(problems)
    if countries and menus and facts and directory:
        needed = sorted(set(_needed(facts, menus)) - set(english))
        where = "is asked for by content or taxonomy; add it"
        problems += [Problem("bot/content/phrases/en.yml", key, where) for key in needed]
        problems += _check_facts(facts, directory)
        problems += _check_contacts(directory)
    for language, book in books.items():
        problems += _check_book(language, book, english)
    return sorted(problems)


def _needed(facts: Facts, menus: Menus) -> Iterator[str]:
    """Keys that are made up from names elsewhere, so that a new name asks for its phrase."""
    for topic in QUESTIONS:
        yield from (f"answer.{topic}.do", f"answer.{topic}.next")
    yield from (f"desk.intent.{intent}" for intent in INTENTS)
    yield from (f"desk.indicator.{indicator}" for indicator in INDICATORS)
    yield from (f"desk.rule.{rule}" for rule in _RULES)
    yield from (f"contact.kind.{kind}" for kind in directories.KINDS - {"embassy"})
    yield from (f"office.{kind}" for kind in fact_files.OFFICES)
    yield from (f"fact.for.{workers}" for workers in fact_files.WORKERS)
    yield from (f"fact.{claim}" for listed in facts.by_country.values() for fact in listed for claim in fact.says)
    yield from (title for pairs in menus.entries.values() for title, _ in pairs)


def _check_book(language: Language, book: dict[str, Phrase], english: dict[str, Phrase]) -> Iterator[Problem]:
    file = f"bot/content/phrases/{language}.yml"
    for key in english.keys() - book.keys():
        yield Problem(file, key, "is missing; write what the English and its note mean")
    for key in book.keys() - english.keys():
        yield Problem(file, key, "is not in en.yml; remove it, or correct its name")
    avoided = _avoided(language)
    for key, phrase in book.items():
        if key in english:
            for remedy in _faults(key, phrase, english[key], language):
                yield Problem(file, key, remedy)
        for words, instead, but_in in avoided:
            found = words.search(f"{phrase.text}\n{phrase.sms or ''}")
            if found and not key.startswith(but_in):
                yield Problem(file, key, f"says “{found[0]}”; instead: {instead}")


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
        if stranger := _stranger(text, language):
            yield stranger
    if key.startswith("menu.") and len(phrase.text) > _LONGEST_TITLE:
        yield f"is longer than {_LONGEST_TITLE} characters; a button must be short"
    if key == "chat.exit_address" and not phrase.text.startswith("https://"):
        yield "must be an address that begins with https://"
    if not key.startswith(_NEVER_SMS) and segments(phrase.form("sms")) > MOST_SEGMENTS:
        yield f"takes {segments(phrase.form('sms'))} SMS; add a shorter `sms` (2 at most: 306 or 134 characters)"


def _stranger(text: str, language: Language) -> str | None:
    """What is wrong with the script of *text*, or None."""
    letters = [character for character in _NOT_WORDS.sub("", text) if character.isalpha()]
    if not letters:
        return None
    own = _SCRIPTS.get(language, "LATIN")
    scripts = [unicodedata.name(character, "").split(" ")[0].split("-")[0] for character in letters]
    if foreign := sorted({script for script in scripts if script not in (own, "LATIN", "MODIFIER", "FEMININE")}):
        return f"holds letters of another script ({', '.join(foreign).lower()})"
    if own != "LATIN" and scripts.count("LATIN") > _MOST_LATIN * len(scripts) and len(scripts) > len("WhatsApp"):
        return f"is written in Latin letters; write it in {own.lower()} script"
    return None


def _braces(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"


def _avoided(language: Language) -> list[tuple[re.Pattern[str], str, tuple[str, ...]]]:
    patterns = []
    for entry in read(HERE / "avoid.yml").get(language, ()):
        alternatives = "|".join(map(re.escape, entry["words"]))
        bound = rf"(?<!\w)(?:{alternatives})(?!\w)" if language not in _SCRIPTS else f"(?:{alternatives})"
        patterns.append((re.compile(bound, re.IGNORECASE), entry["instead"], tuple(entry.get("but_in", ()))))
    return patterns


def _check_facts(facts: Facts, directory: Directory) -> Iterator[Problem]:
    for country, listed in facts.by_country.items():
        file = shown(fact_files.FOLDER / f"{country}.yml")
        known = {digits for contact in directory.contacts.get(country, ()) for digits in contact.numbers}
        for fact in listed:
            for remedy in _fact_faults(fact, known):
                yield Problem(file, fact.id, remedy)


def _fact_faults(fact: Fact, known: set[str]) -> Iterator[str]:
    if fact.confidence == "verified" and fact.source.strip() == "general knowledge":
        yield "is verified without a source; name the page, or lower the confidence"
    if fact.as_of is not None and not _DATE.match(fact.as_of):
        yield f"as_of {fact.as_of!r}: write YYYY, YYYY-MM or YYYY-MM-DD"
    if fact.office is not None and fact.office_kind is None:
        yield "names an office; add office_kind, so that every language can say what it is"
    for number in fact.call:
        digits = re.sub(r"\D", "", number)
        if not any(digits == other or digits in other for other in known):
            yield f"call {number}: add the line to the directory of {fact.country}, or remove it"


def _check_contacts(directory: Directory) -> Iterator[Problem]:
    for country, listed in directory.contacts.items():
        file = shown(directories.FOLDER / f"{country}.yml")
        urgent = [contact for contact in listed if contact.urgent and contact.sayable]
        if len(urgent) != 1:
            yield Problem(file, "urgent", f"{len(urgent)} lines are urgent; exactly one must be the first in danger")
        for contact in listed:
            for remedy in _contact_faults(contact):
                yield Problem(file, contact.id, remedy)


def _contact_faults(contact: Contact) -> Iterator[str]:
    if not (contact.inside or contact.phone or contact.number_missing):
        yield "has no number; add one, or number_missing: true"
    if contact.number_missing and (contact.inside or contact.phone):
        yield "has a number and number_missing; remove one of them"
    for name in ("phone", "sms", "whatsapp"):
        number = getattr(contact, name)
        if number is None or contact.number_problem or not (number.startswith("+") or name == "phone"):
            continue
        try:
            valid = phonenumbers.is_valid_number(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            valid = False
        if not valid:
            yield f"{name} {number} is no telephone number; correct it, or say why in number_problem"
    if contact.confidence == "verified" and contact.source.strip() == "general knowledge":
        yield "is verified without a source; name the page, or lower the confidence"
