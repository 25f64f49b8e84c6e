"""Names that people say of themselves and of others, found by the words with which they are said.

All languages are tried on every text, since people mix them; a text takes time in proportion to its length. A name that
is said without such words is not found.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from bot.content import names
from bot.content.countries import Countries
from bot.content.introduced import Introduction, load_all
from bot.content.languages import language_names
from bot.content.script import script_of
from bot.content.spelt import PIECES, WORD, Span, Spelt, script_at, spelt, stands_alone
from bot.content.walks import Rules, name_after, name_before
from bot.core.taxonomy import ENGLISH, Language

#: Letters that a name, or a word of one, needs to be hidden wherever it stands.
_SHORTEST_WORD, _SHORTEST_PIECE = 3, 2
_SURNAMES = 3  # further words of a known name at most
_STOPS = 3  # markers that are looked at behind one: a name goes on no further
_WORDS = 3  # of a name at most, in Latin letters beside a marker of another script


@dataclass(frozen=True)
class _Marker:
    """Where a marker stands, and of which languages it is one."""

    begin: int
    end: int
    before: frozenset[Language]  # a name follows
    perhaps: frozenset[Language]  # a name follows if it has a capital letter
    after: frozenset[Language]  # a name stands before it


class Introductions:
    """How people say names, in every language at once."""

    def __init__(self, languages: Mapping[Language, Introduction], places: Collection[str] = ()) -> None:
        """*places*: what countries, peoples, places and languages are called: nobody's name."""
        self._languages = dict(languages)
        self._letters = {
            script: max((one.longest for code, one in languages.items() if script_of(code) == script), default=20)
            for script in PIECES
        }
        self._ordinary = frozenset(_parts(text for one in languages.values() for text in one.all())) | {
            spelt(place).text for place in places
        }
        markers: dict[str, tuple[set[Language], ...]] = {}
        for code, one in languages.items():
            for side, texts in enumerate((one.before, one.perhaps, one.after)):
                for text in texts:
                    markers.setdefault(spelt(text).text, (set(), set(), set()))[side].add(code)
        self._markers = _automaton({text: (len(text), *map(frozenset, sides)) for text, sides in markers.items()})
        self._rules = lru_cache(maxsize=256)(self._make_rules)

    @classmethod
    def load(cls) -> Introductions:
        """Raises ContentInvalid."""
        known = Countries.load().names
        places = {name for by_language in known.values() for listed in by_language.values() for name in listed}
        places |= {form for listed in names.load_all() for _, form in listed.all()} | set(names.gazetteer())
        places |= {name for name, _ in language_names()}
        return cls(load_all(), places)

    def spans(self, text: str) -> list[Span]:
        """Where in *text* (in code points) a name stands that is introduced there; they may lie over one another."""
        form = spelt(text)
        return [form.place(span) for span in self.introduced(form)]

    def named_in(self, texts: Iterable[str]) -> Named:
        """All names of a conversation, to be found again in all that is said in it. *texts*: its messages."""
        forms = {text: spelt(text) for text in texts}
        introduced = {text: self.introduced(form) for text, form in forms.items()}
        said = {forms[text].text[begin:end] for text, spans in introduced.items() for begin, end in spans}
        return Named(self, _automaton({name: len(name) for name in self._told_apart(said)}), forms, introduced)

    # --- finding -----------------------------------------------------------------------------------------------

    def introduced(self, form: Spelt) -> list[Span]:
        markers = self._standing(form.text)
        if not markers:
            return []
        widest = list(itertools.accumulate((one.end for one in markers), max))  # how far the markers up to each one go
        # no name goes on where a marker begins; but "na" may be "I", and the second half of "Li Na"
        sure = [one for one in markers if one.before or one.after]
        begins, ends = [one.begin for one in sure], sorted(one.end for one in sure)
        reach = list(itertools.accumulate((one.end for one in sure), max))

        def marked(place: int) -> bool:
            before = bisect.bisect_right(begins, place)
            return before > 0 and reach[before - 1] > place

        found = []
        for number, one in enumerate(markers):
            if number and widest[number - 1] >= one.end:
                continue  # part of a longer one
            shouted = form.original[form.starts[one.begin] : form.ends[one.end - 1]].isupper()
            if (codes := one.before or one.perhaps) and not marked(one.end):
                later = bisect.bisect_right(begins, one.end)
                stops, told = begins[later : later + _STOPS], bool(one.before)
                name = name_after(form, one.end, self._rules(codes), stops, shouted=shouted, sure=told)
                if name is not None and not marked(name[0]) and (told or self._is_told_apart(form, name)):
                    found.append(name)
            if one.after:
                earlier = bisect.bisect_right(ends, one.begin)
                floor = ends[earlier - 1] if earlier else 0
                name = name_before(form, one.begin, self._rules(one.after), floor, shouted=shouted)
                if name is not None and self._is_told_apart(form, name):
                    found.append(name)
        return found

    def _is_told_apart(self, form: Spelt, name: Span) -> bool:
        """Is *name* more than everyday words or a country?"""
        text = form.text[slice(*name)]
        return not self._ordinary.issuperset(WORD.findall(text) or (text,)) and text not in self._ordinary

    def with_surname(self, form: Spelt, begin: int, end: int) -> int:
        """Where a name that is known ends, with the capitalised words after it."""
        if not form.is_capital(begin):
            return end
        for _ in range(_SURNAMES):
            word = WORD.match(form.text, end + 1) if form.text[end : end + 1] == " " else None
            if word is None or not form.is_capital(word.start()) or word.group() in self._ordinary:
                break
            end = word.end()
        return end

    def _standing(self, text: str) -> list[_Marker]:
        """The markers in *text* in the order in which they begin, a longer one first."""
        found = []
        for last, (length, *sides) in self._markers.iter(text) if self._markers is not None else ():
            begin, end = last + 1 - length, last + 1
            if stands_alone(text, begin, end):
                found.append(_Marker(begin, end, *sides))
        return sorted(found, key=lambda one: (one.begin, -one.end))

    def _make_rules(self, codes: frozenset[Language]) -> Rules:
        """Those of languages whose marker was met, and of English, which people mix into every other; of the rest only
        what is in a script of their own."""
        chosen = [one for code, one in self._languages.items() if code in codes or code == ENGLISH]
        rest = [one for code, one in self._languages.items() if code not in codes and code != ENGLISH]
        spaced = [
            one.longest for code, one in self._languages.items() if code in codes and script_of(code) not in PIECES
        ]
        return Rules.of(chosen, rest, max(spaced, default=_WORDS), self._letters)

    def _told_apart(self, said: Iterable[str]) -> Iterator[str]:
        """What of the names *said* is nothing else in everyday life: the whole of each, and its words."""
        for name in said:
            words = {name, *(name.split(" ") if script_at(name, 0) is not None else WORD.findall(name))}
            for word in words:
                shortest = _SHORTEST_WORD if script_at(word, 0) is None else _SHORTEST_PIECE
                if sum(letter.isalpha() for letter in word) >= shortest and word not in self._ordinary:
                    yield word


