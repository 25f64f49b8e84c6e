"""How grave a conversation is, from every sign seen in it.

The rules are those of ``taxonomy.yml``. A single weak sign is common in ordinary bad work and raises only concern;
several together, or one that is grave by itself, raise it further (ILO, Indicators of forced labour, 2012: several
indicators together; UN Trafficking in Persons Protocol art. 3: act, means, purpose; art. 3(c): for a child no means
are needed).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from bot.core.ids import MessageId
from bot.core.taxonomy import EXPLOITATION, GRAVE, MEANS_OF_CONTROL, Indicator


class Risk(IntEnum):
    """Ordered: a higher value is more urgent. ``name.lower()`` is the word that people and interfaces see."""

    NONE = 0
    CONCERN = 1
    HIGH = 2
    EMERGENCY = 3

    @property
    def word(self) -> str:
        """``none``, ``concern``, ``high`` or ``emergency``."""
        return self.name.lower()


@dataclass(frozen=True)
class Sign:
    """An indicator seen in one message."""

    indicator: Indicator
    message_id: MessageId


@dataclass(frozen=True)
class Assessment:
    """A verdict with its grounds: the rule that held and the signs that made it hold."""

    risk: Risk
    rule: str
    because: tuple[Sign, ...] = ()


NO_RISK = Assessment(Risk.NONE, "none")

_SEXUAL_HARM = frozenset(map(Indicator, ("sexual_exploitation", "sexual_violence")))


def assess(signs: Iterable[Sign]) -> Assessment:
    """Weigh every sign of a conversation; the first rule that holds wins.

    A further sign never lowers the risk, and the order of the signs changes nothing but the order of ``because``.
    """
    signs = tuple(dict.fromkeys(signs))
    seen = frozenset(sign.indicator for sign in signs)

    def grounds(*wanted: Indicator) -> tuple[Sign, ...]:
        return tuple(sign for sign in signs if sign.indicator in wanted)

    immediate_danger, self_harm, child = map(Indicator, ("immediate_danger", "self_harm", "child"))
    exploitation, means = seen & EXPLOITATION, seen & MEANS_OF_CONTROL
    if immediate_danger in seen:
        return Assessment(Risk.EMERGENCY, "life_at_risk", grounds(immediate_danger))
    if self_harm in seen:
        return Assessment(Risk.EMERGENCY, "self_harm", grounds(self_harm))
    if child in seen and seen & _SEXUAL_HARM:
        return Assessment(Risk.EMERGENCY, "child_sexual_harm", grounds(child, *(seen & _SEXUAL_HARM)))
    if seen & GRAVE:
        return Assessment(Risk.HIGH, "grave_sign", grounds(*(seen & GRAVE)))
    if child in seen and exploitation:
        return Assessment(Risk.HIGH, "child_exploited", grounds(child, *exploitation))
    # one indicator may be both an exploitation and a means (wage_withholding, debt_bondage): a different one is needed
    if any(means - {sign} for sign in exploitation):
        return Assessment(Risk.HIGH, "exploitation_by_means", grounds(*exploitation, *means))
    if len(means) >= 2:
        return Assessment(Risk.HIGH, "several_means", grounds(*means))
    if seen:
        return Assessment(Risk.CONCERN, "single_sign", signs)
    return NO_RISK
