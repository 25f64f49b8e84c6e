"""The invented persons of practice, what an operator's sentence does, and the rules it is looked at by.

All from ``practice/``: nothing of it is said to people who write to us, and nothing of them stands in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.content.cards import Cards
from bot.content.reading import HERE, Fields, Problem, mapping, read, sequence, shown
from bot.content.script import stranger
from bot.core.ids import ChannelName, CountryCode
from bot.core.questions import QUESTIONS, SKIP
from bot.core.rehearsal import ACTS, Intrusion, Line, Person, Topic, topics_by_card
from bot.core.rehearsal_score import Rule
from bot.core.taxonomy import ENGLISH, LANGUAGES, Language

FOLDER = HERE / "practice"

_CHANNELS = frozenset(("telegram", "whatsapp", "sms", "web"))
_HARDNESS = (1, 2, 3)


@dataclass(frozen=True)
class Scripts:
    """Everything that practice is made of."""

    persons: Mapping[str, Person]
    topics: Mapping[str, Topic]
    rules: tuple[Rule, ...]
    words: Mapping[Language, Mapping[str, tuple[str, ...]]]  # topic -> words that tell it
    said: Mapping[str, tuple[str, ...]]  # act -> parts of `instead` in avoid.yml

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Scripts:
        """Raises ContentInvalid with file, key and remedy."""
        topics = _topics(folder / "topics.yml")
        rules = _rules(folder / "rules.yml", topics)
        persons = {file.stem: _person(file, topics, rules) for file in sorted((folder / "persons").glob("*.yml"))}
        return cls(persons, topics, rules, _words(folder / "words.yml", topics), _said(folder / "said.yml"))

    @cached_property
    def by_card(self) -> Mapping[str, str]:
        """Ready sentence -> the topic that it is about."""
        return topics_by_card(self.topics.values())

    def needed(self) -> Iterator[str]:
        """The phrases without which practice cannot be shown."""
        yield from (f"desk.practice.person.{name}" for name in self.persons)
        yield from (f"desk.practice.rule.{rule.id}" for rule in self.rules)

    def problems(self, cards: Cards, folder: Path = FOLDER) -> Iterator[Problem]:
        """Lines in a script that is not their language's, and ready sentences that no topic holds."""
        for person in self.persons.values():
            file = shown(folder / "persons" / f"{person.id}.yml")
            # whoever takes the phone away may write in their own language
            others = {person.intrusion.other} if person.intrusion else set()
            for line in person.lines():
                if line not in others and (wrong := stranger(line.text, person.language)):
                    yield Problem(file, line.text, wrong)
                if not unicodedata.is_normalized("NFC", line.text):
                    yield Problem(file, line.text, "is not in NFC; save it in that form")
                if line.gloss is None and person.language != ENGLISH:
                    yield Problem(file, line.text, "has no `en`; write what it means for trainers")
        topics = shown(folder / "topics.yml")
        listed = [key for keys in cards.groups.values() for key in keys]
        yield from (Problem(topics, key, "is in no topic; add it to one") for key in listed if key not in self.by_card)
        yield from (Problem(topics, key, "is no ready sentence; remove it") for key in self.by_card if key not in cards)


def _topics(file: Path) -> dict[str, Topic]:
    topics = {}
    for name, entry in mapping(read(file), file, "").items():
        fields = Fields(entry, file, name)
        topics[name] = Topic(
            name,
            fields.texts("cards"),
            fields.flag("asks"),
            fields.flag("detail"),
            fields.flag("consent"),
            fields.optional_text("needs"),
            fields.whole("warms") or 0,
            fields.flag("harmless"),
        )
        if topics[name].consent and not topics[name].cards:
            raise fields.fail("cards", "is empty; an agreement is asked for by a card")
        fields.done()
    return topics


def _rules(file: Path, topics: Mapping[str, Topic]) -> tuple[Rule, ...]:
    rules = []
    for place, entry in enumerate(sequence(read(file), file, "")):
        fields = Fields(entry, file, f"[{place}]")
        name = fields.text("id")
        acts = {kind: frozenset(fields.texts(kind)) for kind in ("kept", "broken", "before")}
        if unknown := sorted(set().union(*acts.values()) - set(topics) - ACTS):
            raise fields.fail("kept", f"no topic or act {', '.join(unknown)}; correct the name")
        source = fields.raw("source")
        told = Fields(source, file, f"{name}.source") if source is not None else None
        rules.append(
            Rule(
                name,
                **acts,
                since=fields.optional_text("since"),
                source=(told.text("title"), told.text("url")) if told else None,
            )
        )
        if told:
            told.done()
        fields.done()
    return tuple(rules)


