"""The composition root of the bot: builds the real parts and hangs the routes on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog
from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot import calculators, errors, health, pages
from bot.actions_client import ActionsClient
from bot.api import api
from bot.appointments import appointments
from bot.channels.wechat.channel import open_channel
from bot.channels.wechat.web import account_routes, card_routes
from bot.documents import documents
from bot.errors import ApiError
from bot.files import files
from bot.group import group
from bot.kiosk import kiosk
from bot.lectures import lectures
from bot.middleware import Guard
from bot.park import park
from bot.quiz import quiz
from bot.rasa_client import RasaClient
from bot.reports import reports
from bot.router import Router
from bot.services import Services, services
from bot.sessions import Sessions
from bot.telemetry import Metrics, where
from cases.database import Database
from settings import Settings, get_settings
from settings.clock import Clock

log = structlog.get_logger("bot")


def create_app(
    settings: Settings | None = None,
    clock: Clock | None = None,
    *,
    rasa_transport: httpx.AsyncBaseTransport | None = None,
    actions_transport: httpx.AsyncBaseTransport | None = None,
    wechat_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The application; the database is migrated when it starts. Transports replace the network in tests."""
    settings = settings or get_settings()
    clock = clock or Clock()
    metrics = Metrics()
    database = Database(settings.database, secrets=settings.secrets, clock=clock)
    secret = settings.secrets.channel_secret
    rasa = RasaClient(settings.rasa_url, secret, settings.rasa_seconds, transport=rasa_transport)
    hub = Services(
        settings=settings,
        clock=clock,
        database=database,
        rasa=rasa,
        actions=ActionsClient(settings.actions_url, secret, settings.search_seconds, transport=actions_transport),
        router=Router(database, rasa, settings, metrics),
        metrics=metrics,
        pages=pages.load(),
        sessions=Sessions(settings.secrets.cookie_key),
    )

    wechat = open_channel(settings, database, hub.router, transport=wechat_transport) if settings.wechat_on else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(database.migrate)
        log.info("bot_ready")
        log.info("wechat_on" if wechat else "wechat_off", reason="" if wechat else "wechat_app_id, wechat_token")
        yield
        await hub.router.close()
        if wechat:
            await wechat.close()
        await hub.rasa.close()
        await hub.actions.close()
        database.close()

    # The documentation pages of the framework load from elsewhere; our policy forbids that, so only the JSON is served.
    app = FastAPI(title="龙华小法", version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.services = hub
    app.state.wechat = wechat
    app.include_router(api)
    app.include_router(reports)
    app.include_router(documents)
    app.include_router(park)
    app.include_router(quiz)
    app.include_router(lectures)
    app.include_router(group)
    app.include_router(files)
    app.include_router(appointments)
    app.include_router(kiosk)
    app.include_router(card_routes())
    if wechat:
        app.include_router(wechat.routes)
        app.include_router(account_routes(wechat.client))
    for path, endpoint in {"/healthz": health.alive, "/readyz": health.ready, "/metrics": health.numbers}.items():
        app.add_route(path, endpoint, include_in_schema=False)
    app.add_route("/", chat_page, include_in_schema=False)
    app.add_route("/calc", calculators.index, include_in_schema=False)
    app.add_route("/calc/{name}", calculators.form, methods=["GET", "POST"], include_in_schema=False)
    app.add_route("/static/{path:path}", static_file, include_in_schema=False)
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework_error)
    app.add_exception_handler(SQLAlchemyError, _database_error)
    app.add_middleware(Guard, metrics=metrics, https=settings.secure_cookies)
    return app


async def chat_page(request: Request) -> Response:
    return services(request).pages.chat(request)


async def static_file(request: Request) -> Response:
    return services(request).pages.static(request)


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return errors.response(error.status, error.code, request.state.request_id, retry_after=error.retry_after)


async def _invalid(request: Request, error: Exception) -> Response:
    """What did not fit is not repeated: it may be a person's words."""
    return errors.response(422, "invalid", request.state.request_id)


async def _framework_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return errors.response(error.status_code, errors.code_for(error.status_code), request.state.request_id)


async def _database_error(request: Request, error: Exception) -> Response:
    log.error("database", request_id=request.state.request_id, error=type(error).__name__, where=where(error))
    return errors.response(503, "unavailable", request.state.request_id)
