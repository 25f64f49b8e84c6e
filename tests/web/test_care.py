"""Care for operators: counted, offered, put off, and nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import Hotline, now
from tests.hotline import AtTheDesk, Person

DANGER = "he locked the door and says he will kill me tonight"


@pytest.fixture
def supervisor(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    hotline.store.operators.add("malee", "supervisor", now())
    desk = AtTheDesk.signs_in(hotline, url, "malee")
    yield desk
    desk.client.close()


def care(desk: AtTheDesk) -> dict[str, Any]:
    answer = desk.client.get("/care")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def put_off(desk: AtTheDesk) -> int:
    return desk.client.post("/care/pause", json={"act": "put_off"}, headers={"X-CSRF": desk.csrf}).status_code


def says(desk: AtTheDesk, conversation_id: str, **answers: Any) -> int:
    return desk.client.post(
        "/care/debrief", json={"conversation": conversation_id, **answers}, headers={"X-CSRF": desk.csrf}
    ).status_code


def grave_case(operator: AtTheDesk, url: str) -> str:
    """Takes somebody in danger over and closes when it is done."""
    Person(url).says(DANGER)
    conversation_id: str = next(one["id"] for one in operator.sees() if one["holder"] == "queue")
    assert operator.does("take-over", conversation_id).status_code == 200
    assert operator.does("close", conversation_id, outcome="referred").status_code == 200
    return conversation_id


def test_without_a_grave_case_there_is_no_pause_and_no_question(operator: AtTheDesk, url: str) -> None:
    Person(url).says("I want to talk to a person")
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    operator.does("close", conversation_id, outcome="informed")
    shown = care(operator)
    assert (shown["state"], shown["today"], shown["ask_about"]) == ("free", 0, None)
    assert put_off(operator) == 409


def test_after_a_grave_case_comes_a_pause_that_can_be_put_off_twice(operator: AtTheDesk, url: str) -> None:
    conversation_id = grave_case(operator, url)
    shown = care(operator)
    assert (shown["state"], shown["offers_next"]) == ("resting", False)
    assert (shown["today"], shown["week"], shown["ask_about"]) == (1, 1, conversation_id)
    assert put_off(operator) == 200
    assert care(operator)["state"] == "later"
    assert put_off(operator) == 200
    assert not care(operator)["may_put_off"]
    assert put_off(operator) == 409


def test_an_emergency_that_would_wait_for_nobody_else_ends_the_pause_by_itself(
    operator: AtTheDesk, url: str, hotline: Hotline
) -> None:
    grave_case(operator, url)
    Person(url).says(DANGER)
    assert care(operator)["state"] == "called"
    hotline.store.operators.add("sok", "operator", now())
    colleague = AtTheDesk.signs_in(hotline, url, "sok")
    assert care(operator)["state"] == "resting"
    colleague.client.close()


def test_two_who_rest_are_both_called_to_an_emergency(operator: AtTheDesk, url: str, hotline: Hotline) -> None:
    hotline.store.operators.add("sok", "operator", now())
    colleague = AtTheDesk.signs_in(hotline, url, "sok")
    for desk in (operator, colleague):
        grave_case(desk, url)
    Person(url).says(DANGER)
    assert [care(desk)["state"] for desk in (operator, colleague)] == ["called", "called"]
    colleague.client.close()


def test_what_an_operator_says_after_a_case_is_theirs_alone_unless_they_share_it(
    operator: AtTheDesk, supervisor: AtTheDesk, url: str
) -> None:
    alone, shared = grave_case(operator, url), grave_case(operator, url)
    assert says(operator, alone, mood="heavy", stays="her voice") == 204
    assert supervisor.client.get("/overview").json()["debriefs"] == []
    assert says(operator, shared, mood="too_much", stays="the child", helps="to talk", shared=True) == 204
    [debrief] = supervisor.client.get("/overview").json()["debriefs"]
    assert (debrief["operator"], debrief["mood"], debrief["stays"]) == ("dara", "too_much", "the child")
    assert care(operator)["ask_about"] is None
    talked = supervisor.client.post(f"/debriefs/{debrief['id']}/talked", headers={"X-CSRF": supervisor.csrf})
    assert talked.status_code == 204
    assert supervisor.client.get("/overview").json()["debriefs"] == []


def test_who_does_not_want_to_say_anything_is_not_asked_again(operator: AtTheDesk, url: str) -> None:
    conversation_id = grave_case(operator, url)
    assert says(operator, conversation_id) == 204
    assert care(operator)["ask_about"] is None


def test_nobody_speaks_about_a_case_that_was_not_theirs(operator: AtTheDesk, supervisor: AtTheDesk, url: str) -> None:
    conversation_id = grave_case(operator, url)
    assert says(supervisor, conversation_id, mood="well", shared=True) == 404


def test_erasing_the_conversation_erases_what_was_said_but_not_that_it_was_heavy(
    operator: AtTheDesk, supervisor: AtTheDesk, hotline: Hotline, url: str
) -> None:
    conversation_id = grave_case(operator, url)
    says(operator, conversation_id, mood="heavy", stays="her voice", shared=True)
    assert hotline.store.eraser.erase(conversation_id, now())  # type: ignore[arg-type]
    assert supervisor.client.get("/overview").json()["debriefs"] == []
    assert (care(operator)["today"], care(operator)["state"]) == (1, "resting")


def test_a_supervisor_sees_how_much_everybody_carried(operator: AtTheDesk, supervisor: AtTheDesk, url: str) -> None:
    grave_case(operator, url)
    [dara] = [one for one in supervisor.client.get("/overview").json()["operators"] if one["name"] == "dara"]
    assert (dara["today"], dara["week"], dara["resting"]) == (1, 1, True)
