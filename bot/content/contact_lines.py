"""Telephone lines in words: a name in the person's language and the number as dialled from where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from bot.content import local
from bot.content.countries import Countries
from bot.content.directory import Contact, Hours
from bot.content.phrases import Phrasebook
from bot.core.ids import CountryCode
from bot.core.taxonomy import LANGUAGES, Language

#: Languages of the lines that are not ours, by their own names.
OTHER_LANGUAGES = {
    "am": "አማርኛ", "ar": "العربية", "bn": "বাংলা", "hi": "हिन्दी", "hmn": "Hmoob", "ja": "日本語", "ko": "한국어",
    "ml": "മലയാളം", "mn": "Монгол", "ne": "नेपाली", "pa": "ਪੰਜਾਬੀ", "pt": "Português", "ru": "Русский", "shn": "လိၵ်ႈတႆး",
    "tet": "Tetun", "ur": "اردو", "uz": "Oʻzbek",
}  # fmt: skip
#: More languages than this are not listed; the person's own comes first.
_MOST_LANGUAGES = 4
_DAYS = {
    "daily": "contact.every_day",
    "weekdays": "contact.weekdays",
    "sunday_thursday": "contact.sunday_thursday",
}


@dataclass(frozen=True)
class ContactWords:
    """Words lines for one person: in *language*, dialling from *dialled_from*, about the country *here*.

    ``here`` and ``dialled_from`` differ before leaving: one asks at home about the country one goes to.
    """

    phrases: Phrasebook
    countries: Countries
    language: Language
    here: CountryCode | None
    dialled_from: CountryCode | None

    def number(self, contact: Contact, *, compact: bool = False) -> str:
        """The number as dialled; international ones in groups, or without spaces where *compact*."""
        dialled = contact.dialled(self.dialled_from) or ""
        if dialled.startswith("+") and not compact:
            try:
                parsed = phonenumbers.parse(dialled)
            except phonenumbers.NumberParseException:
                return dialled
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        return dialled

    def name(self, contact: Contact) -> str:
        """What the line is; in brackets its own name, and its country where that is not the one spoken of."""
        proper = contact.proper
        if proper and re.sub(r"\D", "", proper) in contact.numbers:
            proper = None  # known by its number alone
        kind, where = self._kind(contact)
        own = ", ".join(part for part in (proper, contact.area, where) if part)
        return f"{kind} ({own})" if own else kind

    def short_name(self, contact: Contact) -> str:
        """What the line is, without its own name."""
        kind, where = self._kind(contact)
        return f"{kind} ({where})" if where else kind

    def line(self, contact: Contact) -> str:
        """A full line: name, number, and what one wants to know before calling."""
        inside_only = self.dialled_from is None and not contact.phone
        details = [
            self._say("contact.inside", country=self._country(contact.country)) if inside_only else "",
            self._say("contact.free") if contact.free and self.dialled_from == contact.country else "",
            self.hours(contact.hours),
            self._languages(contact),
            self._say("contact.check_first") if contact.confidence == "likely" else "",
        ]
        shown = "; ".join(detail for detail in details if detail)
        text = f"{self.name(contact)}: {self.number(contact)}"
        return f"{text} ({shown})" if shown else text

    def names(self, contact: Contact) -> tuple[str, ...]:
        """The name in a sentence, the short form first, saying where the number works if nobody knows the place."""
        inside = self._inside(contact)
        return tuple(name + inside for name in dict.fromkeys((self.short_name(contact), self.name(contact))))

    def numbers(self, contact: Contact) -> tuple[str, ...]:
        """The number for an SMS, whole: bare, then with a word on where it works if nobody knows the place."""
        number, inside = self.number(contact, compact=True), self._inside(contact)
        return (number, number + inside) if inside else (number,)

    def _kind(self, contact: Contact) -> tuple[str, str | None]:
        """What the line is in the person's language, and its country where that is not the one spoken of."""
        if contact.kind == "embassy" and not contact.serves_abroad:
            return self._say("contact.embassy", origin=self._country(contact.embassy_of or contact.country)), None
        if contact.serves_abroad and (contact.kind == "embassy" or self.dialled_from != contact.country):
            return self._say("contact.abroad", origin=self._country(contact.country)), None
        where = self._country(contact.country) if contact.country != self.here else None
        return self._say(f"contact.kind.{contact.kind}"), where

    def _inside(self, contact: Contact) -> str:
        if self.dialled_from is None and not contact.phone:
            mark = local.between(self.language).parts
            return mark + self._say("contact.inside", country=self._country(contact.country))
        return ""

    def hours(self, hours: Hours | None) -> str:
        """When a line answers; empty where nobody knows."""
        if hours is None:
            return ""
        if hours.always:
            return self._say("contact.always")
        if hours.office:
            return self._say("contact.office_hours")
        return self._say(_DAYS[hours.days], hours=f"{hours.opens}-{hours.closes}")

    def _languages(self, contact: Contact) -> str:
        own_first = sorted(contact.languages, key=lambda code: code != self.language)
        shown = [LANGUAGES.get(Language(code)) or OTHER_LANGUAGES.get(code, code) for code in own_first]
        return ", ".join(shown[:_MOST_LANGUAGES])

    def _country(self, code: CountryCode) -> str:
        return self.countries.name(code, self.language)

    def _say(self, key: str, **values: object) -> str:
        return self.phrases.say(key, self.language, "chat", **values)
