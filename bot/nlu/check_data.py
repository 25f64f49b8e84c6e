"""Checks the training messages: ``python -m bot.nlu.check_data [language ...]``.

Finds what is no label of the taxonomy, what is written twice, and every sentence that training shares, or nearly
shares, with the messages by which it is judged: those would make the figures a lie.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.taxonomy import INDICATORS, INTENTS, LANGUAGES
from bot.nlu.data import BadData, Example, find_files, read_examples
from bot.text.normalise import normalise

#: From this share of common pieces of four characters on, two sentences are nearly the same.
NEARLY = 0.8
_PIECE = 4
#: Shorter than this it is a word everybody writes ("hello", "ok thanks"), not a sentence.
_SENTENCE = 12
_MARKUP = frozenset("[]{}\\")


@dataclass(frozen=True)
class Problem:
    """What is wrong where, and what to do about it."""

    file: Path
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text[:80]!r}: {self.remedy}"


def check_examples(examples: Iterable[Example]) -> Iterator[Problem]:
    """Faults of single messages, and messages that stand twice in one language."""
    seen: dict[tuple[str, str], Example] = {}
    for example in examples:
        if example.language not in LANGUAGES:
            yield Problem(example.file, example.text, f"the folder {example.language} names no language of ours")
        if example.intent not in INTENTS:
            yield Problem(example.file, example.text, f"{example.intent} is no intent of the taxonomy")
        for indicator in example.indicators:
            if indicator not in INDICATORS:
                yield Problem(example.file, example.text, f"{indicator} is no indicator of the taxonomy")
        if _MARKUP & set(example.text):
            yield Problem(example.file, example.text, "brackets, braces and backslashes are markup: leave them out")
        key = (example.language, " ".join(example.text.casefold().split()))
        if key in seen:
            other = seen[key]
            yield Problem(example.file, example.text, f"also in {other.file.name} as {other.intent}: keep one")
        seen.setdefault(key, example)


def check_against(examples: Sequence[Example], judged_by: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Sentences of *judged_by* (file, text) that training has too, or nearly has."""
    trained = [(_pieces(normalise(example.text).matching), example) for example in examples]
    frequency = Counter(piece for pieces, _ in trained for piece in pieces)
    having: dict[str, list[int]] = defaultdict(list)
    for place, (pieces, _) in enumerate(trained):
        for piece in _rarest(pieces, frequency):
            having[piece].append(place)
    for file, text in judged_by:
        matching = normalise(text).matching
        if len(matching) < _SENTENCE:
            continue
        pieces = _pieces(matching)
        candidates = {place for piece in _rarest(pieces, frequency) for place in having.get(piece, ())}
        for place in sorted(candidates):
            other, example = trained[place]
            alike = len(pieces & other) / len(pieces | other)
            if alike > NEARLY:
                yield Problem(
                    file, text, f"{alike:.0%} like {example.text[:60]!r} in {example.file}: write another message here"
                )
                break


def read_judged(folder: Path) -> Iterator[tuple[Path, str]]:
    """The messages of all ``*.jsonl`` below *folder*."""
    for file in sorted(folder.rglob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield file, json.loads(line)["text"]


def _pieces(matching: str) -> frozenset[str]:
    padded = f" {matching} "
    return frozenset(padded[place : place + _PIECE] for place in range(len(padded) - _PIECE + 1))


def _rarest(pieces: frozenset[str], frequency: Counter[str]) -> list[str]:
    """So many of the rarest pieces that whatever is nearly the same has one of them among its own."""
    count = len(pieces) - int(NEARLY * len(pieces)) + 1
    return sorted(pieces, key=lambda piece: (frequency[piece], piece))[:count]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", help="all by default")
    parser.add_argument("--data", type=Path, default=Path("nlu_data"))
    parser.add_argument("--judged-by", type=Path, default=Path("tests/understanding"))
    options = parser.parse_args()
    try:
        examples = read_examples(find_files(options.data))
    except BadData as error:
        print(error)
        return 1
    wanted = set(options.languages or map(str, LANGUAGES))
    chosen = [example for example in examples if example.language in wanted]
    problems = [*check_examples(chosen), *check_against(chosen, read_judged(options.judged_by))]
    for problem in problems:
        print(problem)
    for language in sorted({example.language for example in chosen}):
        own = [example for example in chosen if example.language == language]
        labels = Counter(indicator for example in own for indicator in example.indicators)
        intents = Counter(example.intent for example in own)
        print(
            f"{language}: {len(own)} messages; fewest: "
            + ", ".join(f"{name} {intents[name]}" for name in sorted(INTENTS, key=intents.__getitem__)[:3])
            + "; "
            + ", ".join(f"{name} {labels[name]}" for name in sorted(INDICATORS, key=labels.__getitem__)[:3])
        )
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
