"""An operator's own account: languages, sessions, password, recovery codes."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from bot.console.access import Anyone, AnyoneChanging, session_of
from bot.console.parts import Parts
from bot.console.routes.session import ProofForm, refusals
from bot.console.sign_in import SHORTEST_PASSWORD
from bot.console.statuses import problem
from bot.core.taxonomy import LANGUAGES


class OwnSessionView(BaseModel):
    """*device* is empty where the browser did not tell; *this*: the one that asks."""

    id: str
    device: str
    began_at: datetime
    seen_at: datetime
    locked: bool
    this: bool


class AccountView(BaseModel):
    name: str
    role: str
    language: str
    speaks: list[str]
    second_step: bool
    recovery_left: int
    shortest_password: int
    sessions: list[OwnSessionView]


class LanguageForm(BaseModel):
    language: str = Field(max_length=8)


class SpeaksForm(BaseModel):
    languages: list[str] = Field(max_length=len(LANGUAGES))


class PasswordForm(BaseModel):
    present: str = Field(max_length=1000)
    password: str = Field(max_length=1000)


class RecoveryView(BaseModel):
    """Shown this once."""

    recovery_codes: list[str]


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["account"])
    sign_in = parts.access.sign_in

    @router.get("/me/account")
    async def account(request: Request, operator: Anyone) -> AccountView:
        this = session_of(request).id
        sessions = await sign_in.sessions_of(operator)
        return AccountView(
            name=operator.name,
            role=operator.role,
            language=operator.language,
            speaks=list(operator.speaks),
            second_step=await sign_in.codes.are_set(operator),
            recovery_left=await sign_in.codes.recovery_codes_left(operator),
            shortest_password=SHORTEST_PASSWORD,
            sessions=[
                OwnSessionView(
                    id=one.id,
                    device=one.device,
                    began_at=one.created_at,
                    seen_at=one.seen_at,
                    locked=one.locked,
                    this=one.id == this,
                )
                for one in sessions
            ],
        )

    @router.put("/me/language", status_code=204)
    async def read_in(form: LanguageForm, operator: AnyoneChanging) -> None:
        if form.language not in LANGUAGES:
            raise HTTPException(422, f"write one of {', '.join(LANGUAGES)}")
        await parts.run(parts.operators.set_language, operator.id, form.language)

    @router.put("/me/speaks", status_code=204)
    async def speaks(form: SpeaksForm, operator: AnyoneChanging) -> None:
        """The languages in which this operator can talk with people."""
        if not set(form.languages) <= set(LANGUAGES):
            raise HTTPException(422, f"write some of {', '.join(LANGUAGES)}")
        await parts.run(parts.operators.set_speaks, operator.id, [one for one in LANGUAGES if one in form.languages])

    @router.post("/me/password", responses=problem(400, 429), status_code=204)
    async def change_password(form: PasswordForm, request: Request, _: AnyoneChanging) -> None:
        """The operator's other sessions end."""
        with refusals(400):
            await sign_in.change_password(session_of(request), form.present, form.password)

    @router.post("/me/recovery-codes", responses=problem(400, 429))
    async def recovery_codes(form: ProofForm, operator: AnyoneChanging) -> RecoveryView:
        """New recovery codes; the earlier ones no longer work."""
        if not await sign_in.codes.are_set(operator):
            raise HTTPException(409, "set up the second step first")
        with refusals(400):
            await sign_in.prove(operator, form.proof)
        codes = await sign_in.codes.new_recovery_codes(operator)
        await parts.access.record(operator, "recovery_codes_made", None)
        return RecoveryView(recovery_codes=codes)

    @router.post("/me/sessions/{session_id}/end", status_code=204)
    async def end(session_id: str, operator: AnyoneChanging) -> None:
        if not await sign_in.end_session(operator, session_id):
            raise HTTPException(404, "this session has ended already")
        await parts.access.record(operator, "session_ended", None)

    @router.post("/me/sessions/end-others", status_code=204)
    async def end_others(request: Request, operator: AnyoneChanging) -> None:
        """Only the session that asks goes on."""
        await sign_in.end_others(session_of(request))
        await parts.access.record(operator, "session_ended", None, "others")

    return router
