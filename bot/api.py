"""The web API of `docs/contracts.md`. Requests are checked here; what happens to a message is the router's business."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import JSONResponse, Response

from bot import cleaning, consent, rendering, schemas, sessions
from bot.actions_client import ActionsAwayError
from bot.errors import ApiError
from bot.services import Services, services
from bot.turns import ChoiceRefusedError, ConsentRequiredError, Incoming
from cases import audit, cards, conversations, erasure, feedback, messages, people
from cases.messages import Entry
from cases.status import LABELS, LIVE, SILENT
from service import case_cards, casework, danger
from service.casework import CaseState

CHANNEL = "web"
PAGE = 50

api = APIRouter(prefix="/api", responses={code: {"model": schemas.ErrorOut} for code in (400, 403, 413, 422, 429)})
Hub = Annotated[Services, Depends(services)]
T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    return await to_thread.run_sync(work)


def answer(body: dict[str, Any]) -> JSONResponse:
    """Straight to JSON: the bodies were validated when they were stored."""
    return JSONResponse(body)


@api.post("/session", responses={200: {"model": schemas.SessionOut}})
async def open_session(request: Request, hub: Hub) -> Response:
    """First contact, or coming back: the cookie decides. Makes a session without storing anything."""
    session_id = hub.sessions.read(request.cookies.get(sessions.COOKIE))
    hub.anyone(request, new=session_id is None)
    conversation = None
    consented = False
    if session_id is None:
        session_id = hub.sessions.new()
    else:
        known = session_id

        def look() -> tuple[str | None, bool]:
            with hub.database.read() as session:
                person = people.find(session, channel=CHANNEL, value=known)
                if person is None:
                    return None, False
                held = conversations.find_current(session, person_id=person.id, channel=CHANNEL)
                return held.id if held else None, person.consent_version == consent.VERSION

        conversation, consented = await in_thread(look)
    response = answer(
        {
            "conversation": conversation,
            "csrf": hub.sessions.csrf(session_id),
            "consented": consented,
            "notice": consent.notice(hub.settings.retention_days, hub.settings.operator),
            "wechat": hub.settings.wechat_on and bool(hub.settings.public_url),
        }
    )
    response.set_cookie(
        sessions.COOKIE,
        hub.sessions.cookie(session_id),
        max_age=sessions.MAX_AGE,
        httponly=True,
        samesite="lax",
        secure=hub.settings.secure_cookies,
        path="/",
    )
    return response


@api.post("/consent", responses={200: {"model": schemas.ConsentOut}})
async def give_consent(request: Request, body: schemas.ConsentIn, hub: Hub) -> Response:
    """Agree to the notice (the person's row begins here), or withdraw; erasing is `DELETE /api/me`."""
    session_id = hub.visitor(request, writes=True)

    def record() -> None:
        with hub.database.write() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
            if person is None:
                if not body.agreed:
                    return  # nothing was stored, nothing to withdraw
                person = people.find_or_create(session, channel=CHANNEL, value=session_id)
            people.record_consent(session, person.id, version=consent.VERSION, agreed=body.agreed)
            audit.record(session, "consent_given" if body.agreed else "consent_withdrawn", actor="person")

    await in_thread(record)
    return answer({"consented": body.agreed})


@api.post("/messages", responses={200: {"model": schemas.MessageOut}, 404: {"model": schemas.ErrorOut}})
async def send_message(request: Request, body: schemas.MessageIn, hub: Hub) -> Response:
    """Say something, or pick a choice. `pending`: fetch the rest with GET."""
    session_id = hub.visitor(request, writes=True)
    incoming = Incoming(
        channel=CHANNEL,
        channel_user=session_id,
        channel_message_id=body.client_id,
        text=cleaning.clean(body.text or ""),
        card_id=body.card,
        choice_id=body.choice,
    )
    started = time.perf_counter()
    try:
        outcome = await hub.router.submit(incoming)
    except ConsentRequiredError as error:
        kind = danger.detect(incoming.text)
        if kind is None:
            raise ApiError(403, "consent_required") from error
        # Help comes before paperwork: shown, and nothing stored.
        card = {**danger.safety_card(kind).model_dump(mode="json"), "id": ""}
        return answer({"message_id": body.client_id, "status": "answered", "cards": [rendering.public(card)]})
    except ChoiceRefusedError as error:
        raise ApiError(404, "card_not_found") from error
    hub.metrics.messages.labels(outcome.status).inc()
    hub.metrics.seconds.observe(time.perf_counter() - started)
    shown = [rendering.public(card) for card in outcome.cards]
    return answer({"message_id": outcome.message_id, "status": outcome.status, "cards": shown})


@api.get("/messages", responses={200: {"model": schemas.HistoryOut}})
async def read_messages(request: Request, hub: Hub, after: Annotated[int, Query(ge=0, le=2**53)] = 0) -> Response:
    """At most 50 entries after a sequence number, oldest first; `next` is the `after` of the next request."""
    session_id = hub.visitor(request, writes=False)

    def read() -> tuple[list[Entry], CaseState | None]:
        with hub.database.read() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
            if person is None:
                return [], None
            entries = messages.history(session, person.id, after=after, limit=PAGE)
            return entries, casework.speaking_case(session, person.id)

    entries, case = await in_thread(read)
    shown = [_shown(entry) for entry in entries]
    following = entries[-1].seq if entries else after
    return answer({"messages": shown, "next": following, "case": _case(case) if case else None})


@api.get("/card/{card_id}", responses={200: {"model": schemas.PublicCard}, 404: {"model": schemas.ErrorOut}})
async def read_card(request: Request, hub: Hub, card_id: Annotated[str, Path(max_length=64)]) -> Response:
    """One of the person's own cards."""
    session_id = hub.visitor(request, writes=False)

    def read() -> dict[str, Any] | None:
        with hub.database.read() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
            return cards.card_of_person(session, card_id, person.id) if person else None

    body = await in_thread(read)
    if body is None:
        raise ApiError(404, "card_not_found")
    return answer(rendering.public({**body, "id": card_id}))


@api.post("/feedback", responses={200: {"model": schemas.FeedbackOut}, 404: {"model": schemas.ErrorOut}})
async def give_feedback(request: Request, body: schemas.FeedbackIn, hub: Hub) -> Response:
    """Good or bad, with a comment if they like; only about the person's own cards."""
    session_id = hub.visitor(request, writes=True)
    comment = cleaning.clean(body.comment or "") or None

    def record() -> bool:
        with hub.database.write() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
            if person is None or cards.card_of_person(session, body.card, person.id) is None:
                return False
            return feedback.record(session, card_id=body.card, good=body.good, comment=comment)

    if not await in_thread(record):
        raise ApiError(404, "card_not_found")
    return answer({"recorded": True})


@api.delete("/me", responses={200: {"model": schemas.ErasedOut}})
async def forget_me(request: Request, hub: Hub) -> Response:
    """Erase everything of this person and end the session."""
    session_id = hub.visitor(request, writes=True)

    def forget() -> bool:
        with hub.database.read() as session:
            person = people.find(session, channel=CHANNEL, value=session_id)
        return erasure.erase(hub.database, person.id) if person else False

    response = answer({"erased": await in_thread(forget)})
    response.delete_cookie(sessions.COOKIE, path="/", httponly=True, samesite="lax", secure=hub.settings.secure_cookies)
    return response


@api.get("/statutes/{law}/{article}", responses={200: {"model": schemas.StatuteOut}, 503: {"model": schemas.ErrorOut}})
async def read_statute(
    request: Request,
    hub: Hub,
    law: Annotated[str, Path(max_length=80)],
    article: Annotated[str, Path(max_length=40)],
) -> Response:
    """The verbatim article, from the action server's statute book."""
    hub.anyone(request)
    try:
        found = await hub.actions.statute(cleaning.clean(law), cleaning.clean(article))
    except ActionsAwayError as error:
        raise ApiError(503, "statutes_away") from error
    if found is None:
        raise ApiError(404, "article_not_found")
    return answer(found)


def _case(case: CaseState) -> dict[str, Any]:
    """The strip of the page: where the case that is spoken of stands."""
    promise = case.promise.words if case.promise else ""
    return {
        "code": case.code,
        "status": case.status,
        "label": LABELS[case.status],
        "line": case_cards.status(case, promise).conclusion,
        "live": case.status in LIVE,
        "speaks": "lawyer" if case.status in SILENT else "bot",
    }


def _shown(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"seq": entry.seq, "id": entry.id, "author": entry.author, "at": entry.at.isoformat()}
    if entry.author_name:
        shown["author_name"] = entry.author_name
    if entry.card is not None:
        shown["card"] = rendering.public(entry.card)
    else:
        shown["text"] = entry.text
    return shown
