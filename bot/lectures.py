"""Lectures for enterprises: what they are about, registering, seeing and deleting one's own registration. No account: the
signed link of a registration is its owner's key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

import structlog
from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.articles import articles
from bot.errors import ApiError
from bot.services import Services, services
from bot.sessions import COOKIE
from cases import people, registrations
from cases.ids import new_id
from knowledge.lectures import Lecture, load_lectures
from knowledge.lectures.schema import LECTURE_ID
from service.lectures import Filled, WrongFieldError, masked, read
from service.report_links import ReportLinks

lectures = APIRouter(prefix="/lectures", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
LectureId = Annotated[str, Path(pattern=LECTURE_ID, max_length=30)]
Token = Annotated[str, Path(pattern=r"^[\w-]+$", max_length=120)]
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
KIND, PREFIX = "registration", "g_"
_ID = re.compile(PREFIX + "[0-9a-f]{32}")
MOST_FIELDS, LONGEST = 10, 120
log = structlog.get_logger("bot.lectures")


@lectures.get("")
async def index(request: Request, hub: Hub) -> Response:
    """All lectures; those with a date ahead first."""
    hub.anyone(request)
    today = hub.clock.today()
    rows = sorted(load_lectures().values(), key=lambda lecture: lecture.ahead(today) is None)
    return HTMLResponse(hub.pages.html("lectures.html", rows=[(row, row.ahead(today)) for row in rows]))


@lectures.get("/mine/{token}")
async def mine(request: Request, hub: Hub, token: Token) -> Response:
    """One's own registration."""
    hub.anyone(request)
    id_ = _links(hub).read(token)
    found = await to_thread.run_sync(_find, hub, id_) if id_ else None
    lecture = load_lectures().get(found.lecture_id) if found else None
    if found is None or lecture is None:
        return HTMLResponse(hub.pages.html("lecture_gone.html"), 404, PRIVATE)
    page = hub.pages.html(
        "lecture_mine.html",
        lecture=lecture,
        session=lecture.ahead(hub.clock.today()),
        mine=found,
        phone=masked(found.phone),
        token=token,
    )
    return HTMLResponse(page, headers=PRIVATE)


@lectures.post("/mine/{token}/delete")
async def delete(request: Request, hub: Hub, token: Token) -> Response:
    """Remove it, at once and for good."""
    hub.anyone(request)
    id_ = _links(hub).read(token)

    def work() -> None:
        with hub.database.write() as session:
            registrations.remove(session, id_ or "")
        hub.database.checkpoint()

    await to_thread.run_sync(work)
    return HTMLResponse(hub.pages.html("lecture_gone.html"), headers=PRIVATE)


@lectures.get("/{lecture_id}")
async def one(request: Request, hub: Hub, lecture_id: LectureId) -> Response:
    """A lecture and its form. Raises ApiError 404."""
    hub.anyone(request)
    return await _page(hub, _lecture(lecture_id), {"key": _links(hub).token(new_id(PREFIX))})


@lectures.post("/{lecture_id}")
async def register(request: Request, hub: Hub, lecture_id: LectureId) -> Response:
    """Keep a registration, or show the form again with what was filled in and what is wrong with it."""
    hub.anyone(request, new=True)
    lecture, fields = _lecture(lecture_id), await _fields(request)
    id_ = _links(hub).read(fields.get("key", ""))
    if id_ is None or not _ID.fullmatch(id_):
        again = {**fields, "key": _links(hub).token(new_id(PREFIX))}
        return await _page(hub, lecture, again, "key", "页面过期了，填的内容还在，请再点一次“登记”。")
    try:
        filled = read(fields)
        await to_thread.run_sync(_keep, hub, id_, lecture, filled, hub.sessions.read(request.cookies.get(COOKIE)))
    except WrongFieldError as error:
        return await _page(hub, lecture, fields, error.field, str(error))
    except registrations.FullError:
        return await _page(hub, lecture, fields, "key", "这场登记的人太多了，请先拨 12348 问问。")
    log.info("registered", lecture=lecture.id)
    return RedirectResponse(f"/lectures/mine/{_links(hub).token(id_)}", 303)


def _keep(hub: Services, id_: str, lecture: Lecture, filled: Filled, session_id: str | None) -> None:
    with hub.database.write() as session:
        person = people.find(session, channel="web", value=session_id) if session_id else None
        registrations.register(
            session,
            id=id_,
            lecture_id=lecture.id,
            name=filled.name,
            phone=filled.phone,
            company=filled.company,
            heads=filled.heads,
            person_id=person.id if person else None,
        )


def _find(hub: Services, id_: str) -> registrations.Registration | None:
    with hub.database.read() as session:
        return registrations.find(session, id_)


async def _page(
    hub: Services, lecture: Lecture, filled: Mapping[str, str], wrong: str = "", error: str = ""
) -> Response:
    page = hub.pages.html(
        "lecture.html",
        lecture=lecture,
        session=lecture.ahead(hub.clock.today()),
        articles=await articles(hub, lecture.citations),
        filled=filled,
        wrong=wrong,
        error=error,
        days=hub.settings.retention_days,
    )
    return HTMLResponse(page, 422 if error else 200, PRIVATE)


async def _fields(request: Request) -> dict[str, str]:
    try:
        pairs = parse_qsl((await request.body()).decode("utf-8"), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: value[:LONGEST] for name, value in pairs}


def _lecture(lecture_id: str) -> Lecture:
    found = load_lectures().get(lecture_id)
    if found is None:
        raise ApiError(404, "not_found")
    return found


def _links(hub: Services) -> ReportLinks:
    return ReportLinks(hub.settings.secrets.cookie_key, KIND)
