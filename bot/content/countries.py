"""Countries by their names, what is spoken there, and the ones offered first when we ask where somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.content import local
from bot.content.reading import HERE, ContentInvalid, mapping, read, sequence
from bot.core.ids import CountryCode
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

FILE = HERE / "countries.yml"


@dataclass(frozen=True)
class Countries:
    names: Mapping[CountryCode, Mapping[Language, tuple[str, ...]]]
    asked_first: Mapping[Language, tuple[CountryCode, ...]]
    in_text: Mapping[CountryCode, Mapping[Language, str]]
    spoken: Mapping[CountryCode, Language]

    @classmethod
    def load(cls) -> Countries:
        """Raises ContentInvalid. A language that has no name for a country uses the English one."""
        data = mapping(read(FILE), FILE, "")
        names: dict[CountryCode, dict[Language, tuple[str, ...]]] = {}
        for code, by_language in mapping(data.get("names"), FILE, "names").items():
            named = mapping(by_language, FILE, f"names.{code}")
            names[CountryCode(code)] = {
                Language(language): tuple(sequence(words, FILE, f"names.{code}.{language}"))
                for language, words in named.items()
            }
            if not named.get(ENGLISH):
                raise ContentInvalid(FILE, f"names.{code}", f"add a name in {ENGLISH}; it stands in for the others")
        asked = {
            Language(language): tuple(map(CountryCode, sequence(codes, FILE, f"asked_first.{language}")))
            for language, codes in mapping(data.get("asked_first"), FILE, "asked_first").items()
        }
        for language, codes in asked.items():
            if unknown := sorted(set(codes) - set(names)):
                raise ContentInvalid(FILE, f"asked_first.{language}", f"add {', '.join(unknown)} under names")
        in_text = {
            CountryCode(code): {Language(language): str(name) for language, name in mapping(forms, FILE, code).items()}
            for code, forms in mapping(data.get("in_text"), FILE, "in_text").items()
        }
        spoken = {
            CountryCode(code): Language(str(own)) for code, own in mapping(data.get("spoken"), FILE, "spoken").items()
        }
        for code, own in spoken.items():
            if own not in LANGUAGES or code not in names:
                raise ContentInvalid(FILE, f"spoken.{code}", f"{own}: use a country of names and a language of ours")
        return cls(names, asked, in_text, spoken)

    def missing(self, language: Language) -> list[CountryCode]:
        """Countries that have no name in *language*."""
        return [code for code, named in self.names.items() if not named.get(language)]

    def spoken_in(self, home: CountryCode | None) -> tuple[Language, ...]:
        """The language of ours that most people from *home* speak; for them a line in English is the second best."""
        language = self.spoken.get(home) if home else None
        return (language,) if language else ()

    def name(self, code: str, language: Language) -> str:
        """What *code* is called inside a sentence; also of a country we know nothing of."""
        return self.in_text.get(CountryCode(code), {}).get(language) or self.title(code, language)

    def title(self, code: str, language: Language) -> str:
        """What *code* is called standing alone, on a button or in a table."""
        named = self.names.get(CountryCode(code))
        if named is None:
            return local.country(code, language)
        return (named.get(language) or named[ENGLISH])[0]

    def offered(self, language: Language) -> tuple[CountryCode, ...]:
        """Countries for buttons, the likeliest first for people who write *language*."""
        return self.asked_first.get(language) or self.asked_first[ENGLISH]
