"""``hotline audit``: the log of what operators did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Store

audit = typer.Typer(no_args_is_help=True, help="The log of what operators did.")
say = Console(stderr=True, highlight=False)

_WHY = {
    "changed": "was changed, or a line before it was taken out",
    "end_missing": "is the last one there, but others were written after it: they were taken out",
    "end_forged": "is the last one there, and the end was not signed by this hotline",
    "older": "is the last one there, but this is not the log whose end was seen before: was an older copy put back?",
}


@audit.command("verify")
def verify() -> None:
    """Look through the whole log. Exit code 1 when a line is changed or missing."""
    verdict = _store().audit.verify()
    if verdict.whole:
        print(f"whole: {verdict.lines} lines")
        return
    print(f"broken: line {verdict.broken}")
    say.print(f"Line {verdict.broken} {_WHY[verdict.why or 'changed']}.", markup=False)
    raise typer.Exit(1)


@audit.command("list")
def list_lines(
    operator: Annotated[str | None, typer.Option(help="Only what this operator did.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this kind of act, for example read or revealed.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Only what was done with this conversation, by id.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many lines, the newest.")] = 50,
) -> None:
    """Print lines, newest last: id, time, operator, act, conversation, detail."""
    from bot.store.audit import Wanted

    store = _store()
    who = store.operators.by_name(operator) if operator is not None else None
    if operator is not None and who is None:
        say.print(f"There is no operator named {operator}.", markup=False)
        raise typer.Exit(1)
    wanted = Wanted(who.id if who else None, action, conversation)
    for line in reversed(store.audit.lines(wanted, limit)):
        at = line.at.isoformat(timespec="seconds")
        print(
            "\t".join(
                (str(line.id), at, line.operator or "-", line.action, line.conversation_id or "-", line.detail or "")
            )
        )


def _store() -> Store:
    from bot.app import open_store

    return open_store(Settings.read())
