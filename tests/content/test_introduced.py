"""Names that people say are found by the words with which they say them, in eleven languages and any mixture."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.introduced import FOLDER, load, load_all, missing
from bot.content.named import Introductions
from bot.content.reading import ContentInvalid
from bot.core.private import DOT, cover
from bot.core.taxonomy import LANGUAGES
from tests.introduced import score, sentences

#: By language: of the names in sentences held out so many are wholly hidden at least, and in so many of the lines
#: without a name something is hidden at most. ``python -m tests.introduced`` prints what is measured.
FLOORS = {
    "en": (0.55, 0.2),
    "id": (0.85, 0.2),
    "ms": (0.8, 0.2),
    "fil": (0.8, 0.25),
    "vi": (0.75, 0.25),
    "th": (0.75, 0.3),
    "my": (0.8, 0.3),
    "km": (0.85, 0.35),
    "lo": (0.7, 0.15),
    "zh": (0.7, 0.2),
    "ta": (0.5, 0.2),
}


@pytest.fixture(scope="module")
def introductions() -> Introductions:
    return Introductions.load()


def hidden(introductions: Introductions, text: str, *others: str) -> str:
    """*text* as it is shown in a conversation in which *others* were said too."""
    return cover(text, introductions.named_in([text, *others]).spans(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my name is siti aminah from java", "my name is •••• •••••• from java"),
        ("My name is Siti Nur Aminah keeps crying", "My name is •••• ••• •••••• keeps crying"),
        ("Nama saya Siti binti Ahmad umur 20", "Nama saya •••• ••••• ••••• umur 20"),
        ("MY NAME IS SITI FROM JAVA", "MY NAME IS •••• FROM JAVA"),
        ("my name is M. Ali Khan and I wait", "my name is •. ••• •••• and I wait"),
        ("name: Siti\nage: 20", "name: ••••\nage: 20"),
        ("Siti Aminah is my name", "•••• •••••• is my name"),
        ("my boss is called Mr. Tan", "my boss is called Mr. •••"),
        ("tôi tên là Nguyễn Văn An, ở Bình Dương", "tôi tên là •••••• ••• ••, ở Bình Dương"),
        (unicodedata.normalize("NFD", "tôi tên là Hiền, ở"), unicodedata.normalize("NFD", "tôi tên là ")),
        ("ကျွန်မနာမည်က အေးအေးပါ။ အလုပ်ရှင်က", "ကျွန်မနာမည်က ••••••ပါ။ အလုပ်ရှင်က"),
        ("ေကၽြန္မနာမည္က ေအးေအးပါ။", "ေကၽြန္မနာမည္က ••••••ပါ။"),  # in Zawgyi
        ("ผมชื่อ นายสมชาย ใจดีครับ", "ผมชื่อ นาย••••• ••••ครับ"),
        ("我叫李明，来自云南", "我叫••，来自云南"),
        ("我叫Lily来自云南", "我叫••••来自云南"),
        ("என் பெயர் முருகன், ஊர்", "என் பெயர் •••••••, ஊர்"),
        ("my name is สมชาย from Thailand", "my name is ••••• from Thailand"),
        ("I am Siti Aminah", "I am •••• ••••••"),
        ("我是陈伟，之前", "我是••，之前"),
        ("wo de mingzi shi Li Na", "wo de mingzi shi •• ••"),
    ],
)
def test_a_name_is_hidden_and_what_stands_around_it_is_not(introductions: Introductions, text: str, shown: str) -> None:
    seen = hidden(introductions, text)
    assert seen.startswith(shown)
    assert len(seen) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "call me at 5",
        "call me back please",
        "my name is secret",
        "what is your name?",
        "I am hungry",
        "我是中国人",
        "我是老板的朋友",
        "I AM AFRAID",
        "I am Filipino",
        "I'm in Myawaddy",
        "this is Kuala Lumpur",
        "ကျွန်မ ဒေါ်လာ ပေးရတယ်",
        "I am TNT",
        "I earn, I am paid RM4000",
        "saya RM4000",
        "ชื่ออะไรครับ",
        "the boss keeps my passport",
    ],
)
def test_what_is_no_name_stays_readable(introductions: Introductions, text: str) -> None:
    assert hidden(introductions, text) == text


def test_a_name_that_was_said_once_is_hidden_wherever_it_stands(introductions: Introductions) -> None:
    said = "my name is siti aminah"
    assert hidden(introductions, "Dear Siti, are you safe? SITI!", said) == "Dear ••••, are you safe? ••••!"
    assert hidden(introductions, "the city is far, sitiwati too", said) == "the city is far, sitiwati too"
    assert hidden(introductions, "Siti Rahma Wati wrote", said) == "•••• ••••• •••• wrote"
    assert hidden(introductions, "คุณสมชายอยู่ไหน", "ผมชื่อสมชายครับ") == "คุณ•••••อยู่ไหน"
    assert hidden(introductions, "李明你好", "我叫李明") == "••你好"


def test_an_everyday_word_or_a_place_is_not_hidden_everywhere_for_one_mistake(introductions: Introductions) -> None:
    said = "they call me Boss Bangkok Name"
    assert hidden(introductions, "the boss in Bangkok knows my name", said) == "the boss in Bangkok knows my name"
    assert hidden(introductions, "li an lives in li", "my name is li an") == "•• •• lives in li"  # too short alone


def test_nothing_but_letters_is_hidden_and_no_letter_is_left_half(introductions: Introductions) -> None:
    assert hidden(introductions, "my name is Anne-Marie O'Neil.") == "my name is ••••-••••• •'••••."
    seen = hidden(introductions, "ကျွန်တော့်နာမည်က မြတ်နိုးပါ")
    assert seen.endswith("ပါ")
    assert not any(
        unicodedata.category(after).startswith("M") for before, after in itertools.pairwise(seen) if before == DOT
    )


@given(st.text(st.sampled_from("my name is ชื่อ นาย ครับ 我叫 li An နာမည်က နှ ်ပါ. \n\u200b\u0301'-:"), max_size=60))
def test_places_are_always_within_the_text(text: str) -> None:
    for begin, end in ALL.named_in([text]).spans(text):
        assert 0 <= begin < end <= len(text)


ALL = Introductions.load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_sentences_that_words_were_not_mended_by_are_hidden(
    introductions: Introductions, language: str
) -> None:
    least, most = FLOORS[language]
    found = score(introductions, sentences("held", language))
    assert found.names >= 10
    assert found.recall >= least, found
    assert found.false_alarms <= most, found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_is_held_out_was_read(language: str) -> None:
    read, held = ({one.text.casefold() for one in sentences(kind, language)} for kind in ("read", "held"))
    assert read.isdisjoint(held)


# --- the files -------------------------------------------------------------------------------------------------------


def file_with(folder: Path, text: str) -> Path:
    file = folder / "en.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_language_has_a_file() -> None:
    assert list(missing(load_all())) == []


def test_a_language_without_a_file_is_named(tmp_path: Path) -> None:
    file_with(tmp_path, "before: [my name is]\nlongest: 3\n")
    named = [problem.file.rsplit("/", 1)[1] for problem in missing(load_all(tmp_path), tmp_path)]
    assert named == [f"{language}.yml" for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("longest: 3", "before: is empty"),
        ("before: [my name is]", "longest: write the most words"),
        ("before: [my name is]\nlongest: 0", "longest: write the most words"),
        ("before: [My name is]\nlongest: 3", "before: “My name is” has a capital letter"),
        ("before: [a, a]\nlongest: 3", "before: “a” stands in the list twice"),
        ("before: [a]\nends: [a]\nlongest: 3", "before: “a” stands in ends too"),
        ("before: [a]\nnot: [a]\nlongest: 3", "before: “a” stands in not too"),
        ("before: [a]\nnot: [on, 'yes']\nlongest: 3", "not: write each entry as text"),
        ("before: ['te\u0302n']\nlongest: 3", "before: “te\u0302n” is not in Unicode form NFC"),
        ("before: [' a']\nlongest: 3", "begins or ends with a space"),
        ("before: [a]\nlongest: 3\nbehind: [b]", "unknown field behind"),
    ],
)
def test_a_faulty_file_is_refused_with_its_remedy(tmp_path: Path, text: str, remedy: str) -> None:
    with pytest.raises(ContentInvalid, match=remedy):
        load(file_with(tmp_path, text))


def test_a_file_of_no_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xx.yml").write_text("before: [a]\nlongest: 3\n", encoding="utf-8")
    with pytest.raises(ContentInvalid, match="no language of ours"):
        load_all(tmp_path)


def test_the_files_are_where_check_content_looks() -> None:
    assert FOLDER.is_dir()
