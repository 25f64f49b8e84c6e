"""One at a time in each conversation, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.ids import ConversationId


class Alone:
    """Locks of conversations; one that nobody wants is forgotten."""

    def __init__(self) -> None:
        self._locks: dict[ConversationId, tuple[asyncio.Lock, list[None]]] = {}

    def __contains__(self, conversation_id: ConversationId) -> bool:
        """Is somebody with it, or waiting to be?"""
        return conversation_id in self._locks

    @asynccontextmanager
    async def with_(self, conversation_id: ConversationId) -> AsyncIterator[None]:
        """Whoever comes next waits, in order."""
        lock, users = self._locks.setdefault(conversation_id, (asyncio.Lock(), []))
        users.append(None)
        try:
            async with lock:
                yield
        finally:
            users.pop()
            if not users:
                del self._locks[conversation_id]
