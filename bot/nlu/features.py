"""What a model sees of a message: pieces of its spelling, its words, its concepts and how they stand together.

A feature is a 32-bit key; the two highest bits name its block. Keys are hashes that depend on nothing but the text and
the names of concepts, so a model made on one machine reads the same on another.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

import numpy as np
import regex

from bot.nlu.lexicon import Found
from bot.text.script import close_up, code_points

#: Blocks: spelling (character n-grams), words, concepts. Each is weighed by itself.
SPELLING, WORDS, CONCEPTS = 0, 1, 2
BLOCKS = 3
BLOCK_SHIFT = 30
_MASK = (1 << BLOCK_SHIFT) - 1

SHORTEST, LONGEST = 1, 5  # characters in a piece of spelling
#: Longer messages are read at their beginning and their end; what people write by hand stays well below.
MOST_CHARACTERS = 6000

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}']+")
_CLAUSE = regex.compile(r"[.!?;:,\n။၊។៖]+")

# concepts that change what their neighbours mean -> the mark they put on them
_MARKS: Mapping[str, str] = {
    **dict.fromkeys(
        ("not", "never", "no_longer", "cannot", "not_allowed", "did_not", "nobody", "without", "not_true", "have_no",
         "dont_want", "refuse", "nobody_hurts", "not_yet", "no_need"), "no"),
    **dict.fromkeys(
        ("past_over", "used_to", "long_ago", "resolved_now", "finish", "no_problem", "free_to_go", "keep_myself"),
        "over"),
    **dict.fromkeys(("if", "q_what_if", "will_future", "plan_to", "maybe", "want", "before_leaving"), "maybe"),
    **dict.fromkeys(
        ("heard_that", "for_example", "school_research", "movie", "news", "game", "trafficking_book", "movie_kill",
         "game_kill", "football", "joke"), "talk"),
}  # fmt: skip
_QUESTIONS = "questions"  # group
_FIRST = frozenset(("i_me", "my", "we_us"))
_THIRD = frozenset(("he_she", "his_her", "they_them", "someone", "people_here"))
_NUMBER = regex.compile(r"(?<!\d)\d{1,9}(?!\d)")
_MOST_NUMBERS = 40
_SIZES = ((4, "few"), (11, "some"), (17, "below 18"), (24, "below 25"), (80, "dozens"))
_NEAR = 3  # concepts to either side that a mark reaches
_FIRST_ONES, _LAST_ONES = 2, 3  # concepts that begin and end a message: who it is about, and what it asks in the end


@dataclass(frozen=True)
class Features:
    """The distinct keys of a message, sorted."""

    keys: np.ndarray  # uint32

    def fingerprint(self) -> str:
        """For Rasa's cache."""
        return f"{zlib.crc32(self.keys.tobytes()):08x}-{len(self.keys)}"


def read_features(matching: str, concepts: Sequence[Found], groups: Mapping[str, str]) -> Features:
    """The features of one message.

    Args:
        matching: the text in its matching form.
        concepts: what the lexicon found in it.
        groups: concept -> group.
    """
    text = clip(matching)
    spelling, _, _ = spelling_keys(close_up(text)[0])
    keys = [spelling, np.array(_word_keys(text) + _concept_keys(text, concepts, groups), dtype=np.uint32)]
    return Features(np.unique(np.concatenate(keys)))


