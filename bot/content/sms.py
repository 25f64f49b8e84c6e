"""How much an SMS holds (3GPP TS 23.038 alphabets, TS 23.040 concatenation), and what goes into it first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: A reply by SMS is at most this many messages: each costs, and long ones arrive in pieces.
MOST_SEGMENTS = 2
#: The rank of what is never left out: a number, and the words without which it says nothing.
CERTAIN = 0

_PRICE = re.compile(r"(\d{1,4}(?:\.\d{1,6})?) ([A-Z]{3})", re.ASCII)

#: One part of a message in its forms, the shortest first, each with the rank at which it is taken: (rank, text).
Part = Sequence[tuple[int, str]]

#: The letters of the 7-bit alphabet, and those that stand with an escape before each.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€\f"
_BASIC, _EXTENDED = frozenset(BASIC), frozenset(EXTENDED)
#: Typographic marks that would make a whole SMS cost twice, and what says the same.
PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
_PLAIN = str.maketrans(PLAIN)


def segments(text: str) -> int:
    """How many SMS *text* takes: 160 or 2 x 153 in the 7-bit alphabet, else 70 or 2 x 67 in UTF-16.

    >>> segments("a" * 306), segments("က" * 134), segments("က" * 135)
    (2, 2, 3)
    """
    if all(character in _BASIC or character in _EXTENDED for character in text):
        units, alone, joined = len(text) + sum(character in _EXTENDED for character in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)


def cheap(text: str) -> str:
    """*text* with plain marks where that saves a segment; as it is where it does not help."""
    plain = text.translate(_PLAIN)
    return plain if segments(plain) < segments(text) else text


@dataclass(frozen=True)
class Price:
    """Of one segment, in a currency by its three letters (ISO 4217)."""

    amount: Decimal
    currency: str

    @classmethod
    def read(cls, text: str) -> Price:
        """Raises ValueError.

        >>> Price.read("0.05 USD")
        Price(amount=Decimal('0.05'), currency='USD')
        """
        match = _PRICE.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        return cls(Decimal(match[1]), match[2])


def fit(parts: Sequence[Part], separator: str = "\n") -> str:
    """*parts* joined in their order, each in the last form that fits; a part of which none fits is left out.

    Forms are taken by rank, so a long name never drives out something that matters more, nor the short form of it.
    What is CERTAIN stays even where it is too long: :mod:`bot.content.check` finds that before anybody is sent it.

    >>> fit([[(0, "999"), (1, "Call 999: police")], [(2, "b" * 300)], [(3, "Stay near a door.")]])
    'Call 999: police\\nStay near a door.'
    """
    chosen = [""] * len(parts)
    steps = ((rank, place, text) for place, forms in enumerate(parts) for rank, text in forms)
    for rank, place, text in sorted(steps, key=lambda step: step[0]):
        tried = [*chosen[:place], text, *chosen[place + 1 :]]
        if rank == CERTAIN or segments(separator.join(filter(None, tried))) <= MOST_SEGMENTS:
            chosen = tried
    return separator.join(filter(None, chosen))
