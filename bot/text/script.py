"""In which writing a text is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import regex

LATIN = "Latn"
# first code point, script (ISO 15924); a block runs to the next line; "" is no letter
_BLOCKS: tuple[tuple[int, str], ...] = (
    (0x0000, ""), (0x0041, LATIN), (0x005B, ""), (0x0061, LATIN), (0x007B, ""), (0x00AA, LATIN), (0x00AB, ""),
    (0x00C0, LATIN), (0x00D7, ""), (0x00D8, LATIN), (0x00F7, ""), (0x00F8, LATIN), (0x02B0, ""), (0x0370, "Grek"),
    (0x0400, "Cyrl"), (0x0530, "Armn"), (0x0590, "Hebr"), (0x0600, "Arab"), (0x0700, ""), (0x0900, "Deva"),
    (0x0980, "Beng"), (0x0A00, "Guru"), (0x0A80, "Gujr"), (0x0B00, "Orya"), (0x0B80, "Taml"), (0x0C00, "Telu"),
    (0x0C80, "Knda"), (0x0D00, "Mlym"), (0x0D80, "Sinh"), (0x0E00, "Thai"), (0x0E50, ""), (0x0E80, "Laoo"),
    (0x0ED0, ""), (0x0EDC, "Laoo"), (0x0F00, "Tibt"), (0x1000, "Mymr"), (0x1040, ""), (0x1050, "Mymr"),
    (0x10A0, "Geor"), (0x1100, "Hang"), (0x1200, "Ethi"), (0x13A0, ""), (0x1780, "Khmr"), (0x17D4, ""),
    (0x1E00, LATIN), (0x1F00, "Grek"), (0x2000, ""), (0x2E80, "Hani"), (0x3008, ""), (0x3041, "Kana"),
    (0x3100, "Hani"), (0x3130, "Hang"), (0x3190, ""), (0x3400, "Hani"), (0x4DC0, ""), (0x4E00, "Hani"), (0xA000, ""),
    (0xA9E0, "Mymr"), (0xAA00, ""), (0xAA60, "Mymr"), (0xAA80, ""), (0xAC00, "Hang"), (0xD7B0, ""), (0xF900, "Hani"),
    (0xFB00, ""), (0x20000, "Hani"), (0x323B0, ""),
)  # fmt: skip
_STARTS = np.array([start for start, _ in _BLOCKS], dtype=np.uint32)
_NAMES = tuple(dict.fromkeys(name for _, name in _BLOCKS))
_SCRIPT_OF_BLOCK = np.array([_NAMES.index(name) for _, name in _BLOCKS])

#: Scripts written without spaces between words.
UNSPACED = frozenset(("Thai", "Laoo", "Mymr", "Khmr", "Hani", "Kana"))
_NEEDS_NONE = r"[\p{Thai}\p{Lao}\p{Myanmar}\p{Khmer}\p{Han}]"
_NEEDLESS = regex.compile(rf"(?<={_NEEDS_NONE}) (?={_NEEDS_NONE})")


def code_points(text: str) -> np.ndarray:
    """The code points of *text*, unpaired surrogates included, as a read-only array of uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def count_letters(text: str) -> Mapping[str, int]:
    """How many letters and marks of each script *text* has; digits, spaces and signs count for none.

    >>> count_letters("pasport ถูก 12")
    {'Latn': 7, 'Thai': 3}
    """
    blocks = np.searchsorted(_STARTS, code_points(text), side="right") - 1
    counts = np.bincount(_SCRIPT_OF_BLOCK[blocks], minlength=len(_NAMES))
    return {_NAMES[place]: int(counts[place]) for place in counts.nonzero()[0] if _NAMES[place]}


def main_script(text: str) -> str | None:
    """The script a message is written in, or None without any letter.

    Words of Latin letters are common inside messages in another script, and rare the other way round, so a third of
    the letters is enough for the other one; a Chinese character weighs as much as three letters.
    """
    counts = count_letters(text)
    if not counts:
        return None
    weights = {script: count * _WEIGHT.get(script, 1.0) for script, count in counts.items()}
    return max(weights, key=weights.__getitem__)


_WEIGHT = {LATIN: 0.5, "Hani": 3.0, "Kana": 6.0}


def close_up(text: str) -> tuple[str, Sequence[int] | None]:
    """*text* without the spaces between letters of scripts that need none, where people put them as they like.

    Returns with it the place in *text* of each character, or None where nothing was taken out.

    >>> close_up("ผม คิด ฆ่า ตัว ตาย ok")[0]
    'ผมคิดฆ่าตัวตาย ok'
    """
    if " " not in text or text.isascii():
        return text, None
    dropped = {match.start() for match in _NEEDLESS.finditer(text)}
    if not dropped:
        return text, None
    places = [place for place in range(len(text)) if place not in dropped]
    return "".join([text[place] for place in places]), places
