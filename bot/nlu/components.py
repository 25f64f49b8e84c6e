"""Our parts of Rasa's pipeline: they read a message's text, language, concepts, meaning and details.

``config.yml`` names them in the order in which they stand here. The same components run while training and while
serving. They leave on a message:

    reading, concepts, features     for the components behind them
    readable, language, intent, intent_ranking, indicators, entities, red_flags     as output
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.core.offer import RedFlag
from bot.core.taxonomy import INDICATORS, INTENTS
from bot.core.understanding import Entity, Evidence, IntentGuess
from bot.nlu.augment import WEIGHT, variants
from bot.nlu.entities import EntityReader as Details
from bot.nlu.features import Features, read_features
from bot.nlu.fit import Sample
from bot.nlu.importer import indicators_of, language_of, lexicon_lines
from bot.nlu.lexicon import Lexicon
from bot.nlu.meaning import MeaningModel
from bot.nlu.offers import OfferReader as Offers
from bot.nlu.reader import Meaning, read_concepts, read_meaning, train_meaning
from bot.text.language import UNSURE, LanguageReader, LatinModel
from bot.text.normalise import Normalised, normalise

logger = logging.getLogger(__name__)

MADE = "made"  # metadata of a message that was made from the one before it
_MODEL_FILE = "model.npz"
_LEXICON_FILE = "lexicon.tsv"
_Type = DefaultV1Recipe.ComponentType


class _Part(GraphComponent):
    """What all parts have in common: a place in the model to keep what was learnt."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self.config = config
        self._storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Part:
        return cls(config, model_storage, resource)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data


@DefaultV1Recipe.register([_Type.MESSAGE_FEATURIZER], is_trainable=True)
class TextReader(_Part):
    """Normalises the text and names its language; learns how each Latin-letter language is spelt.

    In training it adds messages made from those of the data (``augment: false`` leaves them out).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"augment": True}

    def train(self, training_data: TrainingData) -> Resource:
        self._learn(LatinModel.fit((message.get("text"), code) for message, code in _with_language(training_data)))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / _MODEL_FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TextReader:
        part = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            part._learn(LatinModel.load(folder / _MODEL_FILE))
        return part

    def _learn(self, model: LatinModel) -> None:
        self._model = model
        self._languages = LanguageReader(model)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = []
        for message in training_data.training_examples:
            messages.append(message)
            if self.config["augment"] and message.get("text"):
                messages += (_made(message, text) for text in variants(message.get("text")))
        return TrainingData(
            messages,
            training_data.entity_synonyms,
            training_data.regex_features,
            training_data.lookup_tables,
            training_data.responses,
        )

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            form = normalise(message.get("text") or "")
            guess = self._languages.read(form.matching)
            message.set("reading", form)
            message.set("readable", form.readable, add_to_output=True)
            message.set("language", {"code": guess.code, "confidence": guess.confidence}, add_to_output=True)
        return messages


@DefaultV1Recipe.register([_Type.MESSAGE_FEATURIZER], is_trainable=True)
class ConceptReader(_Part):
    """Finds the concepts of the lexicon, and makes of text and concepts what the model sees."""

    def train(self, training_data: TrainingData) -> Resource:
        lines = lexicon_lines(training_data)
        self._lexicon = Lexicon.from_lines(lines)
        with self._storage.write_to(self._resource) as folder:
            (folder / _LEXICON_FILE).write_text("\n".join(lines), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ConceptReader:
        part = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            part._lexicon = Lexicon.from_lines((folder / _LEXICON_FILE).read_text(encoding="utf-8").splitlines())
        return part

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        for message in training_data.training_examples:
            if message.get("text") and message.get("intent"):
                form = normalise(message.get("text"))
                message.set("features", self._read(form, language_of(message) or UNSURE)[1])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            concepts, features = self._read(message.get("reading"), message.get("language")["code"])
            message.set("concepts", concepts)
            message.set("features", features)
            message.set("lexicon", self._lexicon)
        return messages

    def _read(self, form: Normalised, language: str) -> tuple[list[Any], Features]:
        concepts = read_concepts(self._lexicon, form, language)
        return concepts, read_features(form.matching, concepts, self._lexicon.groups)


@DefaultV1Recipe.register([_Type.INTENT_CLASSIFIER], is_trainable=True)
class MeaningReader(_Part):
    """Reads intent and indicators: one model for both, because they help each other."""

    def train(self, training_data: TrainingData) -> Resource:
        intents, indicators = list[str](INTENTS), list[str](INDICATORS)
        samples = [
            Sample(
                message.get("features").keys,
                intents.index(message.get("intent")),
                tuple(map(indicators.index, indicators_of(message))),
                WEIGHT if message.get("metadata", {}).get(MADE) else 1.0,
                language_of(message) or "",
            )
            for message in training_data.training_examples
            if message.get("features") is not None and message.get("intent") in INTENTS
        ]
        self._model = train_meaning(samples, progress=logger.info)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / _MODEL_FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MeaningReader:
        part = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            part._model = MeaningModel.load(folder / _MODEL_FILE)
        return part

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            meaning: Meaning = read_meaning(
                self._model,
                message.get("features").keys,
                message.get("reading"),
                message.get("concepts"),
                message.get("lexicon"),
            )
            ranking = [_intent(guess) for guess in meaning.ranking]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set("indicators", [_indicator(found) for found in meaning.indicators], add_to_output=True)
        return messages


@DefaultV1Recipe.register([_Type.ENTITY_EXTRACTOR], is_trainable=False)
class EntityReader(_Part):
    """Reads countries with their roles, ages, numbers of people, phones and jobs."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._details = Details()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = self._details.read(message.get("reading"), message.get("concepts"), message.get("language")["code"])
            message.set("entities", [_entity(detail) for detail in found], add_to_output=True)
        return messages


@DefaultV1Recipe.register([_Type.ENTITY_EXTRACTOR], is_trainable=False)
class OfferReader(_Part):
    """Reads the red flags of a job offer, wherever a message may tell of one."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._offers = Offers()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            details = [Entity(**detail) for detail in message.get("entities")]
            language = message.get("language")["code"]
            found = self._offers.read(message.get("reading"), message.get("concepts"), details, language)
            message.set("red_flags", [_red_flag(flag) for flag in found], add_to_output=True)
        return messages


def _with_language(training_data: TrainingData) -> list[tuple[Message, str]]:
    return [
        (message, code)
        for message in training_data.training_examples
        if message.get("text") and (code := language_of(message))
    ]


def _made(message: Message, text: str) -> Message:
    made = Message.build(text=text, intent=message.get("intent"))
    made.set("metadata", {**(message.get("metadata") or {}), MADE: True})
    return made


def _intent(guess: IntentGuess) -> dict[str, Any]:
    return {"name": str(guess.name), "confidence": guess.confidence}


def _indicator(found: Evidence) -> dict[str, Any]:
    return {"name": str(found.indicator), "confidence": found.confidence, "evidence": [list(s) for s in found.spans]}


def _red_flag(flag: RedFlag) -> dict[str, Any]:
    return {"name": str(flag.name), "evidence": [list(span) for span in flag.spans]}


def _entity(detail: Entity) -> dict[str, Any]:
    entity = {"entity": detail.entity, "value": detail.value, "start": detail.start, "end": detail.end}
    return entity | ({"role": detail.role} if detail.role else {})
