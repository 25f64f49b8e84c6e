"""Practice: how an invented person answers what an operator says. Pure: the same moves and seed, the same answers.

A person has trust, which good practice wins and bad practice costs. They tell a thing only when it is asked for and
they trust enough; they leave when they do not trust at all. Somebody may come in: from then on whatever is telling is
read by the wrong eyes, until the operator has kept quiet. The persons are data: ``bot/content/practice``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.ids import ChannelName, CountryCode
from bot.core.questions import QUESTIONS, SKIP
from bot.core.taxonomy import Language

#: To write nothing for a while.
QUIET = "quiet"
#: The emergency number of the country where the person is.
NUMBER = "number"
_SAFE, _BYE, _POLICE = "safe", "bye", "police"

#: Acts that cost trust, each time. Those not among topics are found here or in the operator's own words.
COSTS: Mapping[str, int] = {
    "too_soon": 1,
    "repeated": 1,
    "loud": 1,
    "many_questions": 1,
    "avoid_words": 1,
    "avoid_story": 1,
    "avoid_promise": 1,
    "avoid_hero": 2,
    "avoid_believe": 2,
    "avoid_blame": 2,
    "avoid_choice": 2,
    "pushed": 2,
    "told_without_yes": 3,
    "exposed": 3,
}
#: Acts that the engine finds by itself and that cost nothing.
_FOUND = frozenset(("asked", "asked_detail", "agreed_to", "wrote", QUIET))
#: Every act besides the topics.
ACTS = frozenset(COSTS) | _FOUND


class End(StrEnum):
    """How a rehearsal ended."""

    WELL = "well"  # what this person needed was done
    EARLY = "early"  # the operator said goodbye before that
    LEFT = "left"  # the person trusted no more
    STOPPED = "stopped"  # the operator broke it off


@dataclass(frozen=True)
class Topic:
    """What a sentence does; the fields are those of ``topics.yml``."""

    name: str
    cards: tuple[str, ...] = ()
    asks: bool = False
    detail: bool = False
    consent: bool = False
    needs: str | None = None
    warms: int = 0
    harmless: bool = False


@dataclass(frozen=True)
class Line:
    """Something that a person writes, in their language; ``gloss`` is the same in English, where it is another."""

    text: str
    gloss: str | None = None
    trust: int = 0  # not told below it
    marks: frozenset[str] = frozenset()  # what it shows: danger, distress ...


@dataclass(frozen=True)
class Intrusion:
    """Somebody comes in, after so many moves of the operator."""

    after: int
    line: Line
    other: Line  # what the one who has the phone writes when something telling came
    back: Line


@dataclass(frozen=True)
class Person:
    """An invented person; the fields are those of ``persons/*.yml``."""

    id: str
    language: Language
    channel: ChannelName
    countries: Mapping[str, CountryCode]
    hardness: int  # 1 to 3
    trust: int
    marks: frozenset[str]
    trains: tuple[str, ...]  # rules
    goals: tuple[str, ...]  # topics
    agrees: frozenset[str]  # topics of consent
    opening: tuple[Line, ...]
    facts: Mapping[str, Line]  # by topic
    answers: Mapping[str, str]  # closed question -> answer
    unsure: tuple[Line, ...]
    ack: tuple[Line, ...]
    hold: Line
    hurt: Line
    there: Line
    leaves: Line
    well: Line
    intrusion: Intrusion | None = None
    unreviewed: bool = False

    def lines(self) -> Iterator[Line]:
        """Everything that this person may write."""
        yield from (*self.opening, *self.facts.values(), *self.unsure, *self.ack)
        yield from (self.hold, self.hurt, self.there, self.leaves, self.well)
        if self.intrusion is not None:
            yield from (self.intrusion.line, self.intrusion.other, self.intrusion.back)


@dataclass(frozen=True)
class Move:
    """One message of the operator, read: its topics, the ready sentence that it was, faults in own words."""

    topics: tuple[str, ...]
    card: str | None = None
    acts: frozenset[str] = frozenset()  # of ACTS


@dataclass(frozen=True)
class Tap:
    """An answer to a closed question, by its button."""

    question: str
    answer: str


@dataclass(frozen=True)
class Rehearsal:
    """Where a rehearsal stands."""

    trust: int
    marks: frozenset[str]
    moves: int = 0
    done: frozenset[str] = frozenset()  # topics that the operator came to
    cards: frozenset[str] = frozenset()  # closed questions that were asked
    told: frozenset[str] = frozenset()  # topics that the person has told about
    agreed: Mapping[str, bool] = field(default_factory=dict)  # topic of consent -> yes
    watched: bool = False
    intruded: bool = False
    end: End | None = None


@dataclass(frozen=True)
class Turn:
    """What came of a move: the next state, what the person writes, and the acts by which the move is looked at."""

    after: Rehearsal
    said: tuple[Line | Tap, ...]
    acts: frozenset[str]


def begin(person: Person) -> Rehearsal:
    """The state in which *person* writes their opening lines."""
    marks = person.marks.union(*(line.marks for line in person.opening))
    return Rehearsal(person.trust, marks)


def answer(person: Person, topics: Mapping[str, Topic], before: Rehearsal, move: Move, seed: int) -> Turn:
    """What *person* does about *move*.

    Args:
        seed: which of several fitting lines is said.
    Raises ValueError: the rehearsal has ended.
    """
    if before.end is not None:
        raise ValueError("this rehearsal has ended")
    acts = frozenset(move.topics) | move.acts | _found(topics, before, move)
    warmth = sum(topics[name].warms for name in set(move.topics) - before.done if name in topics)
    if QUIET in acts and before.watched:
        warmth = 1
    asked = {move.card} if move.card is not None and move.card in QUESTIONS else set()
    trust = before.trust + warmth - sum(COSTS.get(act, 0) for act in acts)
    state = replace(
        before,
        trust=trust,
        moves=before.moves + 1,
        done=before.done | frozenset(move.topics),
        cards=before.cards | asked,
        watched=before.watched and QUIET not in acts,
    )
    if trust <= 0:
        last = person.intrusion.other if before.watched and person.intrusion else person.leaves
        return Turn(replace(state, end=End.LEFT), (last,), acts)
    if before.watched and person.intrusion is not None:
        line = person.intrusion.back if QUIET in acts else person.intrusion.other
        return Turn(state, (line,), acts)
    if _BYE in acts:
        done = set(person.goals) <= state.done
        line = person.well if done else _one_of(person.ack, seed, state)
        return Turn(replace(state, end=End.WELL if done else End.EARLY), (line,), acts)
    state, said = _reply(person, topics, state, move, seed, hurt=any(act in COSTS for act in acts))
    if person.intrusion is not None and not state.intruded and state.moves >= person.intrusion.after:
        came = person.intrusion.line
        state = replace(state, watched=True, intruded=True, marks=state.marks | came.marks | {"watched"})
        said = (*said, came)
    return Turn(state, said, acts)


def _found(topics: Mapping[str, Topic], before: Rehearsal, move: Move) -> frozenset[str]:
    """The acts that a move is because of what was before it."""
    here = [topics[name] for name in move.topics if name in topics]
    found = set()
    if before.watched:
        harmless = all(topic.harmless for topic in here) and not move.acts - {"wrote", QUIET}
        found.add(QUIET if harmless else "exposed")
    if any(topic.asks for topic in here):
        found.add("asked")
    if any(topic.detail for topic in here):
        found.add("asked_detail")
        if _SAFE not in before.done and _SAFE not in move.topics:
            found.add("too_soon")
    if move.card in before.cards and move.card in QUESTIONS:
        found.add("repeated")
    if any(topic.consent for topic in here):
        found.add("agreed_to")
    if any(topic.needs and not before.agreed.get(topic.needs) for topic in here):
        found.add("told_without_yes")
    if _POLICE in move.topics and before.agreed.get(_POLICE) is False:
        found.add("pushed")
    return frozenset(found)


def _reply(
    person: Person, topics: Mapping[str, Topic], state: Rehearsal, move: Move, seed: int, *, hurt: bool
) -> tuple[Rehearsal, tuple[Line | Tap, ...]]:
    if QUIET in move.topics:
        return state, (person.there,)
    said: list[Line | Tap] = [person.hurt] if hurt else []
    for name in move.topics:
        topic = topics.get(name)
        if topic is None:
            continue
        tap = _tap(person, topic, state, move)
        if tap is not None:
            said.append(tap)
            if topic.consent:
                state = replace(state, agreed={**state.agreed, name: tap.answer == "yes"})
        line = person.facts.get(name)
        if line is not None and name not in state.told:
            if line.trust > state.trust:
                said.append(person.hold)
            else:
                said.append(line)
                state = replace(state, told=state.told | {name}, marks=state.marks | line.marks)
        elif tap is None and topic.asks and not hurt:
            said.append(_one_of(person.unsure, seed, state))
    return state, tuple(dict.fromkeys(said)) or (_one_of(person.ack, seed, state),)


def _tap(person: Person, topic: Topic, state: Rehearsal, move: Move) -> Tap | None:
    """The answer by button: to the closed question that was sent, or to a wish for an agreement in own words."""
    if topic.consent:
        return Tap(move.card or topic.cards[0], "yes" if topic.name in person.agrees else "no")
    if move.card is None or move.card not in QUESTIONS:
        return None
    given = person.answers.get(move.card)
    if given is None and topic.name not in person.facts:
        given = "dont_know" if "dont_know" in QUESTIONS[move.card].answers else SKIP
    return Tap(move.card, given) if given is not None else None


def _one_of(lines: tuple[Line, ...], seed: int, state: Rehearsal) -> Line:
    return lines[(seed + state.moves) % len(lines)]


def topics_by_card(topics: Iterable[Topic]) -> dict[str, str]:
    """Ready sentence -> the topic that it is about."""
    return {card: topic.name for topic in topics for card in topic.cards}
