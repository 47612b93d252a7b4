"""The Civil Law Park and the article of the day as plain pages: a story, the article word for word, a question, a way to ask."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.articles import articles
from bot.errors import ApiError
from bot.services import Services, services
from knowledge.daily import load_daily
from knowledge.daily.calendar import month_day
from knowledge.daily.schema import COMMON_YEAR
from knowledge.faq_question import question_of
from knowledge.park import load_spots
from knowledge.park.schema import SPOT_ID
from knowledge.places import load_directory
from knowledge.places.schema import SHOWN
from service.popular import PARK

park = APIRouter(include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
SpotId = Annotated[str, Path(pattern=SPOT_ID, max_length=30)]
Day = Annotated[str, Path(pattern=r"^\d\d-\d\d$")]


@park.get("/park")
async def spots(request: Request, hub: Hub) -> Response:
    """All spots by book of the Civil Code, and what is known of the park itself."""
    hub.anyone(request)
    by_book = [(book, list(rows)) for book, rows in groupby(load_spots().values(), key=lambda spot: spot.book)]
    place = load_directory().places[PARK]
    known = place if place.status != "unconfirmed" else None
    source = f"{SHOWN[place.status]}，{place.source_date}" if known else ""
    return HTMLResponse(hub.pages.html("park_index.html", books=by_book, place=known, source=source))


@park.get("/park/{spot_id}")
async def spot(request: Request, hub: Hub, spot_id: SpotId, pick: Annotated[int, Query(ge=0, le=9)] = -1) -> Response:
    """One spot; `pick` is the option the visitor chose. Raises ApiError 404."""
    hub.anyone(request)
    table = load_spots()
    found = table.get(spot_id)
    if found is None:
        raise ApiError(404, "not_found")
    ids = list(table)
    following = table[ids[(ids.index(spot_id) + 1) % len(ids)]]
    page = hub.pages.html(
        "park_spot.html",
        spot=found,
        articles=await articles(hub, found.citations),
        pick=pick if pick < len(found.ask.options) else -1,
        ask=await to_thread.run_sync(question_of, found.faq),
        following=following,
    )
    return HTMLResponse(page)


@park.get("/daily")
async def today(request: Request, hub: Hub) -> Response:
    """The article of today in Shenzhen."""
    hub.anyone(request)
    return await _daily(hub, month_day(hub.clock.today()), is_today=True)


@park.get("/daily/month/{month}")
async def month(request: Request, hub: Hub, month: Annotated[int, Path(ge=1, le=12)]) -> Response:
    """The titles of a month."""
    hub.anyone(request)
    entries = [entry for day, entry in sorted(load_daily().items()) if int(day[:2]) == month]
    return HTMLResponse(hub.pages.html("daily_month.html", month=month, entries=entries))


@park.get("/daily/{day}")
async def one_day(request: Request, hub: Hub, day: Day) -> Response:
    """The article of a day of the year, `MM-DD`. Raises ApiError 404."""
    hub.anyone(request)
    if day == "02-29":
        return RedirectResponse("/daily/02-28", 307)
    return await _daily(hub, day, is_today=day == month_day(hub.clock.today()))


async def _daily(hub: Services, day: str, *, is_today: bool) -> Response:
    entries = load_daily()
    entry = entries.get(day)
    if entry is None:
        raise ApiError(404, "not_found")
    this = date.fromisoformat(f"{COMMON_YEAR}-{day}")
    before, after = (f"{this + timedelta(days=step):%m-%d}" for step in (-1, 1))
    page = hub.pages.html(
        "daily.html",
        entry=entry,
        day=f"{this.month}月{this.day}日",
        month=this.month,
        is_today=is_today,
        articles=await articles(hub, entry.citations),
        ask=await to_thread.run_sync(question_of, entry.faq) if entry.faq else None,
        before=before if before in entries else None,
        after=after if after in entries else None,
    )
    return HTMLResponse(page)
