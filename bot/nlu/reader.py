"""Understanding of one message from trained parts, without Rasa: what the components share with the experiments."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from bot.core.taxonomy import INDICATORS, INTENTS, Indicator, Intent
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from bot.nlu.augment import two_in_one
from bot.nlu.calibrate import calibrate
from bot.nlu.entities import EntityReader
from bot.nlu.evidence import find_evidence
from bot.nlu.features import read_features
from bot.nlu.fit import Sample, Settings, fit
from bot.nlu.lexicon import Found, Lexicon
from bot.nlu.meaning import MeaningModel
from bot.text.language import LanguageReader
from bot.text.normalise import Normalised, normalise

RANKING = 6  # intents reported
_HELD_OUT = 6  # one message in so many calibrates the others


@dataclass(frozen=True)
class Meaning:
    """Intents from the likeliest down, and the indicators above their thresholds."""

    ranking: tuple[IntentGuess, ...]
    indicators: tuple[Evidence, ...]


def read_concepts(lexicon: Lexicon, form: Normalised, language: str) -> list[Found]:
    """Concepts of a message; an unsure language leaves all forms in play."""
    return lexicon.find(form.matching, language if language in lexicon.languages else None)


def read_meaning(
    model: MeaningModel, keys: np.ndarray, form: Normalised, concepts: Sequence[Found], lexicon: Lexicon
) -> Meaning:
    """Intents and indicators of a message, with the words behind each indicator."""
    scores = model.read(keys)
    order = np.argsort(-scores.intents)[:RANKING]
    ranking = tuple(IntentGuess(Intent(model.intents[place]), float(scores.intents[place])) for place in order)
    found = [
        Evidence(
            Indicator(model.indicators[place]),
            float(scores.indicators[place]),
            find_evidence(model, keys, int(place), form, concepts, lexicon.groups),
        )
        for place in np.flatnonzero(scores.indicators >= model.thresholds)
    ]
    return Meaning(ranking, tuple(sorted(found, key=lambda one: -one.confidence)))


def train_meaning(
    samples: Sequence[Sample],
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> MeaningModel:
    """Train on all samples, with temperatures and thresholds learnt on a sixth that a first training did not see.

    A made message (weight below 1) follows the written one before it.
    """
    settings = settings or Settings()
    held_out = np.zeros(len(samples), dtype=bool)
    for place, sample in enumerate(samples):
        if sample.weight < 1 and place:
            held_out[place] = held_out[place - 1]
        else:
            held_out[place] = zlib.crc32(sample.keys.tobytes()) % _HELD_OUT == 0
    intents, indicators = tuple(INTENTS), tuple(INDICATORS)
    learnt = [sample for sample, out in zip(samples, held_out, strict=True) if not out]
    learnt += two_in_one(learnt, settings.mixed, settings.seed)
    kept = [sample for sample, out in zip(samples, held_out, strict=True) if out and sample.weight == 1]
    every = [*samples, *two_in_one(samples, settings.mixed, settings.seed)]
    progress("training on everything, and on five sixths to calibrate on the rest")
    with ThreadPoolExecutor(1) as beside:  # numpy and scipy leave Python to the other while they count
        trial = beside.submit(lambda: calibrate(fit(learnt, intents, indicators, settings), kept))
        model = fit(every, intents, indicators, settings, progress)
        calibrated = trial.result()
    return model.calibrated(calibrated.temperatures, calibrated.thresholds)


class Reader:
    """All parts together: text in, understanding out."""

    def __init__(self, languages: LanguageReader, lexicon: Lexicon, model: MeaningModel) -> None:
        self._languages, self._lexicon, self._model = languages, lexicon, model
        self._details = EntityReader()

    def understand(self, text: str) -> Understanding:
        """Understand one message."""
        form = normalise(text)
        language: LanguageGuess = self._languages.read(form.matching)
        concepts = read_concepts(self._lexicon, form, language.code)
        keys = read_features(form.matching, concepts, self._lexicon.groups).keys
        meaning = read_meaning(self._model, keys, form, concepts, self._lexicon)
        details = self._details.read(form, concepts, language.code)
        return Understanding(
            text, form.readable, language, meaning.ranking[0], meaning.indicators, details, meaning.ranking
        )
