"""From a marker to the name beside it: how far a name goes, in scripts that set words apart and in all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from bot.content.introduced import Introduction
from bot.content.spelt import COMPLETE, NOT_BEGUN, PIECES, WORD, Span, Spelt, script_at, spelt

#: Small words inside names, which may follow a capitalised word and do not count.
_WITHIN = frozenset(
    ("bin", "binti", "binte", "bt", "bte", "ibn", "al", "el", "a/l", "a/p", "s/o", "d/o", "de", "dela", "delos", "del",
     "da", "di", "van", "von", "der", "la", "los", "las", "san", "santa", "anak", "ak")
)  # fmt: skip
#: Written with a full stop inside a name; single letters are too.
_SHORTENED = frozenset(
    ("ma", "md", "moh", "mhd", "muh", "mohd", "muhd", "abd", "st", "sta", "jr", "sr", "hj", "dr", "ir", "drs")
)
_BETWEEN = regex.compile(r"(?:[ :\u17d6=\"'(~*_\-<\[]|[:\u17d6=]\s*){0,6}")  # marker and name, or title and name
_BEHIND = " ,\"')~*_-"
_FURTHER = 14  # letters of a second piece, after a space: a surname
_BEFORE = 100  # characters in which a name is looked for that stands before its marker
_LATIN = regex.compile(r"[\p{Latin}]")
_ABBREVIATION = 3  # letters, all capital
_LETTERS = 2  # of a piece, after which it may end


@dataclass(frozen=True)
class Rules:
    """What a name obeys beside the markers of some languages. The patterns match whole words, or whole syllables."""

    titles: regex.Pattern[str]
    ends: regex.Pattern[str]
    never: regex.Pattern[str]
    begins: regex.Pattern[str]
    words: int
    letters: Mapping[str, int]  # by script

    @classmethod
    def of(
        cls, chosen: Sequence[Introduction], rest: Sequence[Introduction], words: int, letters: Mapping[str, int]
    ) -> Rules:
        """Of the languages *chosen*, and of the *rest* what they do not write in Latin letters."""

        def either(listed: Callable[[Introduction], Iterable[str]]) -> regex.Pattern[str]:
            own = (text for one in rest for text in listed(one) if not _LATIN.match(text))
            return pattern([*own, *(text for one in chosen for text in listed(one))])

        return cls(
            either(lambda one: one.titles),
            either(lambda one: one.ends),
            either(lambda one: one.never),
            either(lambda one: one.begins),
            words,
            letters,
        )


def pattern(texts: Iterable[str]) -> regex.Pattern[str]:
    """Matches any of *texts*, the longest first, as :func:`bot.content.spelt.stands_alone` would have it."""
    folded = sorted({spelt(text).text for text in texts}, key=len, reverse=True)
    words = [regex.escape(text) for text in folded if script_at(text, 0) is None]
    pieces = [regex.escape(text) for text in folded if script_at(text, 0) is not None]
    either = []
    if words:
        either.append(rf"(?<![\p{{L}}\p{{M}}\d])(?:{'|'.join(words)})(?![\p{{L}}\p{{M}}\d])")
    if pieces:
        either.append(rf"{NOT_BEGUN}(?:{'|'.join(pieces)}){COMPLETE}")
    return regex.compile("|".join(either) or r"(?!)")


def name_after(
    form: Spelt, at: int, rules: Rules, stops: Sequence[int], *, shouted: bool, sure: bool = True
) -> Span | None:
    """The name that begins behind a marker that ends at *at*.

    Args:
        stops: where other markers begin, in order: no name goes on there.
        shouted: the marker is in capitals, so capitals tell nothing.
        sure: a name follows the marker, however it is written; else a capital letter or what it begins with tells.
    """
    text = form.text
    begin = _skipped(text, at)
    if rules.never.match(text, begin):
        return None
    told = sure or rules.begins.match(text, begin) is not None
    while title := rules.titles.match(text, begin):
        behind = title.end()
        if behind < len(text) and text[behind] == ".":
            behind += 1
        behind = _skipped(text, behind)
        if script_at(text, behind) is None and not WORD.match(text, behind):
            break  # the title is all there is: then it is how they are called
        if rules.never.match(text, behind) or rules.ends.match(text, behind):
            break
        begin = behind
    if rules.never.match(text, begin):
        return None
    if not told and (shouted or not _begins_with_capital(form, begin) or rules.ends.match(text, begin)):
        return None
    limit = next((stop for stop in stops if stop > begin), len(text))
    script = script_at(text, begin)
    if script is None:
        end = _end_of_words(form, begin, limit, rules, shouted=shouted)
    else:
        end = _end_of_piece(text, begin, limit, rules, script)
    if end is None or (not sure and script_at(text, end) == script is not None and not rules.ends.match(text, end)):
        return None  # too long to be one
    return begin, end


def name_before(form: Spelt, at: int, rules: Rules, floor: int, *, shouted: bool) -> Span | None:
    """The name that ends before a marker that begins at *at*, and begins after *floor*, where another marker ended."""
    text, begin, end = form.text, max(floor, at - _BEFORE), at
    while end > begin and text[end - 1] in _BEHIND:
        end -= 1
    if end == begin:
        return None
    script = script_at(text, end - 1)
    if script is None:
        return _words_before(form, begin, end, rules, shouted=shouted)
    return _piece_before(text, begin, end, rules, script)


def _begins_with_capital(form: Spelt, begin: int) -> bool:
    """Does a word with a capital letter begin at *begin*, other than an abbreviation, a currency, a product?"""
    word = WORD.match(form.text, begin)
    if word is None or not form.is_capital(begin) or form.text[word.end() : word.end() + 1].isdigit():
        return False
    short = word.end() - begin <= _ABBREVIATION
    return not (short and word.end() - begin > 1 and all(map(form.is_capital, range(begin, word.end()))))


def _skipped(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found is not None else at


def _end_of_words(form: Spelt, begin: int, limit: int, rules: Rules, *, shouted: bool) -> int | None:
    text = form.text
    word = WORD.match(text, begin)
    if word is None:
        return None
    capital = form.is_capital(begin) and not shouted
    if not capital and rules.ends.match(text, begin):
        return None
    end, count = None, 0
    most = rules.words * 2 if capital else rules.words
    while word is not None and word.start() < limit:
        inside = word.group() in _WITHIN and count > 0
        if count and (rules.ends.match(text, word.start()) or count >= most):
            break
        if capital and not inside and not form.is_capital(word.start()):
            break
        if not inside:
            count += 1
            end = word.end()
        word = WORD.match(text, _to_next_word(text, word))
    return end


def _to_next_word(text: str, word: regex.Match[str]) -> int:
    end = word.end()
    if text[end : end + 1] == "." and (len(word.group()) == 1 or word.group() in _SHORTENED):
        end += 1
        return end + (text[end : end + 1] == " ")
    return end + 1 if text[end : end + 1] == " " else len(text)


def _end_of_piece(text: str, begin: int, limit: int, rules: Rules, script: str) -> int | None:
    run = PIECES[script].match(text, begin, min(limit, begin + rules.letters[script]))
    if run is None:
        return None
    end = _whole(text, begin, run.end())
    first = _after_letters(text, begin, end)
    stop = rules.ends.search(text, first, end) if first < end else None
    if stop is not None:
        return stop.start()
    if (whole := rules.ends.match(text, begin)) and whole.end() >= end:
        return None
    if text[end : end + 1] == " " and (more := _second(text, end + 1, limit, rules, script)):
        return more
    return end


def _second(text: str, begin: int, limit: int, rules: Rules, script: str) -> int | None:
    """Where a second piece ends that belongs to the name, as a surname does, or None."""
    run = PIECES[script].match(text, begin, min(limit, begin + 2 * _FURTHER))
    if run is None or script == "CJK" or rules.never.match(text, begin):
        return None
    stop = rules.ends.search(text, begin, run.end())
    end = stop.start() if stop is not None else run.end()
    if end - begin > _FURTHER or (stop is not None and end < _after_letters(text, begin, run.end())):
        return None
    return end


def _after_letters(text: str, begin: int, end: int) -> int:
    letters = 0
    for place in range(begin, end):
        letters += text[place].isalpha()
        if letters > _LETTERS:
            return place
    return end


def _whole(text: str, begin: int, end: int) -> int:
    """*end*, moved back to the end of a written syllable where a piece was cut for its length."""
    while end - begin > 1 and not _ENDS_WELL.match(text, end):
        end -= 1
    return end


_ENDS_WELL = regex.compile(NOT_BEGUN + COMPLETE)


def _words_before(form: Spelt, begin: int, end: int, rules: Rules, *, shouted: bool) -> Span | None:
    text = form.text
    words = list(WORD.finditer(text, begin, end))
    if not words or words[-1].end() != end:
        return None
    capital = form.is_capital(words[-1].start()) and not shouted
    start, next_start, count = None, end, 0
    for word in reversed(words):
        if start is not None and text[word.end() : next_start] not in (" ", ". "):
            break
        if any(one.fullmatch(text, word.start(), word.end()) for one in (rules.ends, rules.never, rules.titles)):
            break
        inside = word.group() in _WITHIN and count > 0
        if count >= (rules.words * 2 if capital else rules.words) and not inside:
            break
        if capital and not inside and not form.is_capital(word.start()):
            break
        next_start = word.start()
        if not inside:
            start, count = word.start(), count + 1
    return (start, end) if start is not None else None


def _piece_before(text: str, begin: int, end: int, rules: Rules, script: str) -> Span | None:
    start = end
    while start > max(begin, end - rules.letters[script]) and script_at(text, start - 1) == script:
        start -= 1
    for stop in rules.ends.finditer(text, start, end):
        if stop.end() < end:
            start = stop.end()
    if rules.never.match(text, start):
        return None
    while title := rules.titles.match(text, start, end):
        start = title.end()
    return (start, end) if PIECES[script].fullmatch(text, start, end) else None
