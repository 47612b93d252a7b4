"""The report of a check-up behind its signed link: a page, a PDF, a .docx. Whoever holds the link may read it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Path, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from bot.errors import ApiError
from bot.services import Services, services
from cases.reports import get_report
from service.checkup_report import Report
from service.radar import svg
from service.report_docx import docx
from service.report_links import ReportLinks
from service.report_pdf import pdf
from service.report_words import Words

FILES = {
    "pdf": (pdf, "application/pdf"),
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
ONE_AT_A_TIME = CapacityLimiter(1)  # a file costs a second of one core; the conversation must not wait for many

reports = APIRouter(prefix="/report", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Token = Annotated[str, Path(max_length=120, pattern=r"^[\w-]+$")]


@reports.get("/{token}.{kind}")
async def download(request: Request, hub: Hub, token: Token, kind: str) -> Response:
    """The report as a file."""
    if kind not in FILES:
        raise ApiError(404, "not_found")
    report = await _found(request, hub, token)
    make, media = FILES[kind]
    body = await to_thread.run_sync(make, report, limiter=ONE_AT_A_TIME)
    name = f"法律风险体检报告-{report.made_on.isoformat()}.{kind}"
    headers = {"Content-Disposition": f"attachment; filename=report.{kind}; filename*=UTF-8''{quote(name)}"}
    return Response(body, media_type=media, headers=PRIVATE | headers)


@reports.get("/{token}")
async def show(request: Request, hub: Hub, token: Token) -> Response:
    """The report as a page; a page too when it is gone."""
    try:
        report = await _found(request, hub, token)
    except ApiError as error:
        if error.status != 404:
            raise
        return HTMLResponse(hub.pages.html("report_gone.html"), 404, headers=PRIVATE)
    words = Words(report)
    chart = Markup(svg(words.axes))  # noqa: S704  our own drawing, its labels escaped
    page = hub.pages.html("report.html", report=report, words=words, chart=chart, token=token)
    return HTMLResponse(page, headers=PRIVATE)


async def _found(request: Request, hub: Services, token: str) -> Report:
    """Raises ApiError: 404 when the link is not ours or the report is gone, 429 too_fast."""
    hub.anyone(request)
    report_id = ReportLinks(hub.settings.secrets.cookie_key).read(token)

    def read() -> Report | None:
        with hub.database.read() as session:
            stored = get_report(session, report_id) if report_id else None
        return Report.model_validate(stored.body) if stored else None

    report = await to_thread.run_sync(read)
    if report is None:
        raise ApiError(404, "report_not_found")
    return report
