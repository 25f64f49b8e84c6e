"""Nobody is promised while the desk is closed: whoever comes to the queue then hears when it opens."""

from __future__ import annotations

from datetime import datetime

from bot.core.conversation import Conversation, Holder
from bot.core.hours import ZONES, Hours, IsHoliday, Opening
from bot.core.ids import SHORT_CHANNELS
from bot.core.message import Reply, Saying
from bot.core.risk import Risk
from bot.core.urgency import urgency
from bot.services.ports import Run, WhoIsThere, Wording

SAYING = "wait.desk_opens"


class WhenOpen:
    """The desk's hours, as people hear of them."""

    def __init__(
        self,
        hours: Hours,
        is_holiday: IsHoliday,
        at_the_desk: WhoIsThere,
        wording: Wording,
        run: Run,
    ) -> None:
        self._hours, self._is_holiday = hours, is_holiday
        self._at_the_desk, self._wording, self._run = at_the_desk, wording, run

    def is_open(self, now: datetime) -> bool:
        return self._hours.is_open(now, self._is_holiday)

    def opens(self, now: datetime) -> Opening | None:
        """The next opening; None while it is open."""
        return self._hours.opens(now, self._is_holiday)

    async def told(
        self, before: Conversation, after: Conversation, replies: tuple[Reply, ...], now: datetime
    ) -> tuple[Reply, ...]:
        """*replies* of a turn, with the opening where it brought the conversation into the queue of a closed desk.

        Not while somebody watches the phone, and not in grave danger: whoever is on call is called then, and
        "tomorrow" is no answer. The last reply stays last where it asks something.
        """
        came = after.holder is Holder.QUEUE and before.holder is not Holder.QUEUE
        if not came or after.unsafe or urgency(after.risk, after.handoff_reason) >= Risk.HIGH:
            return replies
        opening = self.opens(now)
        if opening is None or len(await self._run(self._at_the_desk, now)):
            return replies
        country = after.country if after.country in ZONES else opening.country
        saying = Saying(SAYING, {"at": opening.at.isoformat(), "country": country})
        form = "sms" if after.channel in SHORT_CHANNELS else "chat"
        added = self._wording.word(saying, after.language, form)
        last = len(replies) - (after.question is not None and len(replies) > 1)
        return (*replies[:last], added, *replies[last:])
