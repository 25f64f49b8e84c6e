"""How often one person is answered. Everything they write is stored and weighed whatever this says; only replies rest.

A person on a bad line sends several messages at once, and each may have its answer. Somebody's thumb, an automat or an
attacker sends hundreds: hundreds of replies would cost money on SMS, make Telegram shut us out, and bury the one reply
that matters.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from enum import Enum

from bot.core.ids import ChannelName, ConversationId

#: So many people are remembered; who wrote longest ago is forgotten first, and begins anew.
_REMEMBERED = 10_000
#: The share of the replies that is kept for what the person wants of the conversation itself: leave, stop, erase.
_KEPT_BACK = 0.25


class Answer(Enum):
    YES = "yes"
    #: They come too fast: say so, once.
    SLOWER = "slower"
    NO = "no"


class Flood:
    """Counts replies by conversation, in this process. Time is the caller's, in seconds."""

    def __init__(self, a_minute: float = 0, channels: Collection[ChannelName] = ()) -> None:
        """*a_minute*: replies to one person; as many may come at once. 0: no limit. *channels*: where it holds."""
        self._channels = channels
        self._most, self._each = a_minute, a_minute / 60
        self._left: OrderedDict[ConversationId, tuple[float, float, bool]] = OrderedDict()

    def may_answer(
        self, channel: ChannelName, conversation_id: ConversationId, now: float, *, will: bool = False
    ) -> Answer:
        """May a reply go out *now*? Asking counts as replying, unless it is NO.

        Args:
            will: the message is about the conversation itself: to leave, to stop, to erase.
        """
        if not self._most or channel not in self._channels:
            return Answer.YES
        left, since, told = self._left.pop(conversation_id, (self._most, now, False))
        left = min(self._most, left + max(0.0, now - since) * self._each)
        if left >= self._most / 2:
            told = False
        if left >= (1 if will else 1 + self._most * _KEPT_BACK):
            answer, left = Answer.YES, left - 1
        else:
            answer, told = (Answer.NO if told or will else Answer.SLOWER), True
        self._left[conversation_id] = (left, now, told)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return answer
