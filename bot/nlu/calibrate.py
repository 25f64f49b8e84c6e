"""Making probabilities mean what they say, and choosing from where an indicator is reported.

Both are learnt on messages that the model has not been trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from bot.core.taxonomy import GRAVE, Indicator
from bot.nlu.arithmetic import product
from bot.nlu.fit import Sample, matrix
from bot.nlu.meaning import Array, MeaningModel

#: Indicators that must not be missed: a false one costs an operator a minute, a missed one may cost a life.
URGENT = GRAVE | {Indicator("immediate_danger"), Indicator("self_harm"), Indicator("child")}
_URGENT_BETA, _BETA = 1.6, 1.0  # how much more recall weighs than precision
#: One of these alone makes an emergency, so doubt speaks for it (what it costs: bot/docs/understanding.md).
_LIFE = frozenset(map(Indicator, ("immediate_danger", "self_harm")))
_DOUBT = 0.7  # of the threshold that would be chosen else
_LOWEST, _HIGHEST = 0.1, 0.4
_USUAL = 0.3
#: An indicator's own best threshold counts as much as that of its group once so many held-out messages carry it:
#: chosen by themselves, thresholds of rare indicators follow chance (0.1 for one, 0.58 for its neighbour).
_PRIOR = 60


def calibrate(model: MeaningModel, held_out: Sequence[Sample], scores: Array) -> MeaningModel:
    """The model with temperatures and thresholds that fit *held_out*.

    *scores*: the raw scores of those messages, by what has not been trained on them.
    """
    count = len(model.intents)
    right = np.array([sample.intent for sample in held_out])
    wanted = wanted_indicators(held_out, len(model.indicators))
    heat = _best(lambda value: _intent_loss(scores[:, :count] / value, right))
    # weighting the positives has already moved the probabilities up; a temperature alone keeps their order
    indicator_heat = _best(lambda value: _indicator_loss(scores[:, count:] / value, wanted))
    heated = model.calibrated((heat, indicator_heat), model.thresholds)
    chances = np.array([heated.probabilities(row).indicators for row in scores])
    urgent = np.array([name in URGENT for name in model.indicators])
    thresholds = np.empty(len(model.indicators), dtype=np.float32)
    for group, beta in ((urgent, _URGENT_BETA), (~urgent, _BETA)):
        shared = _threshold(chances[:, group].ravel(), wanted[:, group].ravel(), beta)
        for place in np.flatnonzero(group):
            seen = int(wanted[:, place].sum())
            own = _threshold(chances[:, place], wanted[:, place], beta) if seen else shared
            thresholds[place] = (seen * own + _PRIOR * shared) / (seen + _PRIOR)
            thresholds[place] *= _DOUBT if model.indicators[place] in _LIFE else 1
    return model.calibrated((heat, indicator_heat), thresholds)


def raw_scores(model: MeaningModel, samples: Sequence[Sample]) -> Array:
    """Scores of every label for every sample, before any temperature."""
    labels = len(model.intents) + len(model.indicators)
    first = matrix(model.vocabulary, samples) @ (model.features.astype(np.float32) * model.scale) + model.bias
    return first[:, :labels] + product(np.maximum(first[:, labels:], 0), model.mix)


def wanted_indicators(samples: Sequence[Sample], count: int) -> Array:
    wanted = np.zeros((len(samples), count), dtype=bool)
    for row, sample in enumerate(samples):
        wanted[row, list(sample.indicators)] = True
    return wanted


def expected_calibration_error(confidence: Array, right: Array, bins: int = 10) -> float:
    """How far confidence is from the share of right answers, averaged over equally wide bins."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for one in range(bins):
        inside = place == one
        if inside.any():
            error += float(inside.mean() * abs(confidence[inside].mean() - right[inside].mean()))
    return error


def _best(loss: Callable[[float], float]) -> float:
    # to two places, which is all that it knows: the further ones are the processor's
    return round(float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x), 2)


def _intent_loss(scores: Array, right: Array) -> float:
    scores = scores - scores.max(axis=1, keepdims=True)
    return float(-(scores[np.arange(len(right)), right] - np.log(np.exp(scores).sum(axis=1))).mean())


def _indicator_loss(scores: Array, wanted: Array) -> float:
    return float((np.logaddexp(0, scores) - scores * wanted).mean())


def _threshold(chances: Array, wanted: Array, beta: float) -> float:
    """The threshold with the best F-beta; the usual one where no message tells."""
    best, best_value = _USUAL, 0.0
    for threshold in np.arange(_LOWEST, _HIGHEST + 0.01, 0.02):
        said = chances >= threshold
        hits = float((said & wanted).sum())
        value = (1 + beta**2) * hits / max(float(beta**2 * wanted.sum() + said.sum()), 1.0)
        if value > best_value:
            best, best_value = float(threshold), value
    return best
