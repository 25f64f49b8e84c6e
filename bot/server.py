"""The server that speaks HTTP: how it stops without keeping anybody waiting, and without leaving a line open."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn

#: Seconds in which a connection that was accepted as the server stopped becomes one that it knows.
_LAST_MOMENT = 0.05


class Server(uvicorn.Server):
    """Stops in order: open pages are let go, what was begun is answered, and every connection is closed.

    uvicorn alone waits for open pages until its patience ends, and neither shuts nor closes a connection that was
    accepted in the moment in which it stops.
    """

    def __init__(self, config: uvicorn.Config, let_go: Callable[[], None] = lambda: None) -> None:
        """*let_go* ends the answers that would never end by themselves: the event streams of open pages."""
        super().__init__(config)
        self._let_go = let_go

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what was begun within ``timeout_graceful_shutdown`` seconds; nothing is open afterwards."""
        self._let_go()
        # closed at once, asyncio's server would forget whom it has accepted and not yet told us of
        for listening in self.servers:
            for one in listening.sockets:
                asyncio.get_running_loop().remove_reader(one.fileno())
        await asyncio.sleep(_LAST_MOMENT)
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # an aborted connection is closed in the loop's next round
