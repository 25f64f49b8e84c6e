"""Calls to whoever is on call: a message without a word about anybody, through a channel, until it is surely sent.

They are no conversations and stand in no outbox of a person. A call that may have arrived is made again: to be called
twice costs a look at the desk, not to be called may cost more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.core.ids import SHORT_CHANNELS, ChannelName
from bot.core.ladder import Call
from bot.core.message import Saying
from bot.core.on_call import Target
from bot.core.sending import Misconfigured, Refused, SendFailed, Shut, Throttled
from bot.services.changes import Changes
from bot.services.ports import Clock, LadderStore, Run, Sender, Wording

log = structlog.get_logger(__name__)

SAYING = "on_call.message"
#: Seconds: a request may take so long; a process that made a call is taken for dead after; without news we look again.
_SEND, _LEASE, _IDLE = 30.0, 60.0, 10.0
#: Seconds between two tries, doubled from the one to the other; after so many tries it has failed.
_FIRST, _LONGEST = 5.0, 120.0
_MOST_TRIES = 8


class OnCall:
    """Makes the calls that the ladder asks for."""

    def __init__(
        self,
        ladders: LadderStore,
        senders: Mapping[ChannelName, Sender],
        targets: tuple[Target, ...],
        link: str,
        wording: Wording,
        changes: Changes,
        run: Run,
        clock: Clock,
    ) -> None:
        """*link*: of the desk."""
        self._ladders, self._senders, self._targets, self._link = ladders, senders, targets, link
        self._wording, self._changes, self._run, self._clock = wording, changes, run, clock

    async def run(self) -> None:
        """Call until cancelled."""
        if not self._targets:
            return
        async with self._changes.subscribe(Changes.DESK) as news:
            while not self._changes.closed:
                wait = _IDLE
                try:
                    await self.look()
                    due_at = await self._run(self._ladders.next_call_at)
                    if due_at is not None:
                        wait = min(wait, (due_at - self._clock()).total_seconds())
                except Exception as error:  # the database is away: what is due stays due
                    log.error("calls_failed", error=type(error).__name__)
                await news.wait(max(wait, 0.2))

    async def look(self) -> None:
        """Make every call that is due now; several about one target go as one message."""
        await asyncio.gather(*(self._call(target) for target in self._targets))

    async def _call(self, target: Target) -> None:
        now = self._clock()
        until = now + timedelta(seconds=_LEASE)
        call = await self._run(self._ladders.claim_calls, (target.channel, target.address), now, until)
        if call is None:
            return
        try:
            await self._send(target, len(call.ids))
        except SendFailed as failure:
            await self._failed(call, target, failure)
            return
        await self._run(self._ladders.called, call, "sent", self._clock())
        log.info("on_call_sent", channel=target.channel, conversations=len(call.ids))
        self._changes.tell(Changes.DESK)

    async def _send(self, target: Target, count: int) -> None:
        sender = self._senders.get(target.channel)
        if sender is None:
            raise Misconfigured("channel_not_open")
        form = "sms" if target.channel in SHORT_CHANNELS else "chat"
        reply = self._wording.word(Saying(SAYING, {"count": count, "link": self._link}), target.language, form)
        try:
            async with asyncio.timeout(_SEND):
                await sender.say(target.channel, target.address, reply)
        except TimeoutError:
            raise SendFailed("timeout") from None

    async def _failed(self, call: Call, target: Target, failure: SendFailed) -> None:
        """Wrong settings, too, are tried again, as they may be mended; a number that takes nothing from us is not."""
        final = isinstance(failure, Refused | Shut) or call.attempts >= _MOST_TRIES
        kind = type(failure).__name__
        log.error("on_call_not_sent", channel=target.channel, kind=kind, reason=failure.reason, final=final)
        now = self._clock()
        wait = min(_FIRST * 2 ** (call.attempts - 1), _LONGEST)
        if isinstance(failure, Throttled):
            wait = max(wait, failure.after)
        state = "failed" if final else "queued"
        due_at = None if final else now + timedelta(seconds=wait)
        await self._run(self._ladders.called, call, state, now, due_at, failure.reason)
        if final:
            self._changes.tell(Changes.DESK)
