"""The training messages as they lie in ``nlu_data/<language>/*.yml``, read fast and with their place for errors.

The files are ordinary Rasa training data; what they carry beyond it stands in a group's ``metadata``:

    - intent: ask_passport_kept
      metadata: {indicators: [document_retention]}
      examples: |
        - how to get my passport back from madam
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.core.taxonomy import Indicator, Intent, Language

CONCEPTS = "concepts"  # the folder beside the languages


@dataclass(frozen=True)
class Example:
    """One training message: what it is, in which language, and where it is written."""

    text: str
    intent: Intent
    indicators: tuple[Indicator, ...]
    language: Language
    file: Path


class BadData(Exception):
    """A training file that cannot be read; the message names file and remedy."""


def load_yaml(file: Path) -> Any:
    """The content of a YAML file. Raises BadData with the place of the fault."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadData(f"{file}: not readable as YAML in UTF-8: {error}") from error


def read_file(file: Path) -> Iterator[Example]:
    """The examples of one file; its folder names the language. Raises BadData."""
    content = load_yaml(file)
    groups = content.get("nlu") if isinstance(content, dict) else None
    for group in groups or ():
        if not isinstance(group, dict) or "intent" not in group:
            continue  # synonyms and the like are Rasa's
        examples = group.get("examples")
        if not isinstance(examples, str):
            raise BadData(f"{file}: the examples of {group['intent']} must be one text block (examples: |)")
        indicators = tuple(map(Indicator, (group.get("metadata") or {}).get("indicators") or ()))
        for line in examples.splitlines():
            if not line.strip():
                continue
            if not line.startswith("- "):
                raise BadData(f"{file}: a line of {group['intent']} does not start with '- ': {line[:60]!r}")
            yield Example(line[2:].strip(), Intent(group["intent"]), indicators, Language(file.parent.name), file)


def find_files(root: Path) -> list[Path]:
    """The training files below *root*, the folder that holds one folder for each language."""
    return sorted(file for file in root.glob("*/*.yml") if file.parent.name != CONCEPTS)


def read_examples(files: Iterable[Path]) -> list[Example]:
    """All examples of *files*, in order. Raises BadData."""
    return [example for file in files for example in read_file(file)]
