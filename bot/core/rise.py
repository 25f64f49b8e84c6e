"""How the risk of a conversation rose: by which message, by which rule, because of which signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.ids import MessageId
from bot.core.risk import NO_RISK, Assessment, Sign, assess
from bot.core.taxonomy import Indicator


@dataclass(frozen=True)
class Rise:
    """``new``: what the message added to the signs that were there."""

    message_id: MessageId
    assessment: Assessment
    new: tuple[Indicator, ...]


def rises(seen: Iterable[tuple[MessageId, Iterable[Indicator]]]) -> tuple[Rise, ...]:
    """The steps up, the first first.

    Args:
        seen: each message of the person with the signs in it, in order.
    """
    steps: list[Rise] = []
    signs: list[Sign] = []
    before = NO_RISK
    for message_id, indicators in seen:
        known = {sign.indicator for sign in signs}
        new = tuple(one for one in dict.fromkeys(indicators) if one not in known)
        signs += [Sign(one, message_id) for one in new]
        after = assess(signs)
        if after.risk > before.risk:
            steps.append(Rise(message_id, after, new))
            before = after
    return tuple(steps)
