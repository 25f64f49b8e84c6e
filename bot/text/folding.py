"""The rules by which spellings that look or read alike become one, script by script.

NFKC is not among them: it takes apart the Thai and Lao vowel "am" and the Lao ligatures that people write as one.
"""

from __future__ import annotations

import sys
import unicodedata

import regex

from bot.text.han import SIMPLIFIED
from bot.text.tracked import Tracked
from bot.text.zawgyi import sign_order


def drop_controls(tracked: Tracked) -> None:
    """Drop control and direction characters, unpaired surrogates and byte-order marks; line ends become ``\\n``."""
    text = tracked.text
    if text.isascii() and text.isprintable():
        return
    tracked.sub(_LINE_END, "\n")
    tracked.sub(_CONTROL, "")
    tracked.sub(_SURROGATE, "\ufffd")


def fold(tracked: Tracked) -> None:
    """Fold case, width, digits, quotes, repeats, and what each script can write in two ways."""
    if not tracked.text.isascii():
        tracked.sub(_INVISIBLE, "")
        tracked.translate(_SINGLE)
        tracked.compose()
    tracked.lower()
    text = tracked.text
    if not text.isascii():
        for present, rules in _BY_SCRIPT:
            if present.search(text) is not None:
                for pattern, new in rules:
                    tracked.sub(pattern, new)
        tracked.sub(_DOUBLED_MARK, _first)
    tracked.sub(_REPEATED, _twice)
    tracked.sub(_SPACE, _space)
    tracked.strip()


def bare(text: str) -> str:
    """*text* without its Latin accents, as Vietnamese is often typed; other scripts stay whole.

    >>> bare("chủ giữ hộ chiếu của tôi, đau")
    'chu giu ho chieu cua toi, dau'
    """
    if text.isascii():
        return text
    return "".join(_BARE.get(character, character) for character in text)


def _first(match: regex.Match[str]) -> str:
    return match.group(1)


def _twice(match: regex.Match[str]) -> str:
    return match.group(1) * 2


def _swap(match: regex.Match[str]) -> str:
    return match.group(2) + match.group(1)


def _space(match: regex.Match[str]) -> str:
    return "\n" if "\n" in match.group() else " "


def _burmese_signs(match: regex.Match[str]) -> str:
    return "".join(sorted(set(match.group()), key=sign_order))


def _tone_on_first(match: regex.Match[str]) -> str:
    glide, toned = match.group(1), unicodedata.normalize("NFD", match.group(2))
    return unicodedata.normalize("NFC", glide + toned[1:] + toned[0])


_LINE_END = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = regex.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_INVISIBLE = regex.compile(r"[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\u17b4\u17b5]")
_REPEATED = regex.compile(r"([^\d\s])\1{2,}")  # a sum of money keeps its zeros
_SPACE = regex.compile(r"\s{2,}|[^\S\n ]")
_DOUBLED_MARK = regex.compile(r"(\p{M})\1+")

