"""Quality review: who may judge whom, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import Hotline, now
from bot.content.rubric import Rubric
from bot.core.ids import ConversationId
from bot.core.quality import Candidate, averages, pick
from bot.core.risk import Risk
from tests.hotline import AtTheDesk, Person

ITEMS = tuple(Rubric.load().items)
SCORES: dict[str, int | None] = {**dict.fromkeys(ITEMS, 2), "child": None}


@pytest.fixture
def supervisor(hotline: Hotline, url: str) -> Iterator[AtTheDesk]:
    hotline.store.operators.add("malee", "supervisor", now())
    desk = AtTheDesk.signs_in(hotline, url, "malee")
    yield desk
    desk.client.close()


def helped(desk: AtTheDesk, url: str) -> str:
    Person(url).says("I want to talk to a person")
    conversation_id: str = next(one["id"] for one in desk.sees() if one["holder"] == "queue")
    desk.does("take-over", conversation_id)
    desk.does("messages", conversation_id, text="Is it safe to talk?")
    assert desk.does("close", conversation_id, outcome="informed").status_code == 200
    return conversation_id


def reviews(desk: AtTheDesk) -> dict[str, Any]:
    answer = desk.client.get("/reviews")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_supervisor_reviews_a_conversation_by_chance_and_the_operator_reads_it(
    operator: AtTheDesk, supervisor: AtTheDesk, url: str
) -> None:
    conversation_id = helped(operator, url)
    assert supervisor.client.get("/reviews/next").json() == {"conversation": conversation_id, "operator": "dara"}
    words = {"consent": "asked twice, gently", "": "well done"}
    assert supervisor.does("reviews", conversation_id, scores=SCORES, words=words).status_code == 201
    [mine] = reviews(operator)["reviews"]
    assert (mine["mine"], mine["scores"], mine["words"]) == (True, SCORES, words)
    assert supervisor.client.get("/reviews/next").status_code == 404
    assert supervisor.does("reviews", conversation_id, scores=SCORES, words={}).status_code == 409


def test_a_supervisor_never_reviews_what_they_helped_in(supervisor: AtTheDesk, url: str) -> None:
    conversation_id = helped(supervisor, url)
    assert supervisor.client.get("/reviews/next").status_code == 404
    assert supervisor.does("reviews", conversation_id, scores=SCORES, words={}).status_code == 409


def test_an_operator_sees_their_own_reviews_alone_and_judges_nobody(
    hotline: Hotline, operator: AtTheDesk, supervisor: AtTheDesk, url: str
) -> None:
    conversation_id = helped(operator, url)
    supervisor.does("reviews", conversation_id, scores=SCORES, words={})
    other = AtTheDesk.signs_in(hotline, url, "sok")
    assert reviews(other)["reviews"] == []
    assert other.client.get("/reviews/next").status_code == 403
    assert other.does("reviews", conversation_id, scores=SCORES, words={}).status_code == 403
    other.client.close()


@pytest.mark.parametrize(
    "scores",
    [{}, {**SCORES, "invented": 1}, {**SCORES, "consent": 3}, dict.fromkeys(ITEMS[1:], 1)],
    ids=["none", "unknown item", "over two", "one missing"],
)
def test_a_review_scores_every_item_of_the_rubric_and_no_other(
    operator: AtTheDesk, supervisor: AtTheDesk, url: str, scores: dict[str, int | None]
) -> None:
    conversation_id = helped(operator, url)
    assert supervisor.does("reviews", conversation_id, scores=scores, words={}).status_code == 422


def test_what_is_open_again_is_not_reviewed(operator: AtTheDesk, supervisor: AtTheDesk, url: str) -> None:
    conversation_id = helped(operator, url)
    operator.does("reopen", conversation_id)
    assert supervisor.does("reviews", conversation_id, scores=SCORES, words={}).status_code == 409


def test_words_of_a_review_are_sealed_and_erased_with_the_conversation(
    hotline: Hotline, operator: AtTheDesk, supervisor: AtTheDesk, url: str
) -> None:
    conversation_id = helped(operator, url)
    supervisor.does("reviews", conversation_id, scores=SCORES, words={"": "markerword"})
    path = hotline.settings.database_url.removeprefix("sqlite:///")
    with open(path, "rb") as file:
        assert b"markerword" not in file.read()
    assert hotline.store.eraser.erase(ConversationId(conversation_id), now())
    assert reviews(operator)["reviews"] == []


def test_graver_conversations_are_picked_more_often_and_none_is_left_out() -> None:
    candidates = [Candidate(ConversationId(risk.word), risk) for risk in Risk]
    picked = Counter(one.risk for step in range(190) if (one := pick(candidates, step / 190)) is not None)
    assert picked == {Risk.NONE: 10, Risk.CONCERN: 20, Risk.HIGH: 60, Risk.EMERGENCY: 100}
    assert pick([], 0.5) is None


def test_an_item_that_never_applied_has_no_mean() -> None:
    never, twice = averages(["child", "consent"], [{"child": None, "consent": 1}, {"consent": 2}])
    assert (never.applied, never.mean) == (0, None)
    assert (twice.applied, twice.mean) == (2, 1.5)
