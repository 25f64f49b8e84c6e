"""The groups into which figures are cut: the same whoever wrote, so that a row tells nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.content.countries import Countries
from bot.core.casework import OUTCOMES
from bot.core.figures import HOURS, UNKNOWN
from bot.core.holding import Ending
from bot.core.risk import Risk
from bot.core.taxonomy import INDICATORS, LANGUAGES


def figure_groups(countries: Countries, channels: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Grouping -> its groups, for :func:`bot.core.report.make_report`. *channels*: by which people can write to us."""
    places = (*countries.names, UNKNOWN)
    ends = (Ending.HANDED_BACK, Ending.TRANSFERRED, Ending.RETURNED)
    return {
        "risk": tuple(risk.word for risk in sorted(Risk, reverse=True)),
        "language": tuple(LANGUAGES),
        "channel": tuple(channels),
        "present": places,
        "origin": places,
        "destination": places,
        "hour": tuple(f"{hour:02}" for hour in range(0, 24, HOURS)),
        "reached": ("human", "waited", "bot"),
        "end": ("answered", "abandoned", "waiting"),
        "outcome": (*(name for name, counts in OUTCOMES.items() if counts), "closed", *(end.value for end in ends)),
        "indicator": tuple(INDICATORS),
    }
