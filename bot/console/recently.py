"""What was done a short while ago, so that it is written down once and not at every refresh of a page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta


class Recently:
    """Remembers for a while. A process that starts anew remembers nothing, so that rather too much is written."""

    def __init__(self, lasts: timedelta) -> None:
        self._lasts = lasts
        self._since: OrderedDict[Hashable, datetime] = OrderedDict()

    def first(self, what: Hashable, now: datetime) -> bool:
        """Whether *what* is new, or was new so long ago that it counts anew. From now on it is known.

        >>> seen, at = Recently(timedelta(minutes=5)), datetime(2026, 1, 5, 12, 0)
        >>> seen.first("a", at), seen.first("a", at + timedelta(minutes=4)), seen.first("a", at + timedelta(minutes=5))
        (True, False, True)
        """
        while self._since and next(iter(self._since.values())) <= now - self._lasts:
            self._since.popitem(last=False)
        if what in self._since:
            return False
        self._since[what] = now
        return True
