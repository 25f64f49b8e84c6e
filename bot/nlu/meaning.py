"""The model that reads intents and indicators from features: a linear part and a small shared encoder.

    scores = bias + x W + relu(x E + c) V

*x* are the weighted features of a message (:mod:`bot.nlu.features`), every block brought to length one; *W* sees each
feature by itself, *E* is an embedding of features that all labels and all languages share. Intents exclude each
other (softmax), indicators do not (sigmoid). Training is in :mod:`bot.nlu.fit`; here is what serving needs: arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.nlu.features import BLOCK_SHIFT, BLOCKS

Array = np.ndarray
_OUTSIDE = "out_of_scope"


@dataclass(frozen=True)
class Weighted:
    """The known features of a message: places in the vocabulary and their values."""

    places: Array  # int
    values: Array  # float32


@dataclass(frozen=True)
class Vocabulary:
    """Known features. ``keys`` is sorted; ``rarity`` is the inverse document frequency of each."""

    keys: Array  # uint32
    rarity: Array  # float32
    block_weights: tuple[float, ...]

    def find(self, keys: Array) -> tuple[Array, Array]:
        """Which of *keys* are known (a mask), and the places of those in the vocabulary."""
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = self.keys[places] == keys if len(self.keys) else np.zeros(len(keys), dtype=bool)
        return known, places[known]

    def weigh(self, keys: Array) -> Weighted:
        """Look up the keys of a message; each block gets its weight as length, unknown features have no part."""
        known, places = self.find(keys)
        values = self.rarity[places]
        blocks = keys[known] >> BLOCK_SHIFT
        squares = np.bincount(blocks, weights=values * values, minlength=BLOCKS)
        scale = np.asarray(self.block_weights) / np.sqrt(np.maximum(squares, 1e-9))
        return Weighted(places, (values * scale[blocks]).astype(np.float32))


@dataclass(frozen=True)
class Scores:
    """Probabilities: of the intents, which sum to one, and of each indicator by itself."""

    intents: Array
    indicators: Array


@dataclass(frozen=True)
class MeaningModel:
    """A trained model. Feature weights are kept as one byte each, with a scale for each column."""

    intents: tuple[str, ...]
    indicators: tuple[str, ...]
    thresholds: Array  # float32, for each indicator the probability from which it is reported
    vocabulary: Vocabulary
    features: Array  # int8, features x (labels + hidden)
    scale: Array  # float32, labels + hidden
    bias: Array  # float32, labels + hidden
    mix: Array  # float32, hidden x labels
    temperatures: tuple[float, float]  # of intents and of indicators: what makes a probability mean what it says

    def read(self, keys: Array) -> Scores:
        """Probabilities for a message with these feature keys."""
        weighted = self.vocabulary.weigh(keys)
        first = weighted.values @ self.features[weighted.places].astype(np.float32) * self.scale + self.bias
        labels = len(self.intents) + len(self.indicators)
        scores = first[:labels] + np.maximum(first[labels:], 0) @ self.mix
        return self.probabilities(scores)

    def probabilities(self, scores: Array) -> Scores:
        intents = scores[: len(self.intents)] / self.temperatures[0]
        intents = np.exp(intents - intents.max())
        intents /= intents.sum()
        indicators = 1 / (1 + np.exp(-np.clip(scores[len(self.intents) :] / self.temperatures[1], -30, 30)))
        if _OUTSIDE in self.intents:  # who speaks of something else says nothing of what happens to them
            indicators *= 1 - intents[self.intents.index(_OUTSIDE)]
        return Scores(intents, indicators)

    def contributions(self, keys: Array, indicator: int) -> tuple[Array, Array]:
        """How much each known feature raises or lowers the score of an indicator: places in *keys*, and amounts.

        Exact for the linear part; the encoder's part is taken at the hidden units that are awake.
        """
        found = self.vocabulary.find(keys)[0].nonzero()[0]
        weighted = self.vocabulary.weigh(keys)
        column = len(self.intents) + indicator
        labels = len(self.intents) + len(self.indicators)
        rows = self.features[weighted.places].astype(np.float32) * self.scale
        awake = (weighted.values @ rows[:, labels:] + self.bias[labels:]) > 0
        amounts = weighted.values * (rows[:, column] + rows[:, labels:] @ (awake * self.mix[:, column]))
        return found, amounts

    def calibrated(self, temperatures: tuple[float, float], thresholds: Array) -> MeaningModel:
        """This model with other temperatures and thresholds."""
        return replace(self, temperatures=temperatures, thresholds=thresholds)

    def save(self, file: Path) -> None:
        np.savez_compressed(
            file,
            intents=np.array(self.intents),
            indicators=np.array(self.indicators),
            thresholds=self.thresholds,
            keys=self.vocabulary.keys,
            rarity=self.vocabulary.rarity.astype(np.float16),
            block_weights=np.array(self.vocabulary.block_weights),
            features=self.features,
            scale=self.scale,
            bias=self.bias,
            mix=self.mix,
            temperatures=np.array(self.temperatures),
        )

    @classmethod
    def load(cls, file: Path) -> MeaningModel:
        with np.load(file, allow_pickle=False) as content:
            vocabulary = Vocabulary(
                content["keys"], content["rarity"].astype(np.float32), tuple(content["block_weights"].tolist())
            )
            intents_heat, indicators_heat = content["temperatures"].tolist()
            return cls(
                tuple(content["intents"].tolist()),
                tuple(content["indicators"].tolist()),
                content["thresholds"],
                vocabulary,
                content["features"],
                content["scale"],
                content["bias"],
                content["mix"],
                (intents_heat, indicators_heat),
            )
