"""Fetching a file that somebody sent: so many bytes at most, nothing written to disk, our login shown to one host."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from bot.core.fetching import Away, Gone, TooLarge

_MOST_REDIRECTS = 3
_NO_MORE = frozenset((400, 403, 404, 410))


async def download(
    url: str,
    most: int,
    *,
    timeout: float,  # noqa: ASYNC109 - of each step of the transfer; the whole is limited by who asks
    headers: Mapping[str, str] | None = None,
    login: tuple[str, str] | None = None,
    redirects: bool = False,
) -> bytes:
    """The bytes behind *url*.

    Args:
        most: bytes; a larger file is given up as soon as it shows.
        timeout: seconds.
        headers, login: shown to the host of *url* and to no other to which it sends us on.
        redirects: may it send us on? Never from https to http.
    Raises NotFetched.
    """
    try:
        async with httpx.AsyncClient(timeout=timeout, trust_env=True) as client:
            where, secret = httpx.URL(url), bool(headers or login)
            for _ in range(_MOST_REDIRECTS + 1):
                # unpacked: a small answer must not become a large one in our memory
                request = client.build_request("GET", where, headers={"Accept-Encoding": "identity"})
                if secret:
                    request.headers.update(headers or {})
                answer = await client.send(request, auth=login if secret else None, stream=True)
                try:
                    if not answer.has_redirect_location:
                        return await _body(answer, most, trusted=secret)
                    onward = where.join(answer.headers["Location"])
                finally:
                    await answer.aclose()
                if not redirects or onward.scheme not in ("https", where.scheme) or onward.scheme[:4] != "http":
                    raise Gone
                secret = secret and _origin(onward) == _origin(where)
                where = onward
            raise Gone
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Away from error


def same_origin(url: str, api_url: str) -> bool:
    """Does *url* lead to the server of *api_url*?

    >>> same_origin("https://api.twilio.com/x", "https://api.twilio.com"), same_origin("https://a.b@c/x", "https://a.b")
    (True, False)
    """
    try:
        return _origin(httpx.URL(url)) == _origin(httpx.URL(api_url))
    except httpx.InvalidURL:
        return False


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _body(answer: httpx.Response, most: int, *, trusted: bool) -> bytes:
    status = answer.status_code
    if status != 200:
        # who asks with a login and is shut out has wrong settings: the file may well be there
        raise (Gone if status in _NO_MORE and not (trusted and status == 403) else Away)
    if "Content-Encoding" in answer.headers and answer.headers["Content-Encoding"] != "identity":
        raise Away
    if int(answer.headers.get("Content-Length") or 0) > most:
        raise TooLarge
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > most:
            raise TooLarge
    return bytes(body)
