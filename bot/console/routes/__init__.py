"""The desk's routes, a room each. Every route names the right that it needs: see :class:`bot.console.access.May`."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from bot.console.parts import Parts
from bot.console.routes import (
    account,
    audit,
    care,
    casework,
    content,
    conversations,
    directory,
    labels,
    links,
    lists,
    media,
    people,
    practice,
    quality,
    reports,
    safe_hours,
    saved_views,
    search,
    session,
    supervision,
    taking,
    translation,
    writing,
)

ROOMS: tuple[Callable[[Parts], APIRouter], ...] = (
    session.routes,
    lists.routes,
    conversations.routes,
    writing.routes,
    supervision.routes,
    care.routes,
    quality.routes,
    reports.routes,
    content.routes,
    casework.routes,
    directory.routes,
    translation.routes,
    account.routes,
    people.routes,
    audit.routes,
    media.routes,
    links.routes,
    practice.routes,
    taking.routes,
    labels.routes,
    saved_views.routes,
    search.routes,
    safe_hours.routes,
)
