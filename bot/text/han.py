"""Traditional Chinese characters and the simplified ones they are read as, by the tables of OpenCC."""

from __future__ import annotations

from itertools import chain

from opencc import OpenCC

_HAN = chain(range(0x3400, 0xA000), range(0xF900, 0xFB00))
_CHAT = {"妳": "你", "瞭": "了"}  # written for the same word in chat; OpenCC keeps them apart


def _simplified() -> dict[str, str]:
    convert = OpenCC("t2s").convert
    pairs = ((character, convert(character)) for character in map(chr, _HAN))
    return {traditional: one for traditional, one in pairs if one != traditional and len(one) == 1} | _CHAT


#: Traditional character -> simplified character.
SIMPLIFIED = _simplified()
