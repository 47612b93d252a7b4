"""The self-service kiosk: a page for a touch screen that nobody owns. Whoever leaves takes everything along: what was said is
erased, unless a case was opened (the lawyer needs it) or it was taken along by QR code, once and for half an hour."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Annotated, Any

import segno
from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot import rendering, sessions
from bot.errors import ApiError
from bot.services import Services, services
from cases import erasure, messages, people, takeaways
from cases.database import Session
from cases.reports import get_report
from knowledge.kiosk import load_problems
from service import casework
from service.documents import Filled
from service.report_links import ReportLinks

kiosk = APIRouter(include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Token = Annotated[str, Path(max_length=64)]
CHANNEL = "web"
MOST = 200  # entries taken along
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


@kiosk.get("/kiosk")
async def page(request: Request, hub: Hub) -> Response:
    """The page of the kiosk, never kept by the browser."""
    hub.anyone(request)
    return HTMLResponse(hub.pages.html("kiosk.html", topics=load_problems()), headers=PRIVATE)


@kiosk.post("/kiosk/leave")
async def leave(request: Request, hub: Hub) -> Response:
    """The person goes: everything is erased and the session ends. With a live case the case stays, for the lawyer, and only
    the way from this machine to it is gone; the person has its code."""
    session_id = hub.visitor(request, writes=True)

    def forget() -> bool:
        with hub.database.read() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
            if person is None or casework.speaking_case(session, person.id):
                return False
        return erasure.erase(hub.database, person.id)

    response = JSONResponse({"erased": await to_thread.run_sync(forget)})
    response.delete_cookie(sessions.COOKIE, path="/", httponly=True, samesite="lax", secure=hub.settings.secure_cookies)
    return response


@kiosk.post("/kiosk/take")
async def take_along(request: Request, hub: Hub) -> Response:
    """Hold what was said under a one-time token and give its QR code."""
    session_id = hub.visitor(request, writes=True)
    papers = ReportLinks(hub.settings.secrets.cookie_key, "document")

    def keep() -> dict[str, Any] | None:
        with hub.database.write() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
            if person is None:
                return None
            lines: list[dict[str, Any]] = []
            for e in messages.history(session, person.id, after=0, limit=MOST):
                if e.card is None:
                    lines.append({"author": e.author, "text": e.text})
                    continue
                lines += [{"card": rendering.public(e.card)}, *_papers(session, e.card, papers)]
            if not lines:
                return None
            token, until = takeaways.keep(session, lines)
        base = hub.settings.public_url or str(request.base_url)
        return {"svg": _code(f"{base.rstrip('/')}/take/{token}"), "until": until.isoformat()}

    kept = await to_thread.run_sync(keep)
    if kept is None:
        raise ApiError(404, "card_not_found")
    return JSONResponse(kept, headers=PRIVATE)


@kiosk.get("/take/{token}")
async def offer(request: Request, hub: Hub, token: Token) -> Response:
    """Before it is opened: a link that a scanner looks at beforehand must not use it up."""
    hub.anyone(request)

    def look() -> bool:
        with hub.database.read() as session:
            return takeaways.waiting(session, token)

    there = await to_thread.run_sync(look)
    return HTMLResponse(hub.pages.html("take.html", there=there, lines=None), 200 if there else 404, PRIVATE)


@kiosk.post("/take/{token}")
async def open_it(request: Request, hub: Hub, token: Token) -> Response:
    """Shown once, and deleted by that."""
    hub.anyone(request)

    def take() -> list[dict[str, Any]] | None:
        with hub.database.write() as session:
            return takeaways.take(session, token)

    lines = await to_thread.run_sync(take)
    page = hub.pages.html("take.html", there=bool(lines), lines=lines)
    return HTMLResponse(page, 200 if lines else 404, PRIVATE)


def _papers(session: Session, card: Mapping[str, Any], links: ReportLinks) -> list[dict[str, Any]]:
    """What the documents of a card say: their files are erased with the rest when the person goes."""
    found = []
    for path in card.get("attachments") or []:
        kind, _, file = str(path).removeprefix("/").partition("/")
        id_ = links.read(file.removesuffix(".pdf")) if kind == "document" and file.endswith(".pdf") else None
        stored = get_report(session, id_) if id_ else None
        if stored:
            filled = Filled.model_validate(stored.body)
            found.append({"paper": filled.text.splitlines(), "label": filled.label})
    return found


def _code(link: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode()
