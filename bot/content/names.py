"""What people of one language call countries, peoples and places in chat: read in their messages, never said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read, sequence
from bot.core.ids import CountryCode

FOLDER = HERE / "names"
PLACES = HERE / "places.yml"


@dataclass(frozen=True)
class Names:
    """One language's names, each with the country that it stands for."""

    countries: tuple[tuple[CountryCode, str], ...]
    peoples: tuple[tuple[CountryCode, str], ...]
    places: tuple[tuple[CountryCode, str], ...]
    ambiguous: frozenset[str]  # everyday words too: they count only beside a word such as "in" or "from"

    def all(self) -> Iterator[tuple[CountryCode, str]]:
        yield from self.countries
        yield from self.peoples
        yield from self.places


def load_all(folder: Path = FOLDER) -> tuple[Names, ...]:
    """The names of every language that has a file. Raises ContentInvalid."""
    known = {place["name"]: CountryCode(place["country"]) for place in read(PLACES)["places"]}
    return tuple(load(file, known) for file in sorted(folder.glob("*.yml")))


def gazetteer() -> Iterator[str]:
    """Every name of a place in ``places.yml``, in every language it is given in. Raises ContentInvalid."""
    for place in read(PLACES)["places"]:
        yield place["name"]
        for listed in (place.get("local"), place.get("alt"), *(place.get("other") or {}).values()):
            yield from map(str, listed or ())


def load(file: Path, known: Mapping[str, CountryCode]) -> Names:
    """The names in *file*. *known*: country of each place in ``places.yml``. Raises ContentInvalid."""
    fields = Fields(read(file), file, "")
    fields.text("language")
    countries, peoples = (_by_country(fields.raw(part), file, part) for part in ("countries", "peoples"))
    places = []
    for name, forms in _entries(fields.raw("places"), file, "places"):
        if name not in known:
            raise ContentInvalid(file, f"places.{name}", "is not in places.yml; correct it, or use new_places")
        places += [(known[name], form) for form in _forms(forms, file, f"places.{name}")]
    for name, entry in _entries(fields.raw("new_places"), file, "new_places"):
        own = Fields(entry, file, f"new_places.{name}")
        country = CountryCode(own.text("country"))
        places += [(country, form) for form in own.texts("forms")]
        own.done()
    ambiguous = frozenset(fields.texts("ambiguous"))
    fields.done()
    return Names(countries, peoples, tuple(places), ambiguous)


def _by_country(value: Any, file: Path, part: str) -> tuple[tuple[CountryCode, str], ...]:
    found = []
    for code, forms in _entries(value, file, part):
        if len(code) != 2 or not code.isupper():
            raise ContentInvalid(file, f"{part}.{code}", "write the country as two capital letters (ISO 3166)")
        found += [(CountryCode(code), form) for form in _forms(forms, file, f"{part}.{code}")]
    return tuple(found)


def _entries(value: Any, file: Path, key: str) -> Iterator[tuple[str, Any]]:
    for name, entry in mapping({} if value is None else value, file, key).items():
        if not isinstance(name, str):  # YAML reads NO as false
            raise ContentInvalid(file, f"{key}.{name}", "put the name in quotation marks")
        yield name, entry


def _forms(value: Any, file: Path, key: str) -> list[str]:
    forms = sequence(value, file, key)
    if not all(isinstance(form, str) and form.strip() for form in forms):
        raise ContentInvalid(file, key, "write each form as text in quotation marks, not empty")
    return forms
