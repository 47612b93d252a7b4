"""A file that a lawyer gave to the person, behind its signed link. Whoever holds the link may open it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, Response

from bot.reports import PRIVATE
from bot.services import Services, services
from service import casework
from service.report_links import ReportLinks

SHOWN = ("image/jpeg", "image/png", "image/webp")  # what a phone shows at once; everything else is saved

files = APIRouter(prefix="/file", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Token = Annotated[str, Path(max_length=120, pattern=r"^[\w-]+$")]


@files.get("/{token}")
async def open_file(request: Request, hub: Hub, token: Token) -> Response:
    """The file; a page that says what to do when the link is not ours, or the file is gone."""
    hub.anyone(request)
    file_id = ReportLinks(hub.settings.secrets.cookie_key, "file").read(token)

    def read() -> tuple[str, str, bytes] | None:
        with hub.database.write() as session:
            return casework.given_file(session, hub.settings.data_dir, file_id or "")

    found = await to_thread.run_sync(read) if file_id else None
    if found is None:
        return HTMLResponse(hub.pages.html("file_gone.html"), 404, headers=PRIVATE)
    name, media_type, content = found
    how = "inline" if media_type in SHOWN else "attachment"
    headers = {"Content-Disposition": f"{how}; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=PRIVATE | headers)