@dataclass(frozen=True)
class Named:
    """The names of one conversation."""

    _introductions: Introductions
    _names: Any
    _forms: Mapping[str, Spelt]
    _introduced: Mapping[str, list[Span]]

    def spans(self, text: str) -> list[Span]:
        """Where in *text* (in code points) a name stands: one introduced there, or anywhere in the conversation."""
        form = self._forms.get(text) or spelt(text)
        found = self._introduced.get(text)
        spans = list(self._introductions.introduced(form) if found is None else found)
        if self._names is not None:
            for last, length in self._names.iter(form.text):
                if stands_alone(form.text, last + 1 - length, last + 1):
                    spans.append(
                        (last + 1 - length, self._introductions.with_surname(form, last + 1 - length, last + 1))
                    )
        return [form.place(span) for span in spans]


def _parts(texts: Iterable[str]) -> Iterator[str]:
    """Each text, and its words where the script sets them apart."""
    for text in texts:
        folded = spelt(text).text
        yield folded
        yield from WORD.findall(folded)


def _automaton(texts: Mapping[str, Any]) -> Any:
    """Finds any of *texts* in one pass; None where there is none to find."""
    if not texts:
        return None
    automaton = ahocorasick.Automaton()
    for text, value in texts.items():
        automaton.add_word(text, value)
    automaton.make_automaton()
    return automaton


#: Of a library that knows no introductions.
NO_INTRODUCTIONS = Introductions({})

#: Of a conversation in which nobody is named.
NOBODY = NO_INTRODUCTIONS.named_in(())
