"""How much an SMS holds (3GPP TS 23.038 alphabets, TS 23.040 concatenation)."""

from __future__ import annotations

from collections.abc import Sequence

#: A reply by SMS is at most this many messages: each costs, and long ones arrive in pieces.
MOST_SEGMENTS = 2

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # an escape before each


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


def fit(parts: Sequence[tuple[int, str]], separator: str = "\n") -> str:
    """*parts* joined in their order, without the least important ones where they do not fit.

    Args:
        parts: (importance, text); 0 is the most important and always stays, so that a number is never cut.
    """
    kept = [(importance, text) for importance, text in parts if text]
    while True:
        joined = separator.join(text for _, text in kept)
        if segments(joined) <= MOST_SEGMENTS:
            return joined
        least = max(kept, key=lambda part: part[0])
        if least[0] == 0:
            return joined
        kept.remove(least)
