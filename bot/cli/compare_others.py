"""What others would take: a linear model on character pieces, Rasa's default pipeline, langdetect."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import langdetect
import yaml
from rich.console import Console
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from bot.cli.bench_environment import StockUnavailable, stock_environ, stock_python
from bot.cli.bench_stock import choose
from bot.core.taxonomy import INDICATORS
from bot.nlu.data import Example

_OTHER_NAMES = {"tl": "fil", "zh-cn": "zh", "zh-tw": "zh"}  # langdetect's for ours


class Plain:
    """TF-IDF of 1 to 5 characters within words, and a linear model (logistic loss) for each label."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True, min_df=2)
        texts = self._pieces.fit_transform([one.text for one in examples])
        self._intents = _linear().fit(texts, [str(one.intent) for one in examples])
        self._labels = MultiLabelBinarizer(classes=[str(name) for name in INDICATORS])
        wanted = self._labels.fit_transform([list(map(str, one.indicators)) for one in examples])
        self._indicators = OneVsRestClassifier(_linear()).fit(texts, wanted)

    def intents(self, texts: Sequence[str]) -> list[str]:
        return [str(one) for one in self._intents.predict(self._pieces.transform(texts))]

    def indicators(self, texts: Sequence[str]) -> list[frozenset[str]]:
        found = self._indicators.predict(self._pieces.transform(texts))
        return [frozenset(names) for names in self._labels.inverse_transform(found)]


def _linear() -> SGDClassifier:
    return SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=20, tol=None, random_state=0)


def langdetect_language(text: str) -> str:
    """langdetect's answer in our codes; nothing where it has none."""
    langdetect.DetectorFactory.seed = 0
    try:
        code = str(langdetect.detect(text))
    except langdetect.LangDetectException:
        return ""
    return _OTHER_NAMES.get(code, code)


def by_diet(
    root: Path, examples: Sequence[Example], texts: Sequence[str], epochs: int, most: int, say: Console
) -> list[str]:
    """The intents that Rasa's default pipeline finds after learning from *most* of *examples*, evenly chosen.

    Raises StockUnavailable.
    """
    python = stock_python(root, say)
    groups = choose(list(examples), most)
    nlu = [
        {"intent": str(name), "examples": "".join(f"- {' '.join(text.split())}\n" for text in some)}
        for name, some in groups.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        training, messages, log = (Path(folder) / name for name in ("nlu.yml", "messages.json", "log"))
        training.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")
        messages.write_text(json.dumps(list(texts)), encoding="utf-8")
        command = [str(python), str(root / "bench/stock/diet.py"), str(training), str(messages), str(epochs)]
        with log.open("wb") as errors:
            done = subprocess.run(  # noqa: S603
                command, cwd=folder, env=stock_environ(), stdout=subprocess.PIPE, stderr=errors, check=False
            )
        if done.returncode:
            told = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise StockUnavailable(f"Rasa's default pipeline could not be trained:\n{told}")
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found
