"""``hotline audio``: the core messages as sound, for people who do not read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.cli.espeak import RATE, VOLUME, speak
from bot.content.library import Library
from bot.content.sounds import Made, digest, keep_list, made_in, written_whole
from bot.content.spoken import Sound, Spoken
from bot.core.taxonomy import LANGUAGES, Language

#: Grows when files are written otherwise, so that all are made anew.
_FORM = 1


def make_sounds(library: Library, spoken: Spoken, languages: Sequence[Language], folder: Path, say: Console) -> bool:
    """Make every sound of *languages* in *folder* that is missing or out of date, and take away what is said no more.

    Stopped half way, it keeps what is made. Returns whether each of *languages* has a voice. Raises CannotSpeak.
    """
    made = made_in(folder)
    for language in languages:
        if language in spoken.absent:
            say.print(
                f"{language} {LANGUAGES[language]}: no sound, {spoken.absent[language]}. Its messages are text alone. "
                f"Once there is a voice that speakers understand, name it in bot/content/spoken.yml.",
                markup=False,
                soft_wrap=True,
            )
            continue
        sounds = spoken.sounds(library, language)
        voice = spoken.voices[language].name
        mine = made.setdefault(language, {})
        _take_away(folder / language, mine, {sound.name for sound in sounds})
        stale = [sound for sound in sounds if not _is_current(sound, voice, mine.get(sound.name), folder / language)]
        with Progress(console=say, transient=True, disable=not say.is_terminal) as progress:
            for sound in progress.track(stale, description=f"{language} {LANGUAGES[language]}"):
                _write(folder / language / f"{sound.name}.mp3", sound, voice)
                mine[sound.name] = Made(digest(sound.text), _made_from(sound, voice))
                keep_list(folder, made)
        keep_list(folder, made)
        size = sum((folder / language / f"{name}.mp3").stat().st_size for name in mine)
        told = f"{len(stale)} made, {len(sounds) - len(stale)} up to date, {size / 1e6:.1f} MB"
        say.print(f"{language} {LANGUAGES[language]}: {told}", markup=False)
    return not any(language in spoken.absent for language in languages)


def _made_from(sound: Sound, voice: str) -> str:
    return digest(_FORM, voice, RATE, VOLUME, sound.aloud)


def _is_current(sound: Sound, voice: str, made: Made | None, folder: Path) -> bool:
    wanted = Made(digest(sound.text), _made_from(sound, voice))
    return made == wanted and (folder / f"{sound.name}.mp3").is_file()


def _take_away(folder: Path, mine: dict[str, Made], said: set[str]) -> None:
    for name in [name for name in mine if name not in said]:
        (folder / f"{name}.mp3").unlink(missing_ok=True)
        del mine[name]


def _write(file: Path, sound: Sound, voice: str) -> None:
    import soundfile

    samples, rate = speak(sound.aloud, voice)
    with written_whole(file) as part, os.fdopen(os.open(part, os.O_RDWR), "r+b") as out:
        # about 30 kbit a second: clear speech, and small on a paid line
        soundfile.write(
            out, samples, rate, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="VARIABLE", compression_level=0.8
        )
