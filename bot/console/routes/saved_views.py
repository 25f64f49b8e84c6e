"""Views of the lists that an operator keeps; a supervisor may share one with everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, StringConstraints

from bot.console.access import Reader, ReaderChanging
from bot.console.narrowing import ListName, Narrowed
from bot.console.parts import Parts
from bot.core.roles import Right, may
from bot.store.views import MOST_VIEWS, SavedView, TooManyViews


class ViewForm(BaseModel):
    """*list* is the one that is open with it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    list: ListName = "all_open"
    chosen: Narrowed
    shared: bool = False


class ViewView(BaseModel):
    id: int
    name: str
    list: str
    chosen: dict[str, Any]
    shared: bool
    removable: bool


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["queue"])

    def shown(view: SavedView, supervises: bool) -> ViewView:
        return ViewView(
            id=view.id,
            name=view.name,
            list=str(view.chosen.get("list", "all_open")),
            chosen={kind: codes for kind, codes in view.chosen.items() if kind != "list"},
            shared=view.shared,
            removable=view.mine or (view.shared and supervises),
        )

    @router.get("/views")
    async def views(operator: Reader) -> list[ViewView]:
        """My own, and those that are shared."""
        supervises = may(operator.role, Right.SUPERVISE)
        return [shown(view, supervises) for view in await parts.run(parts.saved_views.of, operator.id)]

    @router.post("/views", status_code=201)
    async def save(form: ViewForm, operator: ReaderChanging) -> ViewView:
        if form.shared and not may(operator.role, Right.SUPERVISE):
            raise HTTPException(403, "a supervisor shares views")
        chosen = form.chosen.model_dump(mode="json", exclude_defaults=True) | {"list": form.list}
        try:
            saved = await parts.run(parts.saved_views.save, operator.id, form.name, chosen, shared=form.shared)
        except TooManyViews:
            raise HTTPException(409, f"{MOST_VIEWS} views are saved: remove one first") from None
        return shown(saved, supervises=False)

    @router.delete("/views/{view_id}", status_code=204)
    async def remove(view_id: Annotated[int, Path(ge=0, lt=2**31)], operator: ReaderChanging) -> None:
        also_shared = may(operator.role, Right.SUPERVISE)
        if not await parts.run(parts.saved_views.remove, operator.id, view_id, also_shared=also_shared):
            raise HTTPException(404, "there is no such view of yours")

    return router
