"""Whether the server lives (``/healthz``), can work (``/readyz``) and how much it does (``/metrics``): counts only."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.services.ports import Clock
from bot.store.database import Database, NoRoom
from bot.store.queue import Queue


def routes(queue: Queue, database: Database, refused: Mapping[str, int], clock: Clock) -> list[Route]:
    """*refused*: requests that could not prove who sent them, by channel."""
    run = database.run

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        try:
            await run(database.must_be_writable)
        except NoRoom:
            return PlainTextResponse("the disk is full: nothing new can be stored", 503)
        except Exception:  # whatever keeps the database away, this process cannot serve
            return PlainTextResponse("the database cannot be reached or written to", 503)
        return PlainTextResponse("ok")

    async def metrics(_: Request) -> Response:
        registry = CollectorRegistry()
        counts = await run(queue.counts, clock())
        held = Gauge("hotline_conversations", "Conversations by holder and risk", ("holder", "risk"), registry=registry)
        for holder, risk, count in counts.conversations:
            held.labels(holder, risk).set(count)
        longest = Gauge(
            "hotline_waiting_seconds", "How long whoever waits longest in the queue has", ("risk",), registry=registry
        )
        for risk, seconds in counts.longest_waits:
            longest.labels(risk).set(seconds)
        waiting = Gauge("hotline_pending_turns", "Messages that wait for their turn", registry=registry)
        waiting.set(counts.pending_turns)
        outbox = Gauge("hotline_outgoing", "Outgoing messages by delivery state", ("delivery",), registry=registry)
        for delivery, count in counts.outgoing:
            outbox.labels(delivery).set(count)
        forged = Gauge("hotline_refused_webhooks", "Requests that proved no sender", ("channel",), registry=registry)
        for channel, count in refused.items():
            forged.labels(channel).set(count)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
