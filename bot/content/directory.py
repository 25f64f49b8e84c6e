"""Whom one can reach: telephone lines by country, from ``directory/<country>.yml``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.content.reading import HERE, ContentInvalid, Fields, mapping, read, sequence
from bot.content.reviewed import Review, read_date, read_review, utc_today
from bot.core.ids import CountryCode
from bot.core.taxonomy import Language

FOLDER = HERE / "directory"

KINDS = frozenset(
    (
        "emergency", "police", "ambulance", "fire", "anti_trafficking", "women", "child", "suicide_crisis", "health",
        "labour", "ngo", "migrant_resource_centre", "un_agency", "embassy",
    )
)  # fmt: skip
CONFIDENCE = frozenset(("verified", "likely", "unsure"))
SOURCE_KINDS = frozenset(("operator_or_state", "news_or_other", "aggregator", "none"))
DAYS = frozenset(("daily", "weekdays", "sunday_thursday"))
#: Lines for a group or a purpose of their own: they are listed, but never offered to everybody.
ONLY = frozenset(("refugees", "tourists", "domestic", "trainees", "scams", "not_urgent", "officials", "web"))


@dataclass(frozen=True)
class Hours:
    """When a line answers; local time. ``always`` and ``office`` leave the rest empty."""

    always: bool = False
    office: bool = False
    days: str = ""
    opens: str = ""
    closes: str = ""


@dataclass(frozen=True)
class Contact:
    """One line. ``inside`` is dialled in its country, ``phone`` (E.164) from anywhere."""

    id: str
    country: CountryCode
    kind: str
    name: str  # full, English: for operators and for those who check
    confidence: str
    source: str
    languages: tuple[str, ...] = ()
    proper: str | None = None  # short name of its own, the same in every language
    embassy_of: CountryCode | None = None
    inside: str | None = None
    phone: str | None = None
    sms: str | None = None
    whatsapp: str | None = None
    telegram: str | None = None
    email: str | None = None
    web: str | None = None
    hours: Hours | None = None
    hours_note: str | None = None
    free: bool = False
    urgent: bool = False  # the first number in danger, one in each country
    serves_abroad: bool = False  # helps nationals in any country
    area: str | None = None  # a part of the country only
    only: str | None = None
    number_missing: bool = False
    number_problem: str | None = None
    source_date: str | None = None
    source_kind: str = "none"
    old_source: bool = False
    until: date | None = None  # the last day on which it answers
    reviewed: Review | None = None  # somebody has called it, or knows it
    note: str | None = None
    seen: str | None = None

    @property
    def sayable(self) -> bool:
        """May its number reach a person? On which days it may is told by :func:`expired`."""
        return self.confidence != "unsure" and not self.number_missing and bool(self.inside or self.phone)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number of the contact as bare digits."""
        given = (self.inside, self.phone, self.sms, self.whatsapp)
        return frozenset(re.sub(r"\D", "", number) for number in given if number)

    def dialled(self, dialled_from: CountryCode | None) -> str | None:
        """The number as dialled in *dialled_from*, or None: it cannot be reached from there.

        Where nobody knows the place, the number from abroad is the safe one; a short code comes back as it is.
        """
        if dialled_from == self.country:
            return self.inside or self.phone
        if dialled_from is None:
            return self.phone or self.inside
        return self.phone


def expired(contact: Contact, today: date) -> bool:
    """Is *today* past the last day of *contact*? From then on its number reaches nobody."""
    return contact.until is not None and today > contact.until


