"""All subcommands."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli.audit import audit
from bot.cli.people import operator
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Store
    from bot.nlu.engine import Engine

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A chatbot hotline for migrants, with a desk for the people who help them.",
)
app.add_typer(operator, name="operator")
app.add_typer(audit, name="audit")
say = Console(stderr=True, highlight=False)

ROOT = Path(__file__).resolve().parent.parent.parent


@app.command()
def run() -> None:
    """Set everything up and serve: tables, model, a first operator, then the server. Ctrl+C stops it."""
    from bot.cli.serve import serve

    serve(Settings.read(), ROOT, say)


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train even when the model is up to date.")] = False,
) -> None:
    """Train the model from nlu_data/ and stories/, when it is missing or older than they are."""
    _model(force=force)


def _model(*, force: bool = False) -> Path:
    from bot.cli.model import ready_model

    return ready_model(Settings.read(), ROOT, say, force=force)


def _engine() -> Engine:
    from bot.content.library import Library
    from bot.nlu.engine import Engine

    return Engine.load(_model(), Library.load())


def _store() -> Store:
    from bot.app import open_store

    return open_store(Settings.read())


@app.command()
def chat(
    language: Annotated[str | None, typer.Option(help="Answer in this language, for example my or km.")] = None,
) -> None:
    """Talk with the bot in this terminal. Nothing is stored. An empty line ends it."""
    from bot.cli.talk import talk
    from bot.content.library import Library

    asyncio.run(talk(Settings.read(), _engine(), Library.load(), language, say))


@app.command()
def transcript(
    language: Annotated[str, typer.Argument(help="For example my or km.")],
    flows: Annotated[
        list[str] | None, typer.Argument(help="Names of tests/conversations; all where none is given.")
    ] = None,
    labelled: Annotated[
        bool, typer.Option("--labelled", help="Take meanings from the files, not from the model.")
    ] = False,
    gloss: Annotated[bool, typer.Option("--gloss", help="Print what the bot says in English too.")] = False,
) -> None:
    """Print whole conversations in a language, for somebody who reads it: what people write, what the bot says."""
    from bot.cli.conversations import BadConversation
    from bot.cli.transcript import print_transcripts
    from bot.content.library import Library

    try:
        asyncio.run(
            print_transcripts(
                Settings.read(),
                _engine(),
                Library.load(),
                language,
                flows or (),
                labelled=labelled,
                gloss=gloss,
                say=say,
            )
        )
    except BadConversation as error:
        say.print(str(error), markup=False)
        raise typer.Exit(2) from None


@app.command()
def parse() -> None:
    """Understand messages: JSON lines {"text", ...} on standard input, one JSON line out for each."""
    from bot.cli.lines import parse_lines

    problem = asyncio.run(parse_lines(sys.stdin.buffer, sys.stdout.buffer, _engine().understand))
    if problem is not None:
        say.print(problem, markup=False)
        raise typer.Exit(2)


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON lines files, or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure understanding on labelled messages, language by language."""
    from bot.nlu.evaluate import BadCase, measure, read_cases
    from bot.nlu.scores import show

    try:
        cases = read_cases(_files_in(files))
    except (BadCase, OSError) as error:
        say.print(str(error), markup=False)
        raise typer.Exit(2) from None
    _, report = asyncio.run(measure(_engine().understand, cases))
    if as_json:
        print(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        show(report, Console(highlight=False))


@app.command()
def compare(
    files: Annotated[list[Path], typer.Argument(help="JSON lines files, or folders of them.")],
    epochs: Annotated[int, typer.Option(help="Of Rasa's default pipeline; 0 leaves it out.", min=0)] = 20,
    write: Annotated[bool, typer.Option("--write", help="Renew the table and the chart in bot/docs.")] = False,
) -> None:
    """Measure understanding beside Rasa's default pipeline, TF-IDF with a linear model, and langdetect.

    Needs the packages of the tests. Rasa's pipeline learns for a minute or more an epoch.
    """
    from bot.cli.compare import run_compare
    from bot.nlu.evaluate import BadCase

    try:
        run_compare(_model(), ROOT, _files_in(files), epochs=epochs, write=write, say=say)
    except (BadCase, OSError) as error:
        say.print(str(error), markup=False)
        raise typer.Exit(2) from None


def _files_in(paths: list[Path]) -> list[Path]:
    return [found for path in paths for found in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]


@app.command("check-content")
def check_content() -> None:
    """Check phrases, facts and directory; names file, key and remedy, and prints what each language covers."""
    from bot.content.check import check
    from bot.content.coverage import table
    from bot.content.library import Library

    problems = check()
    for problem in problems:
        print(problem)
    if problems:
        say.print(f"{len(problems)} problems")
        raise typer.Exit(1)
    print(table(Library.load()))


@app.command()
def audio(
    languages: Annotated[list[str] | None, typer.Argument(metavar="[LANG]...", help="Such as vi ta; else all.")] = None,
    output: Annotated[Path | None, typer.Option(help="A folder; else the one that the web chat plays from.")] = None,
) -> None:
    """Make the core messages as sound, for people who do not read. What is up to date is left as it is."""
    from bot.cli.audio import make_sounds
    from bot.cli.espeak import CannotSpeak
    from bot.content.library import Library
    from bot.content.spoken import spoken
    from bot.core.taxonomy import LANGUAGES, Language

    if unknown := [code for code in languages or () if code not in LANGUAGES]:
        say.print(f"No language of ours: {', '.join(unknown)}. There are {', '.join(LANGUAGES)}.", markup=False)
        raise typer.Exit(2)
    chosen = [Language(code) for code in languages or LANGUAGES]
    folder = output or Settings.read().audio_dir
    try:
        complete = make_sounds(Library.load(), spoken(), chosen, folder, say)
    except CannotSpeak as error:
        say.print(str(error), markup=False)
        raise typer.Exit(1) from None
    say.print(f"The sounds are in {folder}.", markup=False, soft_wrap=True)
    if languages and not complete:  # what was asked for by name could not be had
        raise typer.Exit(1)


@app.command()
def export(
    review: Annotated[str | None, typer.Option("--review", help="The language to review, for example km.")] = None,
    output: Annotated[Path | None, typer.Option(help="The file to write, instead of standard output.")] = None,
) -> None:
    """Give out everything said in one language as a PO file, for a native reviewer with Poedit or Weblate."""
    from bot.cli.review import export_review

    if review is None:
        say.print("`hotline export --review km --output km.po` gives a native reviewer all words of a language.")
        say.print("`hotline import km.po` takes the reviewed file back.")
        raise typer.Exit(2)
    raise typer.Exit(export_review(review, output, say, datetime.now(UTC).date()))


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A PO file that `hotline export --review` gave out.")],
    by: Annotated[str | None, typer.Option(help="Who reviewed; else the file's Last-Translator.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take a reviewed PO file back: changed texts, and who reviewed what. All is checked before any is written."""
    from bot.cli.review import import_review

    raise typer.Exit(import_review(file, by, say, datetime.now(UTC).date(), dry_run=dry_run))


@app.command()
def migrate() -> None:
    """Bring the database to the newest form."""
    store = _store()
    say.print(f"The tables are up to date ({store.database.url.split('@')[-1]}).")


@app.command()
def erase(
    conversation: Annotated[str, typer.Argument(help="The conversation's id, or CHANNEL:ADDRESS, as rest:someone.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase one conversation for good, at the person's wish."""
    from bot.core.ids import Address, ChannelName, ConversationId

    store = _store()
    channel, colon, address = conversation.partition(":")
    found = store.conversations.find(ChannelName(channel), Address(address)) if colon else ConversationId(conversation)
    if found is None or store.conversations.get(found) is None:
        say.print("There is no such conversation.")
        raise typer.Exit(1)
    if not yes and not typer.confirm("Erase this conversation? It cannot be brought back."):
        raise typer.Exit(1)
    store.eraser.erase(found, datetime.now(UTC))
    say.print("Erased.")


@app.command()
def purge(
    days: Annotated[int, typer.Option(min=1, help="Erase where nobody wrote for this many days.")] = 90,
) -> None:
    """Erase old conversations that nobody waits in."""
    now = datetime.now(UTC)
    say.print(f"{_store().eraser.purge(now - timedelta(days=days), now)} conversations erased.")


@app.command()
def doctor() -> None:
    """Look for what would keep the hotline from working, and list the settings in force."""
    from bot.cli.doctor import examine

    if not examine(Settings.read(), ROOT, Console(highlight=False)):
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def rasa(context: typer.Context) -> None:
    """Rasa's own commands on this project: train, data validate, test nlu, shell."""
    from bot.nlu.rasa_command import run as run_rasa

    raise typer.Exit(run_rasa(context.args))


@app.command()
def bench(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line instead of a table.")] = False,
    turns: Annotated[int, typer.Option(min=50, help="Turns at each level.")] = 600,
    stock: Annotated[bool, typer.Option(help="Also measure stock Rasa (its environment is made on demand).")] = True,
    desk: Annotated[
        bool, typer.Option("--desk", help="Instead: 200 desks open, and when a message is on each.")
    ] = False,
    against: Annotated[Path | None, typer.Option(help="With --desk: an earlier checkout, measured beside.")] = None,
) -> None:
    """Turns per second of this server, of stock Rasa, and of a bare server with one insert."""
    if desk:
        from bot.cli.bench_desk import run_bench_desk

        run_bench_desk(Settings.read(), ROOT, say, as_json=as_json, against=against)
        return
    from bot.cli.bench import run_bench

    run_bench(Settings.read(), ROOT, say, as_json=as_json, turns=turns, stock=stock)
