"""A hundred people after one time at the same moment, on SQLite and on PostgreSQL: one seat, one meeting."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, time

import pytest

from cases import appointments, conversations, people, staff
from cases.database import Database
from cases.places import StalePlaceError
from knowledge.places.table import as_row
from service import casework, placekeeping
from service.casework import meetings
from service.casework.meetings import SlotGoneError
from settings.clock import SHANGHAI
from tests.integration.test_cases_both_databases import opened, url  # noqa: F401  fixtures
from tests.unit.test_places import place

CROWD, SEATS = 100, 3
POINT = "aid.test"


def case_of(database: Database, name: str) -> str:
    with database.write() as session:
        person = people.find_or_create(session, channel="web", value=name)
        here = conversations.current(session, person_id=person.id, channel="web")
        return casework.open_case(
            session, conversation_id=here.id, interview_id=name, topic="labour", urgency="soon", reasons=[], brief={}
        ).id


def receiving(database: Database, seats: int) -> datetime:
    """A point that receives people on one day; the time everybody wants."""
    day = database.clock.today().replace(day=database.clock.today().day + 2)
    with database.write() as session:
        chief = staff.add(session, name="陈", login="chen", password_hash="x", role="supervisor")
        today = {"verified_on": database.clock.today(), "source_date": database.clock.today()}
        placekeeping.save(session, chief, as_row(place(POINT, **today)), seen=None)
        meetings.add_hours(session, chief, POINT, day=day, opens=time(9), closes=time(10), seats=seats)
    return datetime.combine(day, time(9), SHANGHAI)


def rush(work: list) -> list[str]:
    """All at once, a thread each; what became of each."""
    together, outcomes = threading.Barrier(len(work)), [""] * len(work)

    def run(number: int) -> None:
        together.wait(30)
        try:
            work[number]()
            outcomes[number] = "done"
        except Exception as error:  # noqa: BLE001
            outcomes[number] = type(error).__name__

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return outcomes


@pytest.mark.parametrize("seats", [1, SEATS])
def test_no_seat_is_taken_twice(opened, seats: int) -> None:  # noqa: F811
    databases = [opened() for _ in range(4)]  # four processes' worth of connections
    start = receiving(databases[0], seats)
    ids = [case_of(databases[0], f"p{number}") for number in range(CROWD)]

    def booking(number: int) -> None:
        with databases[number % 4].write() as session:
            meetings.book(session, ids[number], POINT, start)

    outcomes = Counter(rush([lambda n=number: booking(n) for number in range(CROWD)]))
    assert outcomes == {"done": seats, SlotGoneError.__name__: CROWD - seats}
    with databases[0].read() as session:
        ahead = appointments.ahead(session)
    assert sorted(one.seat for one in ahead) == list(range(1, seats + 1))
    assert len({one.case_id for one in ahead}) == seats


def test_one_person_clicking_everywhere_at_once_has_one_meeting(opened) -> None:  # noqa: F811
    databases = [opened() for _ in range(4)]
    start = receiving(databases[0], SEATS)
    case_id = case_of(databases[0], "one")

    def booking(number: int) -> None:
        with databases[number % 4].write() as session:
            meetings.book(session, case_id, POINT, start)

    assert set(rush([lambda n=number: booking(n) for number in range(20)])) == {"done"}
    with databases[0].read() as session:
        assert len(appointments.of_case(session, case_id)) == 1


def test_a_seat_given_back_is_free_for_one(opened) -> None:  # noqa: F811
    database = opened()
    start = receiving(database, 1)
    first, *others = [case_of(database, f"p{number}") for number in range(11)]
    with database.write() as session:
        made, _ = meetings.book(session, first, POINT, start)
    with database.write() as session:
        assert appointments.cancel(session, made.id, by="system")
        assert not appointments.cancel(session, made.id, by="system")

    def booking(case_id: str) -> None:
        with database.write() as session:
            meetings.book(session, case_id, POINT, start)

    assert Counter(rush([lambda c=case: booking(c) for case in others]))["done"] == 1


def test_of_ten_who_change_a_place_at_once_one_does(opened) -> None:  # noqa: F811
    database = opened()
    receiving(database, 1)
    with database.read() as session:
        chief = staff.everyone(session, role="supervisor")[0]
        found = placekeeping.directory(session).places[POINT]

    def change(number: int) -> None:
        with database.write() as session:
            placekeeping.save(session, chief, as_row(found) | {"note": f"说明{number}"}, seen=1)

    outcomes = Counter(rush([lambda n=number: change(n) for number in range(10)]))
    assert outcomes == {"done": 1, StalePlaceError.__name__: 9}
