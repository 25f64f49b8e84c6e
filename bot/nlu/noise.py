"""What Rasa says on every run and nobody here can act on."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

#: Rasa tells, of every domain with a slot, what changed in its version 3; misses parts of its own where ours do their
#: work (the lexicon travels as a lookup table, the rules have our policy); and asks libraries in old ways.
KNOWN = (
    "'RulePolicy' is not included",
    "You have defined training data consisting of lookup tables",
    "Slot auto-fill has been removed",
    r"the load_module\(\) method is deprecated",
    "keys will default to True in jsonpickle",
    "Python 3.14 will, by default, filter extracted tar archives",
    r"datetime.datetime.utcnow\(\) is deprecated",
)


@contextmanager
def without_noise() -> Iterator[None]:
    """Without warnings that are known and nothing to act on, and without Rasa's own bars beside our progress."""
    level = os.environ.get("LOG_LEVEL")
    os.environ["LOG_LEVEL"] = "ERROR"  # where Rasa looks before it draws a bar
    try:
        with warnings.catch_warnings():
            for known in KNOWN:
                warnings.filterwarnings("ignore", message=known)
            yield
    finally:
        del os.environ["LOG_LEVEL"]
        if level is not None:
            os.environ["LOG_LEVEL"] = level
