"""The forms in which the practice page gets its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel

from bot.console.cards import AnswerView, show_answer
from bot.console.message import MessageView, show_message
from bot.content.library import Library
from bot.content.practice import Scripts
from bot.content.practice_reading import words_to_avoid
from bot.core.ids import MessageId
from bot.core.message import Author
from bot.core.practice import PracticeLine, PracticeRehearsal
from bot.core.questions import Given
from bot.core.rehearsal import Person
from bot.core.rehearsal_score import Outcome, Result, Rule
from bot.core.taxonomy import ENGLISH, Language
from bot.core.turn import ShownMessage
from bot.core.understanding import Understanding
from bot.services.practice import Open
from bot.store.operators import Operator


class RuleView(BaseModel):
    """A practice rule in the operator's language, with where it is from."""

    rule: str
    text: str
    source: str | None = None
    url: str | None = None


class PersonView(BaseModel):
    """An invented person. *draft*: no native speaker has read their lines."""

    id: str
    about: str
    language: str
    channel: str
    hardness: int
    countries: dict[str, str]
    trains: list[RuleView]
    draft: bool


class ResultView(RuleView):
    """How a rule was kept. *shows*: the operator's sentence that shows it; *words*: those in it to leave out."""

    outcome: str
    shows: str | None = None
    message_id: int | None = None
    words: list[str] = []


class PracticeMessageView(MessageView):
    """A message as at the desk. *quiet*: the operator wrote nothing for a while."""

    quiet: bool = False


class PlayedView(BaseModel):
    """A rehearsal without its words.

    *first_reply*: seconds until the operator's first message. *rules*: the outcome of each that came up.
    """

    id: str
    person: str
    language: str
    operator: str
    mine: bool
    begun_at: datetime
    ended_at: datetime | None
    end: str | None
    shared: bool
    readable: bool
    first_reply: int | None
    messages: int
    outcomes: dict[str, int]
    rules: dict[str, str]


class OutcomeView(BaseModel):
    """Of one rule, how often it was kept, broken and not tried, over rehearsals that have ended."""

    rule: RuleView
    outcomes: dict[str, int]


class PracticeView(BaseModel):
    """Whom one can practise with, and what one has played. *kept_days*: how long it is kept; 0: until it is erased."""

    persons: list[PersonView]
    own: list[PlayedView]
    kept_days: int


class OthersView(BaseModel):
    """What others have played, and rule by rule how it went: what to train next."""

    played: list[PlayedView]
    rules: list[OutcomeView]


class RehearsalView(BaseModel):
    """A rehearsal as it goes on, and its results once it has ended."""

    id: str
    person: PersonView
    played: PlayedView
    language: str
    answers: list[AnswerView]
    messages: list[PracticeMessageView]
    results: list[ResultView]


def show_person(person: Person, scripts: Scripts, library: Library, read: Language) -> PersonView:
    rules = {rule.id: rule for rule in scripts.rules}
    return PersonView(
        id=person.id,
        about=library.text(f"desk.practice.person.{person.id}", read),
        language=person.language,
        channel=person.channel,
        hardness=person.hardness,
        countries={role: str(code) for role, code in person.countries.items()},
        trains=[_rule(rules[name], library, read) for name in person.trains],
        draft=person.unreviewed,
    )


def show_played(
    rehearsal: PracticeRehearsal, scripts: Scripts, library: Library, reader: Operator, names: Mapping[int, str]
) -> PlayedView:
    """*names* are all operators' by id."""
    person, mine = scripts.persons.get(rehearsal.person), rehearsal.operator == reader.id
    waited = rehearsal.replied_at - rehearsal.begun_at if rehearsal.replied_at else None
    about = library.text(f"desk.practice.person.{person.id}", Language(reader.language)) if person else None
    return PlayedView(
        id=rehearsal.id,
        person=about or rehearsal.person,  # one who was taken out of the scripts keeps the name
        language=person.language if person else ENGLISH,
        operator=names.get(rehearsal.operator, ""),
        mine=mine,
        begun_at=rehearsal.begun_at,
        ended_at=rehearsal.ended_at,
        end=rehearsal.end.value if rehearsal.end else None,
        shared=rehearsal.shared,
        readable=person is not None and (mine or rehearsal.shared),
        first_reply=int(waited.total_seconds()) if waited is not None else None,
        messages=rehearsal.moves,
        outcomes=_counted(rehearsal.results),
        rules={result.rule: result.outcome.value for result in rehearsal.results},
    )


