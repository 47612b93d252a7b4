"""The calendar file of a booked meeting behind its signed link. The link is over when the meeting is: then a page says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, Response

from bot.reports import PRIVATE
from bot.services import Services, services
from cases import appointments as store
from cases.appointments import Appointment
from knowledge.places import Place
from service import meeting_cards, placekeeping
from service.calendar_file import MEDIA, calendar_file

appointments = APIRouter(prefix="/appointment", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Token = Annotated[str, Path(max_length=120, pattern=r"^[\w-]+$")]


@dataclass(frozen=True)
class Found:
    one: Appointment
    place: Place | None
    now: datetime


@appointments.get("/{token}.ics")
async def download(request: Request, hub: Hub, token: Token) -> Response:
    """The file; a page when the link is not ours, or the meeting was cancelled or is over."""
    hub.anyone(request)

    def read() -> Found | None:
        with hub.database.read() as session:
            id_ = meeting_cards.read_link(session, token)
            one = store.get(session, id_) if id_ else None
            place = placekeeping.directory(session).places.get(one.place_id) if one else None
            return Found(one, place, session.now) if one else None

    found = await to_thread.run_sync(read)
    if found is None:
        return _gone(hub, "没有找到这个预约", "链接不完整，或者预约已经删除。", 404)
    if found.one.cancelled:
        return _gone(hub, "这个预约已经取消", "日历里如果还有，请删掉。要另约，在聊天里说“约个时间见面”。", 410)
    if found.one.ends_at <= found.now:
        return _gone(hub, "这个预约已经过去", "要再见面，在聊天里说“约个时间见面”。", 410)
    body = calendar_file(found.one, found.place, found.now)
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    return Response(body, media_type=MEDIA, headers=PRIVATE | headers)


def _gone(hub: Services, title: str, words: str, status: int) -> Response:
    return HTMLResponse(hub.pages.html("appointment_gone.html", title=title, words=words), status, headers=PRIVATE)
