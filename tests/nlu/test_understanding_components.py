"""The parts of the pipeline, trained by Rasa on a small project and asked like in service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components import MADE, ConceptReader, EntityReader, MeaningReader, OfferReader, TextReader
from bot.nlu.data import Example
from bot.nlu.features import BLOCK_SHIFT, CONCEPTS, read_features
from bot.nlu.fit import Sample
from bot.nlu.importer import LEXICON, to_message
from bot.nlu.lexicon import Found, read_lines
from bot.nlu.reader import train_meaning

PASSPORT = [
    "my boss keeps my passport", "boss took my passport", "he holds my passport", "madam keeps our passports",
    "the agent took our passports away", "they keep my passport in the office", "boss holds passport of all workers",
    "my employer took my passport", "passport with boss, he keeps it", "they hold our passport",
]  # fmt: skip
GREETING = ["hello", "hi there", "good morning", "hello friend", "hey", "good evening", "hello hello", "hi all"]
WEATHER = [
    "will it rain today",
    "weather tomorrow",
    "is it sunny",
    "rain or sun today",
    "hot weather now",
    "rain again",
]
LEXICON_FILES = {
    "concepts.yml": "documents: {passport: any}\nhold_give: {keep: any}\nactors: {boss: any}\n",
    "en.yml": "concepts: {passport: [passport*], keep: [keep*, hold*, took], boss: [boss, madam]}\n",
    "th.yml": "concepts: {passport: [พาสปอร์ต], keep: [ยึด], boss: [นายจ้าง]}\n",
}


def examples() -> list[Message]:
    groups = (
        (PASSPORT, "report_exploitation", ("document_retention",)),
        (GREETING, "greet", ()),
        (WEATHER, "out_of_scope", ()),
    )
    return [
        to_message(Example(text, intent, indicators, "en", Path("en/a.yml")))  # type: ignore[arg-type]
        for texts, intent, indicators in groups
        for text in texts
    ]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """All parts, each trained on what those before it left, saved, and loaded again."""
    root = tmp_path_factory.mktemp("data")
    (root / "concepts").mkdir()
    for name, content in LEXICON_FILES.items():
        (root / "concepts" / name).write_text(content, encoding="utf-8")
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    context = ExecutionContext(graph_schema=GraphSchema({}))
    data = TrainingData(examples(), lookup_tables=[{"name": LEXICON, "elements": read_lines(root)}])
    parts: list[Any] = []
    for part in (TextReader, ConceptReader, MeaningReader, EntityReader, OfferReader):
        resource = Resource(part.__name__)
        config = part.get_default_config()
        if hasattr(part, "train"):
            part.create(config, storage, resource, context).train(data)
            loaded = part.load(config, storage, resource, context)
        else:
            loaded = part.create(config, storage, resource, context)
        data = loaded.process_training_data(data)
        parts.append(loaded)
    return parts


def understand(pipeline: list[Any], text: str) -> dict[str, Any]:
    messages = [Message(data={"text": text})]
    for part in pipeline:
        messages = part.process(messages)
    message: dict[str, Any] = messages[0].as_dict(only_output_properties=True)
    return message


def test_a_message_comes_out_with_everything_the_design_promises(pipeline: list[Any]) -> None:
    output = understand(pipeline, "My boss keeps my passport, I am in Malaysia")
    assert set(output) == {
        "text", "readable", "language", "intent", "intent_ranking", "indicators", "entities", "red_flags"
    }  # fmt: skip
    assert output["intent"]["name"] == "report_exploitation"
    assert output["intent"] == output["intent_ranking"][0]
    assert [found["name"] for found in output["indicators"]] == ["document_retention"]
    assert output["entities"] == [{"entity": "country", "value": "MY", "start": 35, "end": 43, "role": "present"}]


def test_the_evidence_is_the_words_that_say_it_in_the_text_as_written(pipeline: list[Any]) -> None:
    text = "hello friend, MADAM KEEPS MY PASSPORTTT"
    output = understand(pipeline, text)
    marked = " ".join(text[start:end] for start, end in output["indicators"][0]["evidence"])
    assert "PASSPORTTT" in marked
    assert "hello" not in marked


def test_an_advert_comes_out_with_its_red_flags_and_the_words_behind_them(pipeline: list[Any]) -> None:
    text = "🔥 Chat support in Cambodia, you go on tourist visa"
    flags = understand(pipeline, text)["red_flags"]
    assert {flag["name"]: [text[start:end] for start, end in flag["evidence"]] for flag in flags} == {
        "tourist_visa": ["on tourist visa"],
        "scam_place": ["Chat support"],
    }


def test_a_concept_learnt_in_one_language_holds_in_another(pipeline: list[Any]) -> None:
    output = understand(pipeline, "นายจ้างยึดพาสปอร์ต")
    assert output["intent"]["name"] == "report_exploitation"
    assert [found["name"] for found in output["indicators"]] == ["document_retention"]


def test_a_harmless_message_carries_no_indicator(pipeline: list[Any]) -> None:
    assert understand(pipeline, "good morning")["indicators"] == []
    assert understand(pipeline, "will it rain")["indicators"] == []


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "🙏🏽🙏🏽", "\x00", "?", "1", "😀" * 3000, "ကူညီပါ " * 12000, "a" * 100_000]
)
def test_any_text_is_understood_somehow(pipeline: list[Any], text: str) -> None:
    output = understand(pipeline, text)
    assert 0 <= output["intent"]["confidence"] <= 1
    marked = [*output["indicators"], *output["red_flags"]]
    assert all(0 <= start < end <= len(text) for found in marked for start, end in found["evidence"])


def test_made_messages_follow_the_one_they_were_made_from_and_say_so(pipeline: list[Any]) -> None:
    data = pipeline[0].process_training_data(TrainingData(examples()))
    made = [message for message in data.training_examples if message.get("metadata").get(MADE)]
    assert made
    assert len(data.training_examples) == len(examples()) + len(made)
    assert not data.training_examples[0].get("metadata").get(MADE)
    assert {message.get("intent") for message in made} <= {message.get("intent") for message in examples()}


def test_training_twice_gives_the_same_model() -> None:
    samples = [
        Sample(read_features(text, [], {}).keys, place % 2, (place % 2,))
        for place, text in enumerate(PASSPORT + GREETING)
    ]
    one, other = (train_meaning(samples) for _ in range(2))
    assert np.array_equal(one.features, other.features)
    assert np.array_equal(one.thresholds, other.thresholds)
    assert one.temperatures == other.temperatures


def test_the_size_of_a_number_is_seen_beside_the_concept_it_stands_with() -> None:
    age = [Found("age", 0, 3, True)]
    groups = {"age": "people"}
    keys = {number: set(read_features(f"age {number}", age, groups).keys) for number in (15, 16, 34)}
    blocks = {number: {key for key in some if key >> BLOCK_SHIFT == CONCEPTS} for number, some in keys.items()}
    assert blocks[15] == blocks[16] != blocks[34]


def test_the_threshold_of_a_rare_indicator_stays_near_that_of_its_group() -> None:
    samples = [
        Sample(read_features(f"{text} {place}", [], {}).keys, place % 2, (place % 2,) if place else (0, 20))
        for place, text in enumerate((PASSPORT + GREETING) * 4)
    ]
    thresholds = train_meaning(samples).thresholds
    usual = np.median(thresholds)
    assert np.abs(thresholds - usual).max() < 0.2
