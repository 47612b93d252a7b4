"""The quiz as plain pages. The round travels in the address, signed; who plays is not asked and nothing is stored with us.
What went wrong is remembered by the browser alone (`quiz.js`)."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.articles import articles
from bot.errors import ApiError
from bot.services import Services, services
from knowledge.quiz import LEVELS, Bank, load_bank
from knowledge.topics import load_topics
from service.quiz import LONGEST, Round, again, praise, shown, start
from service.quiz_picture import Score, picture
from service.report_links import ReportLinks

quiz = APIRouter(prefix="/quiz", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Token = Annotated[str, Path(pattern=r"^[\w-]+$", max_length=120)]
SEEN = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@quiz.get("")
async def index(request: Request, hub: Hub) -> Response:
    """Topics and levels, and in the browser the questions that went wrong before."""
    hub.anyone(request)
    bank, names = load_bank(), load_topics()
    counts = {topic: sum(q.topic == topic for q in bank.values()) for topic in names}
    topics = [(id_, names[id_], count) for id_, count in counts.items() if count]
    return HTMLResponse(hub.pages.html("quiz_index.html", topics=topics, levels=LEVELS, total=len(bank), most=LONGEST))


@quiz.get("/play")
async def play(
    request: Request,
    hub: Hub,
    r: Annotated[str, Query(max_length=900)] = "",
    pick: Annotated[int, Query(ge=0, le=9)] = -1,
    topic: Annotated[str, Query(max_length=40)] = "",
    level: Annotated[str, Query(max_length=10)] = "",
    wrong: Annotated[str, Query(max_length=900)] = "",
) -> Response:
    """`r` is a round under way; without it a new one begins, of a topic and level or of questions answered wrong before."""
    hub.anyone(request)
    bank, seal = load_bank(), ReportLinks(hub.settings.secrets.cookie_key, "quiz")
    if not r:
        ids = [f"quiz.{part}" for part in wrong.split(",") if part]
        begun = again(bank, ids) if wrong else start(bank, secrets.token_hex(8), topic=topic, level=level)
        return RedirectResponse(_address(seal, begun) if begun else "/quiz?none=1", 303)
    now = Round.read(seal.read(r) or "", bank)
    if now is None:
        return HTMLResponse(hub.pages.html("quiz_gone.html"), 404, SEEN)
    if now.over:
        return await _result(hub, now, bank)
    question = bank[now.left[0]]
    options, label = shown(question), f"{load_topics()[question.topic]} · {LEVELS[question.level]}"
    if not 0 <= pick < len(question.options):
        return HTMLResponse(
            hub.pages.html("quiz_question.html", now=now, question=question, options=options, label=label, round=r),
            headers=SEEN,
        )
    after = now.answered(question, pick)
    page = hub.pages.html(
        "quiz_verdict.html",
        now=after,
        question=question,
        options=options,
        label=label,
        pick=pick,
        articles=await articles(hub, question.citations),
        following=_address(seal, after),
    )
    return HTMLResponse(page, headers=SEEN)


@quiz.get("/card/{token}.png")
async def card_picture(request: Request, hub: Hub, token: Token) -> Response:
    """The picture to save and share. Raises ApiError 404."""
    hub.anyone(request)
    score = Score.read(ReportLinks(hub.settings.secrets.cookie_key, "quiz-card").read(token) or "")
    if score is None:
        raise ApiError(404, "not_found")
    png = await to_thread.run_sync(picture, score, hub.settings.public_url)
    return Response(
        png, media_type="image/png", headers={"Cache-Control": "public, max-age=86400", "X-Robots-Tag": "noindex"}
    )


async def _result(hub: Services, done: Round, bank: Bank) -> Response:
    score = Score(done.right, done.total, done.best, hub.clock.today())
    page = hub.pages.html(
        "quiz_result.html",
        now=done,
        praise=praise(done),
        missed=[bank[id_] for id_ in done.wrong],
        again=urlencode({"wrong": ",".join(id_.removeprefix("quiz.") for id_ in done.wrong)}, safe=","),
        picture=f"/quiz/card/{ReportLinks(hub.settings.secrets.cookie_key, 'quiz-card').token(score.write())}.png",
    )
    return HTMLResponse(page, headers=SEEN)


def _address(seal: ReportLinks, now: Round) -> str:
    return "/quiz/play?" + urlencode({"r": seal.token(now.write())})
