"""What an operator looks up and sends with one press: lines of the directory and facts, by country and need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.answer import Answers, short_contacts
from bot.content.contact_lines import ContactWords
from bot.content.countries import Countries
from bot.content.directory import KINDS, Contact, Directory, expired
from bot.content.facts import EVERYWHERE, Fact, Facts
from bot.content.facts import expired as fact_expired
from bot.content.phrases import Phrasebook
from bot.content.reading import HERE, Fields, mapping, read
from bot.content.sms import fit
from bot.content.topics import Places
from bot.core.ids import CountryCode
from bot.core.taxonomy import QUESTIONS, Intent, Language

FILE = HERE / "needs.yml"


@dataclass(frozen=True)
class Need:
    kinds: tuple[str, ...]
    topics: tuple[Intent, ...]


def load_needs(file: Path = FILE) -> Mapping[str, Need]:
    """Need -> where to look. Raises ContentInvalid with file, key and remedy."""
    needs = {}
    for name, entry in mapping(mapping(read(file), file, "").get("needs"), file, "needs").items():
        fields = Fields(entry, file, str(name))
        need = Need(fields.texts("kinds"), tuple(map(Intent, fields.texts("topics"))))
        fields.done()
        if strange := [*(set(need.kinds) - KINDS), *(set(need.topics) - QUESTIONS)]:
            raise fields.fail("kinds", f"{', '.join(sorted(strange))}: no kind of line or topic of ours; correct it")
        needs[str(name)] = need
    return needs


class Lookup:
    """Finds and words single entries. What may reach nobody is found all the same: operators may read it."""

    def __init__(
        self, phrases: Phrasebook, facts: Facts, directory: Directory, countries: Countries, answers: Answers
    ) -> None:
        self._phrases, self._facts, self._directory = phrases, facts, directory
        self._countries, self._answers = countries, answers
        self._contact = {one.id: one for listed in directory.contacts.values() for one in listed}
        self._fact = {one.id: one for listed in facts.by_country.values() for one in listed}
        self.needs = load_needs()

    @property
    def countries(self) -> tuple[CountryCode, ...]:
        """Those of which anything is known, by code."""
        return tuple(sorted((self._directory.contacts.keys() | self._facts.by_country.keys()) - {EVERYWHERE}))

    def contacts(
        self, countries: Sequence[CountryCode], need: Need, places: Places, spoken: Collection[Language]
    ) -> list[Contact]:
        """Lines that may help, the best first: those that can be sent, for this need, near, in a language *spoken*."""
        found = [
            contact
            for country in countries
            for contact in self._directory.contacts.get(country, ())
            if contact.kind in need.kinds and contact.embassy_of in (None, *countries)
        ]

        def rank(contact: Contact) -> tuple[object, ...]:
            return (
                self.withheld_contact(contact.id, places) is not None,
                need.kinds.index(contact.kind),
                countries.index(contact.country),
                contact.confidence != "verified",
                not set(spoken) & set(contact.languages),
                contact.only is not None or contact.area is not None,
                contact.old_source,
            )

        return sorted(found, key=rank)

    def facts(self, countries: Sequence[CountryCode], need: Need, language: Language, form: str) -> list[Fact]:
        """Rules that may help, what is so everywhere too; those first that can be sent."""
        found = [
            fact
            for country in (*countries, EVERYWHERE)
            for fact in self._facts.by_country.get(country, ())
            if fact.topic in need.topics and fact.only_from in (None, *countries) and fact.only_to in (None, *countries)
        ]
        topic = need.topics.index
        return sorted(found, key=lambda f: (self.withheld_fact(f.id, language, form) is not None, topic(f.topic)))

    def contact_words(self, places: Places, language: Language) -> ContactWords:
        """Words lines for somebody at *places*."""
        return ContactWords(self._phrases, self._countries, language, places.work, places.present)

    def withheld_contact(self, contact_id: str, places: Places) -> str | None:
        """Why a line must not be sent (a code: phrases ``desk.withheld.*``), or None. Raises KeyError."""
        contact = self._contact[contact_id]
        if expired(contact, self._directory.today()):
            return "expired"
        if not contact.sayable:
            return "unsure"
        return None if contact.dialled(places.present) else "not_from_there"

    def withheld_fact(self, fact_id: str, language: Language, form: str) -> str | None:
        """Why a fact must not be sent, or None. Raises KeyError."""
        fact = self._fact[fact_id]
        if fact_expired(fact, self._facts.today()):
            return "expired"
        if not fact.sayable:
            return "unsure"
        if not self._answers.right([fact], language):
            return "no_words"
        return None if self.fact(fact_id, language, form) else "too_long"

    def contact(self, contact_id: str, places: Places, language: Language, form: str) -> str:
        """One line in words, for a chat or within an SMS. Raises KeyError."""
        contact, words = self._contact[contact_id], self.contact_words(places, language)
        if form == "sms":
            return fit([*short_contacts([contact], words)])
        return "\n".join([self._phrases.say("answer.call", language), f"- {words.line(contact)}"])

    def fact(self, fact_id: str, language: Language, form: str) -> str:
        """One fact in words, with who it is for and how sure we are; empty where an SMS cannot hold it."""
        fact = self._fact[fact_id]
        if form == "sms":
            return fit([self._answers.short_right([fact], language)])
        return "\n".join(self._answers.right([fact], language))


def known_countries(codes: Iterable[str], lookup: Lookup) -> tuple[CountryCode, ...]:
    """Those of *codes* of which something is known, once each, in their order."""
    return tuple(dict.fromkeys(CountryCode(code) for code in codes if code in lookup.countries))
