"""One turn: understand a message, weigh it, decide, answer or relay; all of it written in one transaction.

What a message says is found in :mod:`bot.services.understand`, what it means and changes in :mod:`bot.core.heard`, what
the bot says to it in :mod:`bot.services.reply`. Here it is whose turn it is, and that a turn is taken whole and once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.core.conversation import Holder
from bot.core.heard import weigh
from bot.core.ids import ConversationId
from bot.core.message import Reply
from bot.core.taxonomy import Intent
from bot.core.turn import Accepted, PendingTurn, ShownMessage, Stale, TurnOutcome
from bot.core.understanding import Understanding
from bot.services.alone import Alone
from bot.services.changes import Changes
from bot.services.ports import Clock, ConversationStore, EraserStore, Parting, Run
from bot.services.reply import BotReplies, Said
from bot.services.understand import Understand

log = structlog.get_logger(__name__)

#: How often a turn is decided anew because an operator changed the conversation meanwhile.
_MOST_REREADS = 20
#: So many patient turns are taken at once.
_AT_ONCE = 2
#: More than so many in line, and whoever can leave messages where they are should do so.
_FULL = 64


class Turns:
    """Takes the turns of all conversations: each conversation's own in order, one at a time."""

    def __init__(
        self,
        store: ConversationStore,
        eraser: EraserStore,
        understand: Understand,
        replies: BotReplies,
        changes: Changes,
        run: Run,
        clock: Clock,
        parting: Parting | None = None,
    ) -> None:
        """*parting* has the last word on a channel."""
        self._store, self._eraser, self._understand, self._replies = store, eraser, understand, replies
        self._changes, self._run, self._clock, self._parting = changes, run, clock, parting
        self._alone = Alone()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._waited: frozenset[ConversationId] = frozenset()  # at the last sweep

    async def resume(self) -> int:
        """Go on with what a stopped process left. Returns with how many conversations."""
        left = await self._run(self._store.with_pending_turns)
        for conversation_id in left:
            self._begin_left(conversation_id)
        return len(left)

    def begin(
        self,
        conversation_id: ConversationId,
        accepted: Accepted | None = None,
        *,
        then: Callable[[], None] | None = None,
        patient: bool = False,
    ) -> None:
        """Take the conversation's turns soon; returns at once. *then* is called at the end, however it ends.

        Args:
            patient: a few of these at once, the others in their order: when hundreds come together, whoever waits at a
                page and whatever is being sent must not stand behind all of them.
        """
        work = self._patiently(conversation_id, accepted) if patient else self.take(conversation_id, accepted)
        task = self._spawn(work)
        if then is not None:
            task.add_done_callback(lambda _: then())

    def _begin_left(self, conversation_id: ConversationId) -> None:
        """As :meth:`begin`, where a turn may have been begun before and not ended: each counts an attempt first, so
        that a message which kills the process cannot do so for ever."""
        self._spawn(self._patiently(conversation_id, None, left=True))

    def _spawn(self, work: Coroutine[Any, Any, Sequence[Reply | ShownMessage] | None]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _patiently(
        self, conversation_id: ConversationId, accepted: Accepted | None, *, left: bool = False
    ) -> None:
        if accepted is not None and self._few.locked():
            accepted = replace(accepted, turn=None)  # by then it is read anew
        async with self._few:
            await self.take(conversation_id, accepted, left=left)

    async def room(self) -> None:
        """Wait until not too many turns stand in line."""
        while len(self._tasks) > _FULL:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # the message stays pending: the next message, the sweep or a restart takes its turn
            log.error("turn_failed", error=type(error).__name__)

    async def sweep(self) -> None:
        """Begin what waits although nobody works on it: after an outage of the database, say.

        It must have waited at the last sweep too: what came since is in the hands of whoever received it, perhaps in
        another process, which cannot be seen from here.
        """
        waiting = await self._run(self._store.with_pending_turns)
        for conversation_id in waiting:
            if conversation_id in self._waited and conversation_id not in self._alone:
                self._begin_left(conversation_id)
        self._waited = frozenset(waiting)

    async def rest(self) -> None:
        """Wait until no turn is being taken: before the server stops."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def take(
        self,
        conversation_id: ConversationId,
        accepted: Accepted | None = None,
        *,
        hand_out: bool = False,
        left: bool = False,
    ) -> Sequence[Reply | ShownMessage] | None:
        """Take the turns of a conversation in order: up to the *accepted* message, or all that wait.

        Args:
            hand_out: the person waits for the answer; all that is theirs by then is marked sent and returned.
            left: the turns may have been begun before and not ended.
        Returns None when there was no turn to take. Somebody whose conversation was erased at their wish gets the last
        words here in any case: they are stored nowhere.
        """
        said: Sequence[Reply | ShownMessage] | None = None
        async with self._alone.with_(conversation_id):
            pending = accepted.turn if accepted is not None else None
            while True:
                pending = pending or await self._run(self._store.next_turn, conversation_id)
                if pending is None:
                    return said
                if left:
                    await self._run(self._store.record_attempt, pending.message_id)
                    pending = replace(pending, attempts=pending.attempts + 1)
                said = [*(said or ()), *await self._one(pending, hand_out=hand_out)]
                if accepted is not None and pending.message_id >= accepted.message_id:
                    return said  # what came later has its own taker
                pending = None

    async def _one(self, pending: PendingTurn, *, hand_out: bool) -> Sequence[Reply | ShownMessage]:
        began = time.perf_counter()
        understood = await self._understand.message(pending)
        for _ in range(_MOST_REREADS):
            outcome, intent, erase = await self._decide(pending, understood)
            if erase:
                traces = await self._parting.traces(pending.conversation.id) if self._parting else None
                await self._run(self._eraser.erase, pending.conversation.id, self._clock())
                self._changes.tell(pending.conversation.id, Changes.DESK)
                if self._parting and traces:
                    self._parting.part_from(traces, outcome.replies)
                log.info("conversation_erased")
                return outcome.replies
            try:
                handed = await self._run(self._store.commit_turn, outcome, hand_out=hand_out)
            except Stale:
                fresh = await self._run(self._store.next_turn, pending.conversation.id)
                if fresh is None or fresh.message_id != pending.message_id:
                    return ()  # erased, or another taker was first
                pending = fresh
                continue
            self._changes.tell(pending.conversation.id, Changes.DESK)
            log.info(
                "turn_taken",
                conversation=pending.conversation.id,
                message=pending.message_id,
                intent=intent,
                risk=outcome.conversation.risk.word,
                holder=outcome.conversation.holder.value,
                replies=len(outcome.replies),
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
            return handed
        raise Stale(pending.conversation.id)

    async def _decide(self, pending: PendingTurn, understood: Understanding) -> tuple[TurnOutcome, Intent, bool]:
        now = self._clock()
        heard = weigh(pending, understood, now)
        said = Said(heard.conversation, pending.memory)
        # while an operator holds it the bot is silent, and so it is where the channel itself has answered
        if heard.conversation.holder is not Holder.OPERATOR and not pending.answered:
            said = await self._replies.to(pending, heard, now)
        outcome = TurnOutcome(
            pending, said.conversation, heard.understanding, heard.signs, said.replies, said.memory, now
        )
        return outcome, heard.route.intent, said.erase
