"""What each route may answer besides what it is for, told in the OpenAPI: derived from what the route asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bot.console.access import May

_WORDS = {
    400: "The code is not right.",
    401: "Sign in first.",
    403: "This needs another right, or the page is too old: load it again.",
    404: "There is no such thing; it may have been erased.",
    409: "It is not as the page thinks: somebody else was faster, or it is another operator's.",
    410: "The link was used already or is too old.",
    413: "The file is too large.",
    422: "What was asked cannot be understood; nothing was changed.",
    423: "The desk is locked: unlock it first.",
    429: "Too many tries: wait as long as ``Retry-After`` says.",
    502: "The channel cannot be reached now.",
}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "properties": {"detail": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]}},
    "required": ["detail"],
}


def problem(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses=``: statuses that cannot be derived, such as 410 and 429."""
    return {
        status: {"description": _WORDS[status], "content": {"application/json": {"schema": _PROBLEM}}}
        for status in statuses
    }


def declared(router: APIRouter) -> APIRouter:
    """*router*, each route with what its session, its path and its body may be answered with."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            for status, told in problem(*_derived(route)).items():
                route.responses.setdefault(status, told)
    return router


def _derived(route: APIRoute) -> Iterator[int]:
    asks = [one for one in _calls(route.dependant) if isinstance(one, May)]
    if asks:
        yield from (401, 403)
    if any(not one.locked for one in asks):
        yield 423
    changes = any(one.changes for one in asks)
    if route.dependant.path_params or changes:
        yield 404
    if changes:
        yield 409
    if route.body_field or _has_parameters(route.dependant):
        yield 422


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for other in dependant.dependencies:
        yield from _calls(other)


def _has_parameters(dependant: Dependant) -> bool:
    own = dependant.path_params or dependant.query_params or dependant.header_params
    return bool(own) or any(map(_has_parameters, dependant.dependencies))
