"""The same data give the same model, on whatever processor and in whatever process it is trained.

Else what was measured here says little of what others run, and a message is a report on one machine and a question on
another.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from bot.core.taxonomy import INDICATORS, INTENTS
from bot.nlu.arithmetic import exponential, product, product_across
from bot.nlu.fit import Sample, Settings
from bot.nlu.reader import train_meaning

_OLD = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}


def learnt() -> str:
    """The digest of a model of a few thousand messages of chance."""
    chance = np.random.default_rng(0)
    samples = [
        Sample(
            np.unique(chance.integers(0, 400, 30)).astype(np.uint32),
            int(chance.integers(len(INTENTS))),
            tuple(np.unique(chance.integers(0, len(INDICATORS), 2)).tolist()),
        )
        for _ in range(3000)
    ]
    model = train_meaning(samples, Settings(epochs=2))
    parts = (model.features, model.scale, model.bias, model.mix, model.thresholds, np.array(model.temperatures))
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


@pytest.mark.parametrize("elsewhere", [_OLD, {"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "3"}], ids=str)
def test_a_model_is_the_same_wherever_it_is_trained(elsewhere: dict[str, str]) -> None:
    there = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"from {__name__} import learnt; print(learnt())"],
        env=os.environ | elsewhere,
        check=True,
        capture_output=True,
        text=True,
    )
    assert there.stdout.strip() == learnt()


def test_products_and_exponentials_are_those_of_mathematics() -> None:
    chance = np.random.default_rng(0)
    left, right = chance.normal(size=(70, 50)), chance.normal(size=(50, 30))
    assert np.allclose(product(left, right), left @ right, rtol=1e-12)
    assert np.allclose(product_across(left.T.copy(), right), left @ right, rtol=1e-12)
    values = np.linspace(-60, 60, 10_001)
    assert np.allclose(exponential(values), np.exp(values), rtol=1e-13)
    assert exponential(np.array([-1000.0])) == 0
