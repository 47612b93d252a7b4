"""What a kiosk hands to a phone opens once, for half an hour; who leaves goes without a trace, a case stays with its lawyer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bot.app import create_app
from cases import cards, conversations, messages, people, reports, takeaways
from cases.database import Database
from cases.schema import people as people_table
from cases.schema import takeaways as table
from knowledge.documents import load_templates
from service import casework
from service.cards import Card
from service.documents import fill
from service.gate import CitationGate
from service.report_links import ReportLinks
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.empty import empty_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LINES = [{"author": "person", "text": "房东不退押金"}, {"card": {"conclusion": "可以要回来", "kind": "answer"}}]


@dataclass
class Machine:
    database: Database
    clock: FixedClock
    http: httpx.AsyncClient
    headers: dict[str, str]
    person_id: str = ""
    conversation_id: str = ""
    cookie_key: str = ""

    def count(self, what: object = people_table) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(what)) or 0  # type: ignore[arg-type]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[tuple[Database, FixedClock, Settings]]:
    settings, clock = Settings(data_dir=tmp_path, public_url="https://xiaofa.example.gov.cn"), FixedClock(NOW)
    empty_database(tmp_path / "xiaofa.db")
    opened = Database(settings.database, secrets=settings.secrets, clock=clock)
    yield opened, clock, settings
    opened.close()


@pytest.fixture
async def machine(database: tuple[Database, FixedClock, Settings]) -> AsyncIterator[Machine]:
    """Somebody agreed at the machine and asked something."""
    opened, clock, settings = database
    app = create_app(settings, clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as http:
        session = (await http.post("/api/session", json={})).json()
        headers = {"X-CSRF-Token": session["csrf"]}
        await http.post("/api/consent", json={"agreed": True}, headers=headers)
        with opened.write() as stored:
            session_id = app.state.services.sessions.read(http.cookies["xf_session"])
            person = people.find(stored, channel="web", value=session_id)
            assert person is not None
            here = conversations.current(stored, person_id=person.id, channel="web")
            messages.store(
                stored,
                conversation_id=here.id,
                person_id=person.id,
                channel="web",
                channel_message_id="m",
                text="房东不退押金",
            )
        yield Machine(opened, clock, http, headers, person.id, here.id, settings.secrets.cookie_key)


def test_a_token_opens_once(database: tuple[Database, FixedClock, Settings]) -> None:
    kept, clock, _ = database
    with kept.write() as session:
        token, until = takeaways.keep(session, LINES)
        other, _ = takeaways.keep(session, LINES)
    assert until == NOW + timedelta(minutes=30)
    with kept.read() as session:
        assert takeaways.waiting(session, token)
    with kept.write() as session:
        assert takeaways.take(session, token) == LINES
        assert takeaways.take(session, token) is None
        assert takeaways.take(session, "guessed") is None
    clock.moment = until
    with kept.write() as session:
        assert takeaways.take(session, other) is None  # over, and gone by that
        assert takeaways.prune(session) == 0


def test_what_nobody_fetched_is_pruned(database: tuple[Database, FixedClock, Settings]) -> None:
    kept, clock, _ = database
    with kept.write() as session:
        takeaways.keep(session, LINES)
        assert takeaways.prune(session) == 0
    clock.moment = NOW + timedelta(minutes=31)
    with kept.write() as session:
        assert takeaways.prune(session) == 1


async def test_taken_along_and_opened_on_the_phone(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    links: list[str] = []
    monkeypatch.setattr("bot.kiosk._code", lambda link: links.append(link) or "<svg/>")
    answer = await machine.http.post("/kiosk/take", json={}, headers=machine.headers)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    await machine.http.post("/kiosk/leave", json={}, headers=machine.headers)
    assert (machine.count(), machine.count(table)) == (0, 1)  # held under the token alone
    path = links[0].removeprefix("https://xiaofa.example.gov.cn")
    for _ in range(2):  # looking beforehand uses nothing up
        page = await machine.http.get(path)
        assert page.status_code == 200 and "房东" not in page.text
    opened = await machine.http.post(path)
    assert "房东不退押金" in opened.text and opened.headers["cache-control"] == "no-store"
    for again in (await machine.http.post(path), await machine.http.get(path)):
        assert again.status_code == 404 and "已经打开过" in again.text
    assert machine.count(table) == 0


async def test_a_document_is_taken_along_as_text_for_its_file_is_erased(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, gate: CitationGate
) -> None:
    links: list[str] = []
    monkeypatch.setattr("bot.kiosk._code", lambda link: links.append(link) or "<svg/>")
    filled = fill(load_templates()["doc:receipt"], {"payer": "王小明", "amount": "30000"}, NOW.date(), gate)
    with machine.database.write() as session:
        stored = reports.save_report(
            session, conversation_id=machine.conversation_id, interview_id="i", body=filled.model_dump(mode="json")
        )
        files = ReportLinks(machine.cookie_key, "document").files(stored.id)
        forged = [*files, "/document/x-y.pdf", "/report/x-y.pdf"]
        asked = messages.history(session, machine.person_id, after=0, limit=1)[0]
        body = Card(kind="document", conclusion="写好了", attachments=forged).model_dump(mode="json")
        card = cards.save_card(
            session, conversation_id=machine.conversation_id, message_id=asked.id, action="x", body=body
        )
        messages.say(
            session, person_id=machine.person_id, conversation_id=machine.conversation_id, channel="web", author_kind="bot",
            reply_to=asked.id, card_ids=[card],
        )  # fmt: skip
    await machine.http.post("/kiosk/take", json={}, headers=machine.headers)
    await machine.http.post("/kiosk/leave", json={}, headers=machine.headers)
    assert (await machine.http.get(files[1])).status_code == 404
    opened = await machine.http.post(links[0].removeprefix("https://xiaofa.example.gov.cn"))
    assert "王小明" in opened.text and "叁万元整" in opened.text and filled.label in opened.text
    assert opened.text.count("收条") == 1


async def test_who_leaves_is_erased_and_the_session_ends(machine: Machine) -> None:
    answer = await machine.http.post("/kiosk/leave", json={}, headers=machine.headers)
    assert answer.json() == {"erased": True} and "xf_session" not in machine.http.cookies
    assert machine.count() == 0


async def test_a_case_stays_for_its_lawyer(machine: Machine) -> None:
    with machine.database.write() as session:
        casework.open_case(
            session,
            conversation_id=machine.conversation_id,
            interview_id="i",
            topic="labour",
            urgency="soon",
            reasons=[],
            brief={},
        )
    answer = await machine.http.post("/kiosk/leave", json={}, headers=machine.headers)
    assert answer.json() == {"erased": False} and "xf_session" not in machine.http.cookies
    assert machine.count() == 1


async def test_only_with_session_and_token(machine: Machine) -> None:
    assert (await machine.http.post("/kiosk/leave", json={})).status_code == 403
    assert (await machine.http.post("/kiosk/take", json={})).status_code == 403
    assert machine.count() == 1


async def test_the_page_is_kept_by_no_browser(machine: Machine) -> None:
    page = await machine.http.get("/kiosk")
    assert page.headers["cache-control"] == "no-store" and "退租后房东不退押金怎么办" in page.text
