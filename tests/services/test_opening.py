"""Outside the hours nobody is promised: who comes to the queue hears when the desk opens, by their own clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import Hotline, build, now, open_store
from bot.content.library import Library
from bot.core.conversation import Conversation, Holder
from bot.core.hours import read_hours
from bot.core.ids import Address, ChannelName, ConversationId, CountryCode
from bot.core.message import Received, Reply, Saying
from bot.core.risk import Assessment, Risk
from bot.core.taxonomy import Language
from bot.nlu.engine import Engine
from bot.services.opening import WhenOpen
from tests.hotline import settings_for

SUNDAY = datetime(2026, 4, 5, 5, 0, tzinfo=UTC)


def no_holiday(_country: CountryCode, _day: date) -> bool:
    return False


async def run(work, /, *args):  # type: ignore[no-untyped-def]
    return work(*args)


def told(library: Library, *, there: int = 0, at: datetime = SUNDAY, **about: object) -> list[str]:
    when = WhenOpen(read_hours("mon-fri 08:00-20:00", "TH"), no_holiday, lambda _: [object()] * there, library, run)
    before = Conversation(ConversationId("c"), ChannelName("web"), SUNDAY)
    after = Conversation(ConversationId("c"), ChannelName("web"), SUNDAY, **{"holder": Holder.QUEUE, **about})  # type: ignore[arg-type]
    replies = (Reply("asked", Saying("human_unavailable")), Reply("how?", Saying("human_unavailable.back")))
    return [reply.text for reply in asyncio.run(when.told(before, after, replies, at))]


def test_whoever_comes_while_it_is_closed_hears_when_it_opens(library: Library) -> None:
    assert told(library) == [
        "asked",
        "how?",
        "Our team is back on 6 April 2026 at 08:00 (time in Thailand). Until then I am here.",
    ]


def test_the_question_stays_last(library: Library) -> None:
    assert told(library, question="human_unavailable.back")[-1] == "how?"


def test_the_time_is_that_of_the_persons_country(library: Library) -> None:
    said = told(library, countries={"present": CountryCode("KR")})
    assert "10:00 (time in South Korea)" in said[-1]


@pytest.mark.parametrize(
    "about",
    [
        {"there": 1},
        {"at": datetime(2026, 4, 6, 5, 0, tzinfo=UTC)},
        {"unsafe": True},
        {"holder": Holder.BOT},
        {"assessment": Assessment(Risk.EMERGENCY, "life_at_risk")},
        {"handoff_reason": "report_danger"},
    ],
    ids=["somebody is there", "it is open", "somebody watches", "no human was called", "an emergency", "a plea"],
)
def test_nothing_is_said_where(library: Library, about: dict[str, object]) -> None:
    assert told(library, **about) == ["asked", "how?"]  # type: ignore[arg-type]


def test_a_whole_turn_tells_it(tmp_path: Path, engine: Engine, library: Library) -> None:
    """On the one weekday that is not today the desk is open, so that it is closed now, whenever now is."""
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(now().weekday() + 3) % 7]
    more = {"HOTLINE_HOURS": f"{day} 08:00-09:00", "HOTLINE_COUNTRY": "TH"}
    settings = settings_for(tmp_path, 8000, tmp_path, more=more)
    hotline: Hotline = build(settings, open_store(settings), engine, library)
    received = Received(ChannelName("web"), "1", Address("ana"), "I want to talk to a person", now())
    said = [reply.text for reply in asyncio.run(hotline.exchange.answer(received))]
    hotline.store.database.close()
    assert any("at 08:00 (time in Thailand)" in text for text in said), said
    assert said[-1] == library.text("human_unavailable.back", Language("en"))
