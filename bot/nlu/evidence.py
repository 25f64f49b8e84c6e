"""Which words of a message speak for an indicator, so that an operator sees them marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import regex

from bot.core.understanding import Span
from bot.nlu.features import clip, concept_keys, spelling_keys, word_key
from bot.nlu.lexicon import Found
from bot.nlu.meaning import MeaningModel
from bot.text.normalise import Normalised
from bot.text.script import close_up

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}']+")
_MOST = 4  # spans; more mark the whole message and say nothing
_SHARE = 0.35  # of the strongest word's weight that a further word needs
_GAP = 3  # characters between two spans that are marked as one


def find_evidence(
    model: MeaningModel,
    keys: np.ndarray,
    indicator: int,
    form: Normalised,
    concepts: Sequence[Found],
    groups: Mapping[str, str],
) -> tuple[Span, ...]:
    """Spans of the original text that raise the score of *indicator* most, from left to right.

    The weight of each feature is laid on the characters it was made from; concepts and words gather what lies on them.
    """
    places, amounts = model.contributions(keys, indicator)
    known, weights = keys[places], amounts
    text = clip(form.matching)
    reach = len(text) if len(text) == len(form.matching) else len(text) // 2  # a clipped text is true up to its middle
    on_character = np.zeros(len(text) + 2)
    _lay_spelling(on_character, text, known, weights)
    for match in _WORD.finditer(text):
        weight = _weight(known, weights, word_key(match.group()))
        on_character[match.start() + 1 : match.end() + 1] += weight / (match.end() - match.start())
    for found, key in concept_keys([found for found in concepts if found.end <= reach], groups):
        weight = _weight(known, weights, key)
        on_character[found.start + 1 : found.end + 1] += weight / (found.end - found.start)
    on_character = on_character[1:-1]
    pieces = _pieces(text[:reach], [found for found in concepts if found.end <= reach], on_character)
    if not pieces:
        return ()
    pieces.sort(reverse=True)
    strongest = pieces[0][0]
    least = max(strongest * _SHARE, 1e-6)
    chosen = sorted((start, end) for weight, start, end in pieces[:_MOST] if weight >= least)
    return _merged(form.span(start, end) for start, end in chosen)


def _lay_spelling(on_character: np.ndarray, text: str, known: np.ndarray, weights: np.ndarray) -> None:
    closed, stands = close_up(text)
    keys, begins, lengths = spelling_keys(closed)
    places = np.searchsorted(known, keys)
    places[places == len(known)] = 0
    hit = known[places] == keys if len(known) else np.zeros(len(keys), dtype=bool)
    _, which, times = np.unique(keys[hit], return_inverse=True, return_counts=True)
    shares = weights[places[hit]] / times[which] / lengths[hit]
    # by the padded closed text, the pads before and after it included
    stands = range(len(text)) if stands is None else stands
    padded = np.array([0, *(place + 1 for place in stands), len(text) + 1])
    for offset in range(int(lengths.max(initial=0))):
        reaches = lengths[hit] > offset
        np.add.at(on_character, padded[begins[hit][reaches] + offset], shares[reaches])


def _weight(known: np.ndarray, weights: np.ndarray, key: int) -> float:
    place = int(np.searchsorted(known, key))
    return float(weights[place]) if place < len(known) and known[place] == key else 0.0


def _pieces(text: str, concepts: Sequence[Found], on_character: np.ndarray) -> list[tuple[float, int, int]]:
    """Concepts and the words outside them, with the weight that lies on each."""
    spans = [(found.start, found.end) for found in concepts if found.longest]
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    for match in _WORD.finditer(text):
        spans += _uncovered(covered, *match.span())
    return [(float(on_character[start:end].sum()), start, end) for start, end in dict.fromkeys(spans)]


def _uncovered(covered: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    spans, begin = [], None
    for place in range(start, end + 1):
        free = place < end and not covered[place]
        if free and begin is None:
            begin = place
        elif not free and begin is not None:
            spans.append((begin, place))
            begin = None
    return spans


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start - merged[-1][1] <= _GAP:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
