"""Operators among themselves, over the API: notes, handing over, a second pair of eyes, outcome, what to say next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.app import Hotline, now
from bot.content.library import Library
from bot.core.casework import OUTCOMES
from bot.core.taxonomy import Language
from bot.nlu.engine import Engine
from bot.services.casework import Casework
from bot.services.tell import Tell
from bot.store.tables import audit, requests
from tests.hotline import PATIENCE, AtTheDesk, Person, whole_hotline

IN_LAO = "ນາຍຈ້າງຢຶດໜັງສືຜ່ານແດນຂອງຂ້ອຍໄວ້ ຂ້ອຍຢາກລົມກັບຄົນ"


@pytest.fixture
def maya(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    desk = AtTheDesk.signs_in(hotline, url, "maya")
    yield desk
    desk.client.close()


@pytest.fixture
def held(operator: AtTheDesk, person: Person) -> str:
    """A conversation that somebody asked for a person in, and that *operator* took."""
    person.says("my boss keeps my passport and I want to talk to a person")
    conversation_id: str = operator.sees()[0]["id"]
    assert operator.does("take-over", conversation_id).is_success
    return conversation_id


def answers(desk: AtTheDesk, request: int, how: str, **body: Any) -> httpx.Response:
    return desk.client.post(f"/requests/{request}/{how}", json=body or None, headers={"X-CSRF": desk.csrf})


def asks(desk: AtTheDesk, conversation_id: str, kind: str = "transfer", text: str = "my shift ends") -> httpx.Response:
    [colleague] = desk.client.get("/colleagues").json()["colleagues"]
    return desk.does(kind, conversation_id, to=colleague["id"], text=text)


def waiting(desk: AtTheDesk) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = desk.client.get("/requests").json()
    return listed


def told(desk: AtTheDesk, conversation_id: str) -> list[str]:
    """What the person was told, in the operator's words."""
    messages = desk.opens(conversation_id)["messages"]
    return [one["gloss"] or "".join(piece["text"] for piece in one["pieces"]) for one in messages]


def actions(hotline: Hotline) -> list[str]:
    with hotline.store.database.read() as connection:
        return list(connection.execute(select(audit.c.action).order_by(audit.c.id)).scalars())


# --- notes -----------------------------------------------------------------------------------------------------------


def test_a_note_is_for_operators_and_never_reaches_the_person(
    hotline: Hotline, operator: AtTheDesk, maya: AtTheDesk, person: Person, held: str
) -> None:
    assert operator.does("notes", held, text="sounds very young").status_code == 201
    [note] = maya.opens(held)["case"]["notes"]
    assert (note["kind"], note["operator"], note["words"]) == ("note", "dara", {"text": "sounds very young"})
    assert "sounds very young" not in str(person.says("hello"))
    assert "noted" in actions(hotline)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4_001])
def test_an_empty_or_endless_note_is_refused(operator: AtTheDesk, held: str, text: str) -> None:
    assert operator.does("notes", held, text=text).status_code == 422


def test_a_note_on_what_is_gone_is_404(operator: AtTheDesk) -> None:
    assert operator.does("notes", "nothing", text="x").status_code == 404


# --- handing over ----------------------------------------------------------------------------------------------------


def test_a_colleague_is_rung_accepts_and_the_person_is_told(
    hotline: Hotline, operator: AtTheDesk, maya: AtTheDesk, held: str, library: Library
) -> None:
    assert asks(operator, held).status_code == 201
    [rung] = waiting(maya)
    assert (rung["kind"], rung["by"], rung["to_me"], rung["conversation"]) == ("transfer", "dara", True, held)
    assert maya.opens(held)["case"]["notes"][0]["words"]["text"] == "my shift ends"
    taken = answers(maya, rung["id"], "accept").json()
    assert (taken["holder"], taken["operator"], taken["mine"]) == ("operator", "maya", True)
    assert told(maya, held)[-1] == library.text("operator_changed", Language("en"))
    assert waiting(maya) == waiting(operator) == []
    assert operator.does("messages", held, text="still me").status_code == 409
    assert {"asked_transfer", "accepted_transfer"} <= set(actions(hotline))


def test_declined_it_waits_in_its_old_place_and_the_person_is_told_honestly(
    operator: AtTheDesk, maya: AtTheDesk, url: str, held: str, library: Library
) -> None:
    Person(url).says("I want to talk to a person")
    asks(operator, held)
    assert answers(maya, waiting(maya)[0]["id"], "decline").status_code == 204
    assert next(one["id"] for one in operator.sees() if one["holder"] == "queue") == held
    assert told(operator, held)[-1] == library.text("operator_gone", Language("en"))
    assert operator.does("take-over", held).is_success


