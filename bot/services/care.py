"""Care for operators: what they carried, the pause that comes after it, and a word about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.core.care import Act, Debrief, Pause, State, pause_at
from bot.core.ids import ConversationId, OperatorId
from bot.services.changes import Changes
from bot.services.ports import CareStore, Clock, Run

#: Longest answer of a debrief, in characters.
LONGEST_ANSWER = 1_000


@dataclass(frozen=True)
class Load:
    """Where an operator stands. *today*, *week*: grave cases they let go of, the week from Monday on."""

    today: int
    week: int
    pause: Pause
    ask_about: ConversationId | None


class Care:
    """The pauses of one hotline."""

    def __init__(
        self, store: CareStore, changes: Changes, run: Run, clock: Clock, zone: tzinfo, length: timedelta
    ) -> None:
        """*length*: of a pause; zero: there are none."""
        self._store, self._changes, self._run, self._clock = store, changes, run, clock
        self._zone, self._length = zone, length

    async def of(self, operator: OperatorId) -> Load:
        now = self._clock()
        today = day_begins(now, self._zone)
        monday = today - timedelta(days=today.weekday())
        since = min(monday, now - timedelta(days=1))  # a pause begun on Sunday night goes on
        standing = await self._run(self._store.standing, operator, since)
        pause = pause_at(now, standing.let_go, standing.acts, self._length, alone_with_emergency=False)
        if pause.state is State.RESTING and await self._alone_with_emergency(operator):
            pause = pause_at(now, standing.let_go, standing.acts, self._length, alone_with_emergency=True)
        return Load(
            today=sum(at >= today for at in standing.let_go),
            week=sum(at >= monday for at in standing.let_go),
            pause=pause,
            ask_about=standing.ask_about,
        )

    async def offers_next(self, operator: OperatorId) -> bool:
        """May the next conversation be offered to *operator* now?"""
        return (await self.of(operator)).pause.offers_next

    async def act(self, operator: OperatorId, act: Act) -> Load:
        """Put the pause off, or take it now. Raises PermissionError: there is none, or it was put off twice."""
        pause = (await self.of(operator)).pause
        if pause.state is State.FREE or (act is Act.PUT_OFF and pause.recommended):
            raise PermissionError("this pause cannot be changed any more")
        await self._run(self._store.add_act, operator, act, self._clock())
        self._changes.tell(Changes.DESK)
        return await self.of(operator)

    async def debrief(self, operator: OperatorId, conversation_id: ConversationId, debrief: Debrief | None) -> None:
        """Keep an operator's answers; None: not now, and not asked again.

        Raises LookupError (erased, or never theirs), ValueError (an answer over LONGEST_ANSWER characters).
        """
        if debrief is not None and max(len(debrief.stays), len(debrief.helps)) > LONGEST_ANSWER:
            raise ValueError(f"an answer has at most {LONGEST_ANSWER} characters")
        await self._run(self._store.add_debrief, operator, conversation_id, debrief, self._clock())

    async def resting(self) -> frozenset[OperatorId]:
        """Everybody whose pause it is now, whether or not an emergency calls them."""
        now = self._clock()
        standings = await self._run(self._store.standings, now - timedelta(days=1))
        return frozenset(
            operator
            for operator, one in standings.items()
            if pause_at(now, one.let_go, one.acts, self._length, alone_with_emergency=False).state is State.RESTING
        )

    async def _alone_with_emergency(self, operator: OperatorId) -> bool:
        if not await self._run(self._store.emergency_waits):
            return False
        others = await self._run(self._store.others_there, operator, self._clock())
        return not set(others) - await self.resting()


def day_begins(now: datetime, zone: tzinfo) -> datetime:
    """Midnight of today in *zone*."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
