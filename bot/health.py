"""For machines: is the process alive, is everything behind it reachable, and the numbers."""

from __future__ import annotations

import asyncio

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import ApiError
from bot.limits import is_loopback
from bot.services import Services, services

CHECK_SECONDS = 2.0


async def alive(request: Request) -> Response:
    """Also says whether the WeChat channel is set up."""
    return JSONResponse({"status": "ok", "wechat": "on" if services(request).settings.wechat_on else "off"})


async def ready(request: Request) -> Response:
    """200 when database, Rasa and action server answer, else 503; each named. People can be served honestly without
    Rasa and actions, but not well."""
    hub = services(request)
    names = ("database", "rasa", "actions")
    results = await asyncio.gather(_database(hub), hub.rasa.healthy(), hub.actions.healthy())
    checks = {name: "ok" if fine else "unreachable" for name, fine in zip(names, results, strict=True)}
    return JSONResponse({"status": "ok" if all(results) else "degraded", **checks}, 200 if all(results) else 503)


async def numbers(request: Request) -> Response:
    """Prometheus metrics; to this machine only, unless `metrics_public` is set. A request that came through a proxy is
    not from this machine, whatever its peer address says."""
    hub = services(request)
    proxied = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    local = request.client is not None and is_loopback(request.client.host) and not proxied
    if not (local or hub.settings.metrics_public):
        raise ApiError(404, "not_found")
    return Response(generate_latest(hub.metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _database(hub: Services) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await to_thread.run_sync(hub.database.ping, abandon_on_cancel=True)
    except (TimeoutError, SQLAlchemyError):
        return False
    return True
