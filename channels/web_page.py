"""The web chat's page: light, in the language that the browser asks for, nothing from anywhere else."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript"}


class Words(Protocol):
    """See :class:`bot.content.library.Library`."""

    def texts(self, prefix: str, language: Language, /) -> Mapping[str, str]: ...
    def is_draft(self, language: Language, /) -> bool: ...
    def telephone_numbers(self) -> Collection[str]: ...


def routes(library: Words) -> list[Route]:
    """``/`` the page, ``/static/...`` its scripts and styles, ``/chat/words`` its words in another language."""
    files = {one.name: one.read_bytes() for one in sorted(_STATIC.iterdir()) if one.suffix in _TYPES}
    packed = {name: gzip.compress(content, mtime=0) for name, content in files.items()}
    # the version stands in the addresses, so that a file may be kept for ever and is still never an old one
    version = hashlib.sha256(b"".join(files.values())).hexdigest()[:12]
    template = jinja2.Environment(autoescape=True).from_string((_STATIC / "chat.html").read_text(encoding="utf-8"))
    numbers = " ".join(sorted(library.telephone_numbers()))

    def words_in(language: Language) -> dict[str, str]:
        words = dict(library.texts("chat.", language))
        if not library.is_draft(language):
            words["chat.translated_draft"] = ""
        return words

    @lru_cache(maxsize=len(LANGUAGES))
    def page_in(language: Language) -> bytes:
        words = words_in(language)
        page_json = json.dumps({"words": words, "numbers": numbers}, ensure_ascii=False)
        page = template.render(
            words=words,
            page_json=Markup(page_json.replace("<", "\\u003c")),  # noqa: S704 - "<" could end the script element
            languages=LANGUAGES.items(),
            language=language,
            static=f"/static/{version}",
        )
        return page.encode("utf-8")

    async def page(request: Request) -> Response:
        return _answer(request, page_in(preferred_language(request)), "text/html; charset=utf-8")

    async def words(request: Request) -> Response:
        asked = request.query_params.get("language", "")
        language = Language(asked) if asked in LANGUAGES else ENGLISH
        content = json.dumps(words_in(language), ensure_ascii=False).encode("utf-8")
        return _answer(request, content, "application/json")

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            return Response("not found", 404)
        kind = f"{_TYPES[Path(name).suffix]}; charset=utf-8"
        # an address without the version, as the desk has it for the tokens, is asked about each time
        lasting = request.path_params.get("version") == version
        keep = {
            "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed[name], media_type=kind, headers={**keep, "Content-Encoding": "gzip"})
        return Response(files[name], media_type=kind, headers=keep)

    return [
        Route("/", page),
        Route("/static/{name}", static),
        Route("/static/{version}/{name}", static),
        Route("/chat/words", words),
    ]


def preferred_language(request: Request) -> Language:
    """The first language of ours that the browser asks for, else English. Tagalog counts as Filipino."""
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        code = {"tl": "fil", "in": "id"}.get(code, code)
        if code in LANGUAGES:
            return Language(code)
    return ENGLISH


def _answer(request: Request, content: bytes, kind: str) -> Response:
    headers = {"Vary": "Accept-Encoding, Accept-Language"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(gzip.compress(content, 6), media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=headers)
