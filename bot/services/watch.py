"""Who of those that hold a lease is dead: told by watching, not by anybody's clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.core.ids import ConversationId
from bot.core.sending import Lease


class Watch:
    """Sees leases again and again; what did not beat for *patience* seconds has lapsed.

    The times given to it are the loop's own, which only run forward.

    >>> watch, lease = Watch(90.0), Lease(ConversationId("c"), "w2", 3)
    >>> watch.lapsed([lease], at=0.0), watch.lapsed([lease], at=89.0), watch.lapsed([lease], at=90.0) == [lease]
    ([], [], True)
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._seen: dict[Lease, float] = {}

    def lapsed(
        self, held: Iterable[Lease], at: float, own: str = "", serving: Collection[ConversationId] = ()
    ) -> list[Lease]:
        """Which of all the leases that are *held* now have lapsed.

        Args:
            own: our own name; a lease of ours on what we are not *serving* has lapsed at once: its work broke.
        """
        self._seen = {lease: self._seen.get(lease, at) for lease in held}
        return [
            lease
            for lease, since in self._seen.items()
            if (lease.conversation_id not in serving if lease.by == own else at - since >= self._patience)
        ]
