"""What is said when someone needs action: the number first, then what helps, and never a promise."""

from __future__ import annotations

from bot.content.contact_lines import ContactWords
from bot.content.countries import Countries
from bot.content.directory import Contact, Directory
from bot.content.phrases import Phrasebook
from bot.content.sms import fit
from bot.content.topics import Places, spoken_in
from bot.core.taxonomy import Language


class Urgent:
    """Composes replies to danger, thoughts of suicide and disclosures."""

    def __init__(self, phrases: Phrasebook, directory: Directory, countries: Countries) -> None:
        self._phrases, self._directory, self._countries = phrases, directory, countries

    def emergency(self, places: Places, language: Language, form: str) -> str:
        """The emergency number of the country first; country unknown: what works in most, and one short question."""
        first = self._urgent(places)
        if first is None:
            parts = [(0, self._say("emergency.anywhere", language, form))]
            if home := self._directory.abroad(places.origin) if places.origin else None:
                parts.append((3, self._line("emergency.also", home, places, language, form)))
            parts += [
                (1, self._say("emergency.where", language, form)),
                (2, self._say("emergency.stay_safe", language, form)),
                (4, self._say("emergency.team", language, form)),
            ]
            return _joined(parts, form)
        parts = [(0, self._line("emergency.call", first, places, language, form))]
        if second := self._held(places, language, besides=first):
            parts.append((1, self._line("emergency.also", second, places, language, form)))
        if first.sms and places.present == first.country:
            parts.append((3, self._say("emergency.text_police", language, form, number=first.sms)))
        parts += [
            (2, self._say("emergency.stay_safe", language, form)),
            (5, self._say("emergency.place", language, form)),
            (4, self._say("emergency.team", language, form)),
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
        parts = [(0, self._say("self_harm.words", language, form))]
        country = places.present or places.destination
        if country and (
            talk := self._directory.best(
                country, "suicide_crisis", (language, *spoken_in(places.origin)), places.present
            )
        ):
            parts.append((1, self._line("self_harm.call", talk, places, language, form)))
        if first := self._urgent(places):
            parts.append((2, self._line("self_harm.danger", first, places, language, form)))
        else:
            parts.append((2, self._say("self_harm.danger_anywhere", language, form)))
        return _joined([*parts, (3, self._say("self_harm.team", language, form))], form)

    def disclosure(self, key: str, places: Places, language: Language, form: str, *, ask: bool) -> str:
        """Thanks and a human; a number where the country is known, else the question for it if *ask*."""
        parts = [(0, self._say(key, language, form))]
        if line := self._held(places, language) or self._urgent(places):
            parts.append((1, self._line("disclosure.call", line, places, language, form)))
        parts.append((2, self._say("disclosure.danger", language, form)))
        if ask:
            parts.append((3, self._say("disclosure.where", language, form)))
        return _joined(parts, form)

    def with_numbers(self, key: str, places: Places, language: Language, form: str) -> str:
        """The phrase *key*, and whom to call meanwhile."""
        first = self._urgent(places)
        lines = [line for line in (first, self._held(places, language, besides=first)) if line]
        parts = [(0, self._say(key, language, form))]
        parts += [(n + 1, self._line("disclosure.call", line, places, language, form)) for n, line in enumerate(lines)]
        return _joined(parts, form)

    def _urgent(self, places: Places) -> Contact | None:
        country = places.present or places.destination
        return self._directory.urgent(country) if country else None

    def _held(self, places: Places, language: Language, besides: Contact | None = None) -> Contact | None:
        """The line for people who are held or forced to work."""
        country = places.present or places.destination
        line = (
            self._directory.best(country, "anti_trafficking", (language, *spoken_in(places.origin)), places.present)
            if country
            else None
        )
        same = line and besides and line.dialled(places.present) == besides.dialled(places.present)
        return None if same else line

    def _line(self, key: str, contact: Contact, places: Places, language: Language, form: str) -> str:
        words = self._words(contact, places, language)
        number = words.number(contact, compact=form == "sms")
        return self._say(key, language, form, number=number, name=words.spoken_name(contact))

    def _words(self, contact: Contact, places: Places, language: Language) -> ContactWords:
        return ContactWords(self._phrases, self._countries, language, contact.country, places.present)

    def _say(self, key: str, language: Language, form: str, **values: object) -> str:
        return self._phrases.say(key, language, form, **values)


def _joined(parts: list[tuple[int, str]], form: str) -> str:
    return fit(parts) if form == "sms" else "\n".join(text for _, text in parts)
