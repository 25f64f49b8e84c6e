"""Rasa's default pipeline, trained on messages and asked about others. Runs in the environment of stock Rasa.

usage: python diet.py TRAINING.yml MESSAGES.json EPOCHS     prints a JSON list: the intent of each message
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from rasa.core.agent import Agent
from rasa.model_training import train_nlu

_PIPELINE = """
recipe: default.v1
assistant_id: compare
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""


async def read(model: str, messages: list[str]) -> list[str]:
    agent = Agent.load(model)
    found = []
    for message in messages:
        parsed = await agent.parse_message(message)
        ranking = [one["name"] for one in parsed["intent_ranking"] if one["name"] != "nlu_fallback"]
        found.append(ranking[0])  # its first guess, also where it would ask again
    return found


def main(training: str, messages: str, epochs: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        config.write_text(_PIPELINE.format(epochs=int(epochs)), encoding="utf-8")
        model = train_nlu(str(config), training, folder)
        found = asyncio.run(read(str(model), json.loads(Path(messages).read_text(encoding="utf-8"))))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
