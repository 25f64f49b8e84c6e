"""What good help is judged by, from ``rubric.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.reading import HERE, Fields, mapping, read

FILE = HERE / "rubric.yml"

#: Not done, partly, done well.
SCORES = (0, 1, 2)


@dataclass(frozen=True)
class Item:
    """One thing to look at. *rules*: ids of practice rules; its words are the phrase ``desk.rubric.<name>``."""

    name: str
    rules: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Rubric:
    """All items, in the order in which they are looked at."""

    items: Mapping[str, Item]

    @classmethod
    def load(cls, file: Path = FILE) -> Rubric:
        """Raises ContentInvalid: an item without rules or source, a field of another name."""
        items = {}
        for name, entry in mapping(read(file), file, "").items():
            fields = Fields(entry, file, str(name))
            rules = fields.texts("rules")
            if not rules:
                raise fields.fail("rules", "name the practice rules that it comes from")
            items[str(name)] = Item(str(name), rules, fields.text("source"))
            fields.done()
        return cls(items)

    def fits(self, scores: Mapping[str, int | None]) -> bool:
        """Is every item scored, 0 to 2 or None where it does not apply, and no other?"""
        return scores.keys() == self.items.keys() and all(one is None or one in SCORES for one in scores.values())
