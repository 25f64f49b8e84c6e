"""The way in and out, and the lock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from bot.console.access import (
    COOKIE,
    AnyoneChanging,
    Arriving,
    GivingCode,
    Leaving,
    SettingUp,
    Unlocking,
    session_of,
)
from bot.console.device import device_named
from bot.console.kept import UNCHANGED, Kept
from bot.console.parts import Parts
from bot.console.sign_in import LOCK_FOR, SHORTEST_PASSWORD, LockedOut, Refused, SignedIn, WeakPassword
from bot.console.signed_in import LinkView, SessionView, show_operator, show_session
from bot.console.statuses import problem
from bot.content.library import Library
from bot.content.local import date_forms, figure_forms, language_name, unit_forms
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language
from bot.store.sessions import Session, Stage

UserAgent = Annotated[str, Header()]


class SignInForm(BaseModel):
    name: str = Field(max_length=80)
    password: str = Field(max_length=1000)


class LinkForm(BaseModel):
    token: str = Field(max_length=200)


class WelcomeForm(LinkForm):
    password: str = Field(max_length=1000)


class CodeForm(BaseModel):
    """A code of the app; to sign in, a recovery code will do as well."""

    code: str = Field(max_length=40)


class ProofForm(BaseModel):
    """The password or, where there is a second step, a code of it."""

    proof: str = Field(default="", max_length=1000)


class OfferView(BaseModel):
    """A new secret of the second step, to type in groups or to scan: *qr* is an image as a ``data:`` address."""

    groups: list[str]
    qr: str


class SetUpView(BaseModel):
    """*recovery_codes* are shown this once. *session*: the one that the sign-in ends with, where it waited for this."""

    recovery_codes: list[str]
    session: SessionView | None


@contextmanager
def refusals(refused: int = 401) -> Iterator[None]:
    """Say what signing in could not do, in statuses; *refused*: the one for what is not right."""
    try:
        yield
    except Refused:
        raise HTTPException(refused, "name, password or code is not right") from None
    except LockedOut:
        raise HTTPException(429, "too many tries", {"Retry-After": str(int(LOCK_FOR.total_seconds()))}) from None
    except WeakPassword:
        raise HTTPException(
            422, f"at least {SHORTEST_PASSWORD} characters, not one over and over, not the name"
        ) from None


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["session"])
    sign_in, kept = parts.access.sign_in, Kept()

    async def shown(session: Session, recovery_left: int | None = None) -> SessionView:
        return show_session(
            session,
            parts.library,
            second_step=await sign_in.codes.are_set(session.operator),
            lock_after=sign_in.limits.lock,
            recovery_left=recovery_left,
        )

    async def opened(signed: SignedIn, response: Response) -> SessionView:
        response.set_cookie(
            COOKIE, signed.token, httponly=True, samesite="strict", secure=parts.secure_cookies, path="/desk"
        )
        return await shown(signed.session, signed.recovery_left)

    @router.post("/sign-in", responses=problem(401, 429))
    async def begin(form: SignInForm, response: Response, user_agent: UserAgent = "") -> SessionView:
        """The first step; the session's *stage* tells what is still to come."""
        with refusals():
            return await opened(await sign_in(form.name, form.password, device_named(user_agent)), response)

    @router.post("/sign-in/code", responses=problem(400, 410, 429))
    async def give_code(form: CodeForm, request: Request, response: Response, _: GivingCode) -> SessionView:
        """The second step."""
        with refusals(400):
            return await opened(
                await sign_in.give_code(session_of(request), request.cookies[COOKIE], form.code), response
            )

    @router.post("/link", responses=problem(410))
    async def whose_link(form: LinkForm) -> LinkView:
        with refusals(410):
            owner = show_operator(await sign_in.link_owner(form.token))
        return LinkView(**owner.model_dump(), shortest_password=SHORTEST_PASSWORD)

    @router.post("/welcome", responses=problem(410))
    async def welcome(form: WelcomeForm, response: Response, user_agent: UserAgent = "") -> SessionView:
        with refusals(410):
            return await opened(await sign_in.welcome(form.token, form.password, device_named(user_agent)), response)

    @router.post("/sign-out", status_code=204)
    async def end(request: Request, response: Response, _: Leaving) -> None:
        await sign_in.sign_out(request.cookies[COOKIE])
        response.delete_cookie(COOKIE, path="/desk")

    @router.get("/me")
    async def me(request: Request, _: Arriving) -> SessionView:
        return await shown(session_of(request))

    @router.post("/me/second-step", responses=problem(400, 429))
    async def offer(form: ProofForm, request: Request, operator: SettingUp) -> OfferView:
        """A new secret, to be confirmed; who has a second step already proves first who they are."""
        session = session_of(request)
        if session.stage is Stage.IN and await sign_in.codes.are_set(operator):
            with refusals(400):
                await sign_in.prove(operator, form.proof)
        made = await sign_in.codes.offer(operator, parts.library.text("desk.title", ENGLISH))
        return OfferView(groups=list(made.groups), qr=made.qr)

    @router.post("/me/second-step/confirm", responses=problem(400, 429))
    async def confirm(form: CodeForm, request: Request, response: Response, _: SettingUp) -> SetUpView:
        """A code of the new secret puts it in force."""
        with refusals(400):
            signed, codes = await sign_in.set_up(session_of(request), request.cookies[COOKIE], form.code)
        return SetUpView(recovery_codes=codes, session=await opened(signed, response) if signed else None)

    @router.post("/me/touch", status_code=204)
    async def touch(_: AnyoneChanging) -> None:
        """The operator is there: the desk stays open."""

    @router.post("/me/lock", status_code=204)
    async def lock(request: Request, _: AnyoneChanging) -> None:
        """Until it is unlocked, every request of this session is answered with 423."""
        await sign_in.lock(request.cookies[COOKIE])

    @router.post("/me/unlock", responses=problem(400, 429))
    async def unlock(form: ProofForm, request: Request, _: Unlocking) -> SessionView:
        with refusals(400):
            await sign_in.unlock(session_of(request), request.cookies[COOKIE], form.proof)
        session = await parts.access.session(request)
        return await shown(session)

    @router.get("/words", response_model=dict[str, str], responses=UNCHANGED)
    async def words(request: Request, language: Annotated[str, Query(max_length=8)] = "en") -> Response:
        """The desk's own words in a language, which ``Content-Language`` names; English where none are written yet.

        With them countries and languages, as ``desk.country_name.TH`` and ``desk.language_name.th``, and forms of dates
        (``desk.date.whole.3``), times and numbers: few browsers can write one in Burmese or Lao, and each would in its
        own way.
        """
        spoken = Language(language) if language in LANGUAGES else ENGLISH
        return kept.answer(request, spoken, lambda: _words(parts.library, spoken), {"Content-Language": spoken})

    return router


def _words(library: Library, spoken: Language) -> bytes:
    named = {f"desk.country_name.{code}": library.countries.title(code, spoken) for code in library.countries.names}
    named |= {f"desk.language_name.{code}": language_name(code, spoken) for code in library.languages()}
    for kind, forms in (("date", date_forms), ("unit", unit_forms), ("figure", figure_forms)):
        named |= {f"desk.{kind}.{name}": form for name, form in forms(spoken).items()}
    return json.dumps(library.texts("desk.", spoken) | named, ensure_ascii=False).encode()
