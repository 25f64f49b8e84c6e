"""Calls of Twilio's API by its own library, and what its errors mean for a message that was being sent."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response as Answer
from twilio.rest import Client

from bot.core.ids import ChannelName
from bot.core.sending import Misconfigured, OptedOut, Refused, SendFailed, Throttled, Uncertain, Unreachable

#: The error of a message to somebody who has said STOP.
OPTED_OUT = 21610
#: Errors of Twilio's that say that our own settings are wrong, not the message.
_OURS = frozenset((20003, 20404, 21603, 21606, 21609, 21910, 63007, 63015))


@dataclass(frozen=True)
class Account:
    """Our account, as it is set.

    Attributes:
        token: Twilio signs with it.
        login: name and secret for the API: of a key, or the account's own.
        senders: our number by channel, empty where there is none.
        service: the sid of a Messaging Service that chooses our number for SMS, or empty.
        template: the sid of a WhatsApp template, or empty.
        public_url: under which Twilio calls us.
        timeout: seconds for one request.
    """

    sid: str
    token: str = field(repr=False)
    login: tuple[str, str] = field(repr=False)
    senders: Mapping[ChannelName, str]
    service: str
    template: str
    public_url: str
    api_url: str
    timeout: float


class _Requests(AsyncHttpClient):  # type: ignore[misc]
    """The library's requests over httpx, which tells a line that never stood from one that broke.

    The library's own async client keeps what it sent and writes it to a log.
    """

    def __init__(self, timeout: float) -> None:
        super().__init__(logging.getLogger("twilio"), True, timeout)
        self._client = httpx.AsyncClient(timeout=timeout, limits=httpx.Limits(max_connections=64))
        self.date: datetime | None = None  # by Twilio's clock, when it answered last

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        allow_redirects: bool = False,
    ) -> Answer:
        answer = await self._client.request(
            method, uri, params=params, data=data, headers=headers, auth=auth, follow_redirects=allow_redirects
        )
        with suppress(TypeError, ValueError):
            self.date = parsedate_to_datetime(answer.headers.get("Date"))
        return Answer(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        await self._client.aclose()


class Api:
    """Calls of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._http: _Requests | None = None
        self._client: Client | None = None
        logging.getLogger("twilio").setLevel(logging.CRITICAL)  # its lines hold what is sent, and to whom

    async def asked(self, call: Awaitable[Any]) -> Any:
        """The answer. Raises SendFailed."""
        try:
            return await call
        except TwilioRestException as error:
            raise what_is_known(error) from error
        except (
            TwilioException
        ) as error:  # a list that could not be had is raised without its status in a place of its own
            answers = [one.status_code for one in error.args if isinstance(one, Answer)]
            raise what_is_known(TwilioRestException(answers[0] if answers else 500, "")) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise Unreachable("twilio_not_reached") from error
        except httpx.TimeoutException as error:
            raise Uncertain("twilio_no_answer") from error
        except httpx.HTTPError as error:
            raise Uncertain("twilio_cut") from error

    @property
    def client(self) -> Client:
        """The library's client; what its calls return goes through :meth:`asked`."""
        if self._client is None:  # made where a loop runs, as its connections belong to one
            self._http = _Requests(self._account.timeout)
            self._client = Client(*self._account.login, self._account.sid, http_client=self._http)
            self._client.api.base_url = self._account.api_url
        return self._client

    @property
    def their_time(self) -> datetime | None:
        """The time by Twilio's clock when it answered last; None: it has not."""
        return self._http.date if self._http is not None else None

    async def end(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = self._client = None


def what_is_known(error: TwilioRestException) -> SendFailed:
    """What an answer of Twilio's means for a message that was being sent."""
    if error.status == 429:
        return Throttled("twilio_429", 1.0, everybody=True)
    if error.status >= 500:
        return Uncertain(f"twilio_{error.status}")
    if error.code == OPTED_OUT:
        return OptedOut("opted_out")
    if error.status in (401, 403) or error.code in _OURS:
        return Misconfigured(f"twilio_{error.code or error.status}")
    return Refused(f"twilio_{error.code or error.status}")
