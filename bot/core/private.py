"""Parts of a text that lead to somebody: telephone numbers, numbers of papers and cards, mail addresses.

Found generously, in the digits of every script: a number that is shown by mistake can harm somebody, one that is hidden
by mistake costs an operator a press of a button. Dates, round amounts of money and short numbers (of hotlines, of
rooms, of ages) are left alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

import phonenumbers
import regex

Span = tuple[int, int]

DOT = "•"
_SHORTEST = 7  # digits; with a 0 or + before it one fewer
_ENDING = 2  # digits that stay, so that an operator can tell two numbers apart

# what people put between digits; U+FE0F and U+20E3 make a digit a picture of a key
_JOINT = r"[\s\p{Zs}.()/\-\u2010-\u2015\u2212\u00b7\u2022\u200b-\u200d\u2060\ufe0f\u20e3_*]{0,4}"
# a letter that is typed for a digit, right beside one: O, l, and the Burmese letter that looks like zero
_LOOKALIKE = r"(?:(?<!\p{L})[OoIl]|\u101d(?!\p{M}))(?=\d)|(?<=\d)(?:[OoIl](?!\p{L})|[OoIl](?=\d)|\u101d(?!\p{M}))"
_NUMBER = regex.compile(rf"(?:[+＋]{_JOINT})?(?:\d|{_LOOKALIKE})(?:{_JOINT}(?:\d|{_LOOKALIKE}))+")
# passports (MA123456, P1234567A), identity papers of Myanmar (12/KaMaYa(N)123456); RM 150000 is money
_PAPER = regex.compile(
    r"(?<![\p{L}\d])(?:\p{L}{1,3}-?|\p{Lu}{1,3} )(?!\d*0{4}(?!\d))\d{6,9}\p{L}?(?![\p{L}\d])"
    r"|\d{1,2}/[\p{L}\p{M}()]{3,40}\d{5,6}"
)
_MAIL = regex.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]+")
_DATE = regex.compile(
    r"(?:(?:19|20|25)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\2(?:19|20|25)\d\d)"
)
_AMOUNT = regex.compile(r"[1-9]\d{0,2}(?:[. ]\d{3})+(?<=000)|[1-9]\d{0,2}0{4,}")


def private_spans(text: str, known: Collection[str] = ()) -> list[Span]:
    """Where in *text* (in code points) something stands that leads to somebody, in order, none over another.

    Args:
        known: digits of numbers that everybody may know, those of hotlines: they are left alone.
    """
    found = [match.span() for match in _MAIL.finditer(text)]
    found += [match.span() for match in _PAPER.finditer(text)]
    found += [match.span() for match in _NUMBER.finditer(text) if _leads(match.group(), known)]
    return _joined(found)


def hide(text: str, known: Collection[str] = ()) -> str:
    """*text* with what leads to somebody made unreadable; as long as before, so that places in it stay true.

    Of a number the country and the last two digits stay, of a mail address the first letter.

    >>> hide("call +66 81 234 5612")
    'call +66 •• ••• ••12'
    >>> hide("paid 5000000, hotline 1300")
    'paid 5000000, hotline 1300'
    """
    letters = list(text)
    for begin, end in private_spans(text, known):
        letters[begin:end] = _hidden(text[begin:end])
    return "".join(letters)


def hide_all(text: str) -> str:
    """*text* with every letter and digit made unreadable."""
    return "".join(letter if letter.isspace() else DOT for letter in text)


def cover(text: str, spans: Iterable[Span]) -> str:
    """*text* with the letters and digits in *spans* made unreadable; as long as before.

    >>> cover("Siti, from Java", [(0, 4)])
    '••••, from Java'
    """
    letters = list(text)
    for begin, end in spans:
        letters[begin:end] = [_dot(letter) for letter in letters[begin:end]]
    return "".join(letters)


def digits_of(text: str) -> str:
    """The digits of every script in *text*, as 0 to 9."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdecimal())


def _leads(number: str, known: Collection[str]) -> bool:
    plain = "".join(str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in number)
    digits = digits_of(plain)
    if digits in known:
        return False
    begins = plain[0] in "+＋0Oo\u101d"
    if len(digits) < _SHORTEST - begins:
        return False
    return begins or not (_DATE.fullmatch(plain.strip()) or _AMOUNT.fullmatch(plain.strip()))


def _hidden(part: str) -> list[str]:
    if "@" in part:
        return [letter if place == 0 or letter in "@." else DOT for place, letter in enumerate(part)]
    country = _country(part)
    places = [place for place, letter in enumerate(part) if letter.isalnum() or unicodedata.category(letter) == "Mc"]
    stays = {*places[:country], *places[-_ENDING:]}
    return [letter if place in stays else _dot(letter) for place, letter in enumerate(part)]


def _dot(letter: str) -> str:
    """In place of a letter, its mark or a digit; what stands between them stays."""
    return DOT if letter.isalnum() or unicodedata.category(letter).startswith("M") else letter


def _country(number: str) -> int:
    """How many digits name the country in front of *number*; 0 where none is said."""
    if number[0] not in "+＋":
        return 0
    try:
        return len(str(phonenumbers.parse("+" + digits_of(number), None).country_code))
    except phonenumbers.NumberParseException:
        return 0


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
