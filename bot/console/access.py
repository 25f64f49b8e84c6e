"""Who may see and do what at the desk: decided here, for every route, and written to the audit log."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Collection
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request

from bot.console.masks import REVEALED, REVEALED_FOR, Mask, said
from bot.console.recently import Recently
from bot.console.sign_in import SignIn
from bot.content.named import NO_INTRODUCTIONS, Introductions
from bot.core.conversation import Conversation
from bot.core.ids import ConversationId
from bot.core.roles import Right, may
from bot.core.turn import ShownMessage
from bot.services.ports import Clock, Run
from bot.store.audit import AuditLog
from bot.store.conversations import Conversations
from bot.store.operators import Operator
from bot.store.sessions import Session, Stage

COOKIE = "desk"
READ_LASTS = timedelta(minutes=5)  # a page asks again at every change: within this it is one reading

_REFUSALS = {
    Stage.CODE: "the code of your second step is still asked",
    Stage.SET_UP: "set up your second step first",
}


class Access:
    """The one way from a request to an operator, and from an operator to a conversation."""

    def __init__(
        self,
        sign_in: SignIn,
        audit: AuditLog,
        conversations: Conversations,
        run: Run,
        clock: Clock,
        known_numbers: Collection[str] = (),
        introductions: Introductions = NO_INTRODUCTIONS,
    ) -> None:
        """*known_numbers*: digits of numbers that are never hidden, those of hotlines. *introductions* find names."""
        self.sign_in, self._audit, self._conversations = sign_in, audit, conversations
        self._run, self._clock, self._known = run, clock, known_numbers
        self._introductions = introductions
        self._read = Recently(READ_LASTS)

    async def session(self, request: Request) -> Session:
        """The session of a request, however far its sign-in has come and whether or not it is locked. Raises 401."""
        token = request.cookies.get(COOKIE)
        session = await self.sign_in.session(token) if token else None
        if session is None:
            raise HTTPException(401, "sign in first")
        return session

    async def is_open(self, request: Request, right: Right) -> bool:
        """Whether the session of a request that goes on for long is signed in, not locked, and still has *right*."""
        session = await self.sign_in.session(request.cookies.get(COOKIE, ""))
        if session is None or session.stage is not Stage.IN or session.locked:
            return False
        return may(session.operator.role, right)

    async def conversation_for(self, operator: Operator, conversation_id: str) -> Conversation:
        """A conversation that *operator* may read; the reading is recorded, once in READ_LASTS. Raises 404."""
        found = await self._run(self._conversations.get, ConversationId(conversation_id))
        if found is None:
            raise HTTPException(404, "there is no such conversation; it may have been erased")
        if self._read.first((operator.id, found.id), self._clock()):
            await self.record(operator, "read", found.id)
        return found

    async def mask_for(
        self, operator: Operator, conversation: Conversation, messages: Collection[ShownMessage]
    ) -> Mask:
        """What of *conversation* is hidden from *operator* now. *messages*: all of it, for the names said in them."""
        now = self._clock()
        revealed = await self._run(self._audit.last, operator.id, REVEALED, conversation.id)
        until = revealed + REVEALED_FOR if revealed is not None else now
        if until > now:
            return Mask(until)
        # in a thread: a long conversation in Burmese takes a tenth of a second
        names = await asyncio.to_thread(self._introductions.named_in, list(said(messages)))
        return Mask(None, conversation.operator == operator.id, self._known, names)

    async def record(
        self,
        operator: Operator,
        action: str,
        conversation_id: ConversationId | None,
        detail: str | None = None,
        words: str | None = None,
    ) -> None:
        """Append to the audit log: see :meth:`bot.store.audit.AuditLog.record`."""
        await self._run(self._audit.record, operator.id, action, conversation_id, self._clock(), detail, words)


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


AccessOf = Annotated[Access, Depends(_access)]


class May:
    """What a route asks of whoever calls it. Every route has exactly one, or is open on purpose.

    Args:
        right: None is for whoever is signed in.
        changes: the page proves with ``X-CSRF`` that the request is its own; it is the operator's hand.
        stages: how far the sign-in must have come.
        locked: also while the session is locked.
    Raises 401 (not signed in), 403, 423 (locked).
    """

    def __init__(
        self,
        right: Right | None,
        *,
        changes: bool = False,
        stages: Collection[Stage] = (Stage.IN,),
        locked: bool = False,
    ) -> None:
        self.right, self.changes, self.stages, self.locked = right, changes, stages, locked

    async def __call__(self, request: Request, access: AccessOf, x_csrf: Annotated[str, Header()] = "") -> Operator:
        session = await access.session(request)
        if session.stage not in self.stages:
            raise HTTPException(401, _REFUSALS.get(session.stage, "you are signed in already"))
        if session.locked and not self.locked:
            raise HTTPException(423, "the desk is locked: unlock it with your password")
        if self.changes and not hmac.compare_digest(session.csrf.encode(), x_csrf.encode()):
            raise HTTPException(403, "this page is too old: load it again")
        if self.right is not None and not may(session.operator.role, self.right):
            raise HTTPException(403, f"this needs the right to {self.right}: ask an admin")
        if self.changes and not session.locked:
            await access.sign_in.touch(request.cookies[COOKIE])
        request.state.session = session
        return session.operator


def session_of(request: Request) -> Session:
    """The session that a route's :class:`May` let in."""
    session: Session = request.state.session
    return session


Anyone = Annotated[Operator, Depends(May(None))]
AnyoneChanging = Annotated[Operator, Depends(May(None, changes=True))]
Reader = Annotated[Operator, Depends(May(Right.READ))]
Helper = Annotated[Operator, Depends(May(Right.HELP, changes=True))]

# the way in, and what goes on while the desk is locked
GivingCode = Annotated[Operator, Depends(May(None, changes=True, stages=(Stage.CODE,)))]
SettingUp = Annotated[Operator, Depends(May(None, changes=True, stages=(Stage.SET_UP, Stage.IN)))]
Arriving = Annotated[Operator, Depends(May(None, locked=True))]
Unlocking = Annotated[Operator, Depends(May(None, changes=True, locked=True))]
Leaving = Annotated[Operator, Depends(May(None, changes=True, stages=tuple(Stage), locked=True))]
Listening = Annotated[Operator, Depends(May(Right.READ, locked=True))]

Admin = Annotated[Operator, Depends(May(Right.PEOPLE))]
AdminChanging = Annotated[Operator, Depends(May(Right.PEOPLE, changes=True))]
Auditor = Annotated[Operator, Depends(May(Right.AUDIT))]
Practiser = Annotated[Operator, Depends(May(Right.PRACTICE))]
PractiserChanging = Annotated[Operator, Depends(May(Right.PRACTICE, changes=True))]
Trainer = Annotated[Operator, Depends(May(Right.TRAIN))]
HelperReading = Annotated[Operator, Depends(May(Right.HELP))]
Supervisor = Annotated[Operator, Depends(May(Right.SUPERVISE))]
SupervisorChanging = Annotated[Operator, Depends(May(Right.SUPERVISE, changes=True))]
Reporter = Annotated[Operator, Depends(May(Right.REPORT))]
ContentReader = Annotated[Operator, Depends(May(Right.CONTENT))]
ReaderChanging = Annotated[Operator, Depends(May(Right.READ, changes=True))]