def clip(text: str) -> str:
    """The part of a very long text that is read: its beginning and its end."""
    if len(text) <= MOST_CHARACTERS:
        return text
    return text[: MOST_CHARACTERS // 2] + "\n" + text[-MOST_CHARACTERS // 2 :]


def spelling_keys(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keys, begins and lengths of every piece of spelling, in the padded text (begin 0 is the pad before the text).

    *text* is closed up (:func:`bot.text.script.close_up`).
    """
    codes = code_points(f" {text} ").astype(np.uint64)
    codes[codes == 10] = 32
    keys, begins, lengths = [], [], []
    rolling = np.zeros(len(codes) + 1, dtype=np.uint64)
    for length in range(1, LONGEST + 1):
        rolling = rolling[:-1] * np.uint64(0x100000001B3) + codes[length - 1 :]
        if length < SHORTEST or not len(rolling):
            continue
        mixed = (rolling + np.uint64(length)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        keys.append((mixed >> np.uint64(34)).astype(np.uint32))
        begins.append(np.arange(len(rolling)))
        lengths.append(np.full(len(rolling), length))
    return np.concatenate(keys), np.concatenate(begins), np.concatenate(lengths)


def _word_keys(text: str) -> list[int]:
    words = [match.group() for match in _WORD.finditer(text)]
    singles = [word_key(word) for word in words]
    more = [_combine(one, other, 1) for one, other in pairwise(singles)]
    more += [_combine(word, _name("begins"), 7) for word in singles[:1]]
    more += [_combine(word, _name("ends"), 7) for word in singles[-2:]]
    return singles + [key & _MASK | WORDS << BLOCK_SHIFT for key in more]


def word_key(word: str) -> int:
    """The key of a single word."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) & _MASK | WORDS << BLOCK_SHIFT


def concept_keys(concepts: Sequence[Found], groups: Mapping[str, str]) -> list[tuple[Found, int]]:
    """Each concept with the key of its mere presence, and with that of its group."""
    single = [(found, _name(found.concept)) for found in concepts]
    single += [(found, _name("group:" + groups[found.concept])) for found in concepts]
    return [(found, key & _MASK | CONCEPTS << BLOCK_SHIFT) for found, key in single]


def _concept_keys(text: str, concepts: Sequence[Found], groups: Mapping[str, str]) -> list[int]:
    keys = {_name(found.concept) for found in concepts}
    keys |= {_name("group:" + groups[found.concept]) for found in concepts}
    clauses = [match.start() for match in _CLAUSE.finditer(text)]
    asked = "?" in text or any(groups[found.concept] == _QUESTIONS for found in concepts)
    longest = [found for found in concepts if found.longest]
    names = {found.concept for found in longest}
    first, third = bool(names & _FIRST), bool(names & _THIRD)
    person = "both" if first and third else "first" if first else "third" if third else "none"
    clause_of = np.searchsorted(clauses, [found.start for found in longest]) if clauses else [0] * len(longest)
    for place, found in enumerate(longest):
        name = _name(found.concept)
        keys.add(_combine(name, _name("person:" + person), 2))
        if asked:
            keys.add(_combine(name, _name("asked"), 2))
        for other_place in range(max(0, place - _NEAR), min(len(longest), place + _NEAR + 1)):
            other = longest[other_place]
            if other_place == place or clause_of[other_place] != clause_of[place]:
                continue
            mark = _MARKS.get(other.concept)
            if mark:
                keys.add(_combine(name, _name("mark:" + mark), 2))
                keys.add(_combine(_name("group:" + groups[found.concept]), _name("mark:" + mark), 2))
            if other_place > place:
                low, high = sorted((name, _name(other.concept)))
                keys.add(_combine(low, high, 3))
    keys |= {_combine(_name(found.concept), _name("begins"), 5) for found in longest[:_FIRST_ONES]}
    keys |= {_combine(_name(found.concept), _name("ends"), 5) for found in longest[-_LAST_ONES:]}
    keys |= _number_keys(text, longest)
    return [key & _MASK | CONCEPTS << BLOCK_SHIFT for key in keys]


def _number_keys(text: str, longest: Sequence[Found]) -> set[int]:
    """How large the numbers are (an age of 16, an age of 34, a sum), and beside which concepts they stand."""
    keys = set()
    starts = [found.start for found in longest]
    for match in islice(_NUMBER.finditer(text), _MOST_NUMBERS):
        value = int(match.group())
        size = _name("number:" + next((word for most, word in _SIZES if value <= most), "large"))
        keys.add(size)
        place = bisect_left(starts, match.start())
        for found in longest[max(0, place - 2) : place + 2]:
            keys.add(_combine(_name(found.concept), size, 4))
    return keys


@cache
def _name(name: str) -> int:
    return zlib.crc32(name.encode())


def _combine(one: int, other: int, kind: int) -> int:
    mixed = (one * 0x9E3779B1 + other * 0x85EBCA6B + kind * 0xC2B2AE35) & 0xFFFFFFFF
    return mixed ^ (mixed >> 15)
