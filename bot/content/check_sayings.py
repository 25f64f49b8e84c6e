"""Whether what belongs together in one reply goes together: numbers in an SMS, titles of buttons, words to type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from bot.content.answer import Answers
from bot.content.contact_lines import ContactWords
from bot.content.library import TOLD_WORDS, Library, typed
from bot.content.menus import Menus
from bot.content.phrases import Phrase
from bot.content.reading import Problem
from bot.content.sms import MOST_SEGMENTS, segments
from bot.content.topics import Places
from bot.core import questions
from bot.core.ids import CountryCode
from bot.core.message import Saying
from bot.core.taxonomy import QUESTIONS, Intent, Language
from bot.text.folding import bare

#: Sayings that go with numbers -> the phrases of them that must leave room for those; situations besides.
_BESIDE_NUMBERS = {
    "emergency": ("emergency.anywhere",),
    "self_harm": ("self_harm.words", "self_harm.danger_anywhere"),
    "human_unavailable": ("human_unavailable",),
    "wait.nobody_yet": ("wait.nobody_yet",),
    "disclosure_self": ("disclosure_self",),
    "disclosure_other": ("disclosure_other",),
    "disclosure_suspect": ("disclosure_suspect",),
    "disclosure_held": ("disclosure_held",),
}
_SITUATION = "situation."


def room(library: Library) -> Iterator[Problem]:
    """Phrases that leave no room in an SMS for a number that goes with them, each with the longest it may be."""
    countries = library.directory.contacts
    values = [{}, *({where: code} for where, code in product(("present", "destination", "origin"), countries))]
    for language, book in library.phrases.by_language.items():
        file = f"bot/content/phrases/{language}.yml"
        lengths = {key: len(phrase.form("sms")) for key, phrase in book.items()}
        over: dict[tuple[str, ...], int] = {}
        for (saying, keys), value in product(_beside_numbers(library), values):
            spoken = Saying(saying.key, {**saying.values, **value})
            text = library.word(spoken, language, "sms").text
            said = tuple(key for key in keys if key in book and book[key].form("sms") in text)
            over[said] = max(_over(text), over.get(said, 0))
        for topic, value in product(sorted(QUESTIONS), values):
            key = f"answer.{topic}.do"
            if key in book and (number := _first_number(library, topic, value, language)):
                over[(key,)] = max(_over(f"{book[key].form('sms')}\n{number}"), over.get((key,), 0))
        for said, characters in over.items():
            if said and characters:
                longest, most = max(said, key=lengths.__getitem__), sum(lengths[key] for key in said) - characters
                where = f" (together with {', '.join(key for key in said if key != longest)})" if len(said) > 1 else ""
                remedy = f"leaves no room in an SMS for the number; make its sms {most} characters at most{where}"
                yield Problem(file, longest, remedy)


def _beside_numbers(library: Library) -> list[tuple[Saying, tuple[str, ...]]]:
    listed = [(Saying(key), keys) for key, keys in _BESIDE_NUMBERS.items()]
    situations = [key for key in library.phrases.keys if key.startswith(_SITUATION)]
    return listed + [(Saying("situation", {"situation": key.removeprefix(_SITUATION)}), (key,)) for key in situations]


def _saying(key: str) -> Saying:
    """The saying under which the buttons of *key* stand: an answer for answer.<topic> and answer.<topic>.next."""
    if key.startswith("answer."):
        return Saying("answer", {"topic": key.split(".")[1]})
    if key.startswith("self_harm."):
        return Saying("self_harm")
    return Saying(key, {"flags": []} if key == "offer_result" else {})


def _first_number(library: Library, topic: Intent, value: Mapping[str, str], language: Language) -> str | None:
    """The number that an SMS on *topic* always holds."""
    known = {name: CountryCode(code) for name, code in value.items()}
    places = Places(known.get("present"), known.get("origin"), known.get("destination"))
    answers = Answers(library.phrases, library.facts, library.directory, library.countries)
    contacts = answers.contacts(topic, places, language, answers.facts(topic, places))
    words = ContactWords(library.phrases, library.countries, language, places.work, places.present)
    return words.numbers(contacts[0])[0] if contacts else None


def titles(library: Library, menus: Menus) -> Iterator[Problem]:
    """Buttons under one saying that read the same but mean different things."""
    for language in library.phrases.by_language:
        for key in (*menus.entries, *questions.QUESTIONS, "ask_country"):
            meant: dict[str, str] = {}
            for button in library.word(_saying(key), language).buttons:
                if meant.setdefault(button.title.strip().casefold(), button.payload) != button.payload:
                    remedy = f"has two buttons that read “{button.title}”; change the words of one of them"
                    yield Problem(f"bot/content/phrases/{language}.yml", key, remedy)


def told(books: Mapping[Language, Mapping[str, Phrase]]) -> Iterator[Problem]:
    """Words that people are told to type for two different things, in one language or in two."""
    meant: dict[str, tuple[Language, str]] = {}
    for language, book in books.items():
        for key in TOLD_WORDS:
            if key not in book:
                continue
            word = typed(book[key].text)
            for form in dict.fromkeys((word, bare(word))):
                first, other = meant.setdefault(form, (language, key))
                if TOLD_WORDS[other] != TOLD_WORDS[key]:
                    remedy = f"“{book[key].text}” is what {other} of {first} tells people to type; choose another word"
                    yield Problem(f"bot/content/phrases/{language}.yml", key, remedy)
                    break


def _over(text: str) -> int:
    """How many characters *text* is too long for an SMS."""
    over = 0
    while segments(text[: len(text) - over]) > MOST_SEGMENTS:
        over += 1
    return over
