"""A filled document behind its signed link, as .docx or PDF. Whoever holds the link may read it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from bot.errors import ApiError
from bot.reports import ONE_AT_A_TIME, PRIVATE
from bot.services import Services, services
from cases.reports import get_report
from service.document_files import docx, pdf
from service.documents import Filled
from service.report_links import ReportLinks

FILES = {
    "pdf": (pdf, "application/pdf"),
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}

documents = APIRouter(prefix="/document", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Token = Annotated[str, Path(max_length=120, pattern=r"^[\w-]+$")]


@documents.get("/{token}.{kind}")
async def download(request: Request, hub: Hub, token: Token, kind: str) -> Response:
    """The document as a file."""
    hub.anyone(request)
    id_ = ReportLinks(hub.settings.secrets.cookie_key, "document").read(token)
    if kind not in FILES or id_ is None:
        raise ApiError(404, "report_not_found")
    make, media = FILES[kind]

    def read() -> Filled | None:
        with hub.database.read() as session:
            stored = get_report(session, id_)
        return Filled.model_validate(stored.body) if stored else None

    filled = await to_thread.run_sync(read)
    if filled is None:
        raise ApiError(404, "report_not_found")
    body = await to_thread.run_sync(make, filled, limiter=ONE_AT_A_TIME)
    name = quote(f"{filled.title}.{kind}")
    headers = {"Content-Disposition": f"attachment; filename=document.{kind}; filename*=UTF-8''{name}"}
    return Response(body, media_type=media, headers=PRIVATE | headers)
