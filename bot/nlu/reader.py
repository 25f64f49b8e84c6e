"""Understanding of one message from trained parts, without Rasa: what the components share with the experiments."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from bot.core.taxonomy import INDICATORS, INTENTS, Indicator, Intent
from bot.core.understanding import Evidence, IntentGuess, LanguageGuess, Understanding
from bot.nlu.augment import two_in_one
from bot.nlu.calibrate import calibrate, raw_scores
from bot.nlu.entities import EntityReader
from bot.nlu.evidence import find_evidence
from bot.nlu.features import read_features
from bot.nlu.fit import Member, Sample, Settings, fit, make_vocabulary, unite
from bot.nlu.lexicon import Found, Lexicon
from bot.nlu.meaning import MeaningModel
from bot.nlu.offers import OfferReader
from bot.text.language import LanguageReader
from bot.text.normalise import Normalised, normalise

RANKING = 6  # intents reported
_FOLDS = 12  # one message in so many is not seen by a member
_SHARING = 2  # members that do not see the same messages: their mean is nearer to the whole's than one's own scores
_AT_ONCE = 2  # members in training: the arrays of each take some 400 MB


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
    """Train on all samples. Temperatures and thresholds are learnt on what each member has not seen.

    A made message (weight below 1) follows the written one before it.
    """
    settings = settings or Settings()
    folds = _folds(samples)
    intents, indicators = tuple(INTENTS), tuple(INDICATORS)
    vocabulary = make_vocabulary(samples, settings)

    def train(number: int) -> Member:
        chance = random.Random(settings.seed + number)  # noqa: S311 - no secret, only a choice
        learnt = [
            sample
            for sample, fold in zip(samples, folds, strict=True)
            if fold != number // _SHARING and (sample.weight == 1 or chance.random() < settings.made)
        ]
        learnt += two_in_one(learnt, settings.mixed, settings.seed + number)
        own = replace(settings, seed=settings.seed + number)
        said = f"member {number + 1} of {settings.members}, "
        return fit(learnt, vocabulary, intents, indicators, own, lambda line: progress(said + line))

    # numpy and scipy leave Python to the other member while they count
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        members = list(threads.map(train, range(settings.members)))
    held_out: list[Sample] = []
    scores = []
    for fold, begin in enumerate(range(0, settings.members, _SHARING)):
        unseen = [one for one, own in zip(samples, folds, strict=True) if own == fold and one.weight == 1]
        if unseen:
            part = unite(members[begin : begin + _SHARING], vocabulary, intents, indicators)
            held_out += unseen
            scores.append(raw_scores(part, unseen))
    model = unite(members, vocabulary, intents, indicators)
    return calibrate(model, held_out, np.concatenate(scores)) if scores else model


def _folds(samples: Sequence[Sample]) -> list[int]:
    """The fold of each message, at random but for ever the same; a made message goes with the written one."""
    folds: list[int] = []
    for sample in samples:
        made = sample.weight < 1 and folds
        folds.append(folds[-1] if made else zlib.crc32(sample.keys.tobytes()) % _FOLDS)
    return folds


class Reader:
    """All parts together: text in, understanding out."""

    def __init__(self, languages: LanguageReader, lexicon: Lexicon, model: MeaningModel) -> None:
        self._languages, self._lexicon, self._model = languages, lexicon, model
        self._details, self._offers = EntityReader(), OfferReader()

    def understand(self, text: str) -> Understanding:
        """Understand one message."""
        form = normalise(text)
        language: LanguageGuess = self._languages.read(form.matching)
        concepts = read_concepts(self._lexicon, form, language.code)
        keys = read_features(form.matching, concepts, self._lexicon.groups).keys
        meaning = read_meaning(self._model, keys, form, concepts, self._lexicon)
        details = self._details.read(form, concepts, language.code)
        flags = self._offers.read(form, concepts, details, language.code)
        return Understanding(
            text, form.readable, language, meaning.ranking[0], meaning.indicators, details, meaning.ranking, flags
        )
