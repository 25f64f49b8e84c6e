"""Details that a message names: countries and places with their roles, ages, numbers of people, phones, jobs.

Names come from ``bot/content/places.yml`` and, as people of a language say and type them, from
``bot/content/names/<language>.yml``; the words around them from ``details.yml`` beside this file. None is learnt, so
that a new place or word is one line of data. A place stands for its country.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import ahocorasick
import phonenumbers
import regex
import yaml

from bot.content.names import PLACES, load_all
from bot.content.reading import read
from bot.core.understanding import Entity
from bot.nlu.lexicon import Form, Found, stands_alone
from bot.text.folding import bare
from bot.text.normalise import Normalised, normalise
from bot.text.script import UNSPACED, main_script

_CLOSE = 2  # characters between a name and the word that gives its role
_NUMBER = regex.compile(r"(?<![\d.,+])\d{1,3}(?![\d]|[.,]\d)")
_PHONE = regex.compile(r"(?<![\d])\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\d)")
_IN_WORD = regex.compile(r"[\p{L}\p{M}]")
_OLDEST, _MOST_PEOPLE = 99, 999
_TELLING_AGE = range(10, 18)


@dataclass(frozen=True)
class _Place:
    country: str
    form: Form
    ambiguous: bool
    fresh: bool  # counts only where a word begins, in a script without spaces too
    people: bool


@dataclass(frozen=True)
class _Cues:
    """Words before and after something; longest first, each with what it means."""

    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]

    def meaning(self, text: str, start: int, end: int) -> str | None:
        """What the nearest word around ``text[start:end]`` means, or None without one."""
        left = text[max(0, start - 30) : start].rstrip(" :,-")
        right = text[end : end + 30].lstrip(" ,-")
        if start - len(text[: max(0, start - 30)]) - len(left) <= _CLOSE + 1:
            for word, meaning in self.before:
                if left.endswith(word) and _edge(left, len(left) - len(word)):
                    return meaning
        for word, meaning in self.after:
            if right.startswith(word) and (word[0] > "\u0e00" or _edge(right, len(word))):
                return meaning
        return None


def _edge(text: str, place: int) -> bool:
    """Whether a word may begin or end here: always between unspaced letters, else not inside a word."""
    if place <= 0 or place >= len(text):
        return True
    return not (text[place - 1].isalnum() and text[place].isalnum()) or text[place] > "\u0e00"


class EntityReader:
    """Reads the details of a message; the same for every language at once."""

    def __init__(self) -> None:
        self._places, self._automaton = _gazetteer()
        details = _details()
        self._roles = _cues(details["roles"])
        self._age_strong = _plain_cues(details["age"]["strong_before"], details["age"]["strong_after"])
        self._age_weak = _plain_cues(details["age"]["weak_before"], details["age"]["weak_after"])
        self._people = _plain_cues(details["people"]["before"], details["people"]["after"])
        self._languages = _plain_cues(details["language"]["before"], details["language"]["after"])
        self._home: dict[str, str] = details["home"]
        self._jobs = {concept: job for job, concepts in details["jobs"].items() for concept in concepts}

    def read(self, form: Normalised, concepts: Sequence[Found], language: str) -> tuple[Entity, ...]:
        """All details, in the order in which they stand; offsets are those of the original text."""
        text = form.matching
        found: list[tuple[str, str, int, int, str | None]] = list(self._countries(text))
        phones = list(self._phones(text, language, [value for _, value, *_ in found]))
        found += phones
        taken = [(start, end) for _, _, start, end, _ in found]
        for match in _NUMBER.finditer(text):
            start, end = match.span()
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                found += self._numbers(text, start, end)
        for concept in concepts:
            job = self._jobs.get(concept.concept)
            if job and concept.longest:
                found.append(("job", job, concept.start, concept.end, None))
        entities = []
        for entity, value, start, end, role in sorted(dict.fromkeys(found), key=lambda one: (one[2], one[3], one[0])):
            begin, finish = form.span(start, end)
            entities.append(Entity(entity, value, begin, finish, role))
        return tuple(entities)

    def _countries(self, text: str) -> Iterator[tuple[str, str, int, int, str | None]]:
        matches: list[tuple[int, int, _Place]] = []
        for last, (length, places) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            matches += [
                (start, end, place)
                for place in places
                if stands_alone(text, start, end, place.form)
                and not (place.fresh and start and _IN_WORD.match(text, start - 1))
                and not (place.people and self._is_language(text, start, end))
            ]
        covered = bytearray(len(text))
        for start, end, place in sorted(matches, key=lambda match: (match[0] - match[1], match[0])):
            if 1 in covered[start:end]:
                continue
            role = self._roles.meaning(text, start, end)
            if place.ambiguous and role is None:
                continue
            covered[start:end] = b"\1" * (end - start)
            yield "country", place.country, start, end, role

    def _is_language(self, text: str, start: int, end: int) -> bool:
        """Whether the name of a people is that of a language here: "speak Thai", "in Thai please"."""
        return self._languages.meaning(text, start, end) is not None

    def _phones(
        self, text: str, language: str, countries: Iterable[str]
    ) -> Iterator[tuple[str, str, int, int, str | None]]:
        for match in _PHONE.finditer(text):
            regions = [None] if match.group().startswith("+") else [*dict.fromkeys(countries), self._home.get(language)]
            for region in regions:
                try:
                    number = phonenumbers.parse(match.group(), region)
                except phonenumbers.NumberParseException:
                    continue
                if phonenumbers.is_valid_number(number):
                    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                    yield "phone", value, *match.span(), None
                    break

    def _numbers(self, text: str, start: int, end: int) -> Iterator[tuple[str, str, int, int, str | None]]:
        number = int(text[start:end])
        if 0 < number <= _OLDEST and (
            (self._age_strong.meaning(text, start, end) and not self._people.meaning(text, end, end))
            or (number in _TELLING_AGE and self._age_weak.meaning(text, start, end) and self._is_age(text, start, end))
        ):
            yield "age", str(number), start, end, None
        elif 0 < number <= _MOST_PEOPLE and self._people.meaning(text, start, end):
            yield "people", str(number), start, end, None

    def _is_age(self, text: str, start: int, end: int) -> bool:
        """A weak word on both sides: "she is 15", "im 16 years"."""
        left = self._age_weak.meaning(text[:start] + "\0", start, start)
        return bool(left) and bool(self._age_weak.meaning("\0" + text[end:], 1, 1) or end == len(text))


@cache
def _details() -> dict:  # type: ignore[type-arg]
    return yaml.safe_load(files("bot.nlu").joinpath("details.yml").read_text(encoding="utf-8"))


def _fold(word: str) -> str:
    return normalise(word).matching


def _cues(roles: dict[str, dict[str, dict[str, list[str]]]]) -> _Cues:
    before = [
        (_fold(word), role)
        for role, languages in roles.items()
        for words in languages.values()
        for word in words.get("before", ())
    ]
    after = [
        (_fold(word), role)
        for role, languages in roles.items()
        for words in languages.values()
        for word in words.get("after", ())
    ]
    return _Cues(_longest_first(before), _longest_first(after))


def _plain_cues(before: Iterable[str], after: Iterable[str]) -> _Cues:
    return _Cues(*(_longest_first([(_fold(word), word) for word in words]) for words in (before, after)))


def _longest_first(cues: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    every = [*cues, *((bare(word), meaning) for word, meaning in cues)]
    return tuple(sorted(dict.fromkeys(every), key=lambda cue: -len(cue[0])))


@cache
def _gazetteer() -> tuple[dict[str, list[_Place]], ahocorasick.Automaton]:
    content = read(PLACES)
    everyday = load_all()
    ambiguous = set(map(_fold, _details()["ambiguous"]))
    ambiguous |= {_fold(name) for names in everyday for name in names.ambiguous}
    places: dict[str, list[_Place]] = {}
    peoples = {_fold(name) for names in content["peoples"].values() for name in names}
    peoples |= {_fold(name) for names in everyday for _, name in names.peoples}
    for country, name in chain(_names(content), *(names.all() for names in everyday)):
        folded = _fold(name.removeprefix("^"))
        for key in {folded, bare(folded)}:
            if not key:
                continue
            script = main_script(key)
            unspaced = script in UNSPACED
            inflected = script == "Taml" and len(key) >= _LONG_TAMIL  # endings are written on: "in", "to", "from"
            if inflected:
                key = _TAMIL_ENDING.sub("", key)
            form = Form(name, "", False, inflected, not unspaced)
            doubtful = key in ambiguous or (len(key) < _FEW and not unspaced)
            place = _Place(country, form, doubtful, name.startswith("^"), key in peoples)
            known = places.setdefault(key, [])
            if all(other.country != country for other in known):
                known.append(place)
    automaton = ahocorasick.Automaton()
    for key, found in places.items():
        automaton.add_word(key, (len(key), tuple(found)))
    automaton.make_automaton()
    return places, automaton


_FEW = 3  # a Latin name of fewer letters is doubtful
_LONG_TAMIL = 4  # characters of a name that may be inflected
_TAMIL_ENDING = regex.compile("[\u0bc1\u0bcd]$")  # what an ending takes the place of


def _names(content: dict) -> Iterator[tuple[str, str]]:  # type: ignore[type-arg]
    """(country, name) for everything the gazetteer knows."""
    for country in content["countries"]:
        names = [country["en"], *(country.get("own") or ())]
        names += [name for language in country["names"].values() for name in language]
        for name in names:
            yield country["iso"], name
    for place in content["places"]:
        names = [place["name"], *(place.get("alt") or ()), *(place.get("local") or ())]
        names += [name for language in (place.get("other") or {}).values() for name in language]
        for name in names:
            yield place["country"], name
    for country in content["further_countries"]:
        for name in country["names"]:
            yield country["iso"], name
    for part in ("further_names", "peoples", "further_places"):
        for code, names in content[part].items():
            for name in names:
                yield code, name
