"""Telephone lines in words: a name in the person's language and the number as dialled from where they are."""

from __future__ import annotations

import re

import phonenumbers

from bot.content.countries import Countries
from bot.content.directory import Contact, Hours
from bot.content.phrases import Phrasebook
from bot.core.ids import CountryCode
from bot.core.taxonomy import LANGUAGES, Language

# languages of the lines that are not ours, by their own names
_OTHER_LANGUAGES = {
    "am": "አማርኛ", "ar": "العربية", "bn": "বাংলা", "hi": "हिन्दी", "hmn": "Hmoob", "ja": "日本語", "ko": "한국어",
    "ml": "മലയാളം", "mn": "Монгол", "ne": "नेपाली", "pa": "ਪੰਜਾਬੀ", "pt": "Português", "ru": "Русский", "shn": "လိၵ်ႈတႆး",
    "tet": "Tetun", "ur": "اردو", "uz": "Oʻzbek",
}  # fmt: skip
#: More languages than this are not listed; the person's own comes first.
_MOST_LANGUAGES = 4


def number(contact: Contact, dialled_from: CountryCode | None, *, compact: bool = False) -> str:
    """The number as dialled in *dialled_from*; international ones in groups, or without spaces where *compact*."""
    dialled = contact.dialled(dialled_from) or ""
    if dialled.startswith("+") and not compact:
        try:
            parsed = phonenumbers.parse(dialled)
        except phonenumbers.NumberParseException:
            return dialled
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return dialled


def name(
    contact: Contact, here: CountryCode | None, phrases: Phrasebook, countries: Countries, language: Language
) -> str:
    """What the line is, in *language*; in brackets its own name, and its country where that is not *here*."""
    if contact.kind == "embassy" and contact.embassy_of:
        key = "contact.abroad" if contact.serves_abroad else "contact.embassy"
        kind = phrases.say(key, language, origin=countries.name(contact.embassy_of, language))
    elif contact.serves_abroad:
        kind = phrases.say("contact.abroad", language, origin=countries.name(contact.country, language))
    else:
        kind = phrases.say(f"contact.kind.{contact.kind}", language)
    proper = contact.proper if contact.proper and re.sub(r"\D", "", contact.proper) not in contact.numbers else None
    elsewhere = contact.country != here and contact.kind != "embassy" and not contact.serves_abroad
    where = countries.name(contact.country, language) if elsewhere else None
    own = ", ".join(part for part in (proper, contact.area, where) if part)
    return f"{kind} ({own})" if own else kind


def line(
    contact: Contact,
    here: CountryCode | None,
    dialled_from: CountryCode | None,
    phrases: Phrasebook,
    countries: Countries,
    language: Language,
) -> str:
    """A full line: name, number, and what one wants to know before calling."""
    details = [
        _inside(contact, dialled_from, phrases, countries, language),
        phrases.say("contact.free", language) if contact.free and dialled_from == contact.country else "",
        _hours(contact.hours, phrases, language),
        _languages(contact, language),
        phrases.say("contact.check_first", language) if contact.confidence == "likely" else "",
    ]
    shown = "; ".join(detail for detail in details if detail)
    text = f"{name(contact, here, phrases, countries, language)}: {number(contact, dialled_from)}"
    return f"{text} ({shown})" if shown else text


def short_line(
    contact: Contact,
    here: CountryCode | None,
    dialled_from: CountryCode | None,
    phrases: Phrasebook,
    countries: Countries,
    language: Language,
) -> str:
    """A line for an SMS: the name as short as it can be, and the number whole."""
    if contact.proper and contact.kind != "embassy":
        called = contact.proper
    else:
        called = name(contact, here, phrases, countries, language)
    inside = _inside(contact, dialled_from, phrases, countries, language)
    return f"{called}: {number(contact, dialled_from, compact=True)}" + (f" ({inside})" if inside else "")


def _inside(
    contact: Contact, dialled_from: CountryCode | None, phrases: Phrasebook, countries: Countries, language: Language
) -> str:
    if dialled_from is None and not contact.phone:
        return phrases.say("contact.inside", language, country=countries.name(contact.country, language))
    return ""


def _hours(hours: Hours | None, phrases: Phrasebook, language: Language) -> str:
    if hours is None:
        return ""
    if hours.always:
        return phrases.say("contact.always", language)
    if hours.office:
        return phrases.say("contact.office_hours", language)
    key = {"weekdays": "contact.weekdays", "sunday_thursday": "contact.sunday_thursday"}.get(
        hours.days, "contact.every_day"
    )
    return phrases.say(key, language, hours=f"{hours.opens}-{hours.closes}")


def _languages(contact: Contact, language: Language) -> str:
    own_first = sorted(contact.languages, key=lambda code: code != language)
    shown = [LANGUAGES.get(Language(code)) or _OTHER_LANGUAGES.get(code, code) for code in own_first]
    return ", ".join(shown[:_MOST_LANGUAGES])
