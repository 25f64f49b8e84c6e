"""Answers to questions: what to do now, then the right, then whom to call, then one gentle question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.content import fact_lines, local
from bot.content.contact_lines import ContactWords
from bot.content.countries import Countries
from bot.content.directory import Contact, Directory
from bot.content.facts import EVERYWHERE, Fact, Facts
from bot.content.phrases import Phrasebook
from bot.content.sms import CERTAIN, Part, fit
from bot.content.topics import (
    FEW_FACT_LINES,
    HOME_FIRST,
    LAW_NAMED,
    MOST_CONTACTS,
    MOST_FACT_LINES,
    MOST_NAMED,
    POLICE_MAY_HELP,
    RULED,
    WHOM,
    Places,
)
from bot.core.ids import CountryCode
from bot.core.taxonomy import Intent, Language


class Answers:
    """Composes answers from phrases, facts and directory."""

    def __init__(self, phrases: Phrasebook, facts: Facts, directory: Directory, countries: Countries) -> None:
        self._phrases, self._facts, self._directory, self._countries = phrases, facts, directory, countries

    def compose(self, topic: Intent, places: Places, language: Language, form: str, *, ask: bool) -> str:
        """The answer on *topic*.

        Args:
            form: "chat" or "sms"; an SMS keeps the number above all, then what to do, then the right.
            ask: end with the topic's gentle question; False where another question of ours follows.
        """
        do = self._phrases.say(f"answer.{topic}.do", language, form)
        chosen = self.facts(topic, places)
        contacts = self.contacts(topic, places, language, chosen)
        words = ContactWords(self._phrases, self._countries, language, places.work, places.present)
        if form == "sms":
            return fit([[(1, do)], self.short_right(chosen, language), *short_contacts(contacts, words)])
        blocks = [do, "\n".join(self._rights(topic, places, chosen, language))]
        if contacts:
            listed = [f"- {words.line(contact)}" for contact in contacts]
            blocks.append("\n".join([self._phrases.say("answer.call", language), *listed]))
        elif places.work and places.work != places.home and WHOM[topic]:
            name = self._countries.name(places.work, language)
            blocks.append(self._phrases.say("answer.no_contact", language, country=name))
        if ask:
            if not (places.work or places.home) and WHOM[topic]:
                blocks.append(self._phrases.say("answer.no_country", language))
            blocks.append(self._phrases.say(f"answer.{topic}.next", language))
        return "\n\n".join(block for block in blocks if block)

    def facts(self, topic: Intent, places: Places) -> list[Fact]:
        """The rules of countries on *topic* that hold for this person, the nearest first."""
        here = self._of(topic, places.work, places, leaving=places.work == places.home)
        home = self._of(topic, places.home, places, leaving=True) if places.home != places.work else []
        # a rule of the corridor stands in place of the general one on the same cost
        if any(fact.cap and (fact.only_from or fact.only_to) for fact in here):
            here = [fact for fact in here if not fact.cap or fact.only_from or fact.only_to]
        return [*home, *here] if topic in HOME_FIRST else [*here, *home]

    def _of(self, topic: Intent, country: CountryCode | None, places: Places, *, leaving: bool) -> list[Fact]:
        if country is None:
            return []
        about = [
            fact
            for fact in self._facts.about(topic, country)
            if fact.only_from in (None, places.origin) and fact.only_to in (None, places.destination, places.present)
        ]
        role = "origin" if country == places.home else "destination"
        fitting = [fact for fact in about if fact.role in (role, "both")]
        if not fitting and (leaving or places.home is None):
            fitting = about
        return sorted(fitting, key=lambda fact: (fact.only_from is None, fact.workers not in (None, "not_domestic")))

    def contacts(self, topic: Intent, places: Places, language: Language, chosen: Iterable[Fact] = ()) -> list[Contact]:
        """Two or three lines on *topic*, each number once."""
        spoken = (places.speaks or language, *self._countries.spoken_in(places.home))
        preferred = tuple(number for fact in chosen if fact.country == places.work for number in fact.call)
        found: list[Contact] = []
        for whom in WHOM[topic]:
            for contact in self._whom(whom, places, spoken, preferred):
                dialled = contact.dialled(places.present)
                if dialled and all(dialled != other.dialled(places.present) for other in found):
                    found.append(contact)
        if not found and WHOM[topic]:
            found = [line for line in self._last_resort(topic, places, spoken) if line]
        return found[:MOST_CONTACTS]

    def _last_resort(self, topic: Intent, places: Places, spoken: Collection[Language]) -> Iterator[Contact | None]:
        """Where no line fits: the one for people who are held, there or at home; for some topics the police."""
        for country in dict.fromkeys(filter(None, (places.work, places.home))):
            line = self._directory.best(country, "anti_trafficking", spoken, places.present)
            yield line
            if line is None and topic in POLICE_MAY_HELP and country == places.present:
                yield self._directory.urgent(country)

    def _whom(
        self, whom: str, places: Places, spoken: Collection[Language], preferred: tuple[str, ...]
    ) -> Iterable[Contact]:
        directory, work, home = self._directory, places.work, places.home
        contact: Contact | None = None
        if whom == "embassy":
            where = places.present or places.destination
            contact = directory.embassy(home, where) if home and where and home != where else None
        elif whom == "home":
            contact = directory.best(home, "labour", spoken, places.present) if home and home != work else None
        elif work and whom == "named":
            return directory.named(work, preferred, places.present)[:MOST_NAMED]
        elif work and whom == "urgent":
            contact = directory.urgent(work)
        elif work:
            contact = directory.best(work, whom, spoken, places.present, preferred)
        return [contact] if contact else []

    def _rights(self, topic: Intent, places: Places, chosen: list[Fact], language: Language) -> list[str]:
        """What the countries say, an honest word where we know nothing, and what is so everywhere if room is left."""
        lines = self.right(chosen, language)
        known = any(self.right([fact], language) for fact in chosen if fact.country == places.work)
        if places.work and not known and topic in RULED:
            name = self._countries.name(places.work, language)
            lines.append(self._phrases.say("answer.no_rule", language, country=name))
        if topic in LAW_NAMED:
            first = next((fact for fact in chosen if fact.law and self.right([fact], language)), None)
            if first is not None:
                country = self._countries.name(first.country, language)
                lines.append(self._phrases.say("fact.law.named", language, country=country, law=first.law))
        if len(lines) < FEW_FACT_LINES:
            everywhere = self.right(self._of(topic, EVERYWHERE, places, leaving=True), language)
            lines += [line for line in everywhere if not any(line in other for other in lines)]
        return lines

    def right(self, chosen: Iterable[Fact], language: Language) -> list[str]:
        """Lines of *chosen* up to the most a reply holds, each with who it is for and how sure we are."""
        lines: list[str] = []
        gap = local.between(language).sentences
        for fact in chosen:
            room = MOST_FACT_LINES - len(lines)
            worded = [
                text
                for text in fact_lines.lines(fact, self._phrases, self._countries, language)
                if not any(text in line for line in lines)
            ][:room]
            if not worded:
                continue
            if fact.workers:
                worded[-1] += gap + self._phrases.say(f"fact.for.{fact.workers}", language)
            sure = fact_lines.caveat(fact, self._phrases, language)
            if sure:
                # said once, after the last line it holds for
                if lines and lines[-1].endswith(sure):
                    lines[-1] = lines[-1].removesuffix(sure).rstrip()
                if "://" in worded[-1]:  # an address must not run into a sentence
                    worded.append(sure)
                else:
                    worded[-1] += gap + sure
            lines += worded
        return [line for line in lines if line]

    def short_right(self, chosen: Iterable[Fact], language: Language) -> Part:
        """The first line of the nearest rule for an SMS, never without who it is for and how sure we are of it."""
        for fact in chosen:
            for line in fact_lines.lines(fact, self._phrases, self._countries, language)[:1]:
                said = [line, self._phrases.say(f"fact.for.{fact.workers}", language) if fact.workers else ""]
                sure = (fact_lines.caveat(fact, self._phrases, language, named=named) for named in (False, True))
                return [(rank, " ".join(filter(None, (*said, own)))) for rank, own in zip((3, 6), sure, strict=True)]
        return []


def short_contacts(contacts: Iterable[Contact], words: ContactWords) -> Iterator[Part]:
    """For an SMS: the number of the first line is certain, the others come if there is room."""
    for first, contact in zip((True, False, False), contacts, strict=False):
        bare, *inside = words.numbers(contact)
        brief, *fuller = (f"{name}: {words.number(contact, compact=True)}" for name in words.names(contact))
        if first:
            yield [(CERTAIN, bare), *((2, text) for text in (*inside, brief)), *((5, text) for text in fuller)]
        else:
            yield [(4, brief), *((7, text) for text in fuller)]
