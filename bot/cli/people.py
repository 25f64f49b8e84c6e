"""``hotline operator``: the people at the desk, from the server's own command line. All of it is audited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Store
    from bot.core.roles import Role
    from bot.services.people import People
    from bot.store.operators import Operator

operator = typer.Typer(no_args_is_help=True, help="The people at the desk.")
say = Console(stderr=True, highlight=False)

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
RoleName = Annotated[str, typer.Option(help="operator, supervisor, admin, auditor or trainer")]


@operator.command("add")
def add(name: Name, role: RoleName = "operator") -> None:
    """Add an operator and print a link with which they sign in once and choose a password."""
    from bot.store.operators import NameTaken

    given = _role(role)
    _, people = _open()

    async def added() -> str:
        return await people.link(None, (await people.add(None, name, given)).id)

    try:
        _hand_out(asyncio.run(added()))
    except NameTaken:
        _stop(f"There is an operator named {name}. `hotline operator link {name}` makes a new link.")
    except ValueError as error:
        _stop(f"{error}.")


@operator.command("link")
def link(name: Name) -> None:
    """Print a new one-time link for an operator, who then chooses a new password."""
    store, people = _open()
    found = _find(store, name)
    if not found.active:
        _stop(f"{name} may not sign in. `hotline operator enable {name}` lets them in again.")
    _hand_out(asyncio.run(people.link(None, found.id)))


@operator.command("list")
def list_all() -> None:
    """List the operators: role, languages, second step, whether they may sign in."""
    store, _ = _open()
    found = store.operators.all()
    for one in found:
        states = (
            None if one.active else "disabled",
            None if one.password_hash else "has not signed in yet",
            "second step set up" if store.second_steps.get(one.id) else None,
            f"speaks {', '.join(one.speaks)}" if one.speaks else None,
        )
        told = "; ".join(state for state in states if state)
        print(f"{one.name}  {one.role}{f'  ({told})' if told else ''}")
    if not found:
        say.print("No operators yet. `hotline operator add NAME` adds one.")


@operator.command("role")
def role(
    name: Name, role: Annotated[str, typer.Argument(help="operator, supervisor, admin, auditor or trainer")]
) -> None:
    """Give an operator another role."""
    given = _role(role)
    _change(name, lambda people, who: people.set_role(None, who.id, given), f"{name} is {role} now.")


@operator.command("disable")
def disable(name: Name) -> None:
    """Let an operator sign in no more: sessions end, and the conversations that they hold wait for others."""
    _change(name, lambda people, who: people.deactivate(None, who.id), f"{name} can no longer sign in.")


@operator.command("enable")
def enable(name: Name) -> None:
    """Let an operator sign in again."""
    _change(name, lambda people, who: people.activate(None, who.id), f"{name} can sign in again.")


@operator.command("reset-totp")
def reset_totp(name: Name) -> None:
    """For whoever lost telephone and recovery codes: the next sign-in sets up a new second step."""
    done = f"{name} sets up a new second step at the next sign-in."
    _change(name, lambda people, who: people.reset_second_step(None, who.id), done)


@operator.command("end-sessions")
def end_sessions(name: Name) -> None:
    """Sign an operator out everywhere."""
    _change(name, lambda people, who: people.end_sessions(None, who.id), f"{name} is signed out everywhere.")


def _change(name: str, act: Callable[[People, Operator], Awaitable[object]], done: str) -> None:
    from bot.store.operators import LastAdmin

    store, people = _open()
    found = _find(store, name)

    async def acted() -> None:
        await act(people, found)

    try:
        asyncio.run(acted())
    except LastAdmin:
        _stop(f"{name} is the last admin. Make somebody else one first: `hotline operator role NAME admin`.")
    say.print(done, markup=False)


def _open() -> tuple[Store, People]:
    from bot.app import make_people, open_store
    from bot.services.changes import Changes

    settings = Settings.read()
    store = open_store(settings)
    return store, make_people(settings, store, Changes())


def _find(store: Store, name: str) -> Operator:
    found = store.operators.by_name(name)
    if found is None:
        _stop(f"There is no operator named {name}.")
    return found


def _role(name: str) -> Role:
    from bot.core.roles import Role

    if name not in list(Role):
        say.print(f"The role is one of {', '.join(Role)}.")
        raise typer.Exit(2)
    return Role(name)


def _hand_out(link: str) -> None:
    print(link)
    say.print("It works once, for 24 hours. Whoever has it can sign in: hand it over in person or over a safe line.")


def _stop(why: str) -> NoReturn:
    say.print(why, markup=False)
    raise typer.Exit(1)