def test_without_an_answer_it_waits_in_the_queue_again(
    hotline: Hotline, operator: AtTheDesk, maya: AtTheDesk, held: str
) -> None:
    asks(operator, held)
    request = waiting(maya)[0]["id"]
    wait = hotline.settings.desk.transfer_wait

    def late() -> Any:
        return now() + wait + timedelta(seconds=1)

    store, run = hotline.store, hotline.store.database.run
    tell = Tell(store.conversations, hotline.library, hotline.changes, run, late)
    asyncio.run(hotline.casework.sweep())
    assert operator.opens(held)["mine"]
    asyncio.run(Casework(store.cases, tell, hotline.changes, run, late, wait).sweep())
    assert operator.opens(held)["holder"] == "queue"
    assert operator.opens(held)["case"]["requests"][0]["answer"] == "unanswered"
    assert answers(maya, request, "accept").json()["detail"] == "too_late"


def test_how_long_a_colleague_has_to_answer_is_a_setting(tmp_path: Path, engine: Engine, library: Library) -> None:
    with whole_hotline(tmp_path / "patient", engine, library, more={"HOTLINE_TRANSFER_WAIT": "7"}) as (hotline, url):
        operator, maya = (AtTheDesk.signs_in(hotline, url, name) for name in ("dara", "maya"))
        assert operator.client.get("/colleagues").json()["answer_within"] == 7, "what the window says"
        Person(url).says("I want to talk to a person")
        held = operator.sees()[0]["id"]
        operator.does("take-over", held)
        assert asks(operator, held).status_code == 201
        for minutes, holder in ((6, "operator"), (8, "queue")):
            with hotline.store.database.write() as connection:
                connection.execute(requests.update().values(at=now() - timedelta(minutes=minutes)))
            asyncio.run(hotline.casework.sweep())
            assert operator.opens(held)["holder"] == holder, minutes
        for desk in (operator, maya):
            desk.client.close()


def test_a_transfer_can_be_withdrawn_and_nobody_is_asked_twice(operator: AtTheDesk, maya: AtTheDesk, held: str) -> None:
    asks(operator, held)
    assert asks(operator, held).json()["detail"] == "asked_already"
    assert answers(maya, waiting(maya)[0]["id"], "withdraw").json()["detail"] == "too_late"
    assert answers(operator, waiting(operator)[0]["id"], "withdraw").status_code == 204
    assert waiting(maya) == []
    assert operator.opens(held)["mine"]


def test_who_does_not_hold_it_cannot_give_it_away(operator: AtTheDesk, maya: AtTheDesk, held: str) -> None:
    assert asks(maya, held).status_code == 409
    assert operator.does("transfer", held, to=999, text="").json()["detail"] == "away"


def test_a_second_pair_of_eyes_answers_with_a_note_and_the_holder_stays(
    operator: AtTheDesk, maya: AtTheDesk, held: str
) -> None:
    assert asks(operator, held, "look", text="").status_code == 422
    assert asks(operator, held, "look", "is she a child?").status_code == 201
    request = waiting(maya)[0]["id"]
    assert answers(maya, request, "reply", text="I think so").status_code == 204
    case = operator.opens(held)["case"]
    assert [(one["kind"], one["operator"]) for one in case["notes"]] == [("look", "dara"), ("reply", "maya")]
    assert case["requests"][0]["answer"] == "replied"
    assert operator.opens(held)["mine"]


def test_erasing_ends_what_was_asked(operator: AtTheDesk, maya: AtTheDesk, hotline: Hotline, held: str) -> None:
    asks(operator, held)
    request = waiting(maya)[0]["id"]
    assert hotline.store.eraser.erase(hotline.store.cases.requests_of(held)[0].conversation, now())  # type: ignore[arg-type]
    assert waiting(maya) == []
    assert answers(maya, request, "accept").status_code == 409


# --- handing back, closing -------------------------------------------------------------------------------------------


def test_the_hand_over_is_read_by_whoever_takes_it_next(operator: AtTheDesk, maya: AtTheDesk, held: str) -> None:
    assert operator.does("hand-back", held, agreed="we write at ten", open=" ").is_success
    case = maya.opens(held)["case"]
    assert [(one["kind"], one["words"]) for one in case["notes"]] == [("hand_over", {"agreed": "we write at ten"})]


