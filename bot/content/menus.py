"""Buttons under a saying, from ``menus.yml``; those for countries and languages are made here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.countries import Countries
from bot.content.phrases import Phrasebook
from bot.content.reading import HERE, Fields, mapping, read, sequence
from bot.core.message import Button
from bot.core.questions import ANSWER, SKIP, ClosedQuestion
from bot.core.taxonomy import LANGUAGES, Language

FILE = HERE / "menus.yml"


@dataclass(frozen=True)
class Menus:
    """Saying -> pairs of a phrase for the title and a payload."""

    entries: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def load(cls) -> Menus:
        """Raises ContentInvalid."""
        entries = {}
        for key, listed in mapping(read(FILE), FILE, "").items():
            pairs = []
            for entry in sequence(listed, FILE, key):
                fields = Fields(entry, FILE, key)
                pairs.append((fields.text("title"), fields.text("payload")))
                fields.done()
            entries[key] = tuple(pairs)
        return cls(entries)

    def buttons(self, key: str, phrases: Phrasebook, language: Language) -> tuple[Button, ...]:
        return tuple(Button(phrases.say(title, language), payload) for title, payload in self.entries.get(key, ()))


#: Questions that bring no way to skip: a tap on anything else does.
_PLAIN = ("answer.", "screen.", "code_word.", "self_harm.")


def answers_offered(question: ClosedQuestion, phrases: Phrasebook, language: Language) -> tuple[Button, ...]:
    """The answers to *question*, and a way to skip it."""
    answers = question.answers if question.key.startswith(_PLAIN) else (*question.answers, SKIP)
    return tuple(
        Button(
            phrases.say(title_of(question.key, answer, phrases), language),
            f"/{ANSWER}" + json.dumps({"question": question.key, "answer": answer}),
        )
        for answer in answers
    )


def title_of(question: str, answer: str, phrases: Phrasebook) -> str:
    """The phrase that words *answer*: one of the question's own, else one of all questions."""
    own = f"choice.{question.split('.', 1)[1]}.{answer}"
    if phrases.has(own):
        return own
    return f"menu.{answer}" if answer in ("yes", "no", SKIP) else f"choice.{answer}"


def countries_offered(countries: Countries, phrases: Phrasebook, language: Language) -> tuple[Button, ...]:
    """The likeliest countries, and a way not to say."""
    offered = [
        Button(countries.title(code, language), "/inform" + json.dumps({"country": code}))
        for code in countries.offered(language)
    ]
    return (*offered, Button(phrases.say("menu.skip", language), "/deny"))


def languages_offered() -> tuple[Button, ...]:
    """Every language by its own name."""
    return tuple(Button(name, "/change_language" + json.dumps({"language": code})) for code, name in LANGUAGES.items())