# one character for one character: digits of every script, full width, quotes, dashes, Chinese
_SINGLE: dict[int, str] = {
    code: str(unicodedata.digit(chr(code)))
    for code in range(0x80, sys.maxunicode + 1)
    if unicodedata.category(chr(code)) == "Nd"
}
# a Burmese zero or seven is often meant as the letter it looks like; its own rule decides, and turns the rest to ASCII
_SINGLE = {code: digit for code, digit in _SINGLE.items() if not 0x1040 <= code <= 0x1049}
_SINGLE |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SINGLE |= {0x3000: " ", 0x3002: ".", 0x3001: ",", 0xFF61: ".", 0x2026: ".", 0xA0: " ", 0xF0: "đ", 0xD0: "đ"}
_SINGLE |= {ord(sign): "'" for sign in "\u2018\u2019\u201a\u201b\u02bc\u02b9\u0060\u00b4\u2032"}
_SINGLE |= {ord(sign): '"' for sign in "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u300c\u300d\u300e\u300f"}
_SINGLE |= {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_SINGLE |= {ord(written): ours for written, ours in SIMPLIFIED.items()}

_BARE = {
    character: unicodedata.normalize("NFD", character)[0]
    for character in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    if unicodedata.decomposition(character) and "<" not in unicodedata.decomposition(character)
} | {"đ": "d", "Đ": "D"}

_THAI_UPPER = "\u0e31\u0e34-\u0e39\u0e47\u0e4d"
_LAO_UPPER = "\u0eb1\u0eb4-\u0eb9\u0ebb\u0ecd"
_THAI = (
    (regex.compile("\u0e40\u0e40"), "\u0e41"),  # two e for ae
    (regex.compile(f"([\u0e48-\u0e4b])([{_THAI_UPPER}])"), _swap),  # tone typed before the vowel
    (regex.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32"), lambda match: match.group(1) + "\u0e33"),  # am in two pieces
    (regex.compile("(\u0e33)([\u0e48-\u0e4b])"), _swap),
)
_LAO = (
    (regex.compile("\u0ec0\u0ec0"), "\u0ec1"),
    (regex.compile(f"([\u0ec8-\u0ecb])([{_LAO_UPPER}])"), _swap),
    (regex.compile("\u0ecd([\u0ec8-\u0ecb]?)\u0eb2"), lambda match: match.group(1) + "\u0eb3"),
    (regex.compile("(\u0eb3)([\u0ec8-\u0ecb])"), _swap),
    (regex.compile("\u0eab\u0e99"), "\u0edc"),  # ho no, ho mo: written as one letter or as two
    (regex.compile("\u0eab\u0ea1"), "\u0edd"),
)
_KHMER = (
    (regex.compile("\u17c1\u17b8"), "\u17be"),
    (regex.compile("\u17c1\u17b6"), "\u17c4"),
    (regex.compile("([\u17c6-\u17c8])([\u17b6-\u17c5])"), _swap),  # nikahit before its vowel
    (regex.compile("([\u17b6-\u17c5])([\u17c9\u17ca])"), _swap),  # vowel before the register shift
    (regex.compile("(\u17d2\u179a)(\u17d2[\u1780-\u1799\u179b-\u17a2])"), _swap),  # the foot of ro comes last
    (regex.compile("\u17d2\u178a"), "\u17d2\u178f"),  # feet of da and ta look alike
    (regex.compile("\u17a3"), "\u17a2"),
    (regex.compile("\u17b2"), "\u17b1"),
)
_BURMESE = (
    (regex.compile("(?<![\u1000-\u1021\u103b-\u103e\u1039])(\u1031)([\u1000-\u1021])(?!\u1031)"), _swap),
    (regex.compile("[\u102b-\u1032\u1036-\u1038\u103a-\u103e]{2,}"), _burmese_signs),
    (regex.compile("\u1025\u103a"), "\u1009\u103a"),
    (regex.compile("\u1025\u102e"), "\u1026"),
    (regex.compile("(?<![\u1040-\u1049])\u1040(?=[\u1000-\u1021\u102b-\u103e])"), "\u101d"),
    (regex.compile("\u1047(?=[\u102b-\u103e])"), "\u101b"),
    (regex.compile("\u1044(?=\u1004\u103a)"), "\u104e"),
    (regex.compile("[\u1040-\u1049]"), lambda match: chr(ord(match.group()) - 0x1010)),
)
_TAMIL = ((regex.compile("\u0bc6\u0bb3(?![\u0bbe-\u0bcd])"), "\u0bcc"),)  # au drawn as e + LLA
_VIETNAMESE = (
    (regex.compile("(o)([àáảãạèéẻẽẹ])(?![a-zà-ỹ])"), _tone_on_first),
    (regex.compile("(u)([ỳýỷỹỵ])(?![a-zà-ỹ])"), _tone_on_first),
)
_BY_SCRIPT = (
    (regex.compile("[\u0e00-\u0e7f]"), _THAI),
    (regex.compile("[\u0e80-\u0eff]"), _LAO),
    (regex.compile("[\u1780-\u17ff]"), _KHMER),
    (regex.compile("[\u1000-\u109f]"), _BURMESE),
    (regex.compile("[\u0b80-\u0bff]"), _TAMIL),
    (regex.compile("[\u00c0-\u01b0\u1ea0-\u1ef9]"), _VIETNAMESE),
)