@dataclass(frozen=True)
class Directory:
    """All contacts. ``today`` tells the day, in UTC, on which somebody asks."""

    contacts: Mapping[CountryCode, tuple[Contact, ...]]
    today: Callable[[], date] = utc_today

    @classmethod
    def load(cls, folder: Path = FOLDER, today: Callable[[], date] = utc_today) -> Directory:
        """Raises ContentInvalid with file, key and remedy."""
        contacts = {}
        ids: set[str] = set()
        for file in sorted(folder.glob("*.yml")):
            country, entries = _country(file)
            contacts[country] = tuple(_contact(entry, country, file) for entry in entries)
            for contact in contacts[country]:
                if contact.id in ids:
                    raise ContentInvalid(file, contact.id, "the id is used twice; give one of them another")
                ids.add(contact.id)
        return cls(contacts, today)

    def sayable(self, country: CountryCode) -> tuple[Contact, ...]:
        """The contacts of *country* whose numbers may reach a person today, in the order of the file."""
        today = self.today()
        return tuple(c for c in self.contacts.get(country, ()) if c.sayable and not expired(c, today))

    def urgent(self, country: CountryCode) -> Contact | None:
        """The first number in danger."""
        return next((contact for contact in self.sayable(country) if contact.urgent), None)

    def best(
        self,
        country: CountryCode,
        kind: str,
        spoken: Collection[Language],
        dialled_from: CountryCode | None,
        preferred: Collection[str] = (),
    ) -> Contact | None:
        """The line of *kind* in *country* that serves best, or None.

        Args:
            spoken: languages of the person; a line that speaks one of them comes first.
            preferred: numbers that a rule on the topic names, as dialled inside.
        """
        wanted = {re.sub(r"\D", "", number) for number in preferred}
        usable = [
            contact
            for contact in self.sayable(country)
            if contact.kind == kind and not (contact.only or contact.area) and contact.dialled(dialled_from)
        ]

        def rank(contact: Contact) -> tuple[bool, ...]:
            return (
                contact.serves_abroad and not contact.inside,
                contact.confidence != "verified",
                not contact.numbers & wanted,
                not set(spoken) & set(contact.languages),
                contact.number_problem is not None and dialled_from != country,
                not (contact.hours and contact.hours.always),
                not contact.free,
                contact.old_source,
            )

        return min(usable, key=rank, default=None)

    def named(self, country: CountryCode, numbers: Iterable[str], dialled_from: CountryCode | None) -> list[Contact]:
        """The lines of *country* with these numbers, in their order; the one for danger is not among them."""
        found: list[Contact] = []
        usable, first = self.sayable(country), self.urgent(country)
        for number in numbers:
            digits = re.sub(r"\D", "", number)
            for contact in usable:
                fits = digits in contact.numbers and contact.dialled(dialled_from)
                in_danger = first is not None and contact.dialled(country) == first.dialled(country)
                if fits and not in_danger and contact not in found:
                    found.append(contact)
                    break
        return found

    def embassy(self, origin: CountryCode, present: CountryCode) -> Contact | None:
        """The embassy of *origin* in *present*, else the line by which *origin* helps its people abroad."""
        here = [
            contact for contact in self.sayable(present) if contact.kind == "embassy" and contact.embassy_of == origin
        ]
        if here:
            return min(here, key=lambda c: (c.area is not None, c.confidence != "verified", c.old_source))
        return self.abroad(origin)

    def abroad(self, origin: CountryCode) -> Contact | None:
        """The line by which *origin* helps its people in any country."""
        lines = [c for c in self.sayable(origin) if c.serves_abroad and c.phone]
        return min(
            lines,
            key=lambda c: (c.number_problem is not None, c.kind != "embassy", c.confidence != "verified"),
            default=None,
        )


def _country(file: Path) -> tuple[CountryCode, list[Any]]:
    data = mapping(read(file), file, "")
    if data.get("country") != file.stem:
        raise ContentInvalid(file, "country", f"is {data.get('country')!r}; it must be {file.stem}, as the file name")
    return CountryCode(file.stem), sequence(data.get("contacts"), file, "contacts")


def _contact(entry: Any, country: CountryCode, file: Path) -> Contact:
    key = str(mapping(entry, file, "contacts").get("id", "contacts"))
    fields = Fields(entry, file, key)
    embassy_of = fields.optional_text("embassy_of")
    only = fields.optional_text("only")
    if only is not None and only not in ONLY:
        raise fields.fail("only", f"is {only!r}; use one of {', '.join(sorted(ONLY))}")
    contact = Contact(
        id=fields.text("id"),
        country=country,
        kind=fields.one_of("kind", KINDS),
        name=fields.text("name"),
        confidence=fields.one_of("confidence", CONFIDENCE),
        source=fields.text("source"),
        languages=fields.texts("languages"),
        proper=fields.optional_text("proper"),
        embassy_of=CountryCode(embassy_of) if embassy_of else None,
        inside=fields.optional_text("inside"),
        phone=fields.optional_text("phone"),
        sms=fields.optional_text("sms"),
        whatsapp=fields.optional_text("whatsapp"),
        telegram=fields.optional_text("telegram"),
        email=fields.optional_text("email"),
        web=fields.optional_text("web"),
        hours=_hours(fields.raw("hours"), fields, file, key),
        hours_note=fields.optional_text("hours_note"),
        free=fields.flag("free"),
        urgent=fields.flag("urgent"),
        serves_abroad=fields.flag("serves_abroad"),
        area=fields.optional_text("area"),
        only=only,
        number_missing=fields.flag("number_missing"),
        number_problem=fields.optional_text("number_problem"),
        source_date=fields.optional_text("source_date"),
        source_kind=fields.one_of("source_kind", SOURCE_KINDS),
        old_source=fields.flag("old_source"),
        until=read_date(fields, "until"),
        reviewed=read_review(fields.raw("reviewed"), file, key),
        note=fields.optional_text("note"),
        seen=fields.optional_text("seen"),
    )
    fields.done()
    return contact


def _hours(value: Any, fields: Fields, file: Path, key: str) -> Hours | None:
    if value is None:
        return None
    if value in ("always", "office"):
        return Hours(always=value == "always", office=value == "office")
    if not isinstance(value, dict):
        raise fields.fail("hours", 'write "always", "office" or {days: …, from: …, to: …}')
    inner = Fields(value, file, f"{key}.hours")
    hours = Hours(days=inner.one_of("days", DAYS), opens=inner.text("from"), closes=inner.text("to"))
    inner.done()
    return hours
