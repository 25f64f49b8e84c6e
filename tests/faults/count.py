"""Counting what was written, what was said, and what the other side saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.message import Author, Delivery
from bot.core.turn import ShownMessage

_GONE = (Delivery.SENT, Delivery.DELIVERED, Delivery.READ)


@dataclass
class Count:
    """The figures of one channel; all of the second half must be 0."""

    name: str
    messages: int = 0  # that people sent
    turns: int = 0
    replies: int = 0  # written to the outbox
    seen: int = 0  # taken by the other side
    states: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    unanswered: int = 0

    @property
    def uncertain(self) -> int:
        return self.states[Delivery.UNCERTAIN.value]

    def line(self) -> str:
        return (
            f"{self.name:10} messages {self.messages:6}  turns {self.turns:6}  replies {self.replies:6}  "
            f"seen {self.seen:6}  lost = {self.lost}  doubled = {self.doubled}  out of order = {self.out_of_order}  "
            f"unanswered = {self.unanswered}  uncertain = {self.uncertain}  {dict(self.states)}"
        )


def compare(
    count: Count, wrote: Sequence[str], kept: Iterable[ShownMessage], took: Sequence[str], *, in_order: bool
) -> None:
    """Add one person's conversation to *count*.

    Args:
        wrote: the texts that the person sent.
        kept: the conversation as we have it.
        took: the texts that the other side took from us, in its order.
        in_order: the person's messages reached us in their order.
    """
    messages = list(kept)
    asked = [one for one in messages if one.author is Author.PERSON]
    said = [one for one in messages if one.author is not Author.PERSON]
    count.messages += len(wrote)
    count.turns += sum(one.turn == "done" for one in asked)
    count.replies += len(said)
    count.seen += len(took)
    count.states.update(one.delivery.value for one in said if one.delivery)
    missing = Counter(wrote) - Counter(one.text for one in asked)
    twice = Counter(one.text for one in asked) - Counter(wrote)
    count.lost += missing.total()
    count.doubled += twice.total()
    if in_order and not missing and not twice and [one.text for one in asked] != list(wrote):
        count.out_of_order += 1
    answered = {one.answers for one in said}
    count.unanswered += sum(one.id not in answered or one.turn != "done" for one in asked)
    _follow(count, said, took)


def _follow(count: Count, said: Sequence[ShownMessage], took: Sequence[str]) -> None:
    """Walk through what the other side took, beside what we have as sent."""
    place = 0
    for text in took:
        found = next((n for n in range(place, len(said)) if said[n].text == text), None)
        if found is None:
            earlier = said[place - 1].text == text if place else False
            count.doubled += earlier
            count.out_of_order += not earlier
            continue
        count.lost += sum(one.delivery in _GONE for one in said[place:found])
        place = found + 1
    count.lost += sum(one.delivery in _GONE for one in said[place:])
    # what neither went nor is shown to a human as stuck
    count.lost += sum(one.delivery in (Delivery.QUEUED, Delivery.SENDING) for one in said)
