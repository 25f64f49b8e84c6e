"""Which of our languages a message names, in whatever language it is written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bot.content.reading import HERE, mapping, read
from bot.core.taxonomy import LANGUAGES, Language

# these scripts set no spaces between words, so a name is looked for anywhere
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")


@cache
def language_names() -> tuple[tuple[str, Language], ...]:
    """What languages are called in any of them, folded to lower case, the longest first."""
    data = mapping(read(HERE / "languages.yml"), HERE / "languages.yml", "")
    pairs = [(_fold(str(name)), Language(code)) for code, names in data.items() for name in names]
    pairs += [(_fold(name), code) for code, name in LANGUAGES.items()]
    return tuple(sorted(set(pairs), key=lambda pair: -len(pair[0])))


def named_language(text: str) -> Language | None:
    """The language that *text* asks for by name, or None. Of several the one named last: "not English, Burmese".

    >>> named_language("can you speak burmese?")
    'my'
    """
    folded = _fold(text)
    best: tuple[int, int] | None = None
    found = None
    for name, language in language_names():
        at = _last(folded, name)
        if at >= 0 and (best is None or (at + len(name), len(name)) > best):
            best, found = (at + len(name), len(name)), language
    return found


def _last(text: str, name: str) -> int:
    if _UNSPACED.search(name):
        return text.rfind(name)
    places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return places[-1] if places else -1


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
