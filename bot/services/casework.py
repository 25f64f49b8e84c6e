"""Operators among themselves: notes, handing a conversation to a colleague, a second pair of eyes.

A conversation that is being handed over stays with whoever hands it over until the other accepts; declined or not
answered, it waits in the queue, where it waited before. At no moment has it nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.core.casework import LONGEST_NOTE, NewNote, NoteKind, Request, RequestId, RequestKind
from bot.core.conversation import Conversation
from bot.core.ids import ConversationId, OperatorId
from bot.core.turn import Stale
from bot.services.changes import Changes
from bot.services.ports import CaseStore, Clock, Run
from bot.services.tell import Tell

log = structlog.get_logger(__name__)

_T = TypeVar("_T")


class Casework:
    """Every change wakes all desks; what a person notices of it is told to them."""

    def __init__(
        self, cases: CaseStore, tell: Tell, changes: Changes, run: Run, clock: Clock, answer_within: timedelta
    ) -> None:
        """*answer_within*: so long a colleague who is rung may take; then the conversation waits in the queue again."""
        self.answer_within = answer_within
        self._cases, self._tell, self._changes, self._run, self._clock = cases, tell, changes, run, clock

    async def note(self, conversation_id: ConversationId, operator: OperatorId, text: str) -> None:
        """Write a note beside the messages. Raises LookupError, ValueError (empty, or over LONGEST_NOTE)."""
        await self._run(self._cases.add_note, conversation_id, operator, _worded(NoteKind.NOTE, text), self._clock())
        self._changes.tell(Changes.DESK)

    async def transfer(self, conversation_id: ConversationId, by: OperatorId, to: OperatorId, text: str) -> RequestId:
        """Offer the conversation to a colleague who is at the desk; *text* tells them why, and may be empty.

        Raises LookupError, NotHeld (*by* does not hold it), Refused, ValueError.
        """
        note = _worded(NoteKind.TRANSFER, text) if text.strip() else None
        return await self._ask(RequestKind.TRANSFER, conversation_id, by, to, note)

    async def look(self, conversation_id: ConversationId, by: OperatorId, to: OperatorId, text: str) -> RequestId:
        """Ask a colleague to look at it; it stays with its holder. Raises LookupError, Refused, ValueError."""
        return await self._ask(RequestKind.LOOK, conversation_id, by, to, _worded(NoteKind.LOOK, text))

    async def accept(self, request_id: RequestId, operator: OperatorId) -> Conversation:
        """Take the conversation that was offered; the person is told. Raises Refused, NotHeld, LookupError."""
        conversation = await self._until_read(lambda: self._cases.accept(request_id, operator, self._clock()))
        self._changes.tell(conversation.id, Changes.DESK)
        await self._tell(conversation, "operator_changed", operator)
        return conversation

    async def decline(self, request_id: RequestId, operator: OperatorId) -> None:
        """Say no: the conversation waits in the queue again, and the person is told. Raises Refused, NotHeld."""
        conversation = await self._until_read(lambda: self._cases.decline(request_id, operator, self._clock()))
        self._changes.tell(Changes.DESK)
        if conversation is not None:
            await self._tell(conversation, "operator_gone", operator)

    async def reply(self, request_id: RequestId, operator: OperatorId, text: str) -> None:
        """Answer a request to look. Raises Refused, ValueError, LookupError."""
        note = _worded(NoteKind.REPLY, text)
        await self._run(self._cases.reply, request_id, operator, note, self._clock())
        self._changes.tell(Changes.DESK)

    async def withdraw(self, request_id: RequestId, operator: OperatorId) -> None:
        """Ask no longer. Raises Refused."""
        await self._run(self._cases.withdraw, request_id, operator, self._clock())
        self._changes.tell(Changes.DESK)

    async def sweep(self) -> None:
        """Put back into the queue whatever was offered and not answered in time. To be called every now and then."""
        for request in await self._run(self._cases.overdue, self._clock() - self.answer_within):
            await self._give_up(request)

    async def _give_up(self, request: Request) -> None:
        try:
            conversation = await self._until_read(lambda: self._cases.give_up(request.id, self._clock()))
            if conversation is not None:
                self._changes.tell(conversation.id, Changes.DESK)
                await self._tell(conversation, "operator_gone", request.by)
                log.info("transfer_unanswered", conversation=conversation.id)
        except LookupError:
            log.info("transfer_gone")  # erased at this very moment

    async def _ask(
        self,
        kind: RequestKind,
        conversation_id: ConversationId,
        by: OperatorId,
        to: OperatorId,
        note: NewNote | None,
    ) -> RequestId:
        asked = await self._run(self._cases.ask, kind, conversation_id, by, to, note, self._clock())
        self._changes.tell(Changes.DESK)
        return asked

    async def _until_read(self, work: Callable[[], _T]) -> _T:
        while True:
            try:
                return await self._run(work)
            except Stale:  # a turn was written at the same moment: read again
                continue


def _worded(kind: NoteKind, text: str) -> NewNote:
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise ValueError(f"a note has 1 to {LONGEST_NOTE} characters")
    return NewNote(kind, {"text": text.strip()})
