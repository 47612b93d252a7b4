"""The composition root of the desk: plain doors, NiceGUI's pages, the pulse, and the guard in front of them all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from nicegui import Client, core, ui
from starlette.staticfiles import StaticFiles

from desk import door, files, pages
from desk.content import content
from desk.guard import Guard
from desk.runtime import Runtime, get_runtime, use

for _page in iter_modules(pages.__path__):
    import_module(f"{pages.__name__}.{_page.name}")  # importing a page registers it
STATIC = Path(__file__).parent / "static"


def create_app(runtime: Runtime | None = None) -> FastAPI:
    """The staff application; no public documentation pages. NiceGUI keeps its pages in one place per process, so a
    process makes one application."""
    if runtime:
        use(runtime)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        here = get_runtime()
        await to_thread.run_sync(here.database.migrate)
        await to_thread.run_sync(content)
        running = [asyncio.create_task(work) for work in (here.pulse.run(), here.in_use.run())]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        here.pulse.close()
        await here.citations.close()

    app = FastAPI(title="龙华小法工作台", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    app.include_router(door.routes)
    app.include_router(files.routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    core.sio.on("event", _event)
    ui.run_with(
        app,
        title="龙华小法工作台",
        language="zh-CN",
        favicon=STATIC / "favicon.svg",
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=20.0,
    )
    app.add_middleware(Guard, https=get_runtime().settings.secure_cookies)
    return app


def _event(sid: str, message: dict[str, Any]) -> None:
    """NiceGUI's own handler takes an event for any page from any socket; ours, only from a socket of that page."""
    client = Client.instances.get(message.get("client_id", ""))
    if client and client.has_socket_connection and client.id in core.sio.rooms(sid):
        client.handle_event(message)
