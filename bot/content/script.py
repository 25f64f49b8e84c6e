"""The script a language is written in, and what does not belong into a text of it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache

from bot.core.taxonomy import LANGUAGES, Language

LATIN = "LATIN"
#: Letters that stand in any script: ordinal signs and modifiers.
_ANYWHERE = frozenset((LATIN, "MODIFIER", "FEMININE", "MASCULINE"))
#: Most Latin letters, as a share, in a text of another script: names and words such as WhatsApp.
_MOST_LATIN = 0.5


@cache
def script_of(language: Language) -> str:
    """The script of *language* in Unicode's names of characters: that of its own name in the taxonomy.

    >>> script_of(Language("km")), script_of(Language("vi")), script_of(Language("zh"))
    ('KHMER', 'LATIN', 'CJK')
    """
    scripts = Counter(_scripts(LANGUAGES.get(language, "")))
    return scripts.most_common(1)[0][0] if scripts else LATIN


def stranger(text: str, language: Language) -> str | None:
    """What is wrong with the script of *text*, or None. Names, addresses and placeholders are not in *text*."""
    own, found = script_of(language), Counter(_scripts(text))
    if foreign := sorted(set(found) - _ANYWHERE - {own}):
        return f"holds letters of another script ({', '.join(foreign).lower()})"
    if own != LATIN and found[LATIN] > _MOST_LATIN * found.total() and found.total() > len("WhatsApp"):
        return f"is written in Latin letters; write it in {own.lower()} script"
    return None


def _scripts(text: str) -> Iterator[str]:
    for character in text:
        if character.isalpha():
            yield unicodedata.name(character, "").split(" ")[0].split("-")[0]
