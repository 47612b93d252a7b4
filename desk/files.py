"""What the desk gives out that is not a page: attachments and tables. Saved, never shown by the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from cases import audit, registrations, staff
from cases.database import Session
from cases.errors import CaseError
from cases.permissions import check_allowed
from cases.staff import Staff
from desk.access import may_open, signed_in, token_hash
from desk.pages.board import as_csv
from desk.pages.monthly import report
from desk.runtime import get_runtime
from knowledge.lectures import load_lectures
from service import casework, group_table
from service import lectures as registering
from service.monthly import Month, MonthError, pdf, xlsx

T = TypeVar("T")
SAVED = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
MONTHLY = {
    "xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (pdf, "application/pdf"),
}
routes = APIRouter()


@routes.get("/attachments/{attachment_id}", include_in_schema=False)
async def attachment(request: Request, attachment_id: str) -> Response:
    """The file itself, as a download; audited."""
    folder = get_runtime().settings.data_dir
    found = await _for(
        request, "/attachments/{attachment_id}", lambda s, who: casework.attachment(s, folder, attachment_id, who)
    )
    if isinstance(found, Response):
        return found
    name, media_type, content = found
    return Response(content, media_type=media_type, headers={**SAVED, "Content-Disposition": saved_as(name)})


@routes.get("/people/{case_id}.zip", include_in_schema=False)
async def person(request: Request, case_id: str) -> Response:
    """All that is kept about the person of a case, for them; audited."""
    folder = get_runtime().settings.data_dir
    found = await _for(request, "/people/{case_id}.zip", lambda s, who: casework.export_person(s, folder, case_id, who))
    if isinstance(found, Response):
        return found
    name, content = found
    headers = {**SAVED, "Content-Disposition": saved_as(name)}
    return Response(content, media_type="application/zip", headers=headers)


@routes.get("/board.csv", include_in_schema=False)
async def table(request: Request) -> Response:
    """The board's numbers; audited."""

    def work(session: Session, who: Staff) -> str:
        check_allowed(who, "export_board")
        audit.record(session, "board_exported", actor=who.id)
        return as_csv(casework.board(session, who))

    found = await _for(request, "/board.csv", work)
    if isinstance(found, Response):
        return found
    headers = {**SAVED, "Content-Disposition": saved_as("总览.csv")}
    return Response(found.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/lectures.csv", include_in_schema=False)
async def registered(request: Request) -> Response:
    """Who registered for which lecture; audited."""

    def work(session: Session, who: Staff) -> str:
        rows = [(each, row) for each in load_lectures().values() for row in registrations.of_lecture(session, each.id)]
        audit.record(session, "registrations_exported", actor=who.id, details={"rows": len(rows)})
        return registering.as_csv(rows)

    found = await _for(request, "/lectures.csv", work)
    if isinstance(found, Response):
        return found
    headers = {**SAVED, "Content-Disposition": saved_as("讲座报名.csv")}
    return Response(found.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/groups/{case_id}.{kind}", include_in_schema=False)
async def claim(request: Request, case_id: str, kind: str) -> Response:
    """The lines of a joint claim; audited."""
    if kind not in group_table.MEDIA:
        return PlainTextResponse("没有这个文件", status_code=404)
    found = await _for(request, "/groups/{case_id}.{kind}", lambda s, who: casework.joint_claim(s, case_id, who))
    if isinstance(found, Response):
        return found
    content = group_table.as_csv(found) if kind == "csv" else group_table.as_xlsx(found)
    name = f"集体登记 {found.group.code}.{kind}"
    return Response(
        content, media_type=group_table.MEDIA[kind], headers={**SAVED, "Content-Disposition": saved_as(name)}
    )


@routes.get("/monthly.{kind}", include_in_schema=False)
async def month(request: Request, kind: str, month: str = "") -> Response:
    """The monthly report as a spreadsheet or in print; audited."""
    if kind not in MONTHLY:
        return PlainTextResponse("没有这个文件", status_code=404)
    make, media = MONTHLY[kind]
    runtime = get_runtime()
    try:
        today = runtime.clock.today()
        wanted = Month.read(month or f"{today:%Y-%m}", today)
    except MonthError as wrong:
        wanted, refused = None, PlainTextResponse(str(wrong), status_code=400)

    def noted(session: Session, who: Staff) -> Staff:
        if wanted:
            audit.record(session, "board_exported", actor=who.id, details={"what": f"monthly {wanted}"})
        return who

    who = await _for(request, f"/monthly.{kind}", noted)
    if isinstance(who, Response):
        return who
    if wanted is None:
        return refused

    def build() -> tuple[str, bytes]:
        with runtime.database.read() as session:  # seconds of reading: nobody who writes waits for it
            found = report(session, who, wanted)
        return f"{found.title}.{kind}", make(found)

    found = await to_thread.run_sync(build)
    name, content = found
    return Response(content, media_type=media, headers={**SAVED, "Content-Disposition": saved_as(name)})


def saved_as(name: str) -> str:
    """A header that makes the browser save it, whatever the name holds."""
    return f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}"


async def _for(request: Request, door: str, work: Callable[[Session, Staff], T]) -> T | Response:
    """Run it in a transaction for who asks; nobody, another role, or a case that is not theirs: a refusal that tells nothing."""
    database = get_runtime().database

    def run() -> T | Response:
        who = signed_in(database, token_hash(request))
        if who is None:
            return PlainTextResponse("请先登录", status_code=401)
        get_runtime().in_use.note(who)
        if not may_open(who.role, door):
            return PlainTextResponse("没有权限", status_code=403)
        try:
            with database.write() as session:
                actor = staff.get(session, who.staff_id)
                assert actor is not None
                return work(session, actor)
        except CaseError:
            return PlainTextResponse("没有这个文件，或者它不归您看", status_code=404)

    return await to_thread.run_sync(run)
