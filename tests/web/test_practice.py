"""Practice over the API: who may play and read what, and that nothing of it is among real conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.app import Hotline
from bot.content.library import Library
from bot.content.practice import Scripts
from bot.core.ids import CountryCode
from bot.core.taxonomy import Language
from bot.services.practice import MOST_MOVES
from bot.store import tables as t
from tests.hotline import PATIENCE, AtTheDesk, Person

SignsIn = Callable[..., AtTheDesk]
SECRET = "the marker word quincunx"


class Practises:
    """An operator on the practice page."""

    def __init__(self, desk: AtTheDesk, person: str) -> None:
        self.desk = desk
        begun = self.asks("POST", "", person=person)
        assert begun.status_code == 201, begun.text
        self.seen: dict[str, Any] = begun.json()
        self.id: str = self.seen["id"]

    def asks(self, method: str, path: str, **body: Any) -> httpx.Response:
        address = f"/practice/rehearsals{path}"
        return self.desk.client.request(method, address, json=body or None, headers={"X-CSRF": self.desk.csrf})

    def does(self, act: str, **body: Any) -> dict[str, Any]:
        answer = self.asks("POST", f"/{self.id}/{act}", **body)
        assert answer.is_success, answer.text
        self.seen = answer.json()
        return self.seen

    def sends(self, *cards: str) -> dict[str, Any]:
        for card in cards:
            self.does("cards", card=card)
        return self.seen

    def outcomes(self) -> dict[str, str]:
        return {one["rule"]: one["outcome"] for one in self.seen["results"]}


@pytest.fixture
def signs_in(hotline: Hotline, url: str) -> Iterator[SignsIn]:
    """Somebody of a role, with a session."""
    opened: list[AtTheDesk] = []

    def sign_in(name: str, role: str = "operator") -> AtTheDesk:
        opened.append(AtTheDesk.signs_in(hotline, url, name, role))
        return opened[-1]

    yield sign_in
    for desk in opened:
        desk.client.close()


def test_the_persons_stand_in_the_operators_words_the_easier_first(operator: AtTheDesk, library: Library) -> None:
    persons = operator.client.get("/practice").json()["persons"]
    assert len(persons) == len(Scripts.load().persons)
    assert [one["hardness"] for one in persons] == sorted(one["hardness"] for one in persons)
    boat = next(one for one in persons if one["id"] == "boat")
    assert boat["about"] == library.text("desk.practice.person.boat", Language("en"))
    assert boat["draft"]
    assert boat["trains"][0]["url"].startswith("https://")


def test_a_card_is_said_in_the_persons_language_and_answered_as_data(operator: AtTheDesk, library: Library) -> None:
    played = Practises(operator, "boat")
    played.sends("card.safe_now", "question.pay")
    asked, answered = (
        [one for one in played.seen["messages"] if one["author"] == "operator"][-1],
        played.seen["answers"],
    )
    assert asked["pieces"][0]["text"] == library.text("question.pay", Language("my"))
    assert asked["gloss"] == library.text("question.pay", Language("en"))
    assert {one["question"]: one["answer"] for one in answered} == {"card.safe_now": "yes", "question.pay": "none"}
    told = played.seen["messages"][-1]
    assert told["gloss"].startswith("They said ten thousand baht")
    assert "wage_withholding" in {name for one in played.seen["messages"] for name in one["indicators"]}


def test_the_emergency_number_is_that_of_the_country_and_keeps_the_rule(operator: AtTheDesk, library: Library) -> None:
    played = Practises(operator, "compound")
    said = played.does("number")["messages"][-2]
    urgent = library.directory.urgent(CountryCode("LA"))
    assert urgent is not None
    assert any(number in said["pieces"][0]["text"] for number in urgent.numbers)
    played.sends("card.safe_now", "card.where")
    assert played.does("end")["played"]["end"] == "stopped"
    assert played.outcomes()["danger_first"] == "kept"


def test_what_is_written_badly_is_quoted_with_the_words_to_leave_out_and_the_source(operator: AtTheDesk) -> None:
    played = Practises(operator, "bride")
    played.does("messages", text="Why did you marry him? Where are you?")
    played.does("end")
    believe = next(one for one in played.seen["results"] if one["rule"] == "believe")
    assert believe["outcome"] == "broken"
    assert believe["shows"] == "Why did you marry him? Where are you?"
    assert believe["words"] == ["Why did you"]
    assert believe["url"].startswith("http")
    assert played.outcomes()["one_question"] == "broken"
    assert [one["outcome"] for one in played.seen["results"]] == sorted(
        (one["outcome"] for one in played.seen["results"]), key=["broken", "kept", "not_tried"].index
    )


def test_an_ended_talk_takes_no_more_and_stands_in_the_history_with_its_first_reply(operator: AtTheDesk) -> None:
    played = Practises(operator, "sister")
    assert played.seen["played"]["first_reply"] is None
    played.sends("card.safe_now", "card.goodbye")
    assert played.seen["played"]["end"] == "early"
    assert played.asks("POST", f"/{played.id}/cards", card="card.hello").status_code == 409
    assert played.asks("POST", f"/{played.id}/quiet").status_code == 409
    own = operator.client.get("/practice").json()["own"]
    assert [one["id"] for one in own] == [played.id]
    assert own[0]["first_reply"] >= 0
    assert sum(own[0]["outcomes"].values()) == len(played.seen["results"])


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("messages", {"text": ""}, 422),
        ("messages", {"text": "  "}, 422),
        ("messages", {"text": "x" * 4_001}, 422),
        ("cards", {"card": "greet"}, 422),
        ("cards", {"card": ""}, 422),
    ],
)
def test_what_cannot_be_said_is_refused_with_words(
    operator: AtTheDesk, act: str, body: dict[str, Any], status: int
) -> None:
    played = Practises(operator, "estate")
    assert played.asks("POST", f"/{played.id}/{act}", **body).status_code == status
    assert played.asks("POST", "", person="nobody").status_code == 404


def test_a_talk_has_an_end_even_if_nobody_ends_it(operator: AtTheDesk, hotline: Hotline) -> None:
    played = Practises(operator, "sister")
    with hotline.store.database.write() as connection:
        connection.execute(t.practice_rehearsals.update().values(moves=MOST_MOVES))
    assert played.asks("POST", f"/{played.id}/quiet").status_code == 409


def test_nobody_plays_or_reads_anothers_talk_and_a_trainer_reads_what_is_shared(
    operator: AtTheDesk, signs_in: SignsIn
) -> None:
    played = Practises(operator, "boat")
    played.does("messages", text=SECRET)
    other, trainer = signs_in("maya"), signs_in("sok", "trainer")
    for method, path in (("GET", ""), ("POST", "/quiet"), ("POST", "/end"), ("DELETE", "")):
        tried = other.client.request(method, f"/practice/rehearsals/{played.id}{path}", headers={"X-CSRF": other.csrf})
        assert tried.status_code == 404, path
    assert other.client.get("/practice/others").status_code == 403
    assert trainer.client.get("/practice/others").json()["played"] == []  # it goes on: nobody looks over a shoulder
    played.does("end")
    listed = trainer.client.get("/practice/others")
    assert listed.json()["played"][0]["operator"] == "dara"
    assert listed.json()["rules"][0]["outcomes"]
    assert listed.json()["played"][0]["rules"]["ask_safe_first"] == "not_tried"
    assert SECRET not in listed.text
    assert trainer.client.get(f"/practice/rehearsals/{played.id}").status_code == 404
    assert played.asks("PUT", f"/{played.id}/shared", shared=True).status_code == 204
    assert SECRET in trainer.client.get(f"/practice/rehearsals/{played.id}").text
    assert other.client.get(f"/practice/rehearsals/{played.id}").status_code == 404
    assert played.asks("PUT", f"/{played.id}/shared", shared=False).status_code == 204
    assert trainer.client.get(f"/practice/rehearsals/{played.id}").status_code == 404


def test_a_trainer_plays_with_cards_and_sees_no_real_conversation(signs_in: SignsIn, person: Person) -> None:
    person.says("hello")
    trainer = signs_in("sok", "trainer")
    played = Practises(trainer, "boat")
    assert trainer.client.get("/cards", params={"language": "my"}).status_code == 200
    assert len(played.sends("card.safe_now")["messages"]) > 2
    assert trainer.client.get("/desk").status_code == 403


def test_an_auditor_does_not_practise(signs_in: SignsIn) -> None:
    auditor = signs_in("nita", "auditor")
    assert auditor.client.get("/practice").status_code == 403
    begun = auditor.client.post("/practice/rehearsals", json={"person": "boat"}, headers={"X-CSRF": auditor.csrf})
    assert begun.status_code == 403


def test_practice_is_in_no_list_no_figure_and_no_table_of_conversations(
    operator: AtTheDesk, hotline: Hotline, url: str
) -> None:
    def counted() -> dict[str, int]:
        real = (t.conversations, t.messages, t.signs, t.outboxes, t.dispatches, t.desk_events)
        with hotline.store.database.read() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in real
            }

    before, figures = counted(), httpx.get(f"{url}/metrics", timeout=PATIENCE).text
    played = Practises(operator, "compound")
    played.does("number")
    played.sends("card.safe_now")
    played.does("messages", text=SECRET)
    played.does("end")
    assert counted() == before
    assert operator.sees() == []
    hotline_lines = [line for line in figures.splitlines() if line.startswith("hotline_")]
    after = [
        line for line in httpx.get(f"{url}/metrics", timeout=PATIENCE).text.splitlines() if line.startswith("hotline_")
    ]
    assert after == hotline_lines
    assert hotline.store.queue.totals().queue == 0


def test_the_words_of_practice_are_sealed_and_leave_nothing_when_erased(operator: AtTheDesk, hotline: Hotline) -> None:
    played = Practises(operator, "estate")
    played.does("messages", text=SECRET)
    with hotline.store.database.read() as connection:
        rows = connection.execute(select(t.practice_lines.c.content_sealed)).scalars().all()
    assert rows
    assert not any(SECRET.encode() in row for row in rows)
    assert played.asks("DELETE", f"/{played.id}").status_code == 204
    with hotline.store.database.read() as connection:
        for table in (t.practice_lines, t.practice_results, t.practice_rehearsals):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
    assert operator.client.get(f"/practice/rehearsals/{played.id}").status_code == 404
