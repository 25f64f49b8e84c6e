"""Everything anyone reads, from ``phrases/<language>.yml``; English is the measure for every other language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read
from bot.content.reviewed import Review, fingerprint, read_review
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

FOLDER = HERE / "phrases"

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Phrase:
    """``sms`` stands only where ``text`` does not fit into an SMS; ``reviewed`` is None for a draft.

    Whether a review still counts is told by :meth:`Phrasebook.review`: the English may have changed since.
    """

    text: str
    sms: str | None = None
    note: str | None = None
    reviewed: Review | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(self.text))

    @property
    def fingerprint(self) -> str:
        """What a review of its translations keeps of an English phrase."""
        return fingerprint(self.text, self.sms or "")

    def form(self, form: str) -> str:
        return self.sms if form == "sms" and self.sms is not None else self.text


@dataclass(frozen=True)
class Phrasebook:
    """The phrases of every language that is written."""

    by_language: Mapping[Language, Mapping[str, Phrase]]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Phrasebook:
        """Raises ContentInvalid: English missing, a file for no language of ours, a phrase without text."""
        books = {}
        for file in sorted(folder.glob("*.yml")):
            if file.stem not in LANGUAGES:
                raise ContentInvalid(file, "", f"no language of ours; use one of {', '.join(LANGUAGES)}")
            books[Language(file.stem)] = load_book(file)
        if ENGLISH not in books:
            raise ContentInvalid(folder / "en.yml", "", "English is missing; every other language is measured by it")
        return cls(books)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key there is, in the order of the English file."""
        return tuple(self.by_language[ENGLISH])

    def phrase(self, key: str, language: Language) -> Phrase:
        """The phrase in *language*, else in English. Raises KeyError: no such key."""
        return self.by_language.get(language, {}).get(key) or self.by_language[ENGLISH][key]

    def has(self, key: str) -> bool:
        return key in self.by_language[ENGLISH]

    def say(self, key: str, language: Language, form: str = "chat", /, **values: object) -> str:
        """The words of *key* with *values* filled in. Raises KeyError: no such key."""
        return fill(self.phrase(key, language).form(form), values)

    def review(self, key: str, language: Language) -> Review | None:
        """Which native speaker has read *key* in *language*; None for a draft.

        A review counts as long as the English is the one that was read beside it.
        """
        phrase, english = self.by_language.get(language, {}).get(key), self.by_language[ENGLISH].get(key)
        if phrase is None or english is None or phrase.reviewed is None:
            return None
        return phrase.reviewed if phrase.reviewed.english == english.fingerprint else None

    def drafts(self, language: Language) -> int:
        """How many phrases of *language* no native speaker has reviewed as they are now."""
        return sum(self.review(key, language) is None for key in self.by_language.get(language, {}))

    def outdated(self, language: Language) -> tuple[str, ...]:
        """Keys that were reviewed in *language* and are drafts again, because the English has changed since."""
        phrases = self.by_language.get(language, {})
        return tuple(key for key in phrases if phrases[key].reviewed and self.review(key, language) is None)


def fill(template: str, values: Mapping[str, object]) -> str:
    """*template* with {placeholders} replaced; one without a value vanishes rather than show braces to a person."""
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")), template)


def load_book(file: Path) -> dict[str, Phrase]:
    """The phrases of one file, by key. Raises ContentInvalid with file, key and remedy."""
    data = dict(mapping(read(file), file, ""))
    if data.pop("language", None) != file.stem:
        raise ContentInvalid(file, "language", f"must be {file.stem}, as the file name")
    book = {}
    for key, entry in data.items():
        fields = Fields(entry, file, str(key))
        book[str(key)] = Phrase(
            text=fields.text("text"),
            sms=fields.optional_text("sms"),
            note=fields.optional_text("note"),
            reviewed=read_review(fields.raw("reviewed"), file, str(key)),
        )
        fields.done()
    return book
