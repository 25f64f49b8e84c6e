"""Safe hours over the API: set, shown, weighed, cleared, erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.app import Hotline, now
from bot.core.conversation import CountryNoted
from bot.core.ids import ConversationId, CountryCode
from bot.core.message import Delivery
from bot.core.safe_hours import DAY, minute_of_day, write_time
from bot.store.tables import audit, conversations, messages
from tests.hotline import AtTheDesk, Person

HUMAN = "I want to talk to a person"
BANGKOK = "Asia/Bangkok"
EVENING = {"begin": "21:00", "end": "23:30", "zone": BANGKOK}


def sets(operator: AtTheDesk, conversation_id: str, hours: dict[str, Any] | None) -> httpx.Response:
    path = f"/conversations/{conversation_id}/safe-hours"
    return operator.asks(path, hours, "DELETE" if hours is None else "PUT")


def log(hotline: Hotline, conversation_id: str) -> list[tuple[str, str | None]]:
    with hotline.store.database.read() as connection:
        query = select(audit.c.action, audit.c.detail).where(audit.c.conversation_id == conversation_id)
        return [(row.action, row.detail) for row in connection.execute(query.order_by(audit.c.id))]


def not_now() -> dict[str, str]:
    """Hours by which nobody may be written to at this moment."""
    minute = minute_of_day(now(), BANGKOK)
    return {"begin": write_time((minute + 120) % DAY), "end": write_time((minute + 240) % DAY), "zone": BANGKOK}


def wrote_long_ago(hotline: Hotline, conversation_id: str) -> None:
    with hotline.store.database.write() as connection:
        connection.execute(
            conversations.update()
            .where(conversations.c.id == conversation_id)
            .values(last_person_at=now() - timedelta(minutes=30), waiting_since=now() - timedelta(minutes=29))
        )


def test_hours_are_set_shown_and_cleared_and_each_change_is_a_line_of_the_log(
    operator: AtTheDesk, hotline: Hotline, person: Person
) -> None:
    person.says(HUMAN)
    one = operator.sees()[0]["id"]
    assert operator.opens(one)["safe_hours"] is None
    for _ in range(2):
        assert sets(operator, one, EVENING).status_code == 204
    assert operator.opens(one)["safe_hours"] == EVENING
    assert operator.sees()[0]["safe_hours"] == EVENING
    for _ in range(2):
        assert sets(operator, one, None).status_code == 204
    assert operator.opens(one)["safe_hours"] is None
    told = [line for line in log(hotline, one) if "safe_hours" in line[0]]
    assert told == [("set_safe_hours", None), ("cleared_safe_hours", None)], "lines outlive the conversation: no hours"


def test_the_clock_is_that_of_the_country_where_the_person_is_else_the_hotlines(
    operator: AtTheDesk, hotline: Hotline, person: Person
) -> None:
    person.says(HUMAN)
    one = operator.sees()[0]["id"]
    assert operator.opens(one)["clock"] == {"zone": hotline.settings.time_zone, "country": None}

    def goes(role: str, country: str) -> Any:
        noted = CountryNoted(role, CountryCode(country))
        hotline.store.conversations.change(ConversationId(one), [noted], now())
        return operator.opens(one)["clock"]

    assert goes("destination", "KR")["country"] is None, "where they go is not where they are"
    assert sets(operator, one, EVENING).status_code == 204
    assert goes("present", "KH") == {"zone": "Asia/Phnom_Penh", "country": "KH"}
    assert operator.opens(one)["safe_hours"] == EVENING, "what was set by another clock is not read as by this one"


@pytest.mark.parametrize(
    "wrong",
    [
        {"begin": "21:00", "end": "21:00"},
        {"begin": "24:00"},
        {"begin": "9:00"},
        {"end": "21:00:00"},
        {"end": ""},
        {"end": "٢١:٠٠"},
        {"end": None},
        {"zone": "Europe/Paris"},
        {"zone": "../etc/passwd"},
        {"zone": ""},
    ],
)
def test_what_is_no_time_of_a_day_or_no_clock_of_ours_changes_nothing(
    operator: AtTheDesk, person: Person, wrong: dict[str, Any]
) -> None:
    person.says(HUMAN)
    one = operator.sees()[0]["id"]
    assert sets(operator, one, EVENING).status_code == 204
    assert sets(operator, one, EVENING | wrong).status_code == 422
    assert operator.opens(one)["safe_hours"] == EVENING


def test_who_may_help_may_set_them_and_nobody_else(operator: AtTheDesk, hotline: Hotline, url: str) -> None:
    Person(url).says(HUMAN)
    one = operator.sees()[0]["id"]
    for role, status in (("supervisor", 204), ("auditor", 403), ("trainer", 403)):
        desk = AtTheDesk.signs_in(hotline, url, role, role)
        assert sets(desk, one, EVENING).status_code == status
        assert sets(desk, one, None).status_code == status
        desk.client.close()
    assert sets(operator, "f" * 32, EVENING).status_code == 404


def test_take_next_gives_whoever_may_be_written_to_and_then_whoever_may_not(
    operator: AtTheDesk, hotline: Hotline, url: str
) -> None:
    Person(url).says(HUMAN)
    asleep = operator.sees()[0]["id"]
    assert sets(operator, asleep, not_now()).status_code == 204
    wrote_long_ago(hotline, asleep)
    Person(url).says(HUMAN)
    first, second = (operator.asks("/take-next").json() for _ in range(2))
    assert first["id"] != asleep
    assert second["id"] == asleep
    assert [one["author"] for one in second["messages"]].count("operator") == 0, "no telephone rings for it"
    assert [one["author"] for one in first["messages"]].count("operator") == 1


def may_not_be_written_to(operator: AtTheDesk, hotline: Hotline, person: Person) -> str:
    """A conversation that *operator* holds, of somebody who wrote long ago and whose safe hours are over."""
    person.says(HUMAN)
    one: str = operator.sees()[0]["id"]
    operator.does("take-over", one)
    assert sets(operator, one, not_now()).status_code == 204
    wrote_long_ago(hotline, one)
    return one


def sent(operator: AtTheDesk, conversation_id: str) -> int:
    return [one["author"] for one in operator.opens(conversation_id)["messages"]].count("operator")


def fails(hotline: Hotline, conversation_id: str) -> int:
    """What was said last to the person could not be sent; its number."""
    with hotline.store.database.write() as connection:
        last = select(func.max(messages.c.id)).where(messages.c.conversation_id == conversation_id)
        number = connection.execute(last.where(messages.c.author != "person")).scalar_one()
        connection.execute(messages.update().where(messages.c.id == number).values(delivery=Delivery.FAILED.value))
    return int(number)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("messages", {"text": "Are you there?"}),
        ("cards", {"card": "card.hello"}),
        ("lines", {"id": "th.police"}),
        ("facts", {"id": "th_passport"}),
        ("messages/{}/send-again", {}),
    ],
)
def test_outside_of_safe_hours_nothing_is_sent_unless_the_operator_says_that_they_decided(
    operator: AtTheDesk, hotline: Hotline, person: Person, kind: str, body: dict[str, str]
) -> None:
    one = may_not_be_written_to(operator, hotline, person)
    kind, before = kind.format(fails(hotline, one)), sent(operator, one)
    for undecided in (body, body | {"outside_safe_hours": False}):
        refused = operator.does(kind, one, **undecided)
        assert (refused.status_code, refused.json()) == (409, {"detail": "outside_safe_hours"})
    assert sent(operator, one) == before
    assert not {"wrote", "sent_again"} & {action for action, _ in log(hotline, one)}
    assert operator.does(kind, one, **body, outside_safe_hours=True).status_code in (201, 204)
    assert (sent(operator, one) > before) == ("again" not in kind)
    assert ("sent_again" if "again" in kind else "wrote", "outside_safe_hours") in log(hotline, one)


def test_who_wrote_just_now_or_has_no_hours_is_written_to_and_nothing_was_decided(
    operator: AtTheDesk, hotline: Hotline, person: Person
) -> None:
    one = may_not_be_written_to(operator, hotline, person)
    person.says("are you there?")
    assert operator.does("messages", one, text="I am here").status_code == 201
    wrote_long_ago(hotline, one)
    assert operator.does("messages", one, text="We will write at nine").status_code == 409
    assert sets(operator, one, None).status_code == 204
    assert operator.does("messages", one, text="We will write at nine").status_code == 201
    assert [line for line in log(hotline, one) if line[0] == "wrote"] == [("wrote", None)] * 2


def test_outside_of_safe_hours_nobody_hears_that_their_conversation_is_closed(
    operator: AtTheDesk, hotline: Hotline, person: Person
) -> None:
    one = may_not_be_written_to(operator, hotline, person)
    before = sent(operator, one)
    assert operator.does("close", one, outcome="informed", tell=True).json()["holder"] == "closed"
    assert sent(operator, one) == before


def test_to_have_decided_lets_nobody_write_who_does_not_hold_the_conversation(
    operator: AtTheDesk, hotline: Hotline, url: str, person: Person
) -> None:
    one = may_not_be_written_to(operator, hotline, person)
    other = AtTheDesk.signs_in(hotline, url, "rin")
    assert other.does("messages", one, text="mine", outside_safe_hours=True).status_code == 409
    assert sent(operator, one) == 1, "that somebody took over"
    other.client.close()


def test_erasing_takes_the_hours_along(operator: AtTheDesk, hotline: Hotline, person: Person) -> None:
    person.says(HUMAN)
    one = operator.sees()[0]["id"]
    sets(operator, one, EVENING)
    assert hotline.store.eraser.erase(ConversationId(one), now())
    assert sets(operator, one, None).status_code == 404
    with hotline.store.database.read() as connection:
        assert connection.execute(select(conversations.c.safe_zone)).all() == []
