"""Answers that hold nothing of anybody and stay the same until the server starts anew: made once, and sent once.

A browser keeps them, asks each time whether they are still the same, and hears 304 without a body: on a slow line the
desk's words are the largest part of the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from fastapi import Request, Response

#: For ``responses=`` of a route that answers so.
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is still as the browser has it."}}


class Kept:
    """JSON by what it depends on."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[str, bytes]] = {}

    def answer(
        self, request: Request, key: Hashable, make: Callable[[], bytes], headers: Mapping[str, str] | None = None
    ) -> Response:
        """What *make* gives for *key*, or 304 when the browser has it already."""
        if key not in self._made:
            body = make()
            self._made[key] = (f'"{hashlib.sha256(body).hexdigest()[:32]}"', body)
        tag, body = self._made[key]
        told = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
        # what was made smaller on the way is the same: some proxies mark its tag as weak
        if tag in request.headers.get("If-None-Match", "").replace("W/", ""):
            return Response(status_code=304, headers=told)
        return Response(body, media_type="application/json", headers=told)