def test_after_a_hand_back_the_bot_neither_thanks_nor_asks_again(
    operator: AtTheDesk, url: str, library: Library
) -> None:
    english = Language("en")
    first, repeated = library.text("disclosure.where", english), library.text("screen.offer", english)
    for handed_back in (False, True):
        person = Person(url)
        person.says("hello")
        conversation_id = next(one["id"] for one in operator.sees() if one["holder"] == "bot")
        if handed_back:
            operator.does("take-over", conversation_id)
            operator.does("hand-back", conversation_id)
        said = " ".join(one["text"] for one in person.says("my boss beats me and keeps my passport"))
        assert (first in said) is not handed_back
        assert repeated not in said
        operator.does("take-over", conversation_id)


def test_an_outcome_is_kept_in_the_history_of_holders(operator: AtTheDesk, held: str) -> None:
    offered = operator.client.get("/outcomes").json()
    assert offered == list(OUTCOMES)
    closed = operator.does("close", held, outcome="referred", words="shelter in Vientiane").json()
    assert (closed["holder"], closed["case"]["outcome"]) == ("closed", "referred")
    assert [(one["holder"], one["ended"], one["outcome"]) for one in closed["case"]["history"]] == [
        ("bot", "asked", None),
        ("queue", "taken_over", None),
        ("operator", "closed", "referred"),
        ("closed", None, None),
    ]
    assert closed["case"]["notes"][0]["words"] == {"text": "shelter in Vientiane"}


@pytest.mark.parametrize("tell", [None, False, True])
def test_on_closing_the_person_hears_of_it_if_the_operator_wants_that(
    operator: AtTheDesk, held: str, library: Library, tell: bool | None
) -> None:
    before = told(operator, held)
    more = {} if tell is None else {"tell": tell}
    assert operator.does("close", held, outcome="informed", **more).json()["holder"] == "closed"
    said = library.text("conversation_closed", Language("en"))
    assert told(operator, held) == ([*before, said] if tell else before)


@pytest.mark.parametrize("told", [None, {}, {"words": "all is well"}, {"outcome": ""}, {"outcome": "fine"}])
def test_without_one_of_the_outcomes_nothing_is_closed_and_the_refusal_names_them(
    operator: AtTheDesk, held: str, told: dict[str, str] | None
) -> None:
    answer = operator.asks(f"/conversations/{held}/close", told)
    assert answer.status_code == 422
    assert all(outcome in answer.json()["detail"] for outcome in OUTCOMES)
    assert operator.opens(held)["mine"]


def test_the_description_of_the_api_says_that_closing_needs_an_outcome(url: str) -> None:
    described = httpx.get(f"{url}/desk/api/openapi.json", timeout=PATIENCE).json()["components"]["schemas"][
        "OutcomeForm"
    ]
    assert described["required"] == ["outcome"]
    assert described["properties"]["outcome"]["enum"] == list(OUTCOMES)


def test_a_closed_conversation_is_opened_again_by_an_operator(
    operator: AtTheDesk, maya: AtTheDesk, held: str, library: Library
) -> None:
    operator.does("close", held, outcome="no_answer")
    again = maya.does("reopen", held).json()
    assert (again["holder"], again["mine"], again["case"]["outcome"]) == ("operator", True, None)
    assert told(maya, held)[-1] == library.text("operator_joined", Language("en"))
    assert operator.does("reopen", held).status_code == 409


# --- what stands beside it -------------------------------------------------------------------------------------------


def test_the_steps_of_the_risk_name_message_and_rule(operator: AtTheDesk, person: Person) -> None:
    person.says("my boss keeps my passport")
    person.says("he locked the door and says he will kill me tonight")
    opened = operator.opens(operator.sees()[0]["id"])
    steps = opened["case"]["rises"]
    persons = [one["id"] for one in opened["messages"] if one["author"] == "person"]
    assert [one["message_id"] for one in steps] == persons
    assert (steps[0]["risk"], steps[0]["rule"], steps[0]["indicators"]) == (
        "concern",
        "single_sign",
        ["document_retention"],
    )
    assert (steps[-1]["risk"], steps[-1]["rule"]) == ("emergency", "life_at_risk")


def test_suggestions_are_sent_with_one_press_and_not_suggested_again(
    operator: AtTheDesk, person: Person, library: Library
) -> None:
    person.says(IN_LAO)
    conversation_id = operator.sees()[0]["id"]
    operator.does("take-over", conversation_id)
    first = operator.opens(conversation_id)["case"]["suggestions"]
    assert 3 <= len(first) <= 5
    assert [one["card"]["key"] for one in first][:2] == ["card.hello", "card.no_language"]
    assert first[0]["card"]["said"] == library.text("card.hello", Language("lo"))
    assert operator.does("cards", conversation_id, card="card.hello").status_code == 201
    second = [one["card"]["key"] for one in operator.opens(conversation_id)["case"]["suggestions"]]
    assert "card.hello" not in second
