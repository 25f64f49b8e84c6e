"""The language of a single message: its script decides, or how its words are spelt, or nothing does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.taxonomy import LANGUAGES
from bot.text.language import OWN_SCRIPT, LanguageReader, LatinModel
from bot.text.normalise import normalise
from bot.text.script import count_letters, main_script

ROMANISED_BURMESE = [
    "alote shin ka passport yu htar tal", "kyun ma myanmar ka par", "ku nyi par ohn", "bae lo lote ya ma lae",
    "kyaut tal a yan", "lakha ma ya bu thone la shi p", "pyan chin tal a mae shi kya lar", "phone yu thwr tal",
    "htwet lo ma ya bu so khat htar tal", "sayar tot ku nyi kya par", "ba lo lote ya ma le sayar", "ma pyan tat bu",
    "alote ma shi tot bu", "a may ko phone khaw lo ma ya bu", "kyun taw yan gon ka par", "nay kaung lar sayar ma",
    "thu ka ma lwat pay bu", "pike san ma pay bu", "a kyway twy shi tal", "di mhr nay ya tar kyaut tal",
]  # fmt: skip
ENGLISH = [
    "my boss keeps my passport", "they do not pay us", "i want to go home", "can you help me please", "where r you",
    "the door is locked at night", "he hits me every day", "is this job real", "how much is the fee", "thank you much",
    "i am afraid of him", "they took our phones", "we work fifteen hours", "what should i do now", "no food today",
    "my sister is missing", "who reads this chat", "the agent lied to us", "i have no papers", "please send somebody",
]  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> LanguageReader:
    samples = [(text, "my") for text in ROMANISED_BURMESE] + [(text, "en") for text in ENGLISH]
    return LanguageReader(LatinModel.fit(samples))


def read(reader: LanguageReader, text: str) -> str:
    return reader.read(normalise(text).matching).code


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) & set(OWN_SCRIPT.values())))
def test_a_script_of_one_language_names_it(reader: LanguageReader, code: str) -> None:
    name = LANGUAGES[next(one for one in LANGUAGES if one == code)]
    assert read(reader, name) == code
    assert read(reader, f"boss {name}") == code


def test_every_language_has_a_script_of_its_own_or_is_written_in_latin_letters() -> None:
    assert {main_script(name) for name in LANGUAGES.values()} == {*OWN_SCRIPT, "Latn"}


def test_romanised_burmese_is_burmese(reader: LanguageReader) -> None:
    assert read(reader, "sayar ku nyi par phone yu htar tal") == "my"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the man will not let us go home", "en"),
        ("hindi nila binibigay ang sahod ko mula noong nakaraang buwan", "fil"),
        ("chủ nhà giữ hộ chiếu của tôi và không cho tôi về", "vi"),
    ],
)
def test_latin_languages_without_training_text_are_told_by_lingua(reader: LanguageReader, text: str, code: str) -> None:
    assert read(reader, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("আমার পাসপোর্ট কেড়ে নিয়েছে আমি বাড়ি যেতে চাই", "bn"),
        ("मेरा पासपोर्ट ले लिया है मुझे घर जाना है", "hi"),
        ("wamechukua pasipoti yangu na hawataki kuniachilia niende nyumbani", "sw"),
        ("eles ficaram com o meu passaporte e não me deixam sair daqui", "pt"),
        ("パスポートを取られました", "ja"),
        ("여권을 빼앗겼어요", "ko"),
        ("လိၵ်ႈလၢႆး ၽႃႇသႃႇတႆး", "shn"),
    ],
)
def test_a_language_that_is_not_ours_is_named(reader: LanguageReader, text: str, code: str) -> None:
    assert read(reader, text) == code


@pytest.mark.parametrize("text", ["", "123", "🙏🙏", "?!", "xkcd", "\ufffd", "q"])
def test_too_little_to_tell_is_unsure(reader: LanguageReader, text: str) -> None:
    assert read(reader, text) == "und"


def test_the_same_text_gets_the_same_answer(reader: LanguageReader) -> None:
    text = normalise("ninataka kurudi nyumbani haraka sana").matching
    assert {reader.read(text) for _ in range(5)} == {reader.read(text)}


def test_a_saved_model_reads_like_the_one_that_was_trained(tmp_path: Path) -> None:
    model = LatinModel.fit([(text, "en") for text in ENGLISH] + [(text, "my") for text in ROMANISED_BURMESE])
    model.save(tmp_path / "model.npz")
    loaded = LatinModel.load(tmp_path / "model.npz")
    assert loaded.read("they took the phone") == model.read("they took the phone")


def test_letters_are_counted_by_script() -> None:
    assert count_letters("pasport ถูก 12 \ud800") == {"Latn": 7, "Thai": 3}
