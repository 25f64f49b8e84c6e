"""Which messages are also made as sound, in which voice, and how their words are said aloud."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.content.library import Library
from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read, sequence
from bot.core.message import Saying
from bot.core.taxonomy import LANGUAGES, Language

FILE = HERE / "spoken.yml"

_WITH = ("alone", "present")
_NUMBER = re.compile(r"\+?\d(?:[\d .()-]*\d)?")
#: Digits said in one breath.
_BREATH = 4


@dataclass(frozen=True)
class Voice:
    """``name`` is espeak-ng's; ``plus`` is how the mark before an international number is said."""

    name: str
    plus: str


@dataclass(frozen=True)
class Sound:
    """A message to make: ``name`` of its file, ``text`` as it is shown, ``aloud`` as it is said."""

    name: str
    text: str
    aloud: str


@dataclass(frozen=True)
class Spoken:
    """``absent`` says of every language without a voice why; ``sayings`` what each is said with."""

    voices: Mapping[Language, Voice]
    absent: Mapping[Language, str]
    sayings: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, file: Path = FILE) -> Spoken:
        """Raises ContentInvalid: a language is missing or unknown, a saying is said with something we do not know."""
        fields = Fields(read(file), file, "")
        voices, absent = _voices(fields.raw("voices"), file)
        sayings = {}
        for key, entry in mapping(fields.raw("sayings"), file, "sayings").items():
            said_with = sequence(entry, file, f"sayings.{key}")
            if not said_with or not set(said_with) <= set(_WITH):
                raise ContentInvalid(file, f"sayings.{key}", f"write a list of {', '.join(_WITH)}")
            sayings[str(key)] = tuple(said_with)
        fields.done()
        return cls(voices, absent, sayings)

    def sounds(self, library: Library, language: Language) -> list[Sound]:
        """Every sound of *language*, in the words of *library*; none where there is no voice or nothing is written."""
        voice = self.voices.get(language)
        if voice is None or language not in library.phrases.by_language:
            return []
        numbers = library.telephone_numbers()
        made = []
        for key, said_with in self.sayings.items():
            for name, values in _told(key, said_with, library):
                text = library.word(Saying(key, values), language).text
                made.append(Sound(name, text, aloud(text, numbers, voice.plus)))
        return made


@cache
def spoken() -> Spoken:
    """What ``spoken.yml`` says. Raises ContentInvalid."""
    return Spoken.load()


def voice(language: Language) -> str | None:
    """The name of the voice that speaks *language*, or None.

    >>> voice(Language("vi"))
    'vi'
    """
    found = spoken().voices.get(language)
    return found.name if found else None


def aloud(text: str, numbers: Collection[str], plus: str) -> str:
    """*text* for a voice: every telephone number digit by digit, and twice, so that it can be kept in mind.

    Args:
        numbers: the digits of all telephone numbers; other figures (hours, amounts) are left to the voice.

    >>> aloud("Call 1191 now, before 16:00.", {"1191"}, "plus")
    'Call 1 1 9 1; 1 1 9 1 now, before 16:00.'
    >>> aloud("+65 6536 2222", {"6565362222"}, "plus")
    'plus 6 5, 6 5 3 6, 2 2 2 2; plus 6 5, 6 5 3 6, 2 2 2 2'
    """

    def said(found: re.Match[str]) -> str:
        written = found[0]
        if re.sub(r"\D", "", written) not in numbers:
            return written
        once = ", ".join(" ".join(breath) for group in re.findall(r"\d+", written) for breath in _breaths(group))
        if written.startswith("+"):
            once = f"{plus} {once}"
        return f"{once}; {once}"

    return _NUMBER.sub(said, text)


def _breaths(digits: str) -> Iterator[str]:
    """*digits* in parts of three or four: no number is left with one digit at its end."""
    while len(digits) > _BREATH:
        yield digits[:3]
        digits = digits[3:]
    yield digits


def _told(key: str, said_with: tuple[str, ...], library: Library) -> Iterator[tuple[str, dict[str, Any]]]:
    if "alone" in said_with:
        yield key, {}
    if "present" in said_with:
        for country in library.directory.contacts:
            yield f"{key}-{country.lower()}", {"present": country}


def _voices(data: Any, file: Path) -> tuple[dict[Language, Voice], dict[Language, str]]:
    voices, absent = {}, {}
    entries = mapping(data, file, "voices")
    for code, entry in entries.items():
        if code not in LANGUAGES:
            raise ContentInvalid(file, f"voices.{code}", f"no language of ours; use one of {', '.join(LANGUAGES)}")
        fields = Fields(entry, file, f"voices.{code}")
        if why := fields.optional_text("absent"):
            absent[Language(code)] = why
        else:
            voices[Language(code)] = Voice(fields.text("voice"), fields.text("plus"))
        fields.done()
    for code in LANGUAGES:
        if code not in entries:
            raise ContentInvalid(file, f"voices.{code}", "is missing; name its voice, or say why there is none")
    return voices, absent
