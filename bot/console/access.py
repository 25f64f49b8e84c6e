"""Who may see and do what at the desk: decided here, for every route, and written to the audit log."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request

from bot.console.sign_in import SignIn
from bot.core.conversation import Conversation
from bot.core.ids import ConversationId
from bot.services.ports import Clock, Run
from bot.store.conversations import Conversations
from bot.store.operators import Operator, Operators, Session

COOKIE = "desk"


class Access:
    """The one way from a request to an operator, and from an operator to a conversation."""

    def __init__(
        self, sign_in: SignIn, operators: Operators, conversations: Conversations, run: Run, clock: Clock
    ) -> None:
        self.sign_in, self._operators, self._conversations = sign_in, operators, conversations
        self._run, self._clock = run, clock

    async def session(self, request: Request) -> Session:
        """The session of a request. Raises 401."""
        token = request.cookies.get(COOKIE)
        session = await self.sign_in.session(token) if token else None
        if session is None:
            raise HTTPException(401, "sign in first")
        return session

    async def conversation_for(self, operator: Operator, conversation_id: str) -> Conversation:
        """A conversation that *operator* may read; the reading is recorded. Raises 404."""
        found = await self._run(self._conversations.get, ConversationId(conversation_id))
        if found is None:
            raise HTTPException(404, "there is no such conversation; it may have been erased")
        await self.record(operator, "read", found.id)
        return found

    async def record(self, operator: Operator, action: str, conversation_id: ConversationId | None) -> None:
        await self._run(self._operators.record, operator.id, action, conversation_id, self._clock())


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


AccessOf = Annotated[Access, Depends(_access)]


async def signed_in(request: Request, access: AccessOf) -> Operator:
    """For what only reads."""
    return (await access.session(request)).operator


async def may_change(request: Request, access: AccessOf, x_csrf: Annotated[str, Header()] = "") -> Operator:
    """For what changes something: the page proves with ``X-CSRF`` that the request is its own. Raises 403."""
    session = await access.session(request)
    if not hmac.compare_digest(session.csrf.encode(), x_csrf.encode()):
        raise HTTPException(403, "this page is too old: load it again")
    return session.operator


Reader = Annotated[Operator, Depends(signed_in)]
Changer = Annotated[Operator, Depends(may_change)]
