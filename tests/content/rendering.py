"""What may not be in anything that a person is sent, whatever it was put together from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from bot.content import avoid, local
from bot.content.contact_lines import OTHER_LANGUAGES
from bot.content.library import Library
from bot.content.script import LATIN, script_of, stranger
from bot.core.ids import CountryCode
from bot.core.message import Saying
from bot.core.taxonomy import ENGLISH, LANGUAGES, Intent, Language

LIBRARY = Library.load()
COUNTRIES = sorted(LIBRARY.directory.contacts)
WRITTEN = sorted(LIBRARY.phrases.by_language)
MOST_CHARACTERS = 1600  # of a message by WhatsApp through Twilio

_GAP = re.compile(
    r"[{}]|\bNone\b|\bXX\b|  |\A\s|\s\Z|\b(?:answer|fact|office|contact)\.\w"
    r"|[(（]\s*[)）]|[(（][,、;]|[,;、]\s*[)）]"  # brackets around nothing
    # marks without words between
    r"|([.,;:。，；：、။၊។])\s?\1|[,;:，；：、၊]\s?[.。။។]|[.。။។]\s?[,;，；、၊]| [.,;。，；။]"
)
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_ADDRESS = re.compile(r"https?://\S+")
_THREE_LATIN_WORDS = re.compile(r"[A-Za-z'’]{2,}(?: [A-Za-z'’]{2,}){2}")
_ENGLISH_WORDS = re.compile(
    r"(?<!\w)(?:the|you|your|and|with|this|that|from|have|please|they|someone|which|what)(?!\w)", re.IGNORECASE
)
_FIGURE = re.compile(r"(?<![\d-])\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d+|\d{2}:\d{2}")
_NUMBER = re.compile(r"[+#]?\d(?:[\d -]*\d)?(?: ext \d+)?")


def _names() -> Iterator[str]:
    """What is written alike in every language: names of lines, offices, laws, places and languages."""
    for contact in (contact for listed in LIBRARY.directory.contacts.values() for contact in listed):
        yield from filter(None, (contact.proper, contact.area))
    for fact in (fact for listed in LIBRARY.facts.by_country.values() for fact in listed):
        if fact.office:
            yield fact.office.replace(" (", ", ").replace(")", "")
        if fact.law:
            yield fact.law
    yield from LANGUAGES.values()
    yield from OTHER_LANGUAGES.values()


_NAMES = re.compile("|".join(map(re.escape, sorted(set(_names()), key=len, reverse=True))))


@cache
def faults(line: str, language: Language, topic: str = "") -> tuple[str, ...]:
    """What is wrong with *line*, apart from its numbers."""
    own = _NAMES.sub("", _ADDRESS.sub("", line))
    found = [f"a gap: {match[0]!r}" for match in _GAP.finditer(line)]
    if wrong := stranger(own, language):
        found.append(wrong)
    if language != ENGLISH:
        latin = script_of(language) == LATIN
        english = len(set(_ENGLISH_WORDS.findall(own))) > 1 if latin else _THREE_LATIN_WORDS.search(own)
        if english:
            found.append("a sentence in English")
    found += avoid.found(_without_exempt(own, language), f"answer.{topic}.", language)
    return tuple(f"{fault}: {line}" for fault in found)


def _without_exempt(line: str, language: Language) -> str:
    """*line* without what phrases say that may hold a word to avoid, such as what a crime is called."""
    for fragment in _exempt(language):
        line = line.replace(fragment, "")
    return line


@cache
def _exempt(language: Language) -> tuple[str, ...]:
    fragments = []
    for entry in avoid.load().get(language, ()):
        for key, phrase in LIBRARY.phrases.by_language[language].items():
            if key.startswith(entry.but_in):
                texts = _PLACEHOLDER.split(phrase.text) + _PLACEHOLDER.split(phrase.sms or "")
                fragments += [text for text in texts if entry.words.search(text)]
    return tuple(fragments)


def numbers(text: str) -> set[str]:
    """Every telephone number and figure in *text*, as bare digits, without addresses."""
    text = _ADDRESS.sub("", text)
    found = [*_FIGURE.findall(text), *_NUMBER.findall(_FIGURE.sub(";", text))]
    return {re.sub(r"\D", "", number) for number in found}


def of_directory(countries: Iterable[str]) -> set[str]:
    """The numbers that may be told to somebody who has to do with *countries*."""
    return {
        digits
        for country in countries
        for contact in LIBRARY.directory.sayable(CountryCode(country))
        for digits in contact.numbers
    }


@cache
def figures(language: Language) -> frozenset[str]:
    """Digits in *language* that are no telephone number: of phrases, amounts, days and hours."""
    texts = [phrase.form(form) for phrase in LIBRARY.phrases.by_language[language].values() for form in ("chat", "sms")]
    for fact in (fact for listed in LIBRARY.facts.by_country.values() for fact in listed):
        texts += [local.figure(amount.amount, language) for amount in (fact.cap, fact.figure, fact.fine) if amount]
        counts = (fact.hours_per_day, fact.hours_per_week, fact.rest_hours_per_day, fact.rest_days, fact.prison_months)
        texts += [
            str(count)
            for count in (*counts, fact.window and fact.window.days, (fact.prison_months or 0) // 12)
            if count
        ]
        texts += [local.date(fact.as_of, language) if fact.as_of else "", fact.office or "", fact.law or ""]
    for contact in (contact for listed in LIBRARY.directory.contacts.values() for contact in listed):
        texts += [contact.proper or "", contact.area or ""]
        texts += [contact.hours.opens, contact.hours.closes] if contact.hours else []
    return frozenset(number for text in texts for number in numbers(text))


def all_places() -> Iterator[dict[str, str]]:
    """Every country and every corridor."""
    yield {}
    for country in COUNTRIES:
        yield {"present": country}
        yield {"origin": country}
        yield {"destination": country}
        yield {"present": country, "origin": country}
    for origin, other in product(COUNTRIES, COUNTRIES):
        if origin != other:
            yield {"origin": origin, "present": other}
            yield {"origin": origin, "present": origin, "destination": other}


PLACES = list(all_places())


@cache
def telling_places(topic: Intent) -> tuple[dict[str, str], ...]:
    """Every country, and of the corridors those whose English answer on *topic* says what none before it said."""
    heard: set[str] = set()
    chosen = []
    for values in PLACES:
        said = set(LIBRARY.word(Saying("answer", {"topic": topic, **values}), ENGLISH).text.splitlines())
        if len(values) < 2 or said - heard:
            chosen.append(values)
        heard |= said
    return tuple(chosen)
