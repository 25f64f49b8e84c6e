"""Ready sentences of operators, from ``cards.yml``: what they may send to somebody whose language they cannot read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.reading import HERE, ContentInvalid, Problem, mapping, read, sequence, shown

FILE = HERE / "cards.yml"

#: The group whose closed questions ask for an agreement.
CONSENT = "consent"
#: Phrases that serve as nothing but cards: each must be in a group, or no operator finds it.
_ONLY_CARDS = "card."


@dataclass(frozen=True)
class Cards:
    """Group -> the phrases in it, both in the order in which an operator finds them."""

    groups: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, file: Path = FILE) -> Cards:
        """Raises ContentInvalid: a group without cards, a card that stands twice."""
        groups: dict[str, tuple[str, ...]] = {}
        seen: set[object] = set()
        for group, listed in mapping(read(file), file, "").items():
            keys = sequence(listed, file, group)
            if not keys:
                raise ContentInvalid(file, group, "holds no card; add one or remove the group")
            for key in keys:
                if key in seen:
                    raise ContentInvalid(file, f"{group}.{key}", "stands in the file twice; remove it here")
                seen.add(key)
            groups[group] = tuple(str(key) for key in keys)
        return cls(groups)

    def __contains__(self, key: object) -> bool:
        return any(key in keys for keys in self.groups.values())

    def asks_consent(self, key: str) -> bool:
        """Is the answer to *key* an agreement, or a refusal of one?"""
        return key in self.groups.get(CONSENT, ())

    def needed(self) -> Iterator[str]:
        """The phrases without which the cards cannot be shown."""
        for group, keys in self.groups.items():
            yield from (f"desk.cards_group.{group}", *keys)

    def left_out(self, phrases: Collection[str], file: Path = FILE) -> Iterator[Problem]:
        """Cards among *phrases* that no group holds."""
        for key in phrases:
            if key.startswith(_ONLY_CARDS) and key not in self:
                yield Problem(shown(file), key, "is in no group; add it where an operator would look for it")


#: Of a library that words no cards.
NO_CARDS = Cards({})
