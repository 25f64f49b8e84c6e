"""Puts sayings into words: the one door through which the rest of the hotline uses its content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.content import local
from bot.content.answer import Answers
from bot.content.cards import NO_CARDS, Cards
from bot.content.countries import Countries
from bot.content.directory import Contact, Directory
from bot.content.facts import Facts
from bot.content.lookup import Lookup
from bot.content.menus import Menus, answers_offered, countries_offered, languages_offered
from bot.content.named import NO_INTRODUCTIONS, Introductions
from bot.content.offers import Offers
from bot.content.phrases import Phrasebook
from bot.content.topics import Places
from bot.content.urgent import Urgent
from bot.core.hours import ZONES
from bot.core.ids import CountryCode
from bot.core.message import Button, Reply, Saying
from bot.core.questions import QUESTIONS, ROUNDS, ClosedQuestion
from bot.core.taxonomy import LANGUAGES, Intent, Language
from bot.text.folding import bare
from bot.text.normalise import normalise

#: How a saying is worded: for a chat, for an SMS (at most two), or for an operator who reads what was said.
FORMS = ("chat", "sms", "gloss")

#: Sayings of a single entry of directory and facts, by its ``id``.
LINE, FACT = "line", "fact"

_ENOUGH = "/enough"  # means something only where we ask

#: Phrase -> what the person asks for who types it.
TOLD_WORDS = {
    "type.later": "/unsafe_to_talk",
    "type.human": "/ask_human",
    "type.danger": "/report_danger",
    "type.erase": "/delete_data",
    "type.enough": _ENOUGH,
}

#: A title of an answer of so many characters is one also where a little more follows.
_LONG_TITLE = 6

_DISCLOSURES = frozenset(("disclosure_self", "disclosure_other", "disclosure_suspect", "disclosure_held"))
_AROUND = " .,!?\"'“”‘’()။၊។。！？…"
_COUNTRY_VALUES = ("country", "present", "origin", "destination")


@dataclass(frozen=True)
class ToldWord:
    """A word that a phrase told people to type: what it asks for, as a button would, and the languages it is from."""

    payload: str
    languages: tuple[Language, ...]


def asked_by(saying: Saying) -> str | None:
    """The closed question that *saying* ends with, or None."""
    key = saying.key
    if key == "answer":
        key = f"answer.{saying.values['topic']}.next" if saying.values.get("next", True) is True else ""
    elif key == "self_harm":
        key = "self_harm.team"
    return key if key in QUESTIONS else None


def typed(text: str) -> str:
    """The form in which told words are compared: one spelling, no marks around it."""
    return normalise(text).matching.strip(_AROUND)


class Library:
    """All content, loaded and checked once."""

    def __init__(
        self,
        phrases: Phrasebook,
        facts: Facts,
        directory: Directory,
        countries: Countries,
        menus: Menus,
        cards: Cards = NO_CARDS,
        introductions: Introductions = NO_INTRODUCTIONS,
    ) -> None:
        self.phrases, self.facts, self.directory, self.countries = phrases, facts, directory, countries
        self._menus, self.cards, self.introductions = menus, cards, introductions
        self._told = self.told_words()
        self._answers = Answers(phrases, facts, directory, countries)
        self.lookup = Lookup(phrases, facts, directory, countries, self._answers)
        self._urgent = Urgent(phrases, directory, countries)
        self._offers = Offers(phrases, self._answers, countries)

    @classmethod
    def load(cls) -> Library:
        """Raises ContentInvalid with file, key and remedy."""
        return cls(
            Phrasebook.load(),
            Facts.load(),
            Directory.load(),
            Countries.load(),
            Menus.load(),
            Cards.load(),
            Introductions.load(),
        )

    def word(self, saying: Saying, language: Language, form: str = "chat", told_in: Language | None = None) -> Reply:
        """*saying* in *language*; what is not written in it yet is said in English.

        Args:
            form: one of FORMS. "gloss" is the chat form, in the operator's language whatever the person was told.
            told_in: for a gloss, the language in which it was told: it decided which numbers were given.
        Raises KeyError: there is no such saying.
        """
        if saying.key == "language_changed" and form != "gloss" and saying.values.get("language") in LANGUAGES:
            # said in the new language, which the conversation takes on only after this turn
            language = Language(saying.values["language"])
        places = replace(_places(saying.values), speaks=told_in)
        text = self._text(saying, places, language, "chat" if form == "gloss" else form)
        return Reply(text, saying, self._buttons(saying, language))

    def text(self, key: str, language: Language, /, **values: object) -> str:
        """A phrase of a page or form. Raises KeyError: there is no such phrase."""
        return self.phrases.say(key, language, "chat", **values)

    def is_card(self, key: str) -> bool:
        """May an operator send the saying *key* as it stands?"""
        return key in self.cards

    def withheld(self, saying: Saying, language: Language, form: str) -> str | None:
        """Why an operator must not send *saying*, a single line or fact: a code of ``desk.withheld.*``, or None.

        Raises KeyError: there is no such entry.
        """
        if saying.key == LINE:
            return self.lookup.withheld_contact(saying.values["id"], _places(saying.values))
        return self.lookup.withheld_fact(saying.values["id"], language, form)

    def texts(self, prefix: str, language: Language) -> dict[str, str]:
        """Every phrase whose key begins with *prefix*, by its key: what a page needs at once."""
        return {key: self.phrases.phrase(key, language).text for key in self.phrases.keys if key.startswith(prefix)}

    def telephone_numbers(self) -> frozenset[str]:
        """The digits of every number that may reach a person, so that a page knows a number from an amount."""
        return frozenset(number for one in self._contacts() if one.sayable for number in one.numbers)

    def languages(self) -> tuple[str, ...]:
        """The codes of every language that a page may have to name: ours, and what services of the directory speak."""
        others = {str(code) for one in self._contacts() for code in one.languages}
        return (*LANGUAGES, *sorted(others - set(LANGUAGES)))

    def _contacts(self) -> Iterator[Contact]:
        return (contact for country in self.directory.contacts.values() for contact in country)

    def is_draft(self, language: Language) -> bool:
        """Has *language* a phrase that no native speaker has read yet?"""
        return self.phrases.drafts(language) > 0 or language not in self.phrases.by_language

    def told_words(self) -> dict[str, ToldWord]:
        """What phrases tell people to type, by its :func:`typed` form, in every language that is written.

        Such a word does just what was said of it, however a model would read it; without its accents too, as many
        phones send it.
        """
        told: dict[str, ToldWord] = {}
        for language, phrases in self.phrases.by_language.items():
            for key, payload in TOLD_WORDS.items():
                if (phrase := phrases.get(key)) is None:
                    continue
                word = typed(phrase.text)
                for form in dict.fromkeys((word, bare(word))):
                    known = told.get(form, ToldWord(payload, ()))
                    if known.payload == payload and language not in known.languages:
                        told[form] = ToldWord(payload, (*known.languages, language))
        return told

    def agreed(self, text: str, question: str | None, code_word: str | None) -> ToldWord | None:
        """What *text* is by agreement, however a model would read it, or None.

        Args:
            question: the closed question that waits for an answer; the title of one of its answers is that answer, also
                with a word or two after it ("some weeks ago I think").
            code_word: the person's own word for "not safe".
        """
        word = typed(text)
        if code_word is not None and word == typed(code_word):
            return ToldWord("/unsafe_to_talk", ())
        if question is not None and question in QUESTIONS and (answer := self._answered(word, QUESTIONS[question])):
            return answer
        told = self._told.get(word)
        return None if told is not None and told.payload == _ENOUGH and question is None else told

    def _answered(self, word: str, question: ClosedQuestion) -> ToldWord | None:
        for language in self.phrases.by_language:
            for button in answers_offered(question, self.phrases, language):
                title = typed(button.title)
                begun = len(title) >= _LONG_TITLE and word.startswith(title) and len(word) <= 2 * len(title)
                if begun or word in (title, bare(title)):
                    return ToldWord(button.payload, (language,))
        return None

    def _text(self, saying: Saying, places: Places, language: Language, form: str) -> str:
        key, values = saying.key, saying.values
        if key == "answer":
            return self._answers.compose(
                Intent(values["topic"]), places, language, form, ask=values.get("next", True) is True
            )
        if key == "emergency":
            return self._urgent.emergency(places, language, form)
        if key == "emergency_quiet":
            return self._urgent.quiet(places, language, form)
        if key == "self_harm":
            return self._urgent.self_harm(places, language, form)
        if key in _DISCLOSURES:
            return self._urgent.disclosure(key, places, language, form)
        if key == "situation":
            return self._urgent.situation(values["situation"], places, language, form)
        if key == "offer_result":
            return self._offers.result(values["flags"], places, language, form)
        if key == LINE:
            return self.lookup.contact(values["id"], places, language, form)
        if key == FACT:
            return self.lookup.fact(values["id"], language, form)
        if key in ("human_unavailable", "wait.nobody_yet"):
            return self._urgent.with_numbers(key, places, language, form)
        return self.phrases.say(key, language, form, **self._shown(values, language))

    def _shown(self, values: Mapping[str, Any], language: Language) -> dict[str, Any]:
        shown = dict(values)
        for name in _COUNTRY_VALUES:
            if isinstance(shown.get(name), str):
                shown[name] = self.countries.name(shown[name], language)
        if isinstance(values.get("at"), str):  # a moment, as the clocks of the country show it
            there = datetime.fromisoformat(values["at"]).astimezone(ZoneInfo(ZONES[values["country"]]))
            shown |= {"day": local.date(there.date().isoformat(), language), "time": f"{there:%H:%M}"}
        return shown

    def _buttons(self, saying: Saying, language: Language) -> tuple[Button, ...]:
        values, places = saying.values, _places(saying.values)
        if saying.key in ("language_menu", "other_language"):
            return languages_offered()
        own = saying.key
        if saying.key == "answer":
            if values.get("next", True) is not True:
                return ()
            own = f"answer.{values['topic']}"
        buttons = self._menus.buttons(own, self.phrases, language)
        if (question := QUESTIONS.get(asked_by(saying) or "")) is not None:
            buttons = (*answers_offered(question, self.phrases, language), *buttons)
            if any(question.key in round_ for round_ in ROUNDS.values()):
                buttons = (*buttons, Button(self.phrases.say("menu.stop_asking", language), _ENOUGH))
        where_asked = saying.key == "emergency" and not (places.present or places.destination)
        if saying.key in ("ask_country", "disclosure.where") or where_asked:
            buttons += countries_offered(self.countries, self.phrases, language)
        return buttons


def _places(values: Mapping[str, Any]) -> Places:
    def code(name: str) -> CountryCode | None:
        value = values.get(name)
        return CountryCode(value) if isinstance(value, str) and value else None

    return Places(code("present") or code("country"), code("origin"), code("destination"))
