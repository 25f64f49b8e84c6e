"""What is said when someone needs action: the number first, then what helps, and never a promise."""

from __future__ import annotations

from bot.content.contact_lines import ContactWords
from bot.content.countries import Countries
from bot.content.directory import Contact, Directory
from bot.content.phrases import Phrasebook
from bot.content.sms import CERTAIN, Part, fit
from bot.content.topics import Places
from bot.core.taxonomy import Language

#: Situation -> the kind of line that serves it, besides the one for people who are held.
_KIND_FOR = {"child": "child", "sexual_violence": "women", "marriage": "women", "sexual_exploitation": "women"}


class Urgent:
    """Composes replies to danger, thoughts of suicide and disclosures."""

    def __init__(self, phrases: Phrasebook, directory: Directory, countries: Countries) -> None:
        self._phrases, self._directory, self._countries = phrases, directory, countries

    def emergency(self, places: Places, language: Language, form: str) -> str:
        """The emergency number of the country first; country unknown: what works in most, and one short question."""
        first = self._urgent(places)
        if first is None:
            parts = [self._part("emergency.anywhere", language, form, CERTAIN)]
            if home := self._directory.abroad(places.origin) if places.origin else None:
                parts.append(self._line("emergency.also", home, places, language, form, (2, 5)))
            parts += [
                self._part("emergency.where", language, form, 1),
                self._part("emergency.stay_safe", language, form, 3),
                self._part("emergency.team", language, form, 4),
            ]
            return _joined(parts, form)
        parts = [self._line("emergency.call", first, places, language, form, (1, 7))]
        if second := self._held(places, language, besides=first):
            parts.append(self._line("emergency.also", second, places, language, form, (3, 7)))
        if first.sms and places.present == first.country:
            parts.append(self._part("emergency.text_police", language, form, 2, number=first.sms))
        parts += [
            self._part("emergency.stay_safe", language, form, 4),
            self._part("emergency.place", language, form, 6),
            self._part("emergency.team", language, form, 5),
        ]
        return _joined(parts, form)

    def quiet(self, places: Places, language: Language, form: str) -> str:
        """Danger while somebody watches the phone: the bare number, nothing telling."""
        first = self._urgent(places)
        if first is None:
            return self._say("emergency_quiet_no_country", language, form)
        return self._say("emergency_quiet", language, form, number=self._words(first, places, language).number(first))

    def self_harm(self, places: Places, language: Language, form: str) -> str:
        """Kind words, someone to talk to, and what to do if it is now."""
        parts = [self._part("self_harm.words", language, form, CERTAIN)]
        country = places.present or places.destination
        if country and (
            talk := self._directory.best(
                country,
                "suicide_crisis",
                (places.speaks or language, *self._countries.spoken_in(places.origin)),
                places.present,
            )
        ):
            parts.append(self._line("self_harm.call", talk, places, language, form, (1, 4)))
        if first := self._urgent(places):
            parts.append(self._line("self_harm.danger", first, places, language, form, (2, 5)))
        else:
            parts.append(self._part("self_harm.danger_anywhere", language, form, CERTAIN))
        return _joined([*parts, self._part("self_harm.team", language, form, 3)], form)

    def disclosure(self, key: str, places: Places, language: Language, form: str) -> str:
        """Thanks and a human; a number where the country is known."""
        parts = [self._part(key, language, form, CERTAIN)]
        if line := self._held(places, language) or self._urgent(places):
            parts.append(self._line("disclosure.call", line, places, language, form, (1, 4)))
        elif country := places.present or places.destination:
            name = self._countries.name(country, language)
            parts.append(self._part("disclosure.no_number", language, form, 3, country=name))
        parts.append(self._part("disclosure.danger", language, form, 2))
        return _joined(parts, form)

    def situation(self, name: str, places: Places, language: Language, form: str) -> str:
        """What may help in a situation that a disclosure shows, and the line for it where there is one."""
        parts = [self._part(f"situation.{name}", language, form, CERTAIN)]
        if line := self._for_situation(name, places, language):
            parts.append(self._line("disclosure.call", line, places, language, form, (1, 2)))
        return _joined(parts, form)

    def _for_situation(self, name: str, places: Places, language: Language) -> Contact | None:
        country = places.present or places.destination
        if name == "missing":
            return self._directory.abroad(places.origin) if places.origin else None
        if country is None or name not in _KIND_FOR:
            return None
        spoken = (places.speaks or language, *self._countries.spoken_in(places.origin))
        return self._directory.best(country, _KIND_FOR[name], spoken, places.present)

    def with_numbers(self, key: str, places: Places, language: Language, form: str) -> str:
        """The phrase *key*, and whom to call meanwhile."""
        first = self._urgent(places)
        lines = [line for line in (first, self._held(places, language, besides=first)) if line]
        said = [self._line("disclosure.call", line, places, language, form, (1, 2)) for line in lines]
        return _joined([self._part(key, language, form, CERTAIN), *said], form)

    def _urgent(self, places: Places) -> Contact | None:
        country = places.present or places.destination
        return self._directory.urgent(country) if country else None

    def _held(self, places: Places, language: Language, besides: Contact | None = None) -> Contact | None:
        """The line for people who are held or forced to work."""
        country = places.present or places.destination
        spoken = (places.speaks or language, *self._countries.spoken_in(places.origin))
        line = self._directory.best(country, "anti_trafficking", spoken, places.present) if country else None
        same = line and besides and line.dialled(places.present) == besides.dialled(places.present)
        return None if same else line

    def _line(
        self, key: str, contact: Contact, places: Places, language: Language, form: str, ranks: tuple[int, int]
    ) -> Part:
        """The line as a part: its bare number is certain, what it is has the first of *ranks*, its name the second."""
        words, (short, full) = self._words(contact, places, language), ranks
        number, names = words.number(contact, compact=form == "sms"), words.names(contact)
        brief, *fuller = (self._say(key, language, form, number=number, name=name) for name in names)
        bare, *inside = words.numbers(contact)
        return [
            (CERTAIN, bare),
            *((short, text) for text in (*inside, f"{names[0]}: {number}", brief)),
            *((full, text) for text in fuller),
        ]

    def _part(self, key: str, language: Language, form: str, rank: int, **values: object) -> Part:
        return [(rank, self._say(key, language, form, **values))]

    def _words(self, contact: Contact, places: Places, language: Language) -> ContactWords:
        return ContactWords(self._phrases, self._countries, language, contact.country, places.present)

    def _say(self, key: str, language: Language, form: str, **values: object) -> str:
        return self._phrases.say(key, language, form, **values)


def _joined(parts: list[Part], form: str) -> str:
    """In a chat everything in its fullest form; in an SMS what fits."""
    return fit(parts) if form == "sms" else "\n".join(forms[-1][1] for forms in parts)
