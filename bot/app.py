"""The wiring, the only place that knows every part: :func:`build` joins them, :func:`make_app` is the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

import channels.rest
import channels.web
import channels.web_page
from bot import edge, health
from bot.console import pages
from bot.console.access import Access
from bot.console.api import Parts, make_api
from bot.console.sign_in import SignIn
from bot.content.library import Library
from bot.content.sounds import Sounds
from bot.nlu.engine import Engine
from bot.services import ports
from bot.services.changes import Changes
from bot.services.deliver import Deliver, Pace
from bot.services.desk import Desk
from bot.services.exchange import Exchange
from bot.services.inbox import Inbox
from bot.services.receive import Receive, TooMany
from bot.services.take_turn import Turns
from bot.settings import Settings
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.erase import Eraser
from bot.store.operators import Operators
from bot.store.outbox import Outbox
from bot.store.queue import Queue
from bot.store.seal import Keyring, read_or_make_master_key
from channels.contract import Channel
from channels.known import open_channels

log = structlog.get_logger(__name__)

_SWEEP_EVERY = 20.0  # seconds


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """Everything that outlives the process."""

    database: Database
    conversations: Conversations
    operators: Operators
    queue: Queue
    eraser: Eraser
    outbox: Outbox


def open_store(settings: Settings) -> Store:
    """Open the store and bring its tables to the newest form.

    Raises KeyMissing: the database holds sealed data and the master key is gone.
    """
    database = Database(settings.database_url)
    database.migrate()
    queue = Queue(database)
    master = read_or_make_master_key(settings.data_dir / "master.key", make=database.is_empty())
    keyring = Keyring(master)
    return Store(
        database,
        Conversations(database, keyring),
        Operators(database, keyring),
        queue,
        Eraser(database),
        Outbox(database, keyring),
    )


@dataclass(frozen=True)
class Hotline:
    """All parts of one process, put together."""

    settings: Settings
    store: Store
    library: Library
    changes: Changes
    turns: Turns
    exchange: Exchange
    desk: Desk
    sign_in: SignIn
    inbox: Inbox
    deliver: Deliver
    channels: tuple[Channel, ...]


def build(
    settings: Settings, store: Store, engine: ports.Engine, library: Library, pace: Pace | None = None
) -> Hotline:
    """Hand every part what it needs. Raises BadSettings: a channel is switched on and cannot be opened so."""
    run, changes = store.database.run, Changes()
    channels = tuple(open_channels(settings.channels, settings.public_url, now))
    senders = {name: channel for channel in channels for name in channel.names}
    deliver = Deliver(store.outbox, senders, changes, run, now, pace)
    turns = Turns(
        store.conversations,
        store.eraser,
        engine,
        library,
        library.agreed,
        store.queue.staffing,
        changes,
        run,
        now,
        deliver,
    )
    inbox = Inbox(store.conversations, store.outbox, turns, library, changes, run, now)
    exchange = Exchange(
        Receive(store.conversations, run, now), turns, store.conversations, store.eraser, changes, run, now
    )
    desk = Desk(store.conversations, store.eraser, library, changes, run, now, deliver, store.outbox)
    sign_in = SignIn(store.operators, run, now)
    return Hotline(settings, store, library, changes, turns, exchange, desk, sign_in, inbox, deliver, channels)


def make_app(hotline: Hotline, *, started: Callable[[], Awaitable[None]] | None = None) -> Starlette:
    """The ASGI app. *started* is awaited once it can serve."""
    store, settings, sounds = hotline.store, hotline.settings, Sounds(hotline.settings.audio_dir)
    access = Access(hotline.sign_in, store.operators, store.conversations, store.database.run, now)
    desk_api = make_api(
        Parts(
            access=access,
            desk=hotline.desk,
            conversations=store.conversations,
            operators=store.operators,
            queue=store.queue,
            library=hotline.library,
            changes=hotline.changes,
            run=store.database.run,
            secure_cookies=settings.secure_cookies,
        )
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        left = await hotline.turns.resume()
        if left:
            log.info("turns_resumed", conversations=left)
        if store.database.is_sqlite:  # one process has it alone: whoever held a lease is gone
            await store.database.run(store.outbox.end_leases)
        sweeping = asyncio.create_task(_sweep(hotline.turns))
        delivering = asyncio.create_task(hotline.deliver.run())
        for channel in hotline.channels:
            await channel.open(hotline.inbox)
        if started is not None:
            await started()
        yield
        for channel in hotline.channels:
            await channel.close()
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        await hotline.turns.rest()
        await hotline.deliver.rest()
        await delivering
        for channel in hotline.channels:
            await channel.end()

    return Starlette(
        routes=[
            *channels.rest.routes(hotline.exchange, now, (TooMany,)),
            *channels.web.routes(hotline.exchange, now, (TooMany,), sounds, secure_cookies=settings.secure_cookies),
            *channels.web_page.routes(hotline.library),
            *(route for channel in hotline.channels for route in channel.routes(hotline.inbox)),
            Mount("/desk/api", desk_api),
            *pages.routes(),
            *health.routes(store.queue, store.database.run, hotline.inbox.refused),
        ],
        middleware=[Middleware(edge.Edge)],
        lifespan=lifespan,
    )


async def _sweep(turns: Turns) -> None:
    while True:
        await asyncio.sleep(_SWEEP_EVERY)
        try:
            await turns.sweep()
        except Exception as error:  # the database is away: the next sweep looks again
            log.error("sweep_failed", error=type(error).__name__)


def load(settings: Settings, model: Path) -> Hotline:
    """Everything from disk: content, model, store."""
    library = Library.load()
    return build(settings, open_store(settings), Engine.load(model, library), library)
