"""``hotline audio``: real speech in real files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from rich.console import Console
from typer.testing import CliRunner

from bot.cli.audio import make_sounds
from bot.cli.espeak import CannotSpeak, speak
from bot.cli.main import app
from bot.content.library import Library
from bot.content.sounds import LIST, Sounds
from bot.content.spoken import Spoken, Voice, spoken
from bot.core.taxonomy import Language

EN, VI, TA, TH = map(Language, ("en", "vi", "ta", "th"))
FEW = replace(spoken(), sayings={"safety_check": ("alone",), "ask_country": ("alone",)})


def make(library: Library, folder: Path, *languages: Language, few: Spoken = FEW) -> tuple[bool, str]:
    """Whether all have a voice, and what was told."""
    say = Console(width=200)
    with say.capture() as told:
        complete = make_sounds(library, few, languages, folder, say)
    return complete, told.get()


def states(folder: Path) -> dict[str, tuple[int, int]]:
    return {file.name: (file.stat().st_mtime_ns, file.stat().st_ino) for file in folder.rglob("*.mp3")}


def test_each_voice_makes_a_sound_that_can_be_heard(library: Library, tmp_path: Path) -> None:
    complete, told = make(library, tmp_path, *spoken().voices)
    assert complete
    for language in spoken().voices:
        assert f"{language} " in told
        for name in FEW.sayings:
            samples, rate = soundfile.read(tmp_path / language / f"{name}.mp3")
            seconds = len(samples) / rate
            assert 0.3 < seconds < 60
            assert samples.ndim == 1
            assert np.sqrt(np.mean(samples**2)) > 0.02  # of full scale; silence is 0
            # heard from the beginning to the end: no second of it is silent
            assert all(np.abs(samples[at : at + rate]).max() > 0.02 for at in range(0, len(samples) - rate, rate))
            sound = Sounds(tmp_path)
            assert sound.address(library.text(name, language)) is not None


def test_a_longer_number_takes_longer_to_say() -> None:
    short, _ = speak("1 1 9", "ta")
    long, _ = speak("1 1 9; 1 1 9", "ta")
    assert len(long) > 1.5 * len(short)


def test_what_is_up_to_date_is_left_alone(library: Library, tmp_path: Path) -> None:
    make(library, tmp_path, EN, VI)
    before = states(tmp_path)
    _, told = make(library, tmp_path, EN, VI)
    assert states(tmp_path) == before
    assert "0 made, 2 up to date" in told


def test_what_is_worded_or_said_anew_is_made_anew_and_nothing_else(library: Library, tmp_path: Path) -> None:
    make(library, tmp_path, EN, VI)
    before = states(tmp_path / "vi")
    southern = replace(FEW, voices={**FEW.voices, VI: Voice("vi-vn-x-south", "cộng")})
    _, told = make(library, tmp_path, EN, VI, few=southern)
    assert "0 made, 2 up to date" in told
    assert "2 made, 0 up to date" in told
    assert not set(states(tmp_path / "vi").items()) & set(before.items())


def test_a_lost_file_is_made_again(library: Library, tmp_path: Path) -> None:
    make(library, tmp_path, EN)
    (tmp_path / "en" / "ask_country.mp3").unlink()
    _, told = make(library, tmp_path, EN)
    assert "1 made, 1 up to date" in told
    assert (tmp_path / "en" / "ask_country.mp3").is_file()


def test_what_is_said_no_more_is_taken_away_and_the_files_of_others_stay(library: Library, tmp_path: Path) -> None:
    make(library, tmp_path, EN, VI)
    (tmp_path / "en" / "of somebody else.mp3").write_bytes(b"")
    make(library, tmp_path, EN, few=replace(FEW, sayings={"safety_check": ("alone",)}))
    assert set(states(tmp_path / "en")) == {"safety_check.mp3", "of somebody else.mp3"}
    assert set(states(tmp_path / "vi")) == {"safety_check.mp3", "ask_country.mp3"}


def test_stopped_half_way_it_keeps_what_is_made_and_no_half_of_a_file(library: Library, tmp_path: Path) -> None:
    no_such_voice = replace(FEW, voices={**FEW.voices, TA: Voice("no such voice", "")})
    with pytest.raises(CannotSpeak, match=r"no such voice.*spoken\.yml"):
        make(library, tmp_path, EN, TA, few=no_such_voice)
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {
        LIST,
        "safety_check.mp3",
        "ask_country.mp3",
    }
    assert "0 made, 2 up to date" in make(library, tmp_path, EN)[1]


def test_a_language_without_a_voice_is_told_with_what_can_be_done(library: Library, tmp_path: Path) -> None:
    complete, told = make(library, tmp_path, TH, EN)
    assert not complete
    assert "no sound" in told
    assert "vowels" in told
    assert "bot/content/spoken.yml" in told
    assert not (tmp_path / "th").exists()
    assert (tmp_path / "en" / "safety_check.mp3").is_file()


def test_the_command_fails_where_a_language_asked_for_by_name_has_no_voice(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["audio", "km", "--output", str(tmp_path)])
    assert done.exit_code == 1
    assert "Khmer" in done.output


def test_the_command_names_the_languages_that_there_are(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["audio", "xx", "--output", str(tmp_path)])
    assert done.exit_code == 2
    assert "vi, th, my" in done.output
