"""Whether the server lives (``/healthz``), can work (``/readyz``) and how much it does (``/metrics``): counts only."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.services.ports import Run
from bot.store.queue import Queue


def routes(queue: Queue, run: Run, refused: Mapping[str, int]) -> list[Route]:
    """*refused*: requests that could not prove who sent them, by channel."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        try:
            await run(queue.waiting_count)
        except Exception:  # whatever keeps the database away, this process cannot serve
            return PlainTextResponse("the database cannot be reached", 503)
        return PlainTextResponse("ok")

    async def metrics(_: Request) -> Response:
        registry = CollectorRegistry()
        counts = await run(queue.counts)
        held = Gauge("hotline_conversations", "Conversations by holder and risk", ("holder", "risk"), registry=registry)
        for holder, risk, count in counts.conversations:
            held.labels(holder, risk).set(count)
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
