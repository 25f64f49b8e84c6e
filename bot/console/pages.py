"""The desk's page: one page, its script and its style sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

_STATIC = Path(__file__).with_name("static")


class _Modules(StaticFiles):
    """Files that a browser keeps but asks about each time: modules of two versions never meet in one page."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def routes() -> list[Route | Mount]:
    async def page(_: Request) -> Response:
        return FileResponse(_STATIC / "desk.html", media_type="text/html")

    async def slash(_: Request) -> Response:
        return RedirectResponse("/desk")

    return [
        Route("/desk", page),
        Route("/desk/", slash),
        Mount("/desk/static", _Modules(directory=_STATIC)),
    ]
