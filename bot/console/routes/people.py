"""Who works at the desk: for admins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from bot.console.access import Admin, AdminChanging
from bot.console.parts import Parts
from bot.core.ids import OperatorId
from bot.core.roles import Role
from bot.services.people import LONGEST_NAME
from bot.store.operators import LastAdmin, NameTaken, Operator


class PersonView(BaseModel):
    """*arrived*: has chosen a password. *seen_at*: when one of the open sessions was last seen."""

    id: int
    name: str
    role: str
    active: bool
    arrived: bool
    second_step: bool
    speaks: list[str]
    sessions: int
    seen_at: datetime | None
    me: bool


class PeopleView(BaseModel):
    roles: list[str]
    people: list[PersonView]


class AddForm(BaseModel):
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    role: Role = Role.OPERATOR


class RoleForm(BaseModel):
    role: Role


class OneTimeLinkView(BaseModel):
    """Shown this once; who has it can sign in."""

    name: str
    link: str


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except LastAdmin:
        raise HTTPException(409, "this is the last admin: make somebody else one first") from None
    except LookupError:
        raise HTTPException(404, "there is no such operator") from None


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["people"])
    people, sign_in = parts.people, parts.access.sign_in

    async def person(one: Operator, me: Operator) -> PersonView:
        sessions = await sign_in.sessions_of(one)
        return PersonView(
            id=one.id,
            name=one.name,
            role=one.role,
            active=one.active,
            arrived=one.password_hash is not None,
            second_step=await sign_in.codes.are_set(one),
            speaks=list(one.speaks),
            sessions=len(sessions),
            seen_at=max((session.seen_at for session in sessions), default=None),
            me=one.id == me.id,
        )

    async def named(operator_id: int) -> Operator:
        found = await parts.run(parts.operators.get, OperatorId(operator_id))
        if found is None:
            raise HTTPException(404, "there is no such operator")
        return found

    @router.get("/people")
    async def all_of_them(admin: Admin) -> PeopleView:
        everybody = await parts.run(parts.operators.all)
        return PeopleView(roles=list(Role), people=[await person(one, admin) for one in everybody])

    @router.post("/people", status_code=201)
    async def add(form: AddForm, admin: AdminChanging) -> OneTimeLinkView:
        try:
            added = await people.add(admin.id, form.name, form.role)
        except NameTaken:
            raise HTTPException(409, "somebody has this name already") from None
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        return OneTimeLinkView(name=added.name, link=await people.link(admin.id, added.id))

    @router.post("/people/{operator_id}/link", status_code=201)
    async def link(operator_id: int, admin: AdminChanging) -> OneTimeLinkView:
        """With it they choose a new password."""
        found = await named(operator_id)
        if not found.active:
            raise HTTPException(409, "activate this operator first")
        return OneTimeLinkView(name=found.name, link=await people.link(admin.id, found.id))

    @router.post("/people/{operator_id}/role", status_code=204)
    async def role(operator_id: int, form: RoleForm, admin: AdminChanging) -> None:
        with _refusals():
            await people.set_role(admin.id, OperatorId(operator_id), form.role)

    @router.post("/people/{operator_id}/deactivate", status_code=204)
    async def deactivate(operator_id: int, admin: AdminChanging) -> None:
        """Their sessions end, and the conversations that they hold wait for others."""
        with _refusals():
            await people.deactivate(admin.id, OperatorId(operator_id))

    @router.post("/people/{operator_id}/activate", status_code=204)
    async def activate(operator_id: int, admin: AdminChanging) -> None:
        with _refusals():
            await people.activate(admin.id, OperatorId(operator_id))

    @router.post("/people/{operator_id}/reset-second-step", status_code=204)
    async def reset_second_step(operator_id: int, admin: AdminChanging) -> None:
        """For whoever lost telephone and recovery codes: the next sign-in sets up a new one."""
        with _refusals():
            await people.reset_second_step(admin.id, OperatorId(operator_id))

    @router.post("/people/{operator_id}/end-sessions", status_code=204)
    async def end_sessions(operator_id: int, admin: AdminChanging) -> None:
        with _refusals():
            await people.end_sessions(admin.id, OperatorId(operator_id))

    return router
