"""How far the content is: read-only, for everybody who works with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict

from bot.console.access import ContentReader
from bot.console.parts import Parts
from bot.content import coverage
from bot.content.state import (
    EndingContact,
    FactState,
    GroupState,
    PhraseState,
    Written,
    ending_contacts,
    fact_states,
    groups,
    phrases_in,
)
from bot.core.taxonomy import LANGUAGES, Language

#: So many phrases are shown at once.
_MOST = 100


class LanguageStateView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    language: str
    written: int
    of: int
    reviewed: int
    outdated: int


class CountryStateView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    country: str
    contacts: int
    rules: int
    topics: int
    of_topics: int
    reviewed: int
    to_check_again: int


class ContentView(BaseModel):
    languages: list[LanguageStateView]
    groups: list[GroupState]
    countries: list[CountryStateView]
    facts: list[FactState]
    ending: list[EndingContact]


class PhrasesView(BaseModel):
    """*found*: how many fit; *phrases*: the first of them."""

    found: int
    phrases: list[PhraseState]


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["content"])
    library = parts.library

    @router.get("/content")
    async def state(_: ContentReader) -> ContentView:
        """Reviewed and draft phrases by language and group, facts and how they are told, lines that end soon."""
        today = parts.clock().date()
        return ContentView(
            languages=[LanguageStateView.model_validate(one) for one in coverage.languages(library)],
            groups=groups(library),
            countries=[CountryStateView.model_validate(one) for one in coverage.countries(library, today)],
            facts=fact_states(library, today),
            ending=ending_contacts(library, today),
        )

    @router.get("/content/phrases")
    async def phrases(
        _: ContentReader,
        language: Annotated[str, Query(max_length=8)],
        group: Annotated[str | None, Query(max_length=40)] = None,
        state: Written | None = None,
        words: Annotated[str, Query(max_length=100)] = "",
        after: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> PhrasesView:
        """The phrases of a language that fit, with what each is for; *after* so many of them."""
        if language not in LANGUAGES:
            raise HTTPException(422, f"write one of {', '.join(LANGUAGES)}")
        found = list(phrases_in(library, Language(language), group=group, state=state, words=words))
        return PhrasesView(found=len(found), phrases=found[after : after + _MOST])

    return router
