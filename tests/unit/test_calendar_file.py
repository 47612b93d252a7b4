"""The calendar file of a meeting: what is put in comes out, whatever the address holds; the link is ours and ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.app import create_app
from cases import appointments, people, staff
from cases.appointments import Appointment
from cases.conversations import current
from cases.database import Database
from knowledge.places.table import as_row
from service import casework, meeting_cards, placekeeping
from service.calendar_file import calendar_file
from service.casework import meetings
from settings import Settings
from settings.clock import SHANGHAI, FixedClock
from tests.fakes.empty import empty_database
from tests.fakes.office import MONDAY
from tests.unit.test_places import place

NINE = datetime(2026, 11, 26, 9, tzinfo=SHANGHAI)
ONE = Appointment("a_1", "k_1", "aid.test", NINE, 30, 1, None, None, None, MONDAY)
# What we write for "\\N" is right (RFC 5545 3.3.11); icalendar's reader, with which this compares, takes it for a line break.
lines = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=2, max_size=160).filter(
    lambda t: t.strip() == t and "\\N" not in t
)


@given(lines, st.integers(0, 10**7), st.sampled_from(meetings.MINUTES))
def test_it_reads_back(address: str, later: int, minutes: int) -> None:
    start = MONDAY + timedelta(minutes=later)
    one = Appointment("a_1", "k_1", "aid.test", start, minutes, 1, None, None, None, MONDAY)
    body = calendar_file(one, place(address=address), MONDAY)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    (event,) = Calendar.from_ical(body).events
    assert (event.start, event.end, event["LOCATION"]) == (start, start + timedelta(minutes=minutes), address)


def test_it_names_no_legal_problem_and_no_unconfirmed_address() -> None:
    body = calendar_file(ONE, place(), MONDAY).decode()
    assert "法律" not in body and "测试路1号" in body
    assert "正在核实" in calendar_file(ONE, place(status="unconfirmed", address=None), MONDAY).decode()
    assert "正在核实" in calendar_file(ONE, None, MONDAY).decode()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[FastAPI, Database, FixedClock, str]]:
    settings, clock = Settings(data_dir=tmp_path), FixedClock(MONDAY)
    empty_database(tmp_path / "xiaofa.db")
    database = Database(settings.database, secrets=settings.secrets, clock=clock)
    with database.write() as session:
        person = people.find_or_create(session, channel="web", value="甲")
        here = current(session, person_id=person.id, channel="web")
        opened = casework.open_case(
            session, conversation_id=here.id, interview_id="i", topic="labour", urgency="soon", reasons=[], brief={}
        )
    with database.write() as session:
        chen = staff.add(session, name="陈", login="chen", password_hash="x", role="supervisor")
        placekeeping.save(session, chen, as_row(place()), seen=None)
        meetings.add_hours(session, chen, "aid.test", weekday=4, opens=time(9), closes=time(10))
        made, _ = meetings.book(session, opened.id, "aid.test", NINE)
        link = meeting_cards.link(session, made)
    yield create_app(settings, clock), database, clock, link
    database.close()


async def test_the_link_gives_the_file_until_the_meeting_is_over_or_off(
    served: tuple[FastAPI, Database, FixedClock, str],
) -> None:
    app, database, clock, link = served
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as http:
        answer = await http.get(link)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
        assert answer.headers["cache-control"] == "no-store" and "attachment" in answer.headers["content-disposition"]
        (event,) = Calendar.from_ical(answer.content).events
        assert event.start == NINE
        for wrong in (link.replace("a_", "b_"), link[:-6] + "xx.ics", "/appointment/x.ics"):
            gone = await http.get(wrong)
            assert gone.status_code == 404 and "没有找到这个预约" in gone.text
        clock.moment = NINE.astimezone(UTC) + timedelta(minutes=30)
        over = await http.get(link)
        assert over.status_code == 410 and "已经过去" in over.text
        clock.moment = MONDAY
        with database.write() as session:
            appointments.cancel(session, link.removeprefix("/appointment/").rsplit("-", 1)[0], by="person")
        off = await http.get(link)
        assert off.status_code == 410 and "已经取消" in off.text
