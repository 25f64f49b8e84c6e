"""Two conversations of one person: operators see that they belong together, and nothing of one reaches the other."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.app import Hotline, now
from bot.store import tables as t
from tests.hotline import AtTheDesk, Person

_NUMBER = re.compile(r"\d+")
SECRET = "my boss Prasert keeps my passport in Poipet"


@pytest.fixture
def two(operator: AtTheDesk, url: str) -> tuple[str, str]:
    """The ids of two conversations: in one a secret was told."""
    Person(url).says(SECRET)
    first = operator.sees()[0]["id"]
    Person(url).says("hello")
    (second,) = (one["id"] for one in operator.sees() if one["id"] != first)
    return first, second


def links(operator: AtTheDesk, one: str, other: str) -> httpx.Response:
    return operator.does("links", one, conversation=other)


def unlinks(operator: AtTheDesk, one: str, other: str) -> httpx.Response:
    return operator.client.delete(f"/conversations/{one}/links/{other}", headers={"X-CSRF": operator.csrf})


def linked(operator: AtTheDesk, conversation: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = operator.opens(conversation)["linked"]
    return found


def test_a_link_is_shown_on_both_and_can_be_taken_back(
    operator: AtTheDesk, two: tuple[str, str], hotline: Hotline
) -> None:
    one, other = two
    number = operator.opens(other)["number"]
    found = operator.client.get(f"/conversations-by-number/{number}").json()
    assert (found["id"], found["channel"]) == (other, "rest")
    assert links(operator, one, found["id"]).status_code == 204
    assert [each["id"] for each in linked(operator, one)] == [other]
    assert [each["id"] for each in linked(operator, other)] == [one]
    assert links(operator, other, one).status_code == 409, "it is one link, from both sides"
    assert unlinks(operator, other, one).status_code == 204
    assert linked(operator, one) == linked(operator, other) == []
    assert unlinks(operator, one, other).status_code == 404
    with hotline.store.database.read() as connection:
        rows = connection.execute(select(t.audit.c.action, t.audit.c.conversation_id)).all()
    for action in ("linked", "unlinked"):
        assert {row.conversation_id for row in rows if row.action == action} == {one, other}


def test_what_does_not_exist_or_is_the_same_is_not_linked(operator: AtTheDesk, two: tuple[str, str]) -> None:
    one, _ = two
    assert links(operator, one, one).status_code == 409
    assert links(operator, one, "0" * 32).status_code == 404
    assert operator.client.get("/conversations-by-number/00000000").status_code == 404
    assert operator.client.get("/conversations-by-number/%25%25%25%25%25%25%25%25").status_code == 422
    assert links(operator, one, "x' OR 1").status_code == 422


def test_nothing_of_one_is_told_in_the_other(operator: AtTheDesk, two: tuple[str, str], url: str) -> None:
    one, other = two
    before = operator.opens(other)
    links(operator, one, other)
    shown = operator.client.get(f"/conversations/{other}").text
    assert "Prasert" not in shown
    assert "Poipet" not in shown
    after = operator.opens(other)
    for part in ("messages", "risk", "rule", "because", "countries", "answers", "told", "holder"):
        assert after[part] == before[part], part


def test_the_bot_knows_nothing_of_the_other_conversation(operator: AtTheDesk, hotline: Hotline, url: str) -> None:
    ana, budi, alone = Person(url), Person(url), Person(url)
    ana.says(SECRET)
    budi.says("hello")
    one, other = (each["id"] for each in operator.sees())
    links(operator, one, other)
    alone.says("hello")
    for text in ("they keep my passport", "what did I tell you", "I want a human"):
        mine, others = ([_NUMBER.sub("N", each["text"]) for each in person.says(text)] for person in (budi, alone))
        assert mine == others, "as for somebody who is linked with nobody, but for how many stand before each"


def test_erasing_one_leaves_the_other_and_no_sign_of_a_link(
    operator: AtTheDesk, two: tuple[str, str], hotline: Hotline
) -> None:
    one, other = two
    links(operator, one, other)
    last = hotline.store.queue.last_event_id()
    assert hotline.store.eraser.erase(one, now())  # type: ignore[arg-type]
    assert linked(operator, other) == []
    assert operator.opens(other)["messages"]
    assert operator.client.get(f"/conversations/{one}").status_code == 404
    with hotline.store.database.read() as connection:
        assert connection.execute(select(t.links)).all() == []
    events = {(event.kind, event.conversation_id) for event in hotline.store.queue.events_after(last)}
    assert ("link", other) in events, "open pages of the other take it away"


def test_who_may_not_help_may_not_link(hotline: Hotline, url: str, two: tuple[str, str]) -> None:
    hotline.store.operators.add("lek", "auditor", now())
    auditor = AtTheDesk.signs_in(hotline, url, "lek")
    assert links(auditor, *two).status_code == 403
    assert auditor.client.get(f"/conversations-by-number/{two[0][:8]}").status_code == 403
    auditor.client.close()
