"""``hotline transcript``: how conversations in a language go, for the eyes of somebody who reads it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from bot.cli.conversations import BadConversation, Labelled, Played, play, read_flows, stage
from bot.content.library import Library
from bot.core.taxonomy import LANGUAGES, Language
from bot.nlu.engine import Engine
from bot.settings import Settings


async def print_transcripts(
    settings: Settings,
    engine: Engine,
    library: Library,
    language: str,
    names: Sequence[str],
    *,
    labelled: bool,
    gloss: bool,
    say: Console,
) -> None:
    """Play the flows *names* (all, where none is named) in *language* and print both sides, with what differs.

    Args:
        labelled: take what a message means from the file, not from the model.
        gloss: print what the bot says in English too.
    Raises BadConversation: no such flow or language.
    """
    if language not in LANGUAGES:
        raise BadConversation(f"{language} is none of {', '.join(LANGUAGES)}")
    flows = read_flows()
    if unknown := set(names) - {flow.name for flow in flows}:
        raise BadConversation(
            f"no conversation {', '.join(sorted(unknown))}; there are {', '.join(f.name for f in flows)}"
        )
    chosen = [flow for flow in flows if Language(language) in flow.lines and (not names or flow.name in names)]
    played = ended_well = 0
    with stage(settings, told := Labelled(engine) if labelled else engine, library) as hotline:
        for number, flow in enumerate(chosen, 1):
            print(f"\n=== {number}. {flow.name}: {flow.shows}\n")
            well = True
            async for turn in play(hotline, flow, Language(language), told if isinstance(told, Labelled) else None):
                _print(turn, Language(language), library if gloss else None)
                well = well and turn.as_expected
            played, ended_well = played + 1, ended_well + well
    say.print(f"{played} conversations in {language}, {ended_well} went as the file says")


def _print(turn: Played, told_in: Language, library: Library | None) -> None:
    pressed = " (a button)" if turn.step.payload is not None else ""
    print(f"person{pressed}: {turn.wrote}")
    if not turn.as_expected:
        read = turn.understood
        meant = f"{read.intent.name} {read.intent.confidence:.2f}" if read else "nothing"
        signs = ", ".join(found.indicator for found in read.indicators) if read else ""
        print(f"    ! expected {', '.join(turn.step.bot)}; understood {meant}; signs: {signs or 'none'}")
    for message in turn.said:
        text = message.text.replace("\n", "\n     ")
        print(f"bot: {text}")
        if library is not None and message.saying is not None:
            english = library.word(message.saying, Language("en"), "gloss", told_in).text.replace("\n", "\n     ")
            print(f"     = {english}")
        if message.buttons:
            print("     " + " ".join(f"[{button.title}]" for button in message.buttons))
    print()
