"""Every route of the bot as nobody, as a stranger and with a forged session: whatever is added later is swept too. What one person
said, their case, their files never come out, and nothing is written without the page's own token."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import BaseRoute

from bot import sessions
from cases import audit, conversations, matters, people, reports, staff
from cases.schema import audit as audit_table
from cases.schema import cards, cases, feedback, messages
from service import casework
from tests.fakes.rasa import Bot, Page

SECRET = "阿强的工资条被老板撕了"
STAFF_ONLY = "内部意见不给本人看"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
FRESH = "/api/session"  # gives a session, and so needs none


@pytest.fixture
async def somebody(bot: Bot) -> dict[str, Any]:
    """A person with words, a card, a case, a report, a file inside; ids of each."""
    page = bot.page()
    await page.start()
    said = await page.say(SECRET)
    with bot.services.database.write() as session:
        person = people.find(
            session, channel="web", value=bot.services.sessions.read(page.http.cookies["xf_session"]) or ""
        )
        assert person
        here = conversations.current(session, person_id=person.id, channel="web")
        opened = casework.open_case(session, conversation_id=here.id, interview_id="i1", topic="labour", urgency="soon",
                                    reasons=[], brief={"title": SECRET}, contact={"kind": "phone", "phone": "13800138000"})  # fmt: skip
        wang = staff.add(session, name="王静", login="wang", password_hash="x", role="lawyer")
        casework.claim(session, opened.id, wang, version=matters.get(session, opened.id).version)
        casework.note(session, opened.id, wang, STAFF_ONLY)
        file = casework.attach(
            session, bot.services.settings.data_dir, opened.id, wang, name="内部.pdf", content=b"%PDF-1.4 inside"
        )
        report = reports.save_report(session, conversation_id=here.id, interview_id="i2", body={"made_on": SECRET})
    ids = {"card": said["cards"][0]["id"], "message": said["message_id"], "conversation": here.id, "case": opened.id,
           "code": opened.code, "file": file, "report": report.id, "person": person.id}  # fmt: skip
    return {"page": page, **ids}


def routes(found: list[BaseRoute]) -> Iterator[tuple[str, set[str]]]:
    """Paths and methods, also of routers that FastAPI keeps as they are."""
    for route in found:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes(included.routes)
        else:
            yield route.path, set(getattr(route, "methods", None) or {"GET"})  # type: ignore[attr-defined]


def addresses(path: str, ids: list[str]) -> list[str]:
    """The path with every id somebody else has in the place of its parameter, also dressed up as a token."""
    if "{" not in path:
        return [path]
    head, _, rest = path.partition("{")
    tail = rest.partition("}")[2].replace("{kind}", "pdf").replace("{article}", "1")
    guesses = [
        *ids,
        *(f"{one}-{'0' * 32}" for one in ids),
        *(f"{one}.ffffffff.{'A' * 22}" for one in ids),
        "1",
        "..%2f..%2fetc%2fpasswd",
    ]
    return [head + guess + tail for guess in guesses]


async def test_no_route_gives_a_stranger_what_another_said(bot: Bot, somebody: dict[str, Any]) -> None:
    mine = [value for value in somebody.values() if isinstance(value, str)]
    nobody, stranger = bot.page(), bot.page()
    await stranger.start()
    forged = bot.page({sessions.COOKIE: somebody["page"].http.cookies["xf_session"][:-1] + "x"})
    told = (SECRET, STAFF_ONLY, "13800138000", "%PDF-1.4 inside")
    swept = 0
    for path, methods in routes(bot.app.routes):
        for address in addresses(path, mine):
            for visitor in (nobody, stranger, forged):
                for method in sorted(methods - {"HEAD", "OPTIONS"}):
                    body = {"text": "x", "client_id": str(uuid.uuid4())} if method in WRITING else None
                    got = await visitor.http.request(method, address, json=body)
                    swept += 1
                    assert got.status_code < 500 or got.status_code == 503, (method, address)
                    assert not any(one in got.text for one in told), (method, address)
                    assert somebody["code"] not in got.text, (method, address)
    assert swept > 300


async def test_every_write_of_the_api_wants_a_session_and_its_token(bot: Bot, somebody: dict[str, Any]) -> None:
    page: Page = somebody["page"]
    for path, methods in routes(bot.app.routes):
        for method in methods & WRITING:
            if not path.startswith("/api/") or path == FRESH:
                continue
            body = {"text": "x", "agreed": True, "card": somebody["card"], "good": True, "client_id": str(uuid.uuid4())}
            for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}):
                for http in (bot.page().http, page.http):
                    got = await http.request(method, path, json=body, headers=headers)
                    assert got.status_code in (403, 422), (method, path, headers)
    with bot.services.database.read() as session:
        said = session.execute(messages.select().where(messages.c.author_kind == "person")).all()
        assert len(said) == 1
        assert session.execute(feedback.select()).all() == []
    assert (await page.history())[0]["text"] == SECRET  # nobody was erased


async def test_a_stranger_does_nothing_with_anothers_ids(bot: Bot, somebody: dict[str, Any]) -> None:
    stranger = bot.page()
    await stranger.start()
    assert (await stranger.post("/api/feedback", {"card": somebody["card"], "good": False})).status_code == 404
    assert (await stranger.http.get(f"/api/card/{somebody['card']}")).status_code == 404
    for choice in ("c1", f"case:withdraw:{somebody['case']}", f"case:rate:{somebody['case']}:1"):
        assert (await stranger.choose(somebody["card"], choice)).status_code in (404, 409, 422)
    with bot.services.database.read() as session:
        assert session.execute(cases.select().where(cases.c.status == "assigned")).one()
        kinds = session.execute(audit_table.select()).all()
        assert not any(row.kind in ("person_erased", "attachment_opened") for row in kinds)
        assert session.execute(cards.select().where(cards.c.id == somebody["card"])).one()
    assert audit.KINDS


async def test_a_session_planted_in_a_browser_is_not_taken_over(bot: Bot) -> None:
    """Only what we signed is a session; the token belongs to it alone."""
    planted = bot.page({sessions.COOKIE: "planted-by-somebody-else"})
    given = await planted.http.post("/api/session")
    assert "planted" not in given.headers["set-cookie"]
    assert "HttpOnly" in given.headers["set-cookie"]
    assert "samesite=lax" in given.headers["set-cookie"].lower()
    one, two = bot.page(), bot.page()
    await one.start()
    await two.start()
    two.csrf = one.csrf
    assert (await two.send("用别人的令牌")).status_code == 403
