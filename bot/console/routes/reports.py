"""Figures of some days, in which nobody is found, and the same as CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel

from bot.console.access import Reporter
from bot.console.parts import Parts
from bot.console.statuses import problem
from bot.core.disclosure import Cell, Hidden, share
from bot.core.report import FEWEST_DAYS, SHAPES, Row, Table
from bot.services.report import MOST_DAYS, Period, Report

_NAMES = frozenset(shape.name for shape in SHAPES)


class CellView(BaseModel):
    """A count, or why it is hidden: ``small``, or ``beside`` a small one."""

    count: int | None
    hidden: str | None


class RowView(BaseModel):
    """*share*: per cent of the whole. *half*, *most*: minutes within which half and nine of ten lie."""

    group: str
    now: CellView
    before: CellView
    share: int | None
    half: float | None
    most: float | None
    half_before: float | None


class TableView(BaseModel):
    name: str
    timed: bool
    now: CellView
    before: CellView
    rows: list[RowView]


class TimesView(BaseModel):
    """Of all together, in minutes."""

    half: float | None
    most: float | None
    half_before: float | None


class ReportView(BaseModel):
    first: date
    last: date
    before_first: date
    before_last: date
    newest: date
    zone: str
    smallest: int
    fewest_days: int
    times: dict[str, TimesView]
    tables: list[TableView]


_TIMED = frozenset(shape.name for shape in SHAPES if shape.time is not None)


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["reports"])

    async def made(first: date | None, last: date | None) -> tuple[Report, Report]:
        try:
            period = parts.reports.period(first, last)
        except (ValueError, OverflowError) as error:
            raise HTTPException(422, _REMEDIES.get(str(error), "write days as 2026-01-31")) from None
        return await parts.reports.of(period), await parts.reports.of(period.before)

    @router.get("/reports")
    async def report(
        _: Reporter,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
    ) -> ReportView:
        """Every figure of whole days in the hotline's zone, beside those of as many days before."""
        now, before = await made(first, last)
        return ReportView(
            first=now.period.first,
            last=now.period.last,
            before_first=before.period.first,
            before_last=before.period.last,
            newest=parts.reports.newest,
            zone=str(parts.zone),
            smallest=parts.reports.smallest,
            fewest_days=FEWEST_DAYS,
            times={
                name: TimesView(half=_minutes(half), most=_minutes(most), half_before=_minutes(before.times[name][0]))
                for name, (half, most) in now.times.items()
            },
            tables=[_table(one, other) for one, other in zip(now.tables, before.tables, strict=True)],
        )

    @router.get("/reports.csv", responses=problem(404), response_class=Response)
    async def as_csv(
        _: Reporter,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
        figure: Annotated[str | None, Query(max_length=40)] = None,
    ) -> Response:
        """The same as comma-separated values, of one figure or of all."""
        if figure is not None and figure not in _NAMES:
            raise HTTPException(404, f"there is no such figure; write one of {', '.join(sorted(_NAMES))}")
        now, before = await made(first, last)
        tables = [_table(one, other) for one, other in zip(now.tables, before.tables, strict=True)]
        chosen = [one for one in tables if figure is None or one.name == figure]
        name = f"hotline-{figure or 'report'}-{now.period.first}-{now.period.last}.csv"
        return Response(
            _csv(chosen, now.period, parts.reports.smallest),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return router


_REMEDIES = {
    "few": f"choose at least {FEWEST_DAYS} days: over fewer, a single person could be told",
    "many": f"choose at most {MOST_DAYS} days",
    "future": "the last day must be over: choose yesterday or earlier",
}


def _cell(cell: Cell) -> CellView:
    return CellView(count=None, hidden=cell.value) if isinstance(cell, Hidden) else CellView(count=cell, hidden=None)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def _table(now: Table, before: Table) -> TableView:
    rows = [_row(one, other, now.total) for one, other in zip(now.rows, before.rows, strict=True)]
    return TableView(
        name=now.name, timed=now.name in _TIMED, now=_cell(now.total), before=_cell(before.total), rows=rows
    )


def _row(now: Row, before: Row, total: Cell) -> RowView:
    return RowView(
        group=now.group,
        now=_cell(now.count),
        before=_cell(before.count),
        share=share(now.count, total),
        half=_minutes(now.half),
        most=_minutes(now.most),
        half_before=_minutes(before.half),
    )


def _csv(tables: list[TableView], period: Period, smallest: int) -> str:
    def told(cell: CellView) -> str:
        if cell.count is not None:
            return str(cell.count)
        return f"<{smallest}" if cell.hidden == Hidden.SMALL else "hidden"

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:g}"

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["from", "to", "figure", "group", "count", "count_before", "share_percent", "half_within_minutes",
         "nine_of_ten_within_minutes", "half_within_minutes_before"]
    )  # fmt: skip
    for table in tables:
        total = RowView(
            group="total", now=table.now, before=table.before, share=None, half=None, most=None, half_before=None
        )
        for row in (total, *table.rows):
            writer.writerow(
                [period.first, period.last, table.name, row.group, told(row.now), told(row.before), number(row.share),
                 number(row.half), number(row.most), number(row.half_before)]
            )  # fmt: skip
    return out.getvalue()
