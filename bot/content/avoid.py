"""Words and turns of phrase that nothing we say may hold, from ``avoid.yml``, by language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read, sequence
from bot.content.script import LATIN, script_of
from bot.core.taxonomy import LANGUAGES, Language

FILE = HERE / "avoid.yml"


@dataclass(frozen=True)
class Avoided:
    """``words`` may not stand in a phrase whose key does not begin with one of ``but_in``."""

    words: re.Pattern[str]
    instead: str
    but_in: tuple[str, ...]


@cache
def load(file: Path = FILE) -> dict[Language, tuple[Avoided, ...]]:
    """The words to avoid in every language that has some. Raises ContentInvalid."""
    avoided = {}
    for code, entries in mapping(read(file), file, "").items():
        if code not in LANGUAGES:
            raise ContentInvalid(file, str(code), f"no language of ours; use one of {', '.join(LANGUAGES)}")
        language = Language(code)
        listed = (
            _avoided(entry, language, file, f"{code}[{n}]") for n, entry in enumerate(sequence(entries, file, code))
        )
        avoided[language] = tuple(listed)
    return avoided


def found(text: str, key: str, language: Language, file: Path = FILE) -> Iterator[str]:
    """What *text* says that it should not, each with what to say instead. *key* is the phrase it is from."""
    for entry in load(file).get(language, ()):
        match = entry.words.search(text)
        if match and not key.startswith(entry.but_in):
            yield f"says “{match[0]}”; instead: {entry.instead}"


def _avoided(entry: object, language: Language, file: Path, key: str) -> Avoided:
    fields = Fields(entry, file, key)
    words = fields.texts("words")
    if not words:
        raise fields.fail("words", "is empty; write the words, or remove the entry")
    alternatives = "|".join(re.escape(word) for word in words)
    # where words are set apart only whole ones count; elsewhere a word is found wherever it stands
    bound = rf"(?<!\w)(?:{alternatives})(?!\w)" if script_of(language) == LATIN else alternatives
    avoided = Avoided(re.compile(bound, re.IGNORECASE), fields.text("instead"), fields.texts("but_in"))
    fields.done()
    return avoided
