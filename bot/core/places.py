"""Which country plays which part for the person, from the countries that their messages name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.conversation import Conversation, CountryNoted, Event
from bot.core.ids import CountryCode
from bot.core.questions import IN_OWN_WORDS
from bot.core.route import TOLD
from bot.core.taxonomy import Intent
from bot.core.understanding import Entity

#: The question after which the next message is read as a job offer.
_ADVERT = "offer.ask"

ROLES = ("origin", "destination", "present")

# Asked before leaving: a country named without a role is where the person wants to go.
_BEFORE_LEAVING = frozenset(
    map(Intent, ("ask_job_offer", "ask_agency", "ask_fees", "ask_route", "ask_departure", "ask_documents"))
)


def note_countries(conversation: Conversation, intent: Intent, entities: Iterable[Entity]) -> list[Event]:
    """One event per country that takes a role new to the conversation.

    An advert that we asked for names many countries; the first is where the job is, none is where the person is.

    A country named without a role is the destination in a question asked before leaving, else where the person is now,
    unless that is known already.
    """
    events: list[Event] = []
    known = dict(conversation.countries)
    if intent == TOLD and (conversation.question == _ADVERT or conversation.question not in IN_OWN_WORDS):
        named = next((entity.value for entity in entities if entity.entity == "country"), None)
        if named is None or "destination" in known:
            return []
        return [CountryNoted("destination", CountryCode(named))]
    for entity in entities:
        if entity.entity != "country":
            continue
        role = entity.role
        if role not in ROLES:
            role = "destination" if intent in _BEFORE_LEAVING else "present"
            if role in known:
                continue
        if known.get(role) != entity.value:
            known[role] = CountryCode(entity.value)
            events.append(CountryNoted(role, CountryCode(entity.value)))
    return events
