"""Training data as Rasa takes it in: our files read fast, with language and indicators kept, and the lexicon with them.

Named in ``config.yml`` under ``importers``. Stories, rules, domain and configuration come as with Rasa's own importer,
which can read the same files without this one (more slowly, and without the lexicon).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.data import get_data_files
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.data import CONCEPTS, Example, load_yaml, read_file
from bot.nlu.lexicon import read_lines

#: Key of our own entry in a message's metadata, beside those of Rasa.
LANGUAGE = "language"
INDICATORS = "indicators"
LEXICON = "lexicon"  # name of the lookup table that carries the lexicon


class HotlineImporter(RasaFileImporter):
    """Rasa's file importer with a faster, fuller reader for the training messages."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **_: Any,
    ) -> None:
        files = [Path(file) for file in sorted(get_data_files(training_data_paths, lambda path: path.endswith(".yml")))]
        self._own = [file for file in files if file.parent.name != CONCEPTS and _has_messages(file)]
        self._lexicons = sorted({file.parent.parent for file in files if file.parent.name == CONCEPTS})
        known = {str(file) for file in (*self._own, *files) if file.parent.name == CONCEPTS or file in self._own}
        others = [str(file) for file in files if str(file) not in known]
        super().__init__(config_file, domain_path, [])
        self._story_files = [file for file in others if YAMLStoryReader.is_stories_file(file)]
        self._conversation_test_files = [file for file in others if YAMLStoryReader.is_test_stories_file(file)]

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All training messages, and the lexicon as a lookup table. Raises BadData with file and remedy."""
        messages = [to_message(example) for file in self._own for example in read_file(file)]
        tables = [{"name": LEXICON, "elements": read_lines(root)} for root in self._lexicons]
        return TrainingData(messages, lookup_tables=tables)


def to_message(example: Example) -> Message:
    """The message that Rasa's own reader would make of an example, with its language in the metadata."""
    message = Message.build(text=example.text, intent=example.intent)
    message.set("metadata", {"intent": {INDICATORS: list(example.indicators)}, LANGUAGE: example.language})
    return message


def lexicon_lines(training_data: TrainingData) -> list[str]:
    """The lines of the lexicon that :class:`HotlineImporter` put beside the messages; none if there is none."""
    return [line for table in training_data.lookup_tables if table.get("name") == LEXICON for line in table["elements"]]


def language_of(message: Message) -> str | None:
    """The language a training message was written in, if its file said so."""
    return (message.get("metadata") or {}).get(LANGUAGE)


def indicators_of(message: Message) -> list[str]:
    """The indicators a training message was labelled with."""
    return ((message.get("metadata") or {}).get("intent") or {}).get(INDICATORS) or []


def _has_messages(file: Path) -> bool:
    content = load_yaml(file)
    return isinstance(content, dict) and "nlu" in content
