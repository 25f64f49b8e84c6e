"""Practice: talk with an invented person, see how it went. No conversation is read here and none is changed."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from bot.console.access import Practiser, PractiserChanging, Trainer
from bot.console.parts import Parts
from bot.console.practice import (
    OthersView,
    PracticeView,
    RehearsalView,
    show_others,
    show_person,
    show_played,
    show_rehearsal,
)
from bot.console.routes.writing import CardForm, WriteForm
from bot.core.practice import PracticeRehearsal
from bot.core.roles import Right, may
from bot.core.taxonomy import Language
from bot.services.practice import Open
from bot.store.operators import Operator

#: As the service makes them: nothing else is asked of the store.
RehearsalId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class BeginForm(BaseModel):
    person: str = Field(max_length=40)


class ShareForm(BaseModel):
    shared: bool


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["practice"], prefix="/practice")
    practice, library, scripts = parts.practice, parts.library, parts.practice.scripts

    async def names() -> dict[int, str]:
        return {one.id: one.name for one in await parts.run(parts.operators.all)}

    async def own(operator: Operator, rehearsal_id: str) -> PracticeRehearsal:
        found = await parts.run(parts.rehearsals.get, rehearsal_id)
        if found is None or found.operator != operator.id:
            raise HTTPException(404, "there is no such rehearsal of yours")
        return found

    async def shown(opened: Awaitable[Open], operator: Operator) -> RehearsalView:
        try:
            now = await opened
        except LookupError:
            raise HTTPException(404, "there is no such person or rehearsal; begin another") from None
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        understood = {line.id: await practice.understand(line) for line in now.lines}
        return show_rehearsal(now, understood, scripts, library, operator, await names())

    @router.get("")
    async def persons(operator: Practiser) -> PracticeView:
        """Whom one can practise with, the easier first, and what one has played."""
        read, by_id = Language(operator.language), await names()
        listed = sorted(scripts.persons.values(), key=lambda one: one.hardness)
        played = await parts.run(parts.rehearsals.of, operator.id)
        return PracticeView(
            persons=[show_person(one, scripts, library, read) for one in listed],
            own=[show_played(one, scripts, library, operator, by_id) for one in played],
            kept_days=practice.kept_days,
        )

    @router.get("/others")
    async def others(operator: Trainer) -> OthersView:
        """What others have played and how each rule went; their words only where they share them."""
        played = await parts.run(parts.rehearsals.ended_of_others, operator.id)
        return show_others(played, scripts, library, operator, await names())

    @router.post("/rehearsals", status_code=201)
    async def begin(form: BeginForm, operator: PractiserChanging) -> RehearsalView:
        return await shown(practice.begin(operator.id, form.person), operator)

    @router.get("/rehearsals/{rehearsal_id}")
    async def read(rehearsal_id: RehearsalId, operator: Practiser) -> RehearsalView:
        """One's own; a trainer also those that others share."""
        found = await parts.run(parts.rehearsals.get, rehearsal_id)
        if found is not None and found.operator != operator.id:
            if not (found.shared and found.end and may(operator.role, Right.TRAIN)):
                found = None
            else:
                await parts.access.record(operator, "read_practice", None)
        if found is None:
            raise HTTPException(404, "there is no such rehearsal that you may read")
        return await shown(practice.open(rehearsal_id), operator)

    @router.post("/rehearsals/{rehearsal_id}/messages", status_code=201)
    async def write(rehearsal_id: RehearsalId, form: WriteForm, operator: PractiserChanging) -> RehearsalView:
        await own(operator, rehearsal_id)
        return await shown(practice.write(rehearsal_id, form.text), operator)

    @router.post("/rehearsals/{rehearsal_id}/cards", status_code=201)
    async def send_card(rehearsal_id: RehearsalId, form: CardForm, operator: PractiserChanging) -> RehearsalView:
        await own(operator, rehearsal_id)
        return await shown(practice.send_card(rehearsal_id, form.card), operator)

    @router.post("/rehearsals/{rehearsal_id}/number", status_code=201)
    async def give_number(rehearsal_id: RehearsalId, operator: PractiserChanging) -> RehearsalView:
        """The emergency number of the country where the person is."""
        await own(operator, rehearsal_id)
        return await shown(practice.give_number(rehearsal_id), operator)

    @router.post("/rehearsals/{rehearsal_id}/quiet", status_code=201)
    async def keep_quiet(rehearsal_id: RehearsalId, operator: PractiserChanging) -> RehearsalView:
        """Write nothing for a while."""
        await own(operator, rehearsal_id)
        return await shown(practice.keep_quiet(rehearsal_id), operator)

    @router.post("/rehearsals/{rehearsal_id}/end")
    async def end(rehearsal_id: RehearsalId, operator: PractiserChanging) -> RehearsalView:
        """Break it off, and see how it went."""
        await own(operator, rehearsal_id)
        return await shown(practice.stop(rehearsal_id), operator)

    @router.put("/rehearsals/{rehearsal_id}/shared", status_code=204)
    async def share(rehearsal_id: RehearsalId, form: ShareForm, operator: PractiserChanging) -> None:
        """Let trainers read the words, or no longer."""
        await own(operator, rehearsal_id)
        await parts.run(parts.rehearsals.share, rehearsal_id, form.shared)

    @router.delete("/rehearsals/{rehearsal_id}", status_code=204)
    async def erase(rehearsal_id: RehearsalId, operator: PractiserChanging) -> None:
        """Nothing of it is left, its results too."""
        await own(operator, rehearsal_id)
        await parts.run(parts.rehearsals.erase, rehearsal_id)

    return router
