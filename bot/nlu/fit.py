"""Training of :class:`bot.nlu.meaning.MeaningModel`: mini-batches, AdaGrad, both tasks at once, no framework.

The same data and seed give the same model, on every x86-64 processor (:mod:`bot.nlu.arithmetic`). Whole blocks of
features are hidden now and then while training, so that the model learns to read a message by its concepts alone or by
its spelling alone.

A model is a choir: several members, each trained by itself on most of the messages, are joined into one network whose
scores are the mean of theirs. Together they err less than each, and each message that a member has not seen tells how
sure it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bot.nlu.arithmetic import exponential, product, product_across
from bot.nlu.features import BLOCK_SHIFT
from bot.nlu.meaning import Array, MeaningModel, Vocabulary


@dataclass(frozen=True)
class Settings:
    """What can be tuned; the values are those that won on held-out data (``bot/docs/understanding.md``)."""

    seen: int = 2  # a feature must occur in so many messages
    most_features: int = 200_000
    hidden: int = 96  # units of a member's encoder
    members: int = 4
    epochs: int = 8
    batch: int = 1024
    rate: float = 0.07
    dropout: float = 0.35  # share of features hidden
    block_dropout: float = 0.12  # how often a whole block is hidden
    block_weights: tuple[float, ...] = (1.0, 0.6, 1.0)
    positive_weight: float = 2.0  # a missed indicator counts so much more than a false one
    seed: int = 7
    indicator_weight: float = 0.5  # of the indicators' loss beside that of the intents
    mixed: int = 1  # for every message with an indicator, so many times two messages in one, others for each member
    made: float = 0.5  # share of the made messages that a member learns from


_NO_INTENT = -1
_STEPS, _REACH = 7, 6  # a weight is kept in so many steps to either side, which reach so many standard deviations


@dataclass(frozen=True)
class Sample:
    """One message to learn from. ``weight`` is below 1 for messages that were made from others.

    Two messages in one have no single intent (None).
    """

    keys: Array
    intent: int | None
    indicators: tuple[int, ...]
    weight: float = 1.0
    language: str = ""


def make_vocabulary(samples: Sequence[Sample], settings: Settings) -> Vocabulary:
    """The features that occur often enough, the most frequent if there are too many."""
    every = np.concatenate([sample.keys for sample in samples])
    keys, counts = np.unique(every, return_counts=True)
    kept = counts >= settings.seen
    keys, counts = keys[kept], counts[kept]
    if len(keys) > settings.most_features:
        best = np.sort(np.argsort(-counts, kind="stable")[: settings.most_features])
        keys, counts = keys[best], counts[best]
    rarity = np.log((1 + len(samples)) / (1 + counts)) + 1
    return Vocabulary(keys, rarity.astype(np.float32), settings.block_weights)


def matrix(vocabulary: Vocabulary, samples: Sequence[Sample]) -> sparse.csr_matrix:
    """Weighted features, a row for each sample."""
    rows = [vocabulary.weigh(sample.keys) for sample in samples]
    ends = np.cumsum([0, *(len(row.places) for row in rows)])
    return sparse.csr_matrix(
        (np.concatenate([row.values for row in rows]), np.concatenate([row.places for row in rows]), ends),
        shape=(len(rows), len(vocabulary.keys)),
        dtype=np.float32,
    )


@dataclass(frozen=True)
class Member:
    """What one training gives: weights of features (labels, then hidden units), biases, and hidden units to labels."""

    first: Array
    bias: Array
    mix: Array


def fit(
    samples: Sequence[Sample],
    vocabulary: Vocabulary,
    intents: Sequence[str],
    indicators: Sequence[str],
    settings: Settings,
    progress: Callable[[str], None] = lambda line: None,
) -> Member:
    """Train one member on all *samples*."""
    random = np.random.default_rng(settings.seed)
    features = matrix(vocabulary, samples)
    blocks = vocabulary.keys >> BLOCK_SHIFT
    intent_of = np.array([_NO_INTENT if sample.intent is None else sample.intent for sample in samples])
    wanted = np.zeros((len(samples), len(indicators)), dtype=np.float32)
    for row, sample in enumerate(samples):
        wanted[row, list(sample.indicators)] = 1
    weights = np.array([sample.weight for sample in samples], dtype=np.float32)

    labels, hidden = len(intents) + len(indicators), settings.hidden
    first = np.zeros((len(vocabulary.keys), labels + hidden), dtype=np.float32)
    first[:, labels:] = random.normal(0, 0.1, (len(vocabulary.keys), hidden))
    bias = np.zeros(labels + hidden, dtype=np.float32)
    bias[len(intents) : labels] = -3
    mix = random.normal(0, (2 / max(hidden, 1)) ** 0.5, (hidden, labels)).astype(np.float32)
    work = np.empty_like(first)
    first_seen, bias_seen, mix_seen = (np.full_like(part, 1e-10) for part in (first, bias, mix))

    for epoch in range(settings.epochs):
        rate = settings.rate * (1 - 0.9 * epoch / settings.epochs)
        order = random.permutation(len(samples))
        loss = 0.0
        for begin in range(0, len(order), settings.batch):
            batch = order[begin : begin + settings.batch]
            rows = features[batch]
            hide = random.random(len(rows.data), dtype=np.float32) < settings.dropout
            for block in range(len(settings.block_weights)):
                hidden_rows = random.random(len(batch)) < settings.block_dropout
                hide |= np.repeat(hidden_rows, np.diff(rows.indptr)) & (blocks[rows.indices] == block)
            rows.data = np.where(hide, 0, rows.data / (1 - settings.dropout))
            used, compact = np.unique(rows.indices, return_inverse=True)
            rows = sparse.csr_matrix((rows.data, compact, rows.indptr), shape=(len(batch), len(used)))

            weight_rows = first.take(used, axis=0)
            out = rows @ weight_rows + bias
            awake = np.maximum(out[:, labels:], 0)
            scores = out[:, :labels] + product(awake, mix)
            towards, step_loss = _gradient(
                scores, intent_of[batch], wanted[batch], weights[batch], len(intents), settings
            )
            loss += step_loss
            back = np.concatenate([towards, product(towards, mix.T) * (awake > 0)], axis=1)
            mix_step = product_across(awake, towards)
            row_step = rows.T @ back
            seen = first_seen.take(used, axis=0)
            np.square(row_step, out=work[: len(used)])  # in place from here on: these are the largest arrays
            seen += work[: len(used)]
            first_seen[used] = seen
            np.sqrt(seen, out=seen)
            row_step /= seen
            row_step *= rate
            weight_rows -= row_step
            first[used] = weight_rows
            bias_step = back.sum(axis=0)
            bias_seen += bias_step * bias_step
            bias -= rate * bias_step / np.sqrt(bias_seen)
            mix_seen += mix_step * mix_step
            mix -= rate * mix_step / np.sqrt(mix_seen)
        progress(f"epoch {epoch + 1} of {settings.epochs}, loss {loss / len(samples):.4f}")

    return Member(first, bias, mix)


def unite(
    members: Sequence[Member], vocabulary: Vocabulary, intents: Sequence[str], indicators: Sequence[str]
) -> MeaningModel:
    """One model whose scores are the mean of the members'.

    Temperatures are 1 and thresholds 0.5 until :func:`bot.nlu.calibrate.calibrate` sets them.
    """
    labels = len(intents) + len(indicators)
    direct = sum(member.first[:, :labels] for member in members) / len(members)
    first = np.concatenate([direct, *(member.first[:, labels:] for member in members)], axis=1)
    bias = sum(member.bias[:labels] for member in members) / len(members)
    # few steps suffice, and what is near nought becomes nought, so that the file is a third of its size
    scale = np.maximum(first.std(axis=0) * _REACH / _STEPS, 1e-9)
    return MeaningModel(
        tuple(intents),
        tuple(indicators),
        np.full(len(indicators), 0.5, dtype=np.float32),
        vocabulary,
        np.clip(np.rint(first / scale), -_STEPS, _STEPS).astype(np.int8),
        scale.astype(np.float32),
        np.concatenate([bias, *(member.bias[labels:] for member in members)]).astype(np.float32),
        np.concatenate([member.mix for member in members]).astype(np.float32) / len(members),
        (1.0, 1.0),
    )


def _gradient(
    scores: Array, intents: Array, wanted: Array, weights: Array, intent_count: int, settings: Settings
) -> tuple[Array, float]:
    """The mean gradient of the loss by the scores, and the summed loss of a batch."""
    size = len(scores)
    each = np.arange(size)
    exponents = exponential(scores[:, :intent_count] - scores[:, :intent_count].max(axis=1, keepdims=True))
    chance = exponents / exponents.sum(axis=1, keepdims=True)
    loss = float(-np.log(chance[each, intents] + 1e-9)[intents != _NO_INTENT].sum())
    chance[each, intents] -= 1
    chance[intents == _NO_INTENT] = 0
    sure = 1 / (1 + exponential(-np.clip(scores[:, intent_count:], -30, 30)))
    heavier = 1 + (settings.positive_weight - 1) * wanted
    miss = (sure - wanted) * heavier * settings.indicator_weight
    gradient = np.concatenate([chance, miss], axis=1) * weights[:, None] / size
    return gradient.astype(np.float32), loss
