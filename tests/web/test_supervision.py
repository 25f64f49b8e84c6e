"""What a supervisor sees and gives to somebody, and what the operators are told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.app import Hotline, now
from bot.store import tables as t
from tests.hotline import PASSWORD, PATIENCE, AtTheDesk, Person

DANGER = "he locked the door and says he will kill me tonight"


@pytest.fixture
def supervisor(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    yield from signed_in(hotline, url, "malee", "supervisor")


@pytest.fixture
def other(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    yield from signed_in(hotline, url, "sok", "operator")


def signed_in(hotline: Hotline, url: str, name: str, role: str) -> Iterator[AtTheDesk]:
    hotline.store.operators.add(name, role, now())
    desk = AtTheDesk.signs_in(hotline, url, name)
    yield desk
    desk.client.close()


def id_of(hotline: Hotline, name: str) -> int:
    found = hotline.store.operators.by_name(name)
    assert found is not None
    return found.id


def overview(supervisor: AtTheDesk) -> dict[str, Any]:
    answer = supervisor.client.get("/overview")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def at_work(supervisor: AtTheDesk, name: str) -> dict[str, Any]:
    return next(one for one in overview(supervisor)["operators"] if one["name"] == name)


def notices(operator: AtTheDesk) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = operator.client.get("/notices").json()
    return told


def test_the_overview_shows_who_waits_and_who_is_there(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, person: Person, url: str
) -> None:
    person.says(DANGER)
    Person(url).says("I want to talk to a person")
    hotline.store.operators.add("away", "operator", now())
    shown = overview(supervisor)
    assert shown["by_risk"][0]["group"] == "emergency"
    assert shown["by_risk"][0]["waiting"] == 1
    assert [line["group"] for line in shown["by_language"]] == ["en"]
    assert len(shown["waiting"]) == 2
    assert at_work(supervisor, "dara")["there"]
    assert not at_work(supervisor, "away")["there"]
    assert at_work(supervisor, "away")["seen_at"] is None


def test_a_locked_operator_is_shown_as_locked_and_is_given_nothing(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    conversation_id = supervisor.sees()[0]["id"]
    assert operator.asks("/me/lock").status_code == 204
    dara = at_work(supervisor, "dara")
    assert (dara["there"], dara["locked"]) == (False, True)
    refused = supervisor.does("reassign", conversation_id, to=id_of(hotline, "dara"), note="")
    assert refused.status_code == 409, refused.text
    assert operator.asks("/me/unlock", {"proof": PASSWORD}).status_code == 200
    dara = at_work(supervisor, "dara")
    assert (dara["there"], dara["locked"]) == (True, False)


def test_the_ladder_hears_at_once_who_locks_and_unlocks(hotline: Hotline, operator: AtTheDesk) -> None:
    async def heard(act: Callable[[], httpx.Response]) -> bool:
        async with hotline.changes.subscribe(hotline.changes.DESK) as news:
            answer = await asyncio.to_thread(act)
            assert answer.is_success, answer.text
            return await news.wait(0.01)

    assert not asyncio.run(heard(lambda: operator.client.get("/me")))
    assert asyncio.run(heard(lambda: operator.asks("/me/lock")))
    assert asyncio.run(heard(lambda: operator.asks("/me/unlock", {"proof": PASSWORD})))
    with hotline.store.database.write() as connection:
        connection.execute(t.sessions.update().values(touched_at=now() - 2 * hotline.settings.desk_lock))
    assert asyncio.run(heard(lambda: operator.client.get("/me"))), "left until it locked by itself"
    assert not asyncio.run(heard(lambda: operator.client.get("/me"))), "it locks once"


def test_it_shows_what_each_operator_holds_and_who_waits_for_their_answer(
    supervisor: AtTheDesk, operator: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    operator.does("messages", conversation_id, text="Are you safe?")
    assert at_work(supervisor, "dara")["unanswered_since"] is None
    person.says("no")
    dara = at_work(supervisor, "dara")
    assert [held["id"] for held in dara["holds"]] == [conversation_id]
    assert dara["holds"][0]["risk"] == "emergency"
    assert dara["unanswered_since"] is not None


def test_a_conversation_given_to_somebody_is_theirs_and_both_operators_are_told(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, other: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    given = supervisor.does("reassign", conversation_id, to=id_of(hotline, "sok"), note="Sok speaks Khmer")
    assert given.status_code == 204, given.text
    assert [one["mine"] for one in other.sees()] == [True]
    assert [(one["kind"], one["by"], one["note"]) for one in notices(other)] == [("given", "malee", "Sok speaks Khmer")]
    assert [one["kind"] for one in notices(operator)] == ["taken"]
    assert operator.does("messages", conversation_id, text="mine").status_code == 409
    assert other.does("messages", conversation_id, text="I am here").status_code == 201
    told = [message["pieces"][0]["text"] for message in other.opens(conversation_id)["messages"]]
    assert "Another person from our team is here now." in " ".join(told)


def test_a_notice_is_put_away_once_and_by_nobody_else(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, other: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    supervisor.does("reassign", operator.sees()[0]["id"], to=id_of(hotline, "sok"), note="")
    [notice] = notices(other)

    def put_away(desk: AtTheDesk) -> int:
        return desk.client.post(f"/notices/{notice['id']}/seen", headers={"X-CSRF": desk.csrf}).status_code

    assert put_away(operator) == 404
    assert put_away(other) == 204
    assert put_away(other) == 404
    assert notices(other) == []


def test_given_back_to_the_queue_it_waits_where_it_waited_before(
    supervisor: AtTheDesk, operator: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    [waits] = operator.sees()
    operator.does("take-over", waits["id"])
    assert supervisor.does("reassign", waits["id"], to=None, note="").status_code == 204
    [again] = operator.sees()
    assert (again["holder"], again["waiting_since"]) == ("queue", waits["waiting_since"])
    assert again["handoff_reason"] == waits["handoff_reason"]
    assert [one["kind"] for one in notices(operator)] == ["taken"]


def test_it_is_given_to_nobody_who_is_away_or_may_not_help(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, person: Person, url: str
) -> None:
    person.says(DANGER)
    [waits] = operator.sees()
    hotline.store.operators.add("away", "operator", now())
    [auditor] = signed_in_now(hotline, url, "aung", "auditor")
    for name in ("away", "aung"):
        refused = supervisor.does("reassign", waits["id"], to=id_of(hotline, name), note="")
        assert (refused.status_code, refused.json()["detail"]) == (409, "away")
    assert supervisor.does("reassign", waits["id"], to=None, note="").status_code == 409
    assert supervisor.does("reassign", "nothing", to=None, note="").status_code == 404
    assert operator.sees()[0]["holder"] == "queue"
    auditor.client.close()


def signed_in_now(hotline: Hotline, url: str, name: str, role: str) -> list[AtTheDesk]:
    hotline.store.operators.add(name, role, now())
    return [AtTheDesk.signs_in(hotline, url, name)]


def test_an_operator_sees_no_overview_and_gives_nothing_away(
    hotline: Hotline, operator: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    conversation_id = operator.sees()[0]["id"]
    assert operator.client.get("/overview").status_code == 403
    assert operator.does("reassign", conversation_id, to=id_of(hotline, "dara"), note="").status_code == 403


def test_an_erased_conversation_takes_its_notices_along(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, other: AtTheDesk, person: Person
) -> None:
    person.says(DANGER)
    conversation_id = operator.sees()[0]["id"]
    supervisor.does("reassign", conversation_id, to=id_of(hotline, "sok"), note="take care")
    assert notices(other)
    assert hotline.store.eraser.erase(conversation_id, now())
    assert notices(other) == []


def test_every_giving_stands_in_the_audit_log(
    hotline: Hotline, supervisor: AtTheDesk, operator: AtTheDesk, person: Person
) -> None:
    from sqlalchemy import select

    from bot.store.tables import audit

    person.says(DANGER)
    supervisor.does("reassign", operator.sees()[0]["id"], to=id_of(hotline, "dara"), note="")
    with hotline.store.database.read() as connection:
        actions = connection.execute(select(audit.c.action)).scalars().all()
    assert "reassigned" in actions


def test_the_metrics_say_how_long_the_longest_wait_is_by_risk(url: str, person: Person) -> None:
    person.says(DANGER)
    lines = httpx.get(f"{url}/metrics", timeout=PATIENCE).text.splitlines()
    waits = {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("hotline_waiting_seconds{")}
    assert waits['hotline_waiting_seconds{risk="emergency"}'] > 0
    assert waits['hotline_waiting_seconds{risk="none"}'] == 0
