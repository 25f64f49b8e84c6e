"""The ladder of calls for everybody who waits: climbed step by step until somebody takes the conversation over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.ids import SHORT_CHANNELS, ConversationId
from bot.core.ladder import Climbed, Desk, Ladder, OnLadder, Rung, due, is_acknowledged, next_at
from bot.core.message import Reply, Saying
from bot.core.on_call import Target
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, LadderStore, Run, WhoIsThere, Wording

log = structlog.get_logger(__name__)

#: What is said to somebody to whom nobody has come, and the question under it.
NOBODY_YET, HOW_TO_REACH = "wait.nobody_yet", "human_unavailable.back"
#: Seconds: between two looks when nothing is due, for what other processes did; and at least, under load.
_IDLE, _BREATH = 10.0, 1.0


@dataclass(frozen=True)
class Rules:
    """How a hotline calls. ``told_after``: so long after the beginning of the wait the person hears of it."""

    ladder: Ladder
    on_call: tuple[Target, ...] = ()
    told_after: timedelta = timedelta(minutes=10)


class Climb:
    """One per process; several share the work, as each step is written by the first that takes it."""

    def __init__(
        self,
        ladders: LadderStore,
        conversations: ConversationStore,
        at_the_desk: WhoIsThere,
        is_open: Callable[[datetime], bool],
        wording: Wording,
        rules: Rules,
        changes: Changes,
        run: Run,
        clock: Clock,
    ) -> None:
        """*is_open*: is the desk open, by its hours?"""
        self._ladders, self._conversations, self._wording, self._rules = ladders, conversations, wording, rules
        self._at_the_desk, self._is_open = at_the_desk, is_open
        self._changes, self._run, self._clock = changes, run, clock
        self._desk: Desk | None = None  # as at the last look: what changes at the desk changes every ladder

    async def run(self) -> None:
        """Look whenever something is due or changes, until cancelled."""
        async with self._changes.subscribe(Changes.DESK) as news:
            while not self._changes.closed:
                wait = _IDLE
                try:
                    await self.look()
                    due_at = await self._run(self._ladders.next_at)
                    if due_at is not None:
                        wait = min(wait, (due_at - self._clock()).total_seconds())
                except Exception as error:  # the database is away: what is due stays due
                    log.error("ladder_failed", error=type(error).__name__)
                await news.wait(max(wait, 0.01))
                await asyncio.sleep(_BREATH)

    async def look(self) -> None:
        """Take every step that is due now."""
        now = self._clock()
        desk = Desk(bool(await self._run(self._at_the_desk, now)), self._is_open(now))
        changed, self._desk = desk != self._desk, desk
        await self._run(self._ladders.forget)
        untold_since = now - self._rules.told_after
        for one in await self._run(self._ladders.to_climb, now, untold_since, everybody=changed):
            await self._climb(one, desk, now)
            await asyncio.sleep(0)  # hundreds at once must not hold up whoever writes now

    async def _climb(self, one: OnLadder, desk: Desk, now: datetime) -> None:
        climbed = one.climbed
        if climbed is None:
            climbed = Climbed(one.urgency, one.waiting_since)
        elif one.urgency > climbed.risk:
            climbed = Climbed(one.urgency, now)
        elif climbed.acknowledged_until is not None and not is_acknowledged(climbed, now):
            climbed = replace(climbed, acknowledged_until=None)
        after = replace(climbed, rung=due(self._rules.ladder, climbed, desk, now))
        told_at = one.waiting_since + self._rules.told_after
        telling = not one.told and now >= told_at and one.may_be_told(now)
        times = [next_at(self._rules.ladder, after, desk), after.acknowledged_until, None if one.told else told_at]
        later = [at for at in times if at is not None and at > now]
        on_call = [(target.channel, target.address) for target in self._rules.on_call]
        written = await self._run(self._ladders.climb, one, after, min(later, default=None), now, on_call)
        if written and after.rung is not (one.climbed.rung if one.climbed else Rung.NOBODY):
            log.info("ladder_climbed", conversation=one.conversation_id, rung=after.rung.word, risk=after.risk.word)
        if written:
            self._changes.tell(Changes.DESK)
        if written and telling:
            await self._tell(one.conversation_id, now)

    async def _tell(self, conversation_id: ConversationId, now: datetime) -> None:
        conversation = await self._run(self._conversations.get, conversation_id)
        if conversation is None:
            return
        replies: Sequence[Reply] = ()
        question = None
        if not conversation.unsafe:  # while somebody watches the phone nothing is said by itself
            form = "sms" if conversation.channel in SHORT_CHANNELS else "chat"
            sayings = [Saying(NOBODY_YET, dict(conversation.countries))]
            # an open question waits for its own answer, and who left a number needs no asking
            if conversation.question is None and "callback" not in conversation.told:
                question = HOW_TO_REACH
                sayings.append(Saying(question))
            replies = [self._wording.word(saying, conversation.language, form) for saying in sayings]
        with suppress(LookupError):  # erased at this very moment
            if await self._run(self._ladders.tell, conversation_id, replies, question, now):
                self._changes.tell(conversation_id, Changes.DESK)
