"""What a list is narrowed to, as the page asks for it and as a saved view keeps it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.core.conversation import Holder
from bot.core.ids import OperatorId
from bot.core.risk import Risk
from bot.store.filters import OPEN, Chosen

ListName = Literal["queue", "mine", "all_open", "closed"]
_HOLDERS: dict[str, tuple[Holder, ...]] = {
    "queue": (Holder.QUEUE,),
    "mine": (Holder.OPERATOR,),
    "all_open": OPEN,
    "closed": (Holder.CLOSED,),
}

#: Far enough from the ends of the calendar that a day more is a day.
_Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
_Code = Annotated[str, Field(pattern=r"^[A-Za-z_]{1,40}$")]
_Id = Annotated[int, Field(ge=0, lt=2**31)]


class Narrowed(BaseModel):
    """Of each kind any of those named; what is empty narrows nothing. Days are the operator's, named by *zone*."""

    model_config = ConfigDict(extra="forbid")

    risk: list[Literal["none", "concern", "high", "emergency"]] = Field(default_factory=list, max_length=4)
    language: list[_Code] = Field(default_factory=list, max_length=40)
    channel: list[_Code] = Field(default_factory=list, max_length=20)
    country: list[_Code] = Field(default_factory=list, max_length=40)
    indicator: list[_Code] = Field(default_factory=list, max_length=40)
    holder: list[Literal["bot", "queue", "operator", "closed"]] = Field(default_factory=list, max_length=4)
    label: list[_Id] = Field(default_factory=list, max_length=100)
    operator: list[_Id] = Field(default_factory=list, max_length=100)
    written_from: _Day | None = None
    written_to: _Day | None = None

    def chosen(self, holders: tuple[Holder, ...], zone: str = "UTC") -> Chosen:
        """The filters on conversations that *holders* hold. Raises ValueError: there is no such time zone."""
        asked = tuple(Holder(holder) for holder in self.holder)
        return Chosen(
            holders=tuple(one for one in holders if one in asked) if asked else holders,
            risks=tuple(Risk[risk.upper()] for risk in self.risk),
            languages=tuple(self.language),
            channels=tuple(self.channel),
            countries=tuple(self.country),
            indicators=tuple(self.indicator),
            labels=tuple(self.label),
            operators=tuple(self.operator),
            written_from=_midnight(self.written_from, zone),
            written_to=_midnight(self.written_to and self.written_to + timedelta(days=1), zone),
        )

    def of(self, name: str, operator: OperatorId, zone: str = "UTC") -> Chosen:
        """The filters on one of the lists, as *operator* sees it."""
        chosen = self.chosen(_HOLDERS[name], zone)
        return chosen.of(operator) if name == "mine" else chosen


def _midnight(day: date | None, zone: str) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), ZoneInfo(zone))
    except (KeyError, OSError, ValueError) as error:  # ZoneInfo names an unknown zone in several ways
        raise ValueError("no such time zone") from error
