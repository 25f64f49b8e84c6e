"""How far the content is, as everybody may read it who works with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.content.directory import Directory
from bot.content.library import Library
from bot.content.menus import Menus
from bot.content.state import Written, ending_contacts, fact_states, groups, phrases_in, state_of
from bot.core.ids import CountryCode
from bot.core.taxonomy import LANGUAGES, Language
from tests.hotline import AtTheDesk

TODAY = date(2026, 3, 1)


def phrases(desk: AtTheDesk, **asked: Any) -> dict[str, Any]:
    answer = desk.client.get("/content/phrases", params=asked)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_every_phrase_of_every_language_stands_in_one_state(library: Library) -> None:
    counted = dict.fromkeys(LANGUAGES, 0)
    for group in groups(library):
        counted[group.language] += sum(group.counts.values())
    assert set(counted.values()) == {len(library.phrases.keys)}


def test_an_operator_reads_the_state_and_can_change_nothing(operator: AtTheDesk) -> None:
    shown = operator.client.get("/content").json()
    assert {one["language"] for one in shown["languages"]} == set(LANGUAGES)
    assert any(not fact["worded"] for fact in shown["facts"])
    assert all(fact["source"] for fact in shown["facts"])
    assert operator.client.post("/content", headers={"X-CSRF": operator.csrf}).status_code == 405


def test_phrases_are_found_by_group_state_and_words(operator: AtTheDesk) -> None:
    found = phrases(operator, language="th", group="emergency", state="draft")
    assert found["found"] == len(found["phrases"]) > 0
    assert {(one["group"], one["state"]) for one in found["phrases"]} == {("emergency", "draft")}
    by_word = phrases(operator, language="th", words="PASSPORT")
    assert 0 < by_word["found"] < phrases(operator, language="th")["found"]
    assert phrases(operator, language="th", state="missing", words="no such words")["found"] == 0
    assert operator.client.get("/content/phrases", params={"language": "xx"}).status_code == 422


def test_many_phrases_are_shown_a_hundred_at_a_time(operator: AtTheDesk) -> None:
    first, second = phrases(operator, language="km"), phrases(operator, language="km", after=100)
    assert len(first["phrases"]) == 100
    assert first["phrases"][0]["key"] != second["phrases"][0]["key"]
    assert second["phrases"][0]["key"] == library_key(100)


def library_key(place: int) -> str:
    return Library.load().phrases.keys[place]


def test_a_phrase_without_words_in_a_language_is_missing(library: Library) -> None:
    nowhere = Language("sw")
    assert state_of("greet", nowhere, library.phrases) is Written.MISSING
    assert next(phrases_in(library, nowhere)).text == ""


def test_a_line_that_ends_within_sixty_days_is_shown_and_one_that_is_over_too(library: Library) -> None:
    thailand = CountryCode("TH")
    one, two, three, *others = library.directory.contacts[thailand]
    ending = (
        replace(one, until=TODAY + timedelta(days=60)),
        replace(two, until=TODAY - timedelta(days=1)),
        replace(three, until=TODAY + timedelta(days=61)),
        *others,
    )
    shown = Library(library.phrases, library.facts, Directory({thailand: ending}), library.countries, Menus.load())
    assert [(line.id, line.expired) for line in ending_contacts(shown, TODAY)] == [(two.id, True), (one.id, False)]


def test_a_fact_without_words_for_people_reaches_nobody(library: Library) -> None:
    facts = fact_states(library, TODAY)
    assert not any(fact.told for fact in facts if not fact.worded or fact.confidence == "unsure")
    assert any(fact.told for fact in facts)
