"""Whether a fact or a telephone line may reach people: its source, its number, its dates, the length of its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers

from bot.content import directory as directories
from bot.content import facts as fact_files
from bot.content import local
from bot.content.directory import Contact, Directory
from bot.content.facts import Fact, Facts
from bot.content.reading import Problem, shown
from bot.core.taxonomy import ENGLISH

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
#: One of the two parts of an SMS in most of our scripts: beside a longer name nothing else has room.
LONGEST_NAME = 67


def problems(facts: Facts, directory: Directory, today: date) -> Iterator[Problem]:
    """Every fault of facts and telephone lines on *today*."""
    for country, listed in facts.by_country.items():
        file = shown(fact_files.FOLDER / f"{country}.yml")
        known = {digits for contact in directory.contacts.get(country, ()) for digits in contact.numbers}
        for fact in listed:
            for remedy in fact_faults(fact, known, today):
                yield Problem(file, fact.id, remedy)
    for country, contacts in directory.contacts.items():
        file = shown(directories.FOLDER / f"{country}.yml")
        urgent = [contact for contact in contacts if contact.urgent and contact.sayable]
        if len(urgent) != 1:
            yield Problem(file, "urgent", f"{len(urgent)} lines are urgent; exactly one must be the first in danger")
        for contact in contacts:
            for remedy in contact_faults(contact, today):
                yield Problem(file, contact.id, remedy)


def fact_faults(fact: Fact, known: set[str], today: date) -> Iterator[str]:
    """What to mend in *fact*. *known*: digits of every number in the directory of its country."""
    if fact.confidence == "verified" and fact.source.strip() == "general knowledge":
        yield "is verified without a source; name the page, or lower the confidence"
    if fact.as_of is not None and not _is_date(fact.as_of):
        yield f"as_of {fact.as_of!r}: write YYYY, YYYY-MM or YYYY-MM-DD"
    if fact.office is not None and fact.office_kind is None:
        yield "names an office; add office_kind, so that every language can say what it is"
    if fact.office is not None and len(fact.office) > LONGEST_NAME:
        yield _too_long("office", fact.office)
    if fact_files.expired(fact, today):
        yield _expired(fact.until)
    for number in fact.call:
        digits = re.sub(r"\D", "", number)
        if not any(digits == other or digits in other for other in known):
            yield f"call {number}: add the line to the directory of {fact.country}, or remove it"


def contact_faults(contact: Contact, today: date) -> Iterator[str]:
    """What to mend in *contact*."""
    if not (contact.inside or contact.phone or contact.number_missing):
        yield "has no number; add one, or number_missing: true"
    if contact.number_missing and (contact.inside or contact.phone):
        yield "has a number and number_missing; remove one of them"
    for name in ("phone", "sms", "whatsapp"):
        number = getattr(contact, name)
        if number is None or contact.number_problem or not (number.startswith("+") or name == "phone"):
            continue
        if not _is_number(number):
            yield f"{name} {number} is no telephone number; correct it, or say why in number_problem"
    if contact.confidence == "verified" and contact.source.strip() == "general knowledge":
        yield "is verified without a source; name the page, or lower the confidence"
    own = ", ".join(part for part in (contact.proper, contact.area) if part)
    if len(own) > LONGEST_NAME:
        yield _too_long("proper and area", own)
    if directories.expired(contact, today):
        yield _expired(contact.until)


def _too_long(what: str, name: str) -> str:
    return f"{what} “{name}” is {len(name)} characters long; an SMS has room for {LONGEST_NAME}: shorten it"


def _expired(until: date | None) -> str:
    return f"its last day was {until}, and it reaches nobody; check it again and set a later `until`, or remove it"


def _is_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    try:
        local.date(text, ENGLISH)
    except ValueError:
        return False
    return True


def _is_number(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
