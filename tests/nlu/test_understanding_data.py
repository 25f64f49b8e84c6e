"""Training messages and lexicon: read fast, checked, and the same for Rasa."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.loading import load_data

from bot.core.taxonomy import LANGUAGES
from bot.nlu.check_data import check_against, check_examples, read_judged
from bot.nlu.data import BadData, Example, find_files, read_examples
from bot.nlu.importer import HotlineImporter, indicators_of, language_of, lexicon_lines
from bot.nlu.lexicon import Lexicon, read_lines
from bot.nlu.noise import without_noise
from bot.text.normalise import normalise

NLU = """version: "3.1"
nlu:
- intent: ask_passport_kept
  metadata: {indicators: [document_retention]}
  examples: |
    - how to get my passport back from madam
    - boss hold my passport, how
- intent: greet
  examples: |
    - hello
"""
CONCEPTS = """documents:
  passport: a passport
  keep: keep, hold
modality:
  q_may: may they
"""
FORMS = {
    "en": "language: en\nconcepts:\n  passport: [passport*]\n  keep: [keep, hold]\n  q_may: [may]\n",
    "fil": "language: fil\nconcepts:\n  passport: [pasaporte]\n  keep: []\n  q_may: [puwede ba]\n",
    "vi": "language: vi\nconcepts:\n  passport: [hộ chiếu]\n  keep: [giữ]\n",
    "th": "language: th\nconcepts:\n  passport: [พาสปอร์ต]\n  keep: [ยึด]\n",
    "my": "language: my\nconcepts:\n  passport: [ပတ်စပို့]\n  keep: [သိမ်း]\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    data = tmp_path / "nlu_data"
    (data / "en").mkdir(parents=True)
    (data / "concepts").mkdir()
    (data / "en" / "work.yml").write_text(NLU, encoding="utf-8")
    (data / "concepts" / "concepts.yml").write_text(CONCEPTS, encoding="utf-8")
    for language, forms in FORMS.items():
        (data / "concepts" / f"{language}.yml").write_text(forms, encoding="utf-8")
    return data


def found(lexicon: Lexicon, text: str, language: str | None = None) -> list[str]:
    return [one.concept for one in lexicon.find(normalise(text).matching, language) if one.longest]


def test_the_importer_gives_the_messages_that_rasa_would_read_and_their_language(root: Path) -> None:
    ours = HotlineImporter(training_data_paths=[str(root)]).get_nlu_data()
    with without_noise():
        theirs = load_data(str(root / "en" / "work.yml"))
    as_pairs = [
        {(m.get("text"), m.get("intent"), tuple(indicators_of(m))) for m in d.training_examples} for d in (ours, theirs)
    ]
    assert as_pairs[0] == as_pairs[1]
    assert {language_of(message) for message in ours.training_examples} == {"en"}


def test_the_importer_carries_the_lexicon_beside_the_messages(root: Path) -> None:
    data = HotlineImporter(training_data_paths=[str(root)]).get_nlu_data()
    assert found(Lexicon.from_lines(lexicon_lines(data)), "boss hold my passports") == ["keep", "passport"]


def test_a_broken_file_is_named_with_its_fault(root: Path) -> None:
    (root / "en" / "work.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    hello\n", encoding="utf-8")
    with pytest.raises(BadData, match=r"work\.yml: a line of greet does not start"):
        read_examples(find_files(root))


def test_a_form_of_an_unknown_concept_is_refused(root: Path) -> None:
    (root / "concepts" / "en.yml").write_text("concepts:\n  pasport: [passport]\n", encoding="utf-8")
    with pytest.raises(BadData, match="unknown concept pasport"):
        Lexicon.from_folder(root)


def test_a_lexicon_written_down_finds_the_same(root: Path) -> None:
    lexicon = Lexicon.from_folder(root)
    again = Lexicon.from_lines(read_lines(root))
    assert found(again, "they keep my passport") == found(lexicon, "they keep my passport") == ["keep", "passport"]


@pytest.mark.parametrize(
    ("text", "language", "concepts"),
    [
        ("passport", "en", ["passport"]),
        ("mypassport", "en", []),  # only the beginning is fixed
        ("passports2", "en", ["passport"]),
        ("keeper", "en", []),
        ("เขายึดพาสปอร์ตไว้", "th", ["keep", "passport"]),
        ("ပတ်စပို့သိမ်းထား", "my", ["passport", "keep"]),
        ("giữ hộ chiếu", "vi", ["keep", "passport"]),
        ("giu ho chieu", "vi", ["keep", "passport"]),
        ("may pasaporte ako", "fil", ["passport"]),  # "may" is English only
        ("may they", "en", ["q_may"]),
        ("boss ยึด passport", "th", ["keep", "passport"]),  # an English word in another language
        ("", "en", []),
    ],
)
def test_forms_match_as_their_script_allows(root: Path, text: str, language: str, concepts: list[str]) -> None:
    assert found(Lexicon.from_folder(root), text, language) == concepts


def test_a_form_does_not_end_inside_a_written_syllable() -> None:
    lexicon = Lexicon.of(
        {"come": "verbs"}, {"my": [("လာ", "come"), ("က", "come")], "th": [("มา", "come"), ("ถ้า", "come")]}
    )
    assert found(lexicon, "လာပြီ") == ["come"]
    assert found(lexicon, "ကန်") == []
    assert found(lexicon, "မြန်မာ") == []
    assert found(lexicon, "ม่า") == []
    assert found(lexicon, "เถ้าแก่") == []  # the vowel before it belongs to it


def test_spaces_that_a_script_does_not_need_make_no_difference() -> None:
    lexicon = Lexicon.of({"suicide": "body"}, {"th": [("ฆ่าตัวตาย", "suicide")], "my": [("သေ ချင်", "suicide")]})
    text = "ผม คิด ฆ่า ตัว ตาย ทุก คืน"
    (match,) = lexicon.find(text, "th")
    assert text[match.start : match.end] == "ฆ่า ตัว ตาย"
    assert found(lexicon, "သေချင်တယ်") == ["suicide"]


def test_a_number_is_never_cut_in_a_script_without_spaces() -> None:
    lexicon = Lexicon.of({"child": "people"}, {"my": [("၂ နှစ်", "child")], "th": [("อายุ 1", "child"), ("15ปี", "child")]})
    assert found(lexicon, "သမီး ၂ နှစ်ပါ", "my") == ["child"]
    assert found(lexicon, "သမီး ၂၂ နှစ်ပါ", "my") == []
    assert found(lexicon, "อายุ 15ปี", "th") == ["child"]
    assert found(lexicon, "อายุ 115ปี", "th") == []


def test_of_two_forms_in_one_place_the_longer_counts() -> None:
    lexicon = Lexicon.of({"not": "n", "not_allowed": "n"}, {"en": [("not", "not"), ("not allowed", "not_allowed")]})
    matches = lexicon.find("we are not allowed", "en")
    assert [(one.concept, one.longest) for one in matches] == [("not_allowed", True), ("not", False)]


def example(text: str, intent: str = "greet", indicators: tuple[str, ...] = ()) -> Example:
    return Example(text, intent, indicators, "en", Path("nlu_data/en/a.yml"))  # type: ignore[arg-type]


def test_a_sentence_shared_by_training_and_judging_is_found() -> None:
    judged = [(Path("en.jsonl"), "My boss keeps my passport!"), (Path("en.jsonl"), "the weather is fine today")]
    problems = list(check_against([example("my boss keeps my passport")], judged))
    assert [problem.text for problem in problems] == ["My boss keeps my passport!"]


def test_a_greeting_everybody_writes_may_be_shared() -> None:
    assert not list(check_against([example("hello")], [(Path("en.jsonl"), "Hello")]))


def test_unknown_labels_and_repeated_messages_are_found() -> None:
    problems = check_examples(
        [example("hi"), example("Hi "), example("yo", "wave"), example("x", indicators=("pain",))]
    )
    assert [problem.remedy.split()[0] for problem in problems] == ["also", "wave", "pain"]


def test_the_training_messages_in_this_project_have_no_fault() -> None:
    examples = read_examples(find_files(Path("nlu_data")))
    assert {one.language for one in examples} <= set(LANGUAGES)
    assert [str(problem) for problem in check_examples(examples)] == []


def test_no_message_by_which_training_is_judged_is_trained_on() -> None:
    examples = read_examples(find_files(Path("nlu_data")))
    problems = check_against(examples, read_judged(Path("tests/understanding")))
    assert [str(problem) for problem in problems] == []
