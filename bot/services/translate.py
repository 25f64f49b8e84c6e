"""Machine translation of single messages, by a server that speaks the LibreTranslate interface; off unless set up.

What is translated leaves this machine for that server: it is asked for one message at a time, by an operator's press,
and nothing is kept. The interface: https://docs.libretranslate.com/guides/api_usage/.
"""

from __future__ import annotations

from typing import Any

import httpx

from bot.core.taxonomy import LANGUAGES, UNDETERMINED, Language

_PATIENCE = 20.0  # seconds; a small machine takes that long for a long message
_CONNECT = 4.0  # seconds
#: Our languages that such servers know by other codes too, the newest first.
_CODES = {"fil": ("tl", "fil"), "zh": ("zh-Hans", "zh")}


class Untranslated(Exception):
    """There is no translation; the code says why: see phrases ``desk.untranslated.*``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Translator:
    """Asks one server."""

    def __init__(self, url: str, key: str | None = None) -> None:
        """*url*: without the path, as ``https://translate.example.org``; *key*: where the server wants one."""
        self._url, self._key = url.rstrip("/"), key
        self._timeout = httpx.Timeout(_PATIENCE, connect=_CONNECT)

    async def __call__(self, text: str, source: Language, target: Language) -> str:
        """*text* in *target*. Raises Untranslated: ``unreachable``, ``refused`` or ``no_language``.

        Args:
            source: the language that was understood; undetermined: the server may guess.
        """
        async with httpx.AsyncClient(timeout=self._timeout, base_url=self._url, follow_redirects=False) as client:
            known = await self._languages(client)
            into = _known_as(target, known)
            asked = {"q": text, "source": _known_as(source, known, "auto"), "target": into, "format": "text"}
            if self._key:
                asked["api_key"] = self._key
            answer = await _asked(client, "POST", "/translate", json=asked)
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, str) or not translated.strip():
            raise Untranslated("refused")
        return translated

    async def languages(self) -> frozenset[str]:
        """The codes of what the server translates. Raises Untranslated."""
        async with httpx.AsyncClient(timeout=self._timeout, base_url=self._url, follow_redirects=False) as client:
            return await self._languages(client)

    @staticmethod
    async def _languages(client: httpx.AsyncClient) -> frozenset[str]:
        listed = await _asked(client, "GET", "/languages")
        if not isinstance(listed, list):
            raise Untranslated("refused")
        return frozenset(str(one.get("code")) for one in listed if isinstance(one, dict))


def untranslated(known: frozenset[str]) -> list[Language]:
    """Our languages that a server with the codes *known* does not translate."""
    return [language for language in LANGUAGES if not known.intersection(_CODES.get(language, (language,)))]


def _known_as(language: Language, known: frozenset[str], guess: str | None = None) -> str:
    if language == UNDETERMINED and guess is not None:
        return guess
    for code in _CODES.get(language, (language,)):
        if code in known:
            return code
    raise Untranslated("no_language")


async def _asked(client: httpx.AsyncClient, method: str, path: str, json: Any = None) -> Any:
    try:
        answer = await client.request(method, path, json=json)
        if answer.status_code != httpx.codes.OK:
            raise Untranslated("refused")
        return answer.json()
    except httpx.HTTPError:
        raise Untranslated("unreachable") from None
    except ValueError:  # no JSON: another kind of server
        raise Untranslated("refused") from None
