"""The log of what operators did: for admins and auditors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel

from bot.console.access import Auditor
from bot.console.parts import Parts
from bot.core.ids import OperatorId
from bot.store.audit import AuditLog, Line, Wanted

_PAGE = 100  # lines
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is reckoned by a spreadsheet

_Id = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


class LineView(BaseModel):
    """*operator* is null for what nobody signed in did. *words*: the operator's, until the conversation is erased."""

    id: int
    at: datetime
    operator: str | None
    operator_id: int | None
    action: str
    conversation: str | None
    detail: str | None
    words: str | None


class AuditView(BaseModel):
    """*next*: give it as ``before`` for older lines; null at the end. The rest is what can be filtered by."""

    lines: list[LineView]
    next: int | None
    operators: dict[int, str]
    actions: list[str]


class VerdictView(BaseModel):
    """*broken*: the first line that is not right; *why*: see :class:`bot.store.audit.Verdict`."""

    whole: bool
    lines: int
    broken: int | None
    why: str | None


def _wanted(
    operator: _Id = None,
    action: Annotated[str | None, Query(max_length=40)] = None,
    conversation: Annotated[str | None, Query(max_length=32)] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: _Id = None,
) -> Wanted:
    who = OperatorId(operator) if operator is not None else None
    return Wanted(who, action or None, conversation or None, since, until, before)


_WantedOf = Annotated[Wanted, Depends(_wanted)]


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["audit"])

    @router.get("/audit")
    async def lines(auditor: Auditor, wanted: _WantedOf) -> AuditView:
        """Newest first."""
        found = await parts.run(parts.audit.lines, wanted, _PAGE)
        return AuditView(
            lines=[_shown(line) for line in found],
            next=found[-1].id if len(found) == _PAGE else None,
            operators={one.id: one.name for one in await parts.run(parts.operators.all)},
            actions=await parts.run(parts.audit.actions),
        )

    @router.get("/audit/verify")
    async def verify(auditor: Auditor) -> VerdictView:
        """Look through the whole log."""
        verdict = await parts.run(parts.audit.verify)
        return VerdictView(whole=verdict.whole, lines=verdict.lines, broken=verdict.broken, why=verdict.why)

    @router.get("/audit.csv", response_class=StreamingResponse)
    async def as_csv(auditor: Auditor, wanted: _WantedOf) -> StreamingResponse:
        """The same lines as a table. That it was given out is a line of the log too."""
        await parts.access.record(auditor, "audit_exported", None)
        return StreamingResponse(
            _csv(parts.audit, wanted),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )

    return router


def _shown(line: Line) -> LineView:
    return LineView(
        id=line.id,
        at=line.at,
        operator=line.operator,
        operator_id=line.operator_id,
        action=line.action,
        conversation=line.conversation_id,
        detail=line.detail,
        words=line.words,
    )


def _csv(audit: AuditLog, wanted: Wanted) -> Iterator[str]:
    yield _row(("id", "at", "operator", "action", "conversation", "detail", "words"))
    while True:
        found = audit.lines(wanted, 1000)
        for line in found:
            at = line.at.isoformat(timespec="seconds")
            yield _row((line.id, at, line.operator, line.action, line.conversation_id, line.detail, line.words))
        if len(found) < 1000:
            return
        wanted = replace(wanted, before=found[-1].id)


def _row(cells: tuple[object, ...]) -> str:
    file = io.StringIO()
    plain = ("" if cell is None else str(cell) for cell in cells)
    csv.writer(file).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in plain])
    return file.getvalue()
