"""Cutting a long text for a channel without breaking what a reader sees as one sign."""

from __future__ import annotations

import regex

_CLUSTER = regex.compile(r"\X")


def graphemes(text: str) -> list[str]:
    """The written characters of *text*: a letter with all of its marks, an emoji with its parts.

    >>> graphemes("ที่นี่")
    ['ที่', 'นี่']
    """
    return _CLUSTER.findall(text)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit in which Telegram and Twilio count."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int) -> list[str]:
    """Cut *text* into parts a channel will take, without breaking a written character.

    A cut falls after white space or the end of a sentence where the second half of a part has one, else between two
    graphemes.

    Args:
        text: NFC text; Thai, Lao, Khmer and Burmese have no spaces to cut at.
        limit: most UTF-16 code units in a part, a safe count for Telegram (4096) and Twilio (1600).
    Returns: parts in reading order, none empty; ``"".join(parts) == text``.
    Raises ValueError: one grapheme alone is longer than *limit*.

    >>> split("ကျေးဇူး", 4)
    ['ကျေး', 'ဇူး']
    """
    parts: list[str] = []
    part: list[str] = []
    used = 0
    for grapheme in graphemes(text):
        size = utf16_length(grapheme)
        if size > limit:
            raise ValueError(f"one written character is {size} units long, more than the limit of {limit}")
        while used + size > limit:
            kept = _cut(part)
            parts.append("".join(part[:kept]))
            part = part[kept:]
            used = sum(map(utf16_length, part))
        part.append(grapheme)
        used += size
    if part:
        parts.append("".join(part))
    return parts


def _cut(part: list[str]) -> int:
    """How many graphemes of a full part to send: up to a space or a stop in its second half, else all."""
    for place in range(len(part) - 1, len(part) // 2, -1):
        if part[place].isspace() or part[place] in ".!?။។。！？":
            return place + 1
    return len(part)
