"""The queue over the API: the main act, filters, search, labels, views, and being on it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import Hotline, now
from bot.store.tables import audit
from tests.hotline import AtTheDesk, Person

DANGER = "he locked the door and says he will kill me tonight"
HUMAN = "I want to talk to a person"


def posts(operator: AtTheDesk, path: str, **body: Any) -> Any:
    return operator.client.post(path, json=body or None, headers={"X-CSRF": operator.csrf})


def supervisor(hotline: Hotline, url: str) -> AtTheDesk:
    hotline.store.operators.add("sok", "supervisor", now())
    return AtTheDesk.signs_in(hotline, url, "sok")


def searches(operator: AtTheDesk, words: str, **more: Any) -> list[dict[str, Any]]:
    answer = posts(operator, "/search", words=words, **more)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def log(hotline: Hotline) -> list[str]:
    with hotline.store.database.read() as connection:
        return list(connection.execute(select(audit.c.action).order_by(audit.c.id)).scalars())


def test_the_next_one_is_whoever_is_in_the_greatest_danger(operator: AtTheDesk, url: str) -> None:
    Person(url).says(HUMAN)
    Person(url).says(DANGER)
    first = posts(operator, "/take-next").json()
    assert (first["risk"], first["holder"], first["mine"]) == ("emergency", "operator", True)
    assert posts(operator, "/take-next").json()["risk"] == "none"
    assert posts(operator, "/take-next").status_code == 204


def stand_before(person: Person) -> list[str]:
    """The numbers that a person is told when they ask for a human: how many are helped before them, or none."""
    return [number for reply in person.says(HUMAN) for number in re.findall(r"\d+", reply["text"])]


def test_whoever_asks_for_a_human_hears_how_many_are_helped_before_them(operator: AtTheDesk, url: str) -> None:
    ana, budi = Person(url), Person(url)
    assert stand_before(ana) == []
    assert stand_before(budi) == ["1"]
    assert stand_before(ana) == [], "nobody waits for themselves, nor for who came later"
    assert stand_before(budi) == ["1"]
    Person(url).says(DANGER)
    assert (stand_before(ana), stand_before(budi)) == (["1"], ["2"]), "who is in danger comes first"
    posts(operator, "/take-next")
    posts(operator, "/take-next")
    assert stand_before(budi) == [], "who is with an operator waits no more"


def test_two_operators_at_once_get_two_different_people(operator: AtTheDesk, hotline: Hotline, url: str) -> None:
    for _ in range(6):
        Person(url).says(HUMAN)
    others = [AtTheDesk.signs_in(hotline, url, f"operator {number}") for number in range(5)]
    with ThreadPoolExecutor(6) as threads:
        taken = [one.json()["id"] for one in threads.map(lambda one: posts(one, "/take-next"), [operator, *others])]
    assert len(set(taken)) == 6
    for one in others:
        one.client.close()


def test_a_list_is_narrowed_and_says_how_long_each_is(operator: AtTheDesk, url: str) -> None:
    Person(url).says(HUMAN)
    Person(url).says(DANGER)
    Person(url).says("hello")
    desk = operator.client.get("/lists", params={"list": "queue", "risk": ["emergency", "high"]}).json()
    assert [one["risk"] for one in desk["conversations"]] == ["emergency"]
    assert desk["counts"] == {"queue": 1, "mine": 0, "all_open": 1, "closed": 0}
    everybody = operator.client.get("/lists", params={"limit": 2}).json()
    assert (len(everybody["conversations"]), everybody["more"], everybody["counts"]["all_open"]) == (2, True, 3)
    assert {one["risk"] for one in operator.client.get("/calls").json()["calls"]} <= {"emergency", "none"}


def test_a_list_is_narrowed_to_several_of_each_kind_at_once(served: tuple[Hotline, str]) -> None:
    hotline, url = served
    operator = AtTheDesk.signs_in(hotline, url)
    for text in (DANGER, HUMAN, "นายจ้างยึดพาสปอร์ตของฉัน", "chủ giữ hộ chiếu của tôi"):
        Person(url).says(text)

    def left(**params: object) -> list[str]:
        answer = operator.client.get("/lists", params=params)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert shown["counts"]["all_open"] == len(shown["conversations"])
        return sorted(one["language"] for one in shown["conversations"])

    assert left() == ["en", "en", "th", "vi"]
    assert left(language=["th", "vi"]) == ["th", "vi"]
    assert left(language=["th", "vi"], indicator=["document_retention", "physical_violence"]) == ["th", "vi"]
    assert left(language=["en", "th"], channel=["rest", "web"], risk=["emergency", "concern"]) == ["en", "th"]
    operator.client.close()


def test_a_view_that_was_saved_with_one_choice_of_a_kind_still_opens_its_list(served: tuple[Hotline, str]) -> None:
    hotline, url = served
    operator = AtTheDesk.signs_in(hotline, url)
    Person(url).says(DANGER)
    Person(url).says("นายจ้างยึดพาสปอร์ตของฉัน")
    found = hotline.store.operators.by_name("dara")
    assert found is not None
    # as the page wrote it while it let one be chosen
    hotline.store.saved_views.save(found.id, "old", {"language": ["th"], "list": "all_open"}, shared=False)
    [view] = operator.client.get("/views").json()
    assert (view["name"], view["list"], view["chosen"]) == ("old", "all_open", {"language": ["th"]})
    shown = operator.client.get("/lists", params={"list": view["list"], **view["chosen"]}).json()
    assert [one["language"] for one in shown["conversations"]] == ["th"]
    operator.client.close()


@pytest.mark.parametrize(
    "params",
    [
        {"risk": "huge"},
        {"list": "none"},
        {"limit": 0},
        {"label": -1},
        {"label": 2**40},
        {"language": "x" * 50},
        {"country": "'; DROP TABLE"},
        {"written_from": "tomorrow"},
        {"written_to": "9999-12-31"},
        {"written_from": "2026-01-01", "zone": "../../etc/passwd"},
        {"written_from": "2026-01-01", "zone": "Mars/Olympus"},
        {"anything": "else"},
    ],
)
def test_filters_that_cannot_be_are_refused(operator: AtTheDesk, params: dict[str, str]) -> None:
    assert operator.client.get("/lists", params=params).status_code == 422


def test_words_are_found_and_only_that_a_search_was_made_stands_in_the_log(
    operator: AtTheDesk, hotline: Hotline, url: str
) -> None:
    Person(url).says("my boss keeps my PASSPORT in zanzibar")
    Person(url).says("hello")
    *found, end = searches(operator, "Zanzibar")
    assert len(found) == 1
    assert found[0]["message_id"] > 0
    assert end["done"]
    assert "before" not in end
    acts = [act for act in log(hotline) if not act.startswith("ladder")]  # which climbs meanwhile
    assert acts[-2:] == ["searched", "found"]
    with hotline.store.database.read() as connection:
        assert "zanzibar" not in str(connection.execute(select(audit)).all()).lower()


def test_a_conversation_is_found_by_the_beginning_of_its_id(operator: AtTheDesk, url: str) -> None:
    Person(url).says("hello")
    (one,) = operator.sees()
    assert [line["conversation"]["id"] for line in searches(operator, one["id"][:8]) if "conversation" in line] == [
        one["id"]
    ]


def test_a_search_is_narrowed_like_a_list(operator: AtTheDesk, url: str) -> None:
    Person(url).says(HUMAN)
    assert len(searches(operator, "person", chosen={"risk": ["emergency"]})) == 1
    assert len(searches(operator, "person", chosen={"risk": ["none"]})) == 2


def test_an_empty_search_is_refused(operator: AtTheDesk) -> None:
    assert posts(operator, "/search", words="   ").status_code == 422


def test_supervisors_make_labels_and_operators_put_them_on(
    operator: AtTheDesk, hotline: Hotline, url: str, person: Person
) -> None:
    person.says(HUMAN)
    (one,) = operator.sees()
    assert posts(operator, "/labels", name="Court", colour="blue").status_code == 403
    sok = supervisor(hotline, url)
    label = posts(sok, "/labels", name=" Court ", colour="blue").json()
    assert label["name"] == "Court"
    assert posts(sok, "/labels", name="COURT").status_code == 409
    assert posts(sok, "/labels", name="x", colour="pink").status_code == 422
    header = {"X-CSRF": operator.csrf}
    path = f"/conversations/{one['id']}/labels/{label['id']}"
    assert operator.client.put(path, headers=header).status_code == 204
    assert operator.client.put(path.replace(one["id"], "nothing"), headers=header).status_code == 404
    assert operator.sees()[0]["labels"] == [label["id"]]
    assert operator.client.get("/lists", params={"label": label["id"]}).json()["counts"]["all_open"] == 1
    assert operator.client.get("/labels").json()[0]["open"] == 1
    changed = {"name": "Court case", "colour": "red", "retired": True}
    again = sok.client.put(f"/labels/{label['id']}", json=changed, headers={"X-CSRF": sok.csrf})
    assert again.json()["retired"]
    assert operator.client.delete(path, headers=header).status_code == 204
    assert operator.sees()[0]["labels"] == []
    assert {"added_label", "labelled", "changed_label", "unlabelled"} <= set(log(hotline))
    sok.client.close()


def test_a_view_is_kept_and_a_supervisor_shares_one(operator: AtTheDesk, hotline: Hotline, url: str) -> None:
    chosen = {"risk": ["high"], "language": ["my", "km"]}
    mine = posts(operator, "/views", name="Grave, Burmese", list="queue", chosen=chosen)
    assert mine.status_code == 201
    assert posts(operator, "/views", name="for all", chosen=chosen, shared=True).status_code == 403
    sok = supervisor(hotline, url)
    shared = posts(sok, "/views", name="for all", chosen={}, shared=True).json()
    seen = operator.client.get("/views").json()
    assert [(one["name"], one["list"], one["removable"]) for one in seen] == [
        ("Grave, Burmese", "queue", True),
        ("for all", "all_open", False),
    ]
    assert seen[0]["chosen"] == chosen
    header = {"X-CSRF": operator.csrf}
    assert operator.client.delete(f"/views/{shared['id']}", headers=header).status_code == 404
    assert operator.client.delete(f"/views/{seen[0]['id']}", headers=header).status_code == 204
    sok.client.close()


def test_who_waits_rings_until_somebody_is_on_it(operator: AtTheDesk, hotline: Hotline, url: str) -> None:
    from tests.channels.conftest import waits_until

    Person(url).says(DANGER)

    def calls() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = operator.client.get("/calls").json()["calls"]
        return found

    (call,) = waits_until(calls)
    assert (call["risk"], call["rung"], call["rings"]) == ("emergency", "free", True)
    assert operator.does("acknowledge", call["id"]).status_code == 204
    (held,) = calls()
    assert (held["rings"], held["acknowledged_by"]) == (False, "dara")
    assert operator.does("take-over", call["id"]).status_code == 200
    waits_until(lambda: not calls())
    assert operator.does("acknowledge", call["id"]).status_code == 404


def test_the_first_step_does_not_ring_for_a_supervisor_while_an_operator_is_free(
    operator: AtTheDesk, hotline: Hotline, url: str
) -> None:
    from tests.channels.conftest import waits_until

    sok = supervisor(hotline, url)
    Person(url).says(DANGER)
    (call,) = waits_until(lambda: sok.client.get("/calls").json()["calls"])
    assert not call["rings"]
    sok.client.close()
