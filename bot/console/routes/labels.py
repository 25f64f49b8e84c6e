"""Labels: supervisors make them, operators put them on conversations and take them off."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field, StringConstraints

from bot.console.access import Helper, Reader, SupervisorChanging
from bot.console.parts import Parts
from bot.core.ids import ConversationId
from bot.services.changes import Changes
from bot.store.labels import Label, NameInUse

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
LabelId = Annotated[int, Path(ge=0, lt=2**31)]


class LabelView(BaseModel):
    """``open``: how many open conversations have it."""

    id: int
    name: str
    colour: str
    retired: bool
    open: int


class LabelForm(BaseModel):
    name: _Name
    colour: Literal["grey", "blue", "green", "yellow", "red", "violet"] = "grey"


class LabelChange(LabelForm):
    retired: bool = Field(default=False)


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["labels"])

    def shown(label: Label, used: int = 0) -> LabelView:
        return LabelView(id=label.id, name=label.name, colour=label.colour, retired=label.retired, open=used)

    @router.get("/labels")
    async def labels(_: Reader) -> list[LabelView]:
        """All of them, the retired ones last: they stay where they were put."""
        used = await parts.run(parts.labels.in_use)
        return [shown(label, used.get(label.id, 0)) for label in await parts.run(parts.labels.all)]

    @router.post("/labels", status_code=201)
    async def add(form: LabelForm, operator: SupervisorChanging) -> LabelView:
        try:
            added = await parts.run(parts.labels.add, form.name, form.colour)
        except NameInUse:
            raise HTTPException(409, "another label has this name") from None
        await parts.access.record(operator, "added_label", None)
        return shown(added)

    @router.put("/labels/{label_id}")
    async def change(label_id: LabelId, form: LabelChange, operator: SupervisorChanging) -> LabelView:
        """Rename, colour, retire or bring back."""
        try:
            changed = await parts.run(parts.labels.change, label_id, form.name, form.colour, retired=form.retired)
        except NameInUse:
            raise HTTPException(409, "another label has this name") from None
        await parts.access.record(operator, "changed_label", None)
        return shown(changed)

    @router.get("/conversations/{conversation_id}/labels")
    async def on(conversation_id: str, _: Reader) -> list[int]:
        """The ids of the labels that it has; none of one that is not there."""
        return await parts.run(parts.labels.on, ConversationId(conversation_id))

    @router.put("/conversations/{conversation_id}/labels/{label_id}", status_code=204)
    async def put(conversation_id: str, label_id: LabelId, operator: Helper) -> None:
        labelled = ConversationId(conversation_id)
        if await parts.run(parts.labels.put, label_id, labelled, operator.id, parts.clock()):
            await parts.access.record(operator, "labelled", labelled)
            parts.changes.tell(labelled, Changes.DESK)

    @router.delete("/conversations/{conversation_id}/labels/{label_id}", status_code=204)
    async def take_off(conversation_id: str, label_id: LabelId, operator: Helper) -> None:
        labelled = ConversationId(conversation_id)
        if await parts.run(parts.labels.take_off, label_id, labelled, parts.clock()):
            await parts.access.record(operator, "unlabelled", labelled)
            parts.changes.tell(labelled, Changes.DESK)

    return router
