"""The wiring, the only place that knows every part.

:func:`open_store` opens what outlives the process. :func:`build` puts the parts together by area: where people reach
us, the desk, what goes on in the background. :func:`make_app` is the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

import channels.rest
import channels.web
import channels.web_page
from bot import edge, health
from bot.console import pages
from bot.console.access import Access
from bot.console.api import make_api
from bot.console.codes import Codes
from bot.console.feed import Feed
from bot.console.parts import Parts
from bot.console.sign_in import SignIn
from bot.content.figure_groups import figure_groups
from bot.content.holidays import is_holiday
from bot.content.library import Library
from bot.content.practice import Scripts
from bot.content.rubric import Rubric
from bot.content.sounds import Sounds
from bot.core.ids import ChannelName
from bot.nlu.engine import Engine
from bot.services import ports
from bot.services.attachments import Attachments, Limits
from bot.services.call import OnCall
from bot.services.care import Care
from bot.services.casework import Casework
from bot.services.changes import Changes
from bot.services.climb import Climb, Rules
from bot.services.deliver import Deliver
from bot.services.desk import Desk
from bot.services.exchange import Exchange
from bot.services.flood import Flood
from bot.services.inbox import Inbox
from bot.services.line import Pace
from bot.services.opening import WhenOpen
from bot.services.people import People
from bot.services.practice import Practice
from bot.services.receive import Receive, TooMany
from bot.services.reply import BotReplies
from bot.services.report import Reports
from bot.services.supervise import Supervise
from bot.services.take_next import TakeNext
from bot.services.take_turn import Turns
from bot.services.tell import Tell
from bot.services.translate import Translator
from bot.services.understand import Understand
from bot.settings import Settings
from bot.store.audit import AuditLog
from bot.store.care import Care as CareStore
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.desk_events import DeskEvents
from bot.store.erase import Eraser
from bot.store.figures import Figures
from bot.store.filters import Chosen
from bot.store.holdings import Holdings
from bot.store.labels import Labels
from bot.store.ladder import Ladders
from bot.store.links import Links
from bot.store.live import Live
from bot.store.operators import Operators
from bot.store.outbox import Outbox
from bot.store.practice import PracticeRoom
from bot.store.queue import Queue
from bot.store.reviews import Reviews
from bot.store.safe_hours import SafeHoursOf
from bot.store.seal import Keyring, read_or_make_master_key
from bot.store.search import Search
from bot.store.second_step import SecondSteps
from bot.store.sessions import Sessions
from bot.store.supervision import Supervision
from bot.store.views import SavedViews
from channels.contract import Channel
from channels.known import open_channels
from channels.twilio import segment_price

log = structlog.get_logger(__name__)

_SWEEP_EVERY = 20.0  # seconds
_FEED_EVERY = 0.25  # seconds: by then desks hear of what another process wrote, or a part that wakes nobody
_SMALLER = 5  # gzip's level: 9 takes three times as long and saves 2 %


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """Everything that outlives the process."""

    database: Database
    conversations: Conversations
    cases: Cases
    holdings: Holdings
    operators: Operators
    sessions: Sessions
    second_steps: SecondSteps
    audit: AuditLog
    queue: Queue
    eraser: Eraser
    outbox: Outbox
    links: Links
    practice: PracticeRoom
    supervision: Supervision
    care: CareStore
    reviews: Reviews
    figures: Figures
    ladders: Ladders
    labels: Labels
    safe_hours: SafeHoursOf
    saved_views: SavedViews
    search: Callable[[str, Chosen], Search]


def open_store(settings: Settings) -> Store:
    """Open the store and bring its tables to the newest form.

    Raises KeyMissing: the database holds sealed data and the master key is gone.
    """
    database = Database(settings.database_url)
    database.migrate()
    queue = Queue(database)
    master = read_or_make_master_key(settings.data_dir / "master.key", make=database.is_empty())
    keyring = Keyring(master)
    conversations = Conversations(database, keyring)
    cases = Cases(database, keyring, conversations)
    audit = AuditLog(database, keyring, settings.data_dir / "audit.end")
    return Store(
        database=database,
        conversations=conversations,
        cases=cases,
        holdings=Holdings(database),
        operators=Operators(database),
        sessions=Sessions(database, keyring),
        second_steps=SecondSteps(database, keyring),
        audit=audit,
        queue=queue,
        eraser=Eraser(database, settings.zone),
        outbox=Outbox(database, keyring),
        links=Links(database),
        practice=PracticeRoom(database, keyring, audit),
        supervision=Supervision(database, conversations, cases),
        care=CareStore(database, keyring),
        reviews=Reviews(database, keyring),
        figures=Figures(database, settings.zone),
        ladders=Ladders(database, keyring, audit),
        labels=Labels(database, keyring),
        safe_hours=SafeHoursOf(database),
        saved_views=SavedViews(database, keyring),
        search=partial(Search, database, keyring),
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
    casework: Casework
    people: People
    supervise: Supervise
    care: Care
    reports: Reports
    sign_in: SignIn
    inbox: Inbox
    deliver: Deliver
    channels: tuple[Channel, ...]
    attachments: Attachments
    practice: Practice
    take_next: TakeNext
    climb: Climb
    on_call: OnCall
    live: Live


@dataclass(frozen=True)
class _Ground:
    """What all areas stand on."""

    settings: Settings
    store: Store
    engine: ports.Engine
    library: Library
    changes: Changes
    run: ports.Run
    senders: Mapping[ChannelName, Channel]
    when_open: WhenOpen


def build(
    settings: Settings, store: Store, engine: ports.Engine, library: Library, pace: Pace | None = None
) -> Hotline:
    """Hand every part what it needs. Raises BadSettings: a channel is switched on and cannot be opened so."""
    live = Live(settings.redis_url)
    run, changes = store.database.run, Changes(live.tell)
    channels = tuple(open_channels(settings.channels, settings.public_url, now))
    senders = {name: channel for channel in channels for name in channel.names}
    when_open = WhenOpen(settings.desk.hours, is_holiday, store.queue.at_the_desk, library, run)
    ground = _Ground(settings, store, engine, library, changes, run, senders, when_open)
    deliver = Deliver(store.outbox, senders, changes, run, now, pace)
    turns = _turns(ground, deliver)
    tell = Tell(store.conversations, library, changes, run, now)
    desk = Desk(store.conversations, store.cases, store.eraser, library, changes, run, now, deliver, store.outbox)
    return Hotline(
        settings=settings,
        store=store,
        library=library,
        changes=changes,
        turns=turns,
        exchange=_exchange(ground, turns),
        desk=desk,
        casework=Casework(store.cases, tell, changes, run, now, settings.desk.transfer_wait),
        people=make_people(settings, store, changes),
        supervise=Supervise(store.supervision, tell, changes, run, now),
        care=Care(store.care, changes, run, now, settings.zone, timedelta(minutes=settings.pause_minutes)),
        reports=_reports(ground),
        sign_in=_sign_in(ground),
        inbox=Inbox(store.conversations, store.outbox, turns, library, changes, run, now),
        deliver=deliver,
        channels=channels,
        attachments=_attachments(ground),
        practice=Practice(store.practice, Scripts.load(), library, engine, run, now, settings.rehearsals_kept),
        take_next=TakeNext(store.queue, desk, run, now, settings.desk.step),
        climb=_climb(ground),
        on_call=_on_call(ground),
        live=live,
    )


# --- where people reach us ---------------------------------------------------------------------------------------


def _turns(ground: _Ground, deliver: Deliver) -> Turns:
    settings, store, library = ground.settings, ground.store, ground.library
    flood = Flood(settings.replies_a_minute, frozenset(ground.senders))
    understand = Understand(ground.engine, library.agreed)
    step, when_open = settings.desk.step, ground.when_open
    replies = BotReplies(ground.engine, library, store.queue, ground.run, flood, when_open, step)
    return Turns(store.conversations, store.eraser, understand, replies, ground.changes, ground.run, now, deliver)


def _exchange(ground: _Ground, turns: Turns) -> Exchange:
    conversations, run = ground.store.conversations, ground.run
    receive = Receive(conversations, run, now)
    return Exchange(receive, turns, conversations, ground.store.eraser, ground.changes, run, now)


def _attachments(ground: _Ground) -> Attachments:
    settings = ground.settings
    limits = Limits(most=int(settings.attached_megabytes * 2**20), seconds=settings.attached_seconds)
    return Attachments(ground.store.conversations, ground.senders, ground.run, limits)


# --- the desk ------------------------------------------------------------------------------------------------------


def _sign_in(ground: _Ground) -> SignIn:
    store, codes, lock = ground.store, Codes(ground.store.second_steps, ground.run, now), ground.settings.desk_lock
    return SignIn(store.operators, store.sessions, store.audit, codes, ground.changes, ground.run, now, lock)


def _reports(ground: _Ground) -> Reports:
    settings = ground.settings
    groups = figure_groups(ground.library.countries, ("web", "rest", *ground.senders))
    # a report reads a month: in a thread, whatever the database, so that nobody's turn stands behind it
    return Reports(ground.store.figures, groups, asyncio.to_thread, now, settings.zone, settings.smallest_count)


def make_people(settings: Settings, store: Store, changes: Changes) -> People:
    """Changes to operators, for the desk and for the command line."""
    return People(
        store.operators,
        store.sessions,
        store.second_steps,
        store.conversations,
        store.audit,
        changes,
        store.database.run,
        now,
        settings.public_url,
    )


# --- in the background ----------------------------------------------------------------------------------------------


def _climb(ground: _Ground) -> Climb:
    store, kept = ground.store, ground.settings.desk
    return Climb(
        store.ladders,
        store.conversations,
        store.queue.at_the_desk,
        ground.when_open.is_open,
        ground.library,
        Rules(kept.ladder, kept.on_call, kept.told_after),
        ground.changes,
        ground.run,
        now,
    )


def _on_call(ground: _Ground) -> OnCall:
    settings, ladders = ground.settings, ground.store.ladders
    link = f"{settings.public_url}/desk"
    return OnCall(ladders, ground.senders, settings.desk.on_call, link, ground.library, ground.changes, ground.run, now)


# --- the server ----------------------------------------------------------------------------------------------------


def make_app(hotline: Hotline, *, started: Callable[[], Awaitable[None]] | None = None) -> Starlette:
    """The ASGI app. *started* is awaited once it can serve."""
    store, settings, sounds = hotline.store, hotline.settings, Sounds(hotline.settings.audio_dir)
    feed = Feed(DeskEvents(store.database), store.queue, hotline.changes, store.database.run, now, _FEED_EVERY)
    return Starlette(
        routes=[
            *channels.rest.routes(hotline.exchange, now, (TooMany,)),
            *channels.web.routes(hotline.exchange, now, (TooMany,), sounds, secure_cookies=settings.secure_cookies),
            *channels.web_page.routes(hotline.library),
            *(route for channel in hotline.channels for route in channel.routes(hotline.inbox)),
            Mount("/desk/api", make_api(_desk_parts(hotline, feed))),
            *pages.routes(),
            *health.routes(store.queue, store.database, hotline.inbox.refused, now),
        ],
        middleware=[Middleware(edge.Edge), Middleware(GZipMiddleware, compresslevel=_SMALLER)],
        lifespan=lambda _: _working(hotline, feed, started),
    )


def _desk_parts(hotline: Hotline, feed: Feed) -> Parts:
    store, settings, library = hotline.store, hotline.settings, hotline.library
    access = Access(
        hotline.sign_in,
        store.audit,
        store.conversations,
        store.database.run,
        now,
        library.telephone_numbers(),
        library.introductions,
    )
    return Parts(
        access=access,
        desk=hotline.desk,
        casework=hotline.casework,
        cases=store.cases,
        holdings=store.holdings,
        conversations=store.conversations,
        operators=store.operators,
        queue=store.queue,
        people=hotline.people,
        audit=store.audit,
        library=hotline.library,
        changes=hotline.changes,
        supervision=store.supervision,
        supervise=hotline.supervise,
        care=hotline.care,
        care_store=store.care,
        reviews=store.reviews,
        rubric=Rubric.load(),
        reports=hotline.reports,
        feed=feed,
        run=store.database.run,
        clock=now,
        zone=settings.zone,
        translator=Translator(settings.translator_url, settings.translator_key) if settings.translator_url else None,
        attachments=hotline.attachments,
        links=store.links,
        sms_price=segment_price(settings.channels),
        secure_cookies=settings.secure_cookies,
        practice=hotline.practice,
        rehearsals=store.practice,
        take_next=hotline.take_next,
        ladders=store.ladders,
        labels=store.labels,
        safe_hours=store.safe_hours,
        saved_views=store.saved_views,
        search=store.search,
    )


@asynccontextmanager
async def _working(hotline: Hotline, feed: Feed, started: Callable[[], Awaitable[None]] | None) -> AsyncIterator[None]:
    """All that goes on while the server serves; its end comes in order, so that nothing is cut off half-way."""
    store, settings = hotline.store, hotline.settings
    left = await hotline.turns.resume()
    if left:
        log.info("turns_resumed", conversations=left)
    if store.database.is_sqlite:  # one process has it alone: whoever held a lease is gone
        await store.database.run(store.outbox.end_leases)
    sweeping = asyncio.create_task(_sweep(hotline.turns.sweep, hotline.casework.sweep, hotline.practice.sweep))
    await feed.begin()
    feeding = asyncio.create_task(feed.run())
    delivering = asyncio.create_task(hotline.deliver.run())
    calling = [asyncio.create_task(one.run()) for one in (hotline.climb, hotline.on_call)]
    tasks = [sweeping, feeding, *calling]
    if settings.redis_url or not store.database.is_sqlite:  # there may be other processes
        tasks.append(asyncio.create_task(hotline.live.run(hotline.changes.hear, hotline.changes.hear_all)))
    for channel in hotline.channels:
        await channel.open(hotline.inbox)
    if started is not None:
        await started()
    yield
    for channel in hotline.channels:
        await channel.close()
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await hotline.turns.rest()
    await hotline.deliver.rest()
    await delivering
    for channel in hotline.channels:
        await channel.end()


async def _sweep(*sweeps: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(_SWEEP_EVERY)
        for sweep in sweeps:
            try:
                await sweep()
            except Exception as error:  # the database is away: the next sweep looks again
                log.error("sweep_failed", error=type(error).__name__)


def load(settings: Settings, model: Path) -> Hotline:
    """Everything from disk: content, model, store."""
    library = Library.load()
    return build(settings, open_store(settings), Engine.load(model, library), library)
