"""Quality review: a supervisor scores a closed conversation; operators read what was said of their own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, StringConstraints

from bot.console.access import HelperReading, Supervisor, SupervisorChanging
from bot.console.parts import Parts
from bot.console.statuses import problem
from bot.core.ids import ConversationId, OperatorId
from bot.core.quality import averages, pick
from bot.core.roles import Right, may
from bot.store.reviews import NotToReview, Review

#: Longest remark on an item, in characters.
LONGEST_REMARK = 1_000

_Remark = Annotated[str, StringConstraints(max_length=LONGEST_REMARK)]
_Item = Annotated[str, StringConstraints(max_length=40)]


class ItemView(BaseModel):
    """An item of the rubric; *rules* are the practice rules it comes from."""

    name: str
    rules: list[str]
    source: str


class AverageView(BaseModel):
    """How often an item applied, and 0 to 2 in the mean."""

    item: str
    applied: int
    mean: float | None


class ReviewView(BaseModel):
    id: int
    conversation: str
    risk: str
    language: str
    operator: str
    reviewer: str
    mine: bool
    at: datetime
    scores: dict[str, int | None]
    words: dict[str, str]


class QualityView(BaseModel):
    """*reviews*: a supervisor's page holds everybody's, an operator's only their own. *left*: still to review."""

    items: list[ItemView]
    averages: list[AverageView]
    reviews: list[ReviewView]
    left: int


class PickedView(BaseModel):
    """A conversation to review, and who helped in it."""

    conversation: str
    operator: str


class ReviewForm(BaseModel):
    """*scores*: every item of the rubric, null where it does not apply. *words*: by item, "" for the whole."""

    scores: dict[_Item, Annotated[int, Field(ge=0, le=2)] | None] = Field(max_length=40)
    words: dict[_Item, _Remark] = Field(default_factory=dict, max_length=40)


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["quality"])
    rubric, chance = parts.rubric, random.SystemRandom()

    @router.get("/reviews")
    async def reviews(operator: HelperReading) -> QualityView:
        """The rubric with reviews: all of them for supervisors, else those of the operator's own conversations."""
        supervises = may(operator.role, Right.SUPERVISE)
        found = await parts.run(parts.reviews.all if supervises else lambda: parts.reviews.of(operator.id))
        left = len(await parts.run(parts.reviews.to_review, operator.id)) if supervises else 0
        names: dict[int, str] = {one.id: one.name for one in await parts.run(parts.operators.all)}
        return QualityView(
            items=[
                ItemView(name=item.name, rules=list(item.rules), source=item.source) for item in rubric.items.values()
            ],
            averages=[
                AverageView(item=one.item, applied=one.applied, mean=one.mean)
                for one in averages(rubric.items, [review.scores for review in found])
            ],
            reviews=_show(found, names, operator.id),
            left=left,
        )

    @router.get("/reviews/next", responses=problem(404))
    async def following(operator: Supervisor) -> PickedView:
        """A closed conversation by chance, the graver the likelier; never one in which the supervisor helped."""
        candidates = await parts.run(parts.reviews.to_review, operator.id)
        picked = pick(candidates, chance.random())
        helper = await parts.run(parts.reviews.helper, picked.conversation) if picked is not None else None
        if picked is None or helper is None:
            raise HTTPException(404, "there is nothing to review")
        names: dict[int, str] = {one.id: one.name for one in await parts.run(parts.operators.all)}
        return PickedView(conversation=picked.conversation, operator=names[helper])

    @router.post("/conversations/{conversation_id}/reviews", status_code=201)
    async def review(conversation_id: str, form: ReviewForm, operator: SupervisorChanging) -> None:
        """Review how the operator who helped most did it. A supervisor never reviews their own conversations."""
        if not rubric.fits(form.scores):
            raise HTTPException(422, f"score each of {', '.join(rubric.items)}, from 0 to 2 or null")
        words = {item: said.strip() for item, said in form.words.items() if said.strip()}
        if not words.keys() <= {*rubric.items, ""}:
            raise HTTPException(422, "words belong to an item of the rubric, or to the whole")
        try:
            await parts.run(
                parts.reviews.add, ConversationId(conversation_id), operator.id, form.scores, words, parts.clock()
            )
        except NotToReview as error:
            raise HTTPException(409, str(error)) from None
        await parts.access.record(operator, "reviewed", ConversationId(conversation_id))

    return router


def _show(found: Sequence[Review], names: Mapping[int, str], reader: OperatorId) -> list[ReviewView]:
    return [
        ReviewView(
            id=one.id,
            conversation=one.conversation,
            risk=one.risk.word,
            language=one.language,
            operator=names.get(one.operator, ""),
            reviewer=names.get(one.reviewer, ""),
            mine=one.operator == reader,
            at=one.at,
            scores=dict(one.scores),
            words=dict(one.words),
        )
        for one in found
    ]