def show_others(
    rehearsals: Iterable[PracticeRehearsal],
    scripts: Scripts,
    library: Library,
    reader: Operator,
    names: Mapping[int, str],
) -> OthersView:
    listed, read = list(rehearsals), Language(reader.language)
    results = [result for rehearsal in listed for result in rehearsal.results]
    by_rule = [(rule, [one for one in results if one.rule == rule.id]) for rule in scripts.rules]
    return OthersView(
        played=[show_played(one, scripts, library, reader, names) for one in listed],
        rules=[
            OutcomeView(rule=_rule(rule, library, read), outcomes=_counted(found)) for rule, found in by_rule if found
        ],
    )


def show_rehearsal(
    now: Open,
    understood: Mapping[int, Understanding | None],
    scripts: Scripts,
    library: Library,
    reader: Operator,
    names: dict[int, str],
) -> RehearsalView:
    """*understood*: what the engine makes of each line, by its id."""
    read, person = Language(reader.language), now.person
    given = {line.said.tap.question: line.said.tap.answer for line in now.lines if line.said.tap is not None}
    answers = (show_answer(Given(*one), library, read) for one in given.items())
    lines = {line.id: line for line in now.lines}
    return RehearsalView(
        id=now.rehearsal.id,
        person=show_person(person, scripts, library, read),
        played=show_played(now.rehearsal, scripts, library, reader, names),
        language=person.language,
        answers=[answer for answer in answers if answer is not None],
        messages=[_message(line, now, understood.get(line.id), names, read, library) for line in now.lines],
        results=_results(now.rehearsal, lines, person, scripts, library, read),
    )


def _message(
    line: PracticeLine,
    now: Open,
    understood: Understanding | None,
    names: dict[int, str],
    read: Language,
    library: Library,
) -> PracticeMessageView:
    said, by_operator = line.said, line.said.author is Author.OPERATOR
    shown = ShownMessage(
        MessageId(line.id),
        said.author,
        line.at,
        said.text,
        operator_id=now.rehearsal.operator if by_operator else None,
        saying=said.saying,
        understanding=understood,
    )
    view = PracticeMessageView(**dict(show_message(shown, now.person.language, names, read, library)))
    view.quiet = by_operator and not said.text
    if said.tap is not None:
        view.answered = show_answer(Given(said.tap.question, said.tap.answer), library, read)
    elif not by_operator and read != now.person.language:
        view.gloss = said.gloss
    return view


def _results(
    rehearsal: PracticeRehearsal,
    lines: Mapping[int, PracticeLine],
    person: Person,
    scripts: Scripts,
    library: Library,
    read: Language,
) -> list[ResultView]:
    """Broken before kept before not tried; within each what this person trains comes first."""
    rules, order = {rule.id: rule for rule in scripts.rules}, list(Outcome)
    listed = sorted(
        (result for result in rehearsal.results if result.rule in rules),
        key=lambda one: (order.index(one.outcome), one.rule not in person.trains, list(rules).index(one.rule)),
    )
    return [_result(one, rules[one.rule], lines.get(one.line or 0), person, library, read) for one in listed]


def _result(
    result: Result, rule: Rule, line: PracticeLine | None, person: Person, library: Library, read: Language
) -> ResultView:
    view = ResultView(outcome=result.outcome.value, **_rule(rule, library, read).model_dump())
    if line is None:
        return view
    said, view.message_id = line.said, line.id
    if said.saying is not None:
        view.shows = library.word(said.saying, read, "gloss", person.language).text
    elif said.text:
        view.shows = said.text
        view.words = list(words_to_avoid(said.text, person.language)) if result.outcome is Outcome.BROKEN else []
    else:
        view.shows = library.text("desk.practice.waited", read)
    return view


def _rule(rule: Rule, library: Library, read: Language) -> RuleView:
    source, url = rule.source or (None, None)
    return RuleView(rule=rule.id, text=library.text(f"desk.practice.rule.{rule.id}", read), source=source, url=url)


def _counted(results: Iterable[Result]) -> dict[str, int]:
    listed = [result.outcome for result in results]
    return {outcome.value: listed.count(outcome) for outcome in Outcome}
