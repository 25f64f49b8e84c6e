"""The desk's JSON API, at ``/desk/api``."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError

from bot.console.parts import Parts
from bot.console.routes import ROOMS
from bot.console.statuses import declared
from bot.core.casework import Refused
from bot.core.conversation import NotHeld


def make_api(parts: Parts) -> FastAPI:
    """The API as an app of its own, so that its OpenAPI lists the desk's routes alone."""
    app = FastAPI(title="Hotline desk", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    app.state.access = parts.access
    for routes in ROOMS:
        app.include_router(declared(routes(parts)))

    @app.exception_handler(NotHeld)
    async def conflict(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    @app.exception_handler(LookupError)
    async def gone(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": "there is no such conversation; it may have been erased"}, 404)

    @app.exception_handler(DataError)
    @app.exception_handler(OverflowError)
    async def not_to_be_stored(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": "a number or a character in this cannot be stored"}, 422)

    @app.exception_handler(PermissionError)
    async def not_yours(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    return app
