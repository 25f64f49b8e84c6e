"""The concept lexicon: words of all languages that mean the same thing in this domain, found in one pass.

``concepts.yml`` names the concepts by group; ``<language>.yml`` gives their forms (``nlu_data/README.md`` has the
rules for a form). What a model learns about a concept in one language holds in every language, and the words found
are what an operator sees as the ground of an indicator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import ahocorasick
import regex

from bot.nlu.data import CONCEPTS, BadData, load_yaml
from bot.text.folding import bare
from bot.text.normalise import normalise
from bot.text.script import UNSPACED, close_up, main_script

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")
_DIGIT = regex.compile(r"\d")
_MARK = regex.compile(r"[\p{M}\u0e30-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec6-\u0ece]")
_LEADING_VOWEL = regex.compile(r"[\u0e40-\u0e44\u0ec0-\u0ec4]")  # drawn before the consonant it belongs to
_STACKERS = "\u1039\u17d2"
# what follows belongs to the same cluster: a mark, or a Burmese consonant that closes the syllable
_CONTINUES = regex.compile(_MARK.pattern + r"|[\u1000-\u1021]\u1037?[\u1039\u103a]")

#: Words of these languages turn up inside messages in any other.
SHARED_LANGUAGES = frozenset(("en",))
#: Languages so close that forms of one are read in the other.
NEAR = {"id": frozenset(("ms",)), "ms": frozenset(("id",))}
_SHORT = 4  # a shared word shorter than this is more often a word of the language itself


@dataclass(frozen=True, slots=True)
class Form:
    """A written form of a concept. ``open_start``: letters may stand before it in the word; ``open_end``: after it."""

    concept: str
    language: str
    open_start: bool
    open_end: bool
    spaced: bool  # a word between spaces; otherwise it is bounded by character clusters


@dataclass(frozen=True, slots=True)
class Found:
    """A concept at ``text[start:end]`` of the matching text; ``longest`` if no longer form covers it."""

    concept: str
    start: int
    end: int
    longest: bool


class Lexicon:
    """Finds concepts in texts."""

    def __init__(self, groups: Mapping[str, str], forms: Iterable[tuple[str, Form]]) -> None:
        """*groups*: concept -> its group. *forms*: each with the matching text under which it is found."""
        self.groups = groups
        known: dict[Form, Form] = {}  # a few thousand are different, of hundreds of thousands
        entries: dict[str, tuple[Form, ...]] = {}
        for key, form in forms:
            have = entries.get(key, ())
            if form not in have:
                entries[key] = (*have, known.setdefault(form, form))
        self.languages = frozenset(form.language for form in known)
        self._automaton: Any = ahocorasick.Automaton()
        for key, found in entries.items():
            self._automaton.add_word(key, (len(key), found))
        if entries:
            self._automaton.make_automaton()
        self._empty = not entries

    @classmethod
    def of(cls, groups: Mapping[str, str], forms: Mapping[str, Iterable[tuple[str, str]]]) -> Lexicon:
        """A lexicon of *forms* as people write them: language -> (form, concept)."""
        return cls(
            groups,
            chain.from_iterable(
                _keys(written, concept, language) for language, pairs in forms.items() for written, concept in pairs
            ),
        )

    @classmethod
    def from_folder(cls, root: Path) -> Lexicon:
        """The lexicon in ``<root>/concepts``. Raises BadData."""
        return cls.from_lines(read_lines(root))

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Lexicon:
        """The lexicon of what :func:`read_lines` gave."""
        groups: dict[str, str] = {}
        forms: list[tuple[str, Form]] = []
        for line in lines:
            first, concept, *rest = line.split("\t")
            if rest:
                language, bounds = rest
                forms.append((first, Form(concept, language, "<" in bounds, ">" in bounds, "w" in bounds)))
            else:
                groups[concept] = first
        return cls(groups, forms)

    def find(self, text: str, language: str | None = None) -> list[Found]:
        """All concepts in *text* (a matching form), from left to right.

        With a *language*, a form in Latin letters counts only if it belongs to it, to a near language, or is a longer
        word of a shared one: "may" is a question in English and "there is" in Filipino.
        """
        if self._empty or not text:
            return []
        closed, places = close_up(text)
        found = self._find(closed, language)
        if places is None:
            return found
        return [replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in found]

    def _find(self, text: str, language: str | None) -> list[Found]:
        wanted = None if language is None else NEAR.get(language, frozenset()) | {language}
        found: dict[tuple[str, int, int], None] = {}
        for last, (length, forms) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            for form in forms:
                if (
                    wanted is not None
                    and form.spaced
                    and form.language not in wanted
                    and not (form.language in SHARED_LANGUAGES and length >= _SHORT)
                    and text[start] < "\u0250"
                ):
                    continue
                if stands_alone(text, start, end, form):
                    found[form.concept, start, end] = None
        return _mark_longest(found)


def read_lines(root: Path) -> list[str]:
    """What stands in ``<root>/concepts``, as a model keeps it; a language without a file has no forms. Raises BadData.

    One line for each concept (group, concept) and each form (matching text, concept, language, bounds), tabs between;
    bounds are ``<`` and ``>`` where letters may stand before and after, ``w`` for a word between spaces.
    """
    folder = root / CONCEPTS
    inventory_file = folder / "concepts.yml"
    if not inventory_file.exists():
        return []
    inventory = load_yaml(inventory_file)
    groups = {concept: group for group, concepts in inventory.items() for concept in concepts}
    lines = [f"{group}\t{concept}" for concept, group in groups.items()]
    for file in sorted(folder.glob("*.yml")):
        if file == inventory_file:
            continue
        content = load_yaml(file) or {}
        language = str(content.get("language", file.stem))
        for concept, written in (content.get("concepts") or {}).items():
            if concept not in groups:
                raise BadData(f"{file}: unknown concept {concept}; add it to concepts.yml or correct its name")
            for form in written or ():
                if not isinstance(form, str):
                    raise BadData(f"{file}: a form of {concept} is not a text: {form!r}; put it in quotes")
                for key, one in _keys(form, concept, language):
                    bounds = "<" * one.open_start + ">" * one.open_end + "w" * one.spaced
                    lines.append(f"{key}\t{concept}\t{language}\t{bounds}")
    return lines


def _mark_longest(found: Iterable[tuple[str, int, int]]) -> list[Found]:
    """Order by place; a match inside a longer one, or overlapping an earlier of the same length, is not the longest."""
    ordered = sorted(found, key=lambda match: (match[1], -match[2]))
    by_length = sorted({(start, end) for _, start, end in ordered}, key=lambda span: (span[0] - span[1], span[0]))
    covered = bytearray(max((end for _, end in by_length), default=0))
    kept = set()
    for start, end in by_length:
        if 1 not in covered[start:end]:
            covered[start:end] = b"\1" * (end - start)
            kept.add((start, end))
    return [Found(concept, start, end, (start, end) in kept) for concept, start, end in ordered]


def _keys(written: str, concept: str, language: str) -> Iterator[tuple[str, Form]]:
    """The texts under which a form is looked up: as folded, and as typed without accents."""
    open_start, open_end = written.startswith("*"), written.endswith("*")
    key, _ = close_up(" ".join(normalise(written.strip("*")).matching.split()))
    if not key:
        return
    form = Form(concept, language, open_start, open_end, main_script(key) not in UNSPACED)
    yield key, form
    stripped = bare(key)
    if stripped != key:
        yield stripped, form


def stands_alone(text: str, start: int, end: int, form: Form) -> bool:
    """Whether the match is a whole word of a spaced script, or begins and ends between clusters of an unspaced one.

    A number is never cut: "၂ နှစ်" (2 years) does not stand in "၂၂ နှစ်".
    """
    if form.spaced:
        if not form.open_start and start > 0 and _WORD.match(text, start - 1) and _WORD.match(text, start):
            return False
        return bool(form.open_end or end == len(text) or not _WORD.match(text, end) or not _WORD.match(text, end - 1))
    if _MARK.match(text, start) or _LEADING_VOWEL.match(text, end - 1):
        return False
    if start > 0 and (
        text[start - 1] in _STACKERS
        or _LEADING_VOWEL.match(text, start - 1)
        or (_DIGIT.match(text, start - 1) and _DIGIT.match(text, start))
    ):
        return False
    if _DIGIT.match(text, end - 1) and _DIGIT.match(text, end):
        return False
    return _CONTINUES.match(text, end) is None
