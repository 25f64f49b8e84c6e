"""Which messages are sound, what is said, and how a sound is found again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content.library import Library
from bot.content.reading import ContentInvalid
from bot.content.sounds import LIST, Made, Sounds, digest, keep_list, made_in
from bot.content.spoken import FILE, Spoken, aloud, spoken, voice
from bot.core.message import Saying
from bot.core.taxonomy import LANGUAGES, Language

EN, VI, TH = Language("en"), Language("vi"), Language("th")


def test_every_language_has_a_voice_or_a_reason_why_not() -> None:
    assert set(spoken().voices) | set(spoken().absent) == set(LANGUAGES)
    assert not set(spoken().voices) & set(spoken().absent)
    assert (voice(VI), voice(TH)) == ("vi", None)


def test_what_is_said_is_what_the_library_words(library: Library) -> None:
    for language in spoken().voices:
        sounds = {sound.name: sound for sound in spoken().sounds(library, language)}
        assert sounds["safety_check"].aloud == library.text("safety_check", language)
        in_thailand = library.word(Saying("emergency", {"present": "TH"}), language).text
        assert sounds["emergency-th"].text == in_thailand
        assert sounds["emergency-th"].aloud == in_thailand.replace("191", "1 9 1; 1 9 1").replace(
            "1300", "1 3 0 0; 1 3 0 0"
        )


def test_the_number_to_call_is_said_for_every_country_of_the_directory(library: Library) -> None:
    names = {sound.name for sound in spoken().sounds(library, EN)}
    assert {f"emergency-{country.lower()}" for country in library.directory.contacts} < names
    assert {"greet", "safety_check", "self_harm", "disclosure.where", "privacy", "emergency"} < names


def test_no_telephone_number_is_left_as_a_figure(library: Library) -> None:
    a_word_as_number = "800-SAVE"  # the name of a line, whose number stands beside it
    for language in spoken().voices:
        for sound in spoken().sounds(library, language):
            assert not re.search(r"\d\d", sound.aloud.replace(a_word_as_number, "")), (language, sound.name)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Call 112 now.", "Call 1 1 2; 1 1 2 now."),
        ("+60 3-8000 8000", "plus 6 0, 3, 8 0 0 0, 8 0 0 0; plus 6 0, 3, 8 0 0 0, 8 0 0 0"),
        ("0120279338", "0 1 2, 0 2 7, 9 3 3 8; 0 1 2, 0 2 7, 9 3 3 8"),
        ("from 9:00 to 16:00, 72 hours", "from 9:00 to 16:00, 72 hours"),
    ],
)
def test_numbers_are_said_digit_by_digit_and_twice_and_other_figures_as_they_are(written: str, said: str) -> None:
    assert aloud(written, {"112", "60380008000", "0120279338"}, "plus") == said


def test_a_language_without_a_voice_has_no_sounds(library: Library) -> None:
    assert spoken().sounds(library, TH) == []


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("  lo: {", "  xx: {", "voices.xx"),
        ("  vi: {voice: vi, plus: cộng}\n", "", "voices.vi: is missing"),
        ("plus: cộng", "minus: cộng", "voices.vi.plus"),
        ("  greet: [alone]", "  greet: [together]", "sayings.greet"),
        ("  greet: [alone]", "  greet: []", "sayings.greet"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "spoken.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentInvalid, match=named):
        Spoken.load(file)


def laid_down(folder: Path, language: Language, name: str, text: str) -> None:
    """A sound as the command leaves it."""
    (folder / language).mkdir(parents=True, exist_ok=True)
    (folder / language / f"{name}.mp3").write_bytes(b"sound")
    made = made_in(folder)
    made.setdefault(language, {})[name] = Made(digest(text), "anything")
    keep_list(folder, made)


def test_a_sound_is_found_by_the_very_text_that_it_says(tmp_path: Path) -> None:
    laid_down(tmp_path, EN, "greet", "Hello.")
    sounds = Sounds(tmp_path)
    address = sounds.address("Hello.")
    assert address is not None
    language, says = address.split("/")
    assert language == EN
    assert sounds.file(language, says) == tmp_path / "en" / "greet.mp3"
    assert sounds.address("Hello!") is None


def test_sounds_made_while_the_server_runs_are_found(tmp_path: Path) -> None:
    sounds = Sounds(tmp_path / "audio")
    assert sounds.address("Hello.") is None
    laid_down(tmp_path / "audio", EN, "greet", "Hello.")
    assert sounds.address("Hello.") is not None
    laid_down(tmp_path / "audio", VI, "greet", "Chào bạn.")
    assert sounds.address("Chào bạn.") is not None


def test_a_file_that_somebody_took_away_is_not_offered(tmp_path: Path) -> None:
    laid_down(tmp_path, EN, "greet", "Hello.")
    (tmp_path / "en" / "greet.mp3").unlink()
    assert Sounds(tmp_path).address("Hello.") is None


def test_a_list_that_cannot_be_read_offers_nothing(tmp_path: Path) -> None:
    laid_down(tmp_path, EN, "greet", "Hello.")
    for broken in ("", "[]", '{"en": 1}', '{"en": {"greet": {"says": "x"}}}'):
        (tmp_path / LIST).write_text(broken, encoding="utf-8")
        assert Sounds(tmp_path).address("Hello.") is None
