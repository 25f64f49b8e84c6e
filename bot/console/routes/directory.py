"""Telephone lines and facts by country and need, as an operator reads them and as the person would be told."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel

from bot.console.access import Reader
from bot.console.parts import Parts
from bot.content.directory import Contact
from bot.content.facts import Fact
from bot.content.library import Library
from bot.content.lookup import known_countries
from bot.content.topics import Places
from bot.core.ids import CountryCode
from bot.core.taxonomy import LANGUAGES, Language

_MOST_COUNTRIES = 6


class EntryView(BaseModel):
    """*said*: what the person would be told; null where *withheld* tells why they must not be told it.

    *source_date*: of what we know it from; *until*: its last day; *reviewed*: when somebody has checked it.
    """

    id: str
    country: str
    title: str
    said: str | None
    said_in: str
    withheld: str | None
    source: str
    source_date: str | None
    until: date | None
    reviewed: date | None


class LineView(EntryView):
    """*number*: as dialled from where the person is, or inside the country where that is not known."""

    kind: str
    number: str | None
    hours: str
    languages: list[str]
    free: bool
    note: str | None


class FactView(EntryView):
    """*text*: the rule in English prose, for operators."""

    topic: str
    text: str
    law: str | None
    as_of: str | None


class DirectoryView(BaseModel):
    """*needs* and *countries*: what can be asked for."""

    needs: list[str]
    countries: list[str]
    lines: list[LineView]
    facts: list[FactView]


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["directory"])
    library = parts.library

    @router.get("/directory")
    async def directory(
        operator: Reader,
        need: Annotated[str, Query(max_length=20)] = "",
        country: Annotated[list[str] | None, Query(max_length=_MOST_COUNTRIES)] = None,
        present: Annotated[str, Query(max_length=2)] = "",
        language: Annotated[str, Query(max_length=8)] = "en",
        short: bool = False,
    ) -> DirectoryView:
        """What helps with *need* in each *country* (ISO 3166-1 alpha-2), the best first.

        *present* is where the person is, *language* theirs; *short*: they are told by SMS.
        """
        lookup = library.lookup
        if language not in LANGUAGES:
            raise HTTPException(422, f"write one of {', '.join(LANGUAGES)}")
        if need and need not in lookup.needs:
            raise HTTPException(422, f"write one of {', '.join(lookup.needs)}")
        view = DirectoryView(needs=list(lookup.needs), countries=list(lookup.countries), lines=[], facts=[])
        if not need:
            return view
        countries, wanted = known_countries(country or (), lookup), lookup.needs[need]
        spoken, read = Language(language), Language(operator.language)
        places = Places(present=CountryCode(present) if present in lookup.countries else None)
        form = "sms" if short else "chat"
        heard = (spoken, *library.countries.spoken_in(countries[-1] if countries else None))
        view.lines = [
            show_line(one, library, places, spoken, read, form)
            for one in lookup.contacts(countries, wanted, places, heard)
        ]
        view.facts = [show_fact(one, library, spoken, form) for one in lookup.facts(countries, wanted, spoken, form)]
        return view

    return router


def show_line(
    contact: Contact, library: Library, places: Places, spoken: Language, read: Language, form: str
) -> LineView:
    """A line of the directory for an operator who reads *read*, said to a person who speaks *spoken*."""
    lookup = library.lookup
    words = lookup.contact_words(places, read)
    withheld = lookup.withheld_contact(contact.id, places)
    return LineView(
        id=contact.id,
        country=contact.country,
        title=contact.name,
        said=lookup.contact(contact.id, places, spoken, form) if withheld is None else None,
        said_in=spoken,
        withheld=withheld,
        source=contact.source,
        source_date=contact.source_date,
        until=contact.until,
        reviewed=contact.reviewed.on if contact.reviewed else None,
        kind=words.short_name(contact),
        number=contact.dialled(places.present) or contact.inside or contact.phone,
        hours=" · ".join(filter(None, (words.hours(contact.hours), contact.hours_note))),
        languages=list(contact.languages),
        free=contact.free,
        note=contact.note,
    )


def show_fact(fact: Fact, library: Library, spoken: Language, form: str) -> FactView:
    """A fact for an operator, in English as it was checked, and said to a person who speaks *spoken*."""
    withheld = library.lookup.withheld_fact(fact.id, spoken, form)
    return FactView(
        id=fact.id,
        country=CountryCode(fact.country),
        title=fact.law or "",
        said=library.lookup.fact(fact.id, spoken, form) if withheld is None else None,
        said_in=spoken,
        withheld=withheld,
        source=fact.source,
        source_date=fact.source_date,
        until=fact.until,
        reviewed=fact.reviewed.on if fact.reviewed else None,
        topic=fact.topic,
        text=fact.text,
        law=", ".join(filter(None, (fact.law, fact.article))) or None,
        as_of=fact.as_of,
    )