def _words(file: Path, topics: Mapping[str, Topic]) -> dict[Language, dict[str, tuple[str, ...]]]:
    words = {}
    for code, entry in mapping(read(file), file, "").items():
        fields = Fields(entry, file, code)
        if code not in LANGUAGES:
            raise fields.fail("", f"no language of ours; use one of {', '.join(LANGUAGES)}")
        words[Language(code)] = {name: found for name in topics if (found := fields.texts(name))}
        fields.done()
    return words


def _said(file: Path) -> dict[str, tuple[str, ...]]:
    fields = Fields(read(file), file, "")
    said = {act: found for act in sorted(ACTS) if (found := fields.texts(act))}
    fields.done()
    return said


def _person(file: Path, topics: Mapping[str, Topic], rules: tuple[Rule, ...]) -> Person:
    fields = Fields(read(file), file, "")
    language = fields.one_of("language", frozenset(LANGUAGES))
    hardness = fields.whole("hardness")
    if hardness not in _HARDNESS:
        raise fields.fail("hardness", "write 1, 2 or 3")
    trains = _known(fields, "trains", {rule.id for rule in rules})
    person = Person(
        id=file.stem,
        language=Language(language),
        channel=ChannelName(fields.one_of("channel", _CHANNELS)),
        countries={
            role: CountryCode(code) for role, code in mapping(fields.raw("countries"), file, "countries").items()
        },
        hardness=hardness,
        trust=fields.whole("trust") or 0,
        marks=frozenset(fields.texts("marks")),
        trains=trains,
        goals=_known(fields, "goals", set(topics)),
        agrees=frozenset(_known(fields, "agrees", {name for name, topic in topics.items() if topic.consent})),
        opening=_lines(fields, file, "opening"),
        facts=_facts(fields, file, topics),
        answers=_answers(fields, file),
        unsure=_lines(fields, file, "unsure"),
        ack=_lines(fields, file, "ack"),
        hold=_line(fields.raw("hold"), file, "hold"),
        hurt=_line(fields.raw("hurt"), file, "hurt"),
        there=_line(fields.raw("there"), file, "there"),
        leaves=_line(fields.raw("leaves"), file, "leaves"),
        well=_line(fields.raw("well"), file, "well"),
        intrusion=_intrusion(fields.raw("event"), file),
        unreviewed=fields.flag("unreviewed"),
    )
    if person.trust < 1:
        raise fields.fail("trust", "is less than 1: such a person would not write")
    fields.done()
    return person


def _known(fields: Fields, name: str, known: set[str]) -> tuple[str, ...]:
    listed = fields.texts(name)
    if unknown := [one for one in listed if one not in known]:
        raise fields.fail(name, f"no such name: {', '.join(unknown)}; correct it")
    return listed


def _facts(fields: Fields, file: Path, topics: Mapping[str, Topic]) -> dict[str, Line]:
    facts = {}
    for name, entry in mapping(fields.raw("facts"), file, "facts").items():
        if name not in topics:
            raise fields.fail(f"facts.{name}", "is no topic of topics.yml; correct the name")
        facts[name] = _line(entry, file, f"facts.{name}")
    return facts


def _answers(fields: Fields, file: Path) -> dict[str, str]:
    answers = dict(mapping(fields.raw("answers"), file, "answers"))
    for key, given in answers.items():
        if key not in QUESTIONS or given not in (*QUESTIONS[key].answers, SKIP):
            raise fields.fail(f"answers.{key}", f"{given!r} is no answer to it; see bot/core/questions.yml")
    return answers


def _lines(fields: Fields, file: Path, name: str) -> tuple[Line, ...]:
    lines = tuple(
        _line(entry, file, f"{name}[{place}]") for place, entry in enumerate(sequence(fields.raw(name), file, name))
    )
    if not lines:
        raise fields.fail(name, "holds no line; add one")
    return lines


def _line(entry: Any, file: Path, key: str) -> Line:
    fields = Fields(entry, file, key)
    line = Line(
        fields.text("say"), fields.optional_text("en"), fields.whole("trust") or 0, frozenset(fields.texts("marks"))
    )
    fields.done()
    return line


def _intrusion(entry: Any, file: Path) -> Intrusion | None:
    if entry is None:
        return None
    fields = Fields(entry, file, "event")
    after = fields.whole("after")
    if after is None or after < 1:
        raise fields.fail("after", "write after how many messages of the operator it happens")
    lines = (_line(fields.raw(name), file, f"event.{name}") for name in ("line", "other", "back"))
    intrusion = Intrusion(after, *lines)
    fields.done()
    return intrusion
