"""A flood from one sender on channels that are written to: all of it is stored and weighed, little of it answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.core.conversation import Holder
from bot.core.message import Author
from tests.channels import test_telegram, test_twilio
from tests.channels.conftest import Line, Opens, waits_until

ANA = 7001
MANY = 60
DISCLOSURE = "my boss locked me in and keeps my passport, help"


def all_taken(line: Line, many: int) -> bool:
    theirs = [one for one in kept(line) if one.author == Author.PERSON]
    return len(theirs) == many and all(one.turn == "done" for one in theirs)


def kept(line: Line) -> list:  # type: ignore[type-arg]
    return line.hotline.store.conversations.messages(line.conversation())


def test_a_disclosure_in_the_middle_of_a_flood_is_stored_weighed_and_rings(opens: Opens) -> None:
    line = opens("telegram")
    for number in range(MANY):
        line.peer.act("text", chat_id=ANA, text=DISCLOSURE if number == MANY // 2 else f"halo {number}")
    waits_until(lambda: all_taken(line, MANY))
    messages = kept(line)
    assert sum(one.author == Author.PERSON for one in messages) == MANY, "none was dropped"
    (disclosure,) = [one for one in messages if one.text == DISCLOSURE]
    assert disclosure.understanding.indicators
    (waiting,) = line.hotline.store.queue.waiting((Holder.QUEUE,))
    assert waiting.risk.word in ("high", "emergency")
    assert any(one.answers == disclosure.id for one in messages), "and it was answered, in the middle of all"
    answered = {one.answers for one in messages if one.author == Author.BOT}
    assert len(answered) < MANY // 2
    slower = line.hotline.library.text("too_many_messages", "en")
    assert [one.text for one in messages].count(slower) <= 2
    line.peer.act("text", chat_id=ANA, text="/exit")
    waits_until(lambda: line.hotline.library.text("unsafe", "en") in test_telegram.said(line))


def test_a_flood_by_sms_costs_little(opens: Opens) -> None:
    line = opens("twilio", HOTLINE_TWILIO_RATE="0")
    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(lambda number: test_twilio.writes(line, f"hello {number}"), range(MANY)))
    waits_until(lambda: all_taken(line, MANY))
    assert len(test_twilio.said(line)) < MANY
    answered = {one.answers for one in kept(line) if one.author == Author.BOT}
    assert len(answered) <= 20


def test_a_second_person_is_answered_while_the_first_floods(opens: Opens) -> None:
    line = opens("telegram")
    for number in range(MANY):
        line.peer.act("text", chat_id=ANA, text=f"halo {number}")
    line.peer.act("text", chat_id=ANA + 1, text=DISCLOSURE)
    waits_until(lambda: test_telegram.said(line, ANA + 1))
