"""Who waits, who is held by whom, who is called for, and what changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from bot.console.access import Listening, Reader
from bot.console.narrowing import ListName, Narrowed
from bot.console.parts import Parts
from bot.console.waiting import CallingView, DeskView, WaitingView
from bot.core.conversation import Holder
from bot.core.ladder import is_acknowledged_at, rings_for
from bot.core.risk import Risk
from bot.core.roles import Right, Role
from bot.core.taxonomy import Language
from bot.core.urgency import urgency
from bot.store.operators import Operator
from bot.store.queue import Waiting

_LISTS: tuple[ListName, ...] = ("queue", "mine", "all_open", "closed")
_PAGE = 100


class CallView(BaseModel):
    """Somebody who waits and is called for. ``rings``: on this operator's page."""

    id: str
    risk: str  # as the queue weighs it
    rung: str
    rings: bool
    acknowledged_by: str | None


class HoldsView(BaseModel):
    """An operator who holds a conversation."""

    id: int
    name: str


class CallsView(BaseModel):
    """All who wait and are called for, the next one first, and what the order of this operator's queue goes by:
    the languages they speak, and after how many minutes of waiting a conversation rises by one grade."""

    calls: list[CallView]
    speaks: list[str]
    step: float


class NarrowedView(BaseModel):
    """One list, narrowed, the next to be helped first; with how long each list is."""

    conversations: list[WaitingView]
    more: bool
    counts: dict[ListName, int]
    holders: list[HoldsView]


class ListAsked(Narrowed):
    list: ListName = "all_open"
    zone: Annotated[str, Field(max_length=40)] = "UTC"
    limit: Annotated[int, Field(ge=1, le=500)] = _PAGE


def speaks(operator: Operator) -> tuple[Language, ...]:
    """The languages in which an operator can help; the one in which they read, where they named none."""
    return tuple(map(Language, operator.speaks)) or (Language(operator.language),)


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["queue"])

    @router.get("/desk", response_model=DeskView)
    async def lists(operator: Reader, closed: bool = False) -> Response | DeskView:
        """Conversations, most urgent first: who waits before who does not, then risk, then who waits longest."""
        if closed:
            return await parts.feed.closed(operator)
        return Response(await parts.feed.lists(operator), media_type="application/json")

    @router.get("/calling")
    async def calling(_: Listening) -> CallingView:
        """How many wait, and how many of them in danger: counts alone, also for a desk that is locked."""
        waiting = await parts.run(parts.queue.waiting, (Holder.QUEUE,))
        urgent = sum(one.risk >= Risk.HIGH for one in waiting)
        return CallingView(waiting=len(waiting), urgent=urgent)

    @router.get("/calls")
    async def calls(operator: Reader) -> CallsView:
        """Who is called for, and where it rings."""
        whom = parts.take_next.whom(speaks(operator))
        there = await parts.run(parts.queue.at_the_desk, whom.now)
        busy = any(one.busy for one in there if one.id == operator.id)
        others = any(one.role == Role.OPERATOR and not one.busy for one in there)

        def shown(one: Waiting) -> CallView:
            on_it = is_acknowledged_at(one.acknowledged_until, whom.now)
            return CallView(
                id=one.id,
                risk=urgency(one.risk, one.handoff_reason).word,
                rung=one.rung.word,
                rings=not on_it and rings_for(one.rung, operator.role, busy=busy, others=others),
                acknowledged_by=one.acknowledged_by if on_it else None,
            )

        called = [shown(one) for one in await parts.run(parts.queue.calling, whom)]
        return CallsView(calls=called, speaks=list(whom.speaks), step=whom.step.total_seconds() / 60)

    @router.get("/lists")
    async def narrowed(operator: Reader, asked: Annotated[ListAsked, Query()]) -> NarrowedView:
        """A list that is narrowed by filters: see bot.core.urgency. Who does not wait comes after."""
        try:
            chosen = {name: asked.of(name, operator.id, asked.zone) for name in _LISTS}
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        whom = parts.take_next.whom(speaks(operator))
        shown = await parts.run(parts.queue.waiting, chosen=chosen[asked.list], whom=whom, limit=asked.limit)
        counts = {name: await parts.run(parts.queue.count, chosen[name]) for name in _LISTS}
        return NarrowedView(
            conversations=[WaitingView.of(one, operator.id) for one in shown],
            more=counts[asked.list] > len(shown),
            counts=counts,
            holders=[HoldsView(id=one, name=name) for one, name in await parts.run(parts.queue.holding)],
        )

    @router.get("/events", response_class=StreamingResponse)
    async def events(
        request: Request,
        operator: Reader,
        after: Annotated[int, Query(ge=0)] = 0,
        last_event_id: Annotated[str, Header()] = "",
    ) -> StreamingResponse:
        """Server-sent events from one id on: each names a conversation that changed, how, and its line in the lists.

        ``again``: the line was lost for so long that everything is to be loaded anew.
        """
        begin = int(last_event_id) if last_event_id.isdecimal() else after
        return StreamingResponse(
            _events(parts, request, begin),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def _events(parts: Parts, request: Request, after: int) -> AsyncIterator[bytes]:
    async for sent in parts.feed.stream(after):
        if sent is not None:
            yield sent
            continue
        # a session that ended, was ended or was locked stops its stream too, and so does a right that was taken away
        if not await parts.access.is_open(request, Right.READ):
            return
