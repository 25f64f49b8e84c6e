"""Numbers and rules at the desk: found by corridor and need, read with their source, sent in the person's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.app import Hotline, now
from bot.content.answer import Answers
from bot.content.library import Library
from bot.content.lookup import Lookup, load_needs
from bot.content.sms import MOST_SEGMENTS, segments
from bot.content.topics import Places
from bot.core.conversation import CountryNoted
from bot.core.ids import ConversationId, CountryCode
from bot.core.message import Reply, Saying
from bot.core.taxonomy import LANGUAGES, Language
from tests.hotline import AtTheDesk, Person

LAO = Language("lo")
IN_LAO = "ນາຍຈ້າງຢຶດໜັງສືຜ່ານແດນຂອງຂ້ອຍໄວ້ ຂ້ອຍຢາກລົມກັບຄົນ"


@pytest.fixture
def held(hotline: Hotline, operator: AtTheDesk, person: Person) -> str:
    """A conversation of somebody from Laos in Thailand that *operator*, who reads English, has taken over."""
    person.says(IN_LAO)
    conversation_id: str = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    places = [CountryNoted("present", CountryCode("TH")), CountryNoted("origin", CountryCode("LA"))]
    hotline.store.conversations.change(ConversationId(conversation_id), places, now())
    return conversation_id


def found(operator: AtTheDesk, need: str, *countries: str, **more: Any) -> dict[str, Any]:
    asked = {"need": need, "country": list(countries), "language": "lo", "present": "TH", **more}
    answer = operator.client.get("/directory", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_lines_of_the_corridor_are_found_by_need_with_source_and_date(operator: AtTheDesk) -> None:
    lines = found(operator, "labour", "TH", "LA")["lines"]
    assert {one["country"] for one in lines} == {"TH", "LA"}
    first = lines[0]
    assert (first["number"], first["withheld"], first["country"]) == ("1506", None, "TH")
    assert first["source"].startswith("http")
    assert first["source_date"]
    assert all(one["source"] for one in lines)
    sendable = [one["withheld"] is None for one in lines]
    assert sendable == sorted(sendable, reverse=True)


def test_the_embassy_is_the_one_of_the_corridor(operator: AtTheDesk) -> None:
    lines = found(operator, "embassy", "TH", "LA")["lines"]
    assert lines
    assert not any("Cambodia" in one["title"] for one in lines)


def test_what_reaches_no_person_is_shown_to_operators_with_the_reason(operator: AtTheDesk, library: Library) -> None:
    unsure = [one.id for one in library.directory.contacts[CountryCode("TH")] if not one.sayable]
    seen = {one["id"]: one for need in library.lookup.needs for one in found(operator, need, "TH")["lines"]}
    hidden = [seen[one] for one in unsure if one in seen]
    assert hidden
    assert all(one["said"] is None and one["withheld"] == "unsure" and one["source"] for one in hidden)
    facts = [one for need in library.lookup.needs for one in found(operator, need, "TH", "MY")["facts"]]
    silent = [one for one in facts if one["withheld"] == "no_words"]
    assert silent
    assert all(one["said"] is None and one["text"] and one["source"] for one in silent)


def test_a_line_goes_out_in_the_persons_language_with_one_press(
    operator: AtTheDesk, person: Person, held: str, library: Library
) -> None:
    line = found(operator, "labour", "TH", "LA")["lines"][0]
    sent = operator.does("lines", held, id=line["id"])
    assert sent.status_code == 201
    text = "".join(piece["text"] for piece in sent.json()["pieces"])
    assert text == line["said"]
    assert "1506" in text
    assert library.text("answer.call", LAO) in text
    assert "You can call:" in sent.json()["gloss"]
    assert text in [one["text"] for one in person.says("ok")]


def test_a_fact_goes_out_in_the_persons_language(operator: AtTheDesk, held: str) -> None:
    fact = next(one for one in found(operator, "papers", "TH")["facts"] if one["withheld"] is None)
    sent = operator.does("facts", held, id=fact["id"]).json()
    assert "".join(piece["text"] for piece in sent["pieces"]) == fact["said"]
    assert sent["gloss"]


def test_what_must_reach_nobody_is_refused_also_when_it_is_asked_for(
    operator: AtTheDesk, held: str, library: Library
) -> None:
    unsure = next(one.id for one in library.directory.contacts[CountryCode("TH")] if not one.sayable)
    assert operator.does("lines", held, id=unsure).status_code == 422
    assert operator.does("lines", held, id="no.such").status_code == 422
    assert operator.does("facts", held, id=unsure).status_code == 422


def test_only_the_holder_sends(operator: AtTheDesk, held: str) -> None:
    line = found(operator, "labour", "TH")["lines"][0]["id"]
    operator.does("hand-back", held)
    assert operator.does("lines", held, id=line).status_code == 409


@pytest.mark.parametrize("query", [{"need": "moon"}, {"language": "xx"}, {"country": ["TH"] * 7}])
def test_a_question_that_makes_no_sense_is_refused_with_words(operator: AtTheDesk, query: dict[str, Any]) -> None:
    assert operator.client.get("/directory", params=query).status_code == 422


def test_what_has_expired_since_is_not_sent(library: Library) -> None:
    thailand = CountryCode("TH")
    contacts = library.directory.contacts[thailand]
    first = library.directory.sayable(thailand)[0].id
    assert library.lookup.withheld_contact(first, Places(thailand)) is None
    ended = tuple(replace(one, until=date(2020, 1, 1)) for one in contacts)
    directory = replace(library.directory, contacts={thailand: ended})
    answers = Answers(library.phrases, library.facts, directory, library.countries)
    lookup = Lookup(library.phrases, library.facts, directory, library.countries, answers)
    assert lookup.withheld_contact(first, Places(thailand)) == "expired"


def test_every_line_and_fact_that_may_be_sent_fits_into_two_sms_in_every_language(library: Library) -> None:
    lookup = library.lookup
    for language in LANGUAGES:
        for country, contacts in library.directory.contacts.items():
            places = Places(present=country)
            for contact in contacts:
                if lookup.withheld_contact(contact.id, places) is None:
                    text = lookup.contact(contact.id, places, language, "sms")
                    assert contact.dialled(country) in text
                    assert segments(text) <= MOST_SEGMENTS
        for facts in library.facts.by_country.values():
            for fact in facts:
                if lookup.withheld_fact(fact.id, language, "sms") is None:
                    assert segments(lookup.fact(fact.id, language, "sms")) <= MOST_SEGMENTS


def test_a_saying_whose_entry_is_gone_is_shown_without_a_gloss(
    hotline: Hotline, operator: AtTheDesk, held: str
) -> None:
    reply = Reply("ໂທ 1506", Saying("line", {"id": "an.old.entry"}))
    hotline.store.conversations.queue_sayings(ConversationId(held), [reply], now())
    last = operator.opens(held)["messages"][-1]
    assert (last["pieces"][0]["text"], last["gloss"]) == ("ໂທ 1506", None)


def test_every_need_leads_somewhere(library: Library) -> None:
    for name, need in load_needs().items():
        anywhere = [
            one
            for country in library.lookup.countries
            for one in library.lookup.contacts((country,), need, Places(country), ())
        ]
        assert anywhere, name


def test_cards_are_shown_as_the_sms_that_goes_out(operator: AtTheDesk, library: Library) -> None:
    listed = operator.client.get("/cards", params={"language": "lo", "short": True}).json()
    for group in listed["groups"]:
        for card in group["cards"]:
            assert card["said"] == library.phrases.say(card["key"], LAO, "sms")
