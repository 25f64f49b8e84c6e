"""The words with which people say a name, from ``introduced/``: read in messages, to hide the name; never said."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.reading import HERE, ContentInvalid, Fields, Problem, read, shown
from bot.core.taxonomy import LANGUAGES, Language

FOLDER = HERE / "introduced"

_LISTS = ("before", "perhaps", "begins", "after", "titles", "ends", "not")


@dataclass(frozen=True)
class Introduction:
    """How people who write one language say a name.

    Attributes:
        before: what stands right before a name ("my name is").
        perhaps: what stands before much else too ("i am"): a capital letter must follow, and no country; in scripts
            without capitals one of ``begins``.
        begins: what a name begins with and little else does: family names, titles.
        after: what stands right after one.
        titles: words of address between marker and name; they stay readable.
        ends: what ends a name ("from", "and").
        never: what stands where a name would and is none ("a secret").
        longest: words of a name at most; letters in scripts that set no words apart.
    """

    before: tuple[str, ...]
    perhaps: tuple[str, ...]
    begins: tuple[str, ...]
    after: tuple[str, ...]
    titles: tuple[str, ...]
    ends: tuple[str, ...]
    never: tuple[str, ...]
    longest: int

    def all(self) -> Iterator[str]:
        for listed in (self.before, self.perhaps, self.after, self.titles, self.ends, self.never):
            yield from listed


def load_all(folder: Path = FOLDER) -> dict[Language, Introduction]:
    """Every language that has a file. Raises ContentInvalid."""
    found = {}
    for file in sorted(folder.glob("*.yml")):
        if file.stem not in LANGUAGES:
            raise ContentInvalid(file, "", f"no language of ours; name it one of {', '.join(LANGUAGES)}")
        found[Language(file.stem)] = load(file)
    return found


def load(file: Path) -> Introduction:
    """Raises ContentInvalid: a list that is empty, a text that never matches, one that says two things."""
    fields = Fields(read(file), file, "")
    fields.flag("unreviewed")
    lists = {name: fields.texts(name) for name in _LISTS}
    longest = fields.whole("longest")
    fields.done()
    if not lists["before"]:
        raise fields.fail("before", "is empty; write what stands before a name")
    if longest is None or longest < 1:
        raise fields.fail("longest", "write the most words (or letters) of a name: 1 or more")
    for name, texts in lists.items():
        for place, text in enumerate(texts):
            if remedy := _fault(text, texts[:place]):
                raise fields.fail(name, f"“{text}” {remedy}")
    for closing in ("ends", "not"):  # a name would follow, and none would
        if both := sorted(set(lists["before"]) & set(lists[closing])):
            raise fields.fail("before", f"“{both[0]}” stands in {closing} too; remove it from one")
    return Introduction(
        lists["before"],
        lists["perhaps"],
        lists["begins"],
        lists["after"],
        lists["titles"],
        lists["ends"],
        lists["not"],
        longest,
    )


def missing(found: Mapping[Language, Introduction], folder: Path = FOLDER) -> Iterator[Problem]:
    """Languages in which nobody's name would be found."""
    for language in LANGUAGES:
        if language not in found:
            yield Problem(shown(folder / f"{language}.yml"), "", "the file is missing; names in it would not be hidden")


def _fault(text: str, others: tuple[str, ...]) -> str | None:
    if text != text.strip() or not text:
        return "begins or ends with a space, or is empty; write the words alone"
    if unicodedata.normalize("NFC", text) != text:
        return "is not in Unicode form NFC; save it normalised"
    if text != text.lower():
        return "has a capital letter; write it in lower case"
    if text in others:
        return "stands in the list twice; remove it once"
    return None
