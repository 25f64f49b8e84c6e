"""The invented persons of practice: in every language, helped by good practice, lost by bad, found nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.cards import Cards
from bot.content.practice import FOLDER, Scripts
from bot.content.practice_reading import Reader
from bot.content.reading import ContentInvalid
from bot.content.script import stranger
from bot.core.rehearsal import NUMBER, QUIET, End, Line, Move, Rehearsal, Tap, Turn, answer, begin
from bot.core.rehearsal_score import Outcome, Step, score
from bot.core.taxonomy import ENGLISH, LANGUAGES, Intent, Language
from bot.nlu.check_data import check_against, read_judged
from bot.nlu.data import Example, find_files, read_examples

SCRIPTS = Scripts.load()
READER = Reader(SCRIPTS)
PERSONS = list(SCRIPTS.persons)

#: What everybody needs before their own: who is there, whether it is safe, and that nothing is forced.
FIRST = ("card.hello", "card.safe_now", "card.thanks", "card.who_reads")
LAST = "card.goodbye"
#: The story first, again and again, and others told without a yes.
BADLY = ("card.where", "question.papers", "card.where", "card.told_police", "card.told_police")


class Played:
    """A rehearsal as it goes on."""

    def __init__(self, person: str, seed: int = 0) -> None:
        self.person, self.seed = SCRIPTS.persons[person], seed
        self.state: Rehearsal = begin(self.person)
        self.said: list[Line | Tap] = list(self.person.opening)
        self.steps: list[Step] = []

    def does(self, move: Move) -> Turn:
        marks = self.state.marks
        turn = answer(self.person, SCRIPTS.topics, self.state, move, self.seed)
        self.steps.append(Step(len(self.steps), turn.acts, marks))
        self.state = turn.after
        self.said += turn.said
        return turn

    def sends(self, *cards: str) -> Played:
        """Each card, unless the rehearsal is over; nothing while somebody watches."""
        for card in cards:
            if self.state.watched:
                self.does(Move((QUIET,)))
            if self.state.end is None:
                self.does(Move((NUMBER,)) if card == NUMBER else READER.card(card))
        return self

    def outcome(self, rule: str) -> Outcome | None:
        results = {result.rule: result.outcome for result in score(SCRIPTS.rules, self.steps)}
        return results.get(rule)


def played_well(person: str, seed: int = 0) -> Played:
    goals = (SCRIPTS.topics[goal] for goal in SCRIPTS.persons[person].goals)
    cards = [topic.cards[0] if topic.cards else NUMBER for topic in goals]
    urgent = [NUMBER] if "danger" in begin(SCRIPTS.persons[person]).marks else []
    wanted = dict.fromkeys((*urgent, *FIRST, *cards))
    return Played(person, seed).sends(*wanted, LAST)


def test_there_are_twelve_persons_and_one_at_least_for_every_language() -> None:
    assert len(PERSONS) >= 12
    assert {person.language for person in SCRIPTS.persons.values()} == set(LANGUAGES)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("person", PERSONS)
def test_every_person_can_be_helped_with_ready_sentences_alone(person: str, seed: int) -> None:
    played = played_well(person, seed)
    assert played.state.end is End.WELL
    assert played.said[-1] == SCRIPTS.persons[person].well
    broken = [result.rule for result in score(SCRIPTS.rules, played.steps) if result.outcome is Outcome.BROKEN]
    assert "ask_safe_first" not in broken
    assert "danger_first" not in broken


@pytest.mark.parametrize("person", PERSONS)
def test_every_person_leaves_when_the_story_comes_before_their_safety(person: str) -> None:
    played = Played(person).sends(*BADLY)
    assert played.state.end is End.LEFT
    assert played.outcome("ask_safe_first") is Outcome.BROKEN
    assert played.outcome("consent") is Outcome.BROKEN or SCRIPTS.persons[person].trust <= 4


@pytest.mark.parametrize("person", [name for name in PERSONS if SCRIPTS.persons[name].intrusion])
def test_what_is_telling_is_read_by_whoever_came_in_and_silence_is_not(person: str) -> None:
    script = SCRIPTS.persons[person]
    assert script.intrusion is not None

    def until_somebody_comes() -> Played:
        played = Played(person)
        kind = ("card.safe_now", "card.thanks", "card.believe", "card.take_time", "card.skip_any", "card.not_fault")
        played.sends(*kind[: script.intrusion.after])  # type: ignore[union-attr]
        while not played.state.watched:
            played.does(READER.card("card.one_moment"))
        assert played.said[-1] == script.intrusion.line  # type: ignore[union-attr]
        return played

    silent = until_somebody_comes()
    assert silent.does(Move((QUIET,))).said == (script.intrusion.back,)
    assert silent.outcome("no_unasked_contact") is Outcome.KEPT
    harmless = until_somebody_comes()
    assert harmless.does(READER.words("The blue one is sold out.", ENGLISH)).said == (script.intrusion.back,)
    for text in ("We will tell the police about him", "Are you there?!"):
        given_away = until_somebody_comes()
        assert given_away.does(READER.words(text, ENGLISH)).said == (script.intrusion.other,)
    telling = until_somebody_comes()
    assert telling.does(READER.card("question.papers")).said == (script.intrusion.other,)
    assert telling.outcome("no_unasked_contact") is Outcome.BROKEN


def test_the_same_moves_and_seed_give_the_same_talk_and_another_seed_other_words() -> None:
    cards = ("card.safe_now", "card.one_moment", "card.medicine", "card.one_moment")
    first, again, other = (Played("boat", seed).sends(*cards) for seed in (3, 3, 4))
    assert first.said == again.said
    assert first.said != other.said


def test_a_thing_is_told_only_when_asked_and_with_enough_trust() -> None:
    boat = SCRIPTS.persons["boat"]
    early = Played("boat").sends("card.where")
    assert boat.facts["where"] not in early.said
    assert boat.hold in early.said
    assert boat.hurt in early.said
    later = Played("boat").sends("card.safe_now", "card.thanks", "card.where")
    assert boat.facts["where"] in later.said


def test_a_closed_question_is_answered_by_its_button_and_an_agreement_as_the_person_wants() -> None:
    played = Played("boat").sends("card.safe_now", "question.pay", "card.may_police", "card.may_embassy")
    assert Tap("question.pay", "none") in played.said
    assert Tap("card.may_police", "no") in played.said
    assert Tap("card.may_embassy", "yes") in played.said
    told = played.sends("card.told_embassy")
    assert told.outcome("consent") is Outcome.KEPT
    assert told.sends("card.told_police").outcome("consent") is Outcome.BROKEN


def test_a_button_says_the_same_as_the_persons_own_words() -> None:
    household = SCRIPTS.persons["household"]  # her mother knows where she is, not how she lives
    assert (household.facts["family"].gloss or "").startswith("Mother knows that I am here")
    assert Tap("card.family_knows", "yes") in Played("household").sends("card.safe_now", "card.family_knows").said


def test_asking_for_the_police_again_after_a_no_is_pushing() -> None:
    played = Played("massage").sends("card.safe_now", "card.not_police", "card.may_police")
    assert played.outcome("choice") is not Outcome.BROKEN
    played.does(READER.words("May I tell the police now", ENGLISH))
    assert played.outcome("choice") is Outcome.BROKEN


def test_a_number_before_any_question_where_a_life_is_in_danger() -> None:
    asked = Played("myawaddy").sends("card.safe_now", "card.where", NUMBER)
    assert asked.outcome("danger_first") is Outcome.BROKEN
    given = Played("myawaddy").sends(NUMBER, "card.safe_now", "card.where")
    assert given.outcome("danger_first") is Outcome.KEPT
    assert Played("boat").sends("card.safe_now").outcome("danger_first") is None


FREE_WORDS = [
    ("en", "Are you safe to talk now?", "safe", None),
    ("my", "အခု လုံခြုံရဲ့လား", "safe", None),
    ("th", "ตอนนี้ปลอดภัยไหมคะ", "safe", None),
    ("km", "ឥឡូវអ្នកនៅឯណា", "where", None),
    ("lo", "ດຽວນີ້ປອດໄພບໍ່", "safe", None),
    ("zh", "护照在谁那里", "papers", None),
    ("ta", "உங்களுக்கு என்ன தேவை", "need", None),
    ("vi", "Bây giờ em đang ở đâu", "where", None),
    ("fil", "Ano ang kailangan mo ngayon", "need", None),
    ("id", "Sekarang kamu butuh apa? Gaji dibayar?", "pay", "many_questions"),
    ("ms", "Terima kasih sebab beritahu", "thanks", None),
    ("en", "WHERE are you", "where", "loud"),
    ("en", "Why did you go there", "", "avoid_believe"),
    ("en", "Everything will be fine", "", "avoid_promise"),
    ("en", "You must go to the police", "", "avoid_choice"),
    ("en", "Just run away tonight", "", "avoid_hero"),
    ("th", "ทำไมคุณไปที่นั่น", "", "avoid_believe"),
    ("km", "ហេតុអ្វីបានជាអ្នកទៅ", "", "avoid_believe"),
    ("zh", "你安全了", "", "avoid_promise"),
]


@pytest.mark.parametrize(("language", "text", "topic", "act"), FREE_WORDS)
def test_free_words_are_read_in_each_language_and_in_english(
    language: str, text: str, topic: str, act: str | None
) -> None:
    move = READER.words(text, Language(language))
    assert not topic or topic in move.topics
    assert act is None or act in move.acts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_whatever_english_has_words_for(language: Language) -> None:
    assert set(SCRIPTS.words[language]) == set(SCRIPTS.words[ENGLISH])


def test_the_short_name_of_an_office_is_not_shouted() -> None:
    assert "loud" not in READER.words("Boleh saya beri tahu KBRI?", Language("id")).acts
    assert "loud" in READER.words("Boleh saya beri tahu KBRI? JAWAB", Language("id")).acts


def test_words_are_read_however_a_keyboard_writes_them() -> None:
    assert "doing" in READER.words("I can\u2019t promise it", ENGLISH).topics
    assert "safe" in READER.words("តើអ្នកមាន\u200bសុវត្ថិ\u200bភាពទេ", Language("km")).topics


def test_every_line_is_in_its_languages_script_and_every_card_has_its_topic() -> None:
    assert list(SCRIPTS.problems(Cards.load())) == []
    swapped = SCRIPTS.persons["boat"].opening[0].text
    assert stranger(swapped, Language("th"))


def test_no_line_stands_in_what_the_engine_learns_or_is_judged_by() -> None:
    lines = [
        (FOLDER / "persons" / f"{person.id}.yml", line.text)
        for person in SCRIPTS.persons.values()
        for line in person.lines()
    ]
    examples = read_examples(find_files(Path("nlu_data")))
    assert [str(problem) for problem in check_against(examples, lines)] == []
    played = [Example(text, Intent("inform"), (), ENGLISH, file) for file, text in lines]
    assert [str(problem) for problem in check_against(played, read_judged(Path("tests/understanding")))] == []


def test_a_fault_in_a_script_is_told_with_file_key_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "persons").mkdir()
    for name in ("topics.yml", "rules.yml", "words.yml", "said.yml"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    boat = (FOLDER / "persons" / "boat.yml").read_text(encoding="utf-8")
    for right, wrong, told in (
        ("goals: [safe", "goals: [sfe", "no such name: sfe"),
        ("question.pay: none", "question.pay: never", "no answer to it"),
        ("hardness: 2", "hardness: 9", "write 1, 2 or 3"),
        ("well: {say:", "wel: {say:", "write a mapping"),
    ):
        (tmp_path / "persons" / "boat.yml").write_text(boat.replace(right, wrong), encoding="utf-8")
        with pytest.raises(ContentInvalid, match=told):
            Scripts.load(tmp_path)
