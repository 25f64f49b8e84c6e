"""A quick loop for whoever improves understanding: train without Rasa, measure.

python -m bot.nlu.experiment                            four fifths of the training data, measured on the rest
python -m bot.nlu.experiment tests/understanding/*.jsonl   all training data, measured on these files
--set hidden=0       another value for a field of bot.nlu.fit.Settings
--no-lexicon         without concepts
--no-made            without messages made from others
--confusions         which intents and indicators were taken for which
"""

from __future__ import annotations

import argparse
import asyncio
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml
from rich.console import Console

from bot.core.taxonomy import INDICATORS, INTENTS
from bot.nlu.augment import WEIGHT, variants
from bot.nlu.data import Example, find_files, read_examples
from bot.nlu.evaluate import Case, measure, read_cases
from bot.nlu.features import read_features
from bot.nlu.fit import Sample, Settings
from bot.nlu.lexicon import Lexicon
from bot.nlu.reader import Reader, read_concepts, train_meaning
from bot.nlu.scores import show, show_confusions
from bot.text.language import LanguageReader, LatinModel
from bot.text.normalise import normalise

_FIFTHS = 5


def samples_of(example: Example, lexicon: Lexicon, made: bool) -> list[Sample]:
    """What to learn from one training message, made variants behind it."""
    labels = list(INTENTS).index(example.intent), tuple(map(list(INDICATORS).index, example.indicators))
    texts = [(example.text, 1.0), *((text, WEIGHT) for text in variants(example.text) if made)]
    samples = []
    for text, weight in texts:
        form = normalise(text)
        concepts = read_concepts(lexicon, form, example.language)
        samples.append(
            Sample(read_features(form.matching, concepts, lexicon.groups).keys, *labels, weight, example.language)
        )
    return samples


def train(examples: Sequence[Example], lexicon: Lexicon, settings: Settings, made: bool, console: Console) -> Reader:
    """A reader trained on *examples*, as ``hotline train`` would."""
    samples = [sample for example in examples for sample in samples_of(example, lexicon, made)]
    model = train_meaning(samples, settings, lambda line: console.print(line, style="dim"))
    languages = LanguageReader(LatinModel.fit((example.text, example.language) for example in examples))
    return Reader(languages, lexicon, model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--data", type=Path, default=Path("nlu_data"))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")
    parser.add_argument("--no-lexicon", action="store_true")
    parser.add_argument("--no-made", action="store_true")
    parser.add_argument("--confusions", action="store_true")
    options = parser.parse_args()
    console = Console()
    settings = Settings()
    for change in options.changes:
        name, value = change.split("=")
        settings = replace(settings, **{name: yaml.safe_load(value)})
    lexicon = Lexicon({}, ()) if options.no_lexicon else Lexicon.from_folder(options.data)
    examples = read_examples(find_files(options.data))
    if options.files:
        cases = read_cases(options.files)
    else:
        held_out = [zlib.crc32(example.text.encode()) % _FIFTHS == 0 for example in examples]
        cases = [Case.of_example(one) for one, out in zip(examples, held_out, strict=True) if out]
        examples = [one for one, out in zip(examples, held_out, strict=True) if not out]
    start = time.perf_counter()
    reader = train(examples, lexicon, settings, not options.no_made, console)
    console.print(f"{len(examples)} messages learnt in {time.perf_counter() - start:.0f} s, {len(cases)} measured")
    outcomes, report = asyncio.run(measure(reader.understand, cases))
    show(report, console)
    if options.confusions:
        show_confusions(outcomes, console)


if __name__ == "__main__":
    main()
