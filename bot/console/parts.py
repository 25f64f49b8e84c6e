"""What the desk's routes are wired to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from bot.console.access import Access
from bot.console.feed import Feed
from bot.content.library import Library
from bot.content.rubric import Rubric
from bot.content.sms import Price
from bot.services.attachments import Attachments
from bot.services.care import Care
from bot.services.casework import Casework
from bot.services.changes import Changes
from bot.services.desk import Desk
from bot.services.people import People
from bot.services.ports import Clock, Run
from bot.services.practice import Practice
from bot.services.report import Reports
from bot.services.supervise import Supervise
from bot.services.take_next import TakeNext
from bot.services.translate import Translator
from bot.store.audit import AuditLog
from bot.store.care import Care as CareStore
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.filters import Chosen
from bot.store.holdings import Holdings
from bot.store.labels import Labels
from bot.store.ladder import Ladders
from bot.store.links import Links
from bot.store.operators import Operators
from bot.store.practice import PracticeRoom
from bot.store.queue import Queue
from bot.store.reviews import Reviews
from bot.store.safe_hours import SafeHoursOf
from bot.store.search import Search
from bot.store.supervision import Supervision
from bot.store.views import SavedViews


@dataclass(frozen=True)
class Parts:
    """What the desk is wired to."""

    access: Access
    desk: Desk
    casework: Casework
    cases: Cases
    holdings: Holdings
    conversations: Conversations
    operators: Operators
    queue: Queue
    people: People
    audit: AuditLog
    library: Library
    changes: Changes
    supervision: Supervision
    supervise: Supervise
    care: Care
    care_store: CareStore
    reviews: Reviews
    rubric: Rubric
    reports: Reports
    feed: Feed
    run: Run
    clock: Clock
    zone: tzinfo
    translator: Translator | None
    attachments: Attachments
    links: Links
    sms_price: Price | None
    secure_cookies: bool
    practice: Practice
    rehearsals: PracticeRoom
    take_next: TakeNext
    ladders: Ladders
    labels: Labels
    safe_hours: SafeHoursOf
    saved_views: SavedViews
    search: Callable[[str, Chosen], Search]
