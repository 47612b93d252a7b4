"""Who leaves leaves nobody waiting: cases go to the successor, or, where that may not be, into the queue; each move is told."""

import pytest

from cases import alerts, duty, staff
from cases.errors import InputError
from service import accounts, casework
from service.casework import notices
from tests.fakes.office import Office, open_office


@pytest.fixture
def office(tmp_path):
    made = open_office(tmp_path)
    for name, role, firm in (("王律师", "lawyer", "甲所"), ("李律师", "lawyer", "乙所"), ("主管", "supervisor", "")):
        made.member(name, role=role, firm=firm or None)
    made.member("管理员", role="administrator")
    yield made
    made.database.close()


def shut(office: Office, who: str, **values):
    with office.database.write() as session:
        return accounts.change_account(
            session, office.staff[who].id, actor=office.staff["管理员"].id, **{"active": False, **values}
        )


def alerts_of(office: Office, who: str) -> list[str]:
    with office.database.read() as session:
        return [alert.kind for alert in alerts.unacknowledged(session, office.staff[who].id)]


def test_without_a_successor_the_cases_queue_again_and_the_person_is_told(office):
    first, second = office.opens("甲"), office.opens("乙")
    office.answered(first.id, office.staff["王律师"])
    office.does(casework.claim, second.id, office.staff["王律师"])
    left = shut(office, "王律师")
    assert (left.handed, left.queued) == (0, 2)
    for opened in (first, second):
        case = office.case(opened.id)
        assert case.status == "queued"
        assert case.owner_id is None
        assert case.promise_due_at
    assert [entry.card["title"] for entry in office.heard("甲") if entry.card][-1] == notices.TEXTS["requeued"][0]
    assert "new_case" in alerts_of(office, "李律师")


def test_the_successor_gets_them_and_hears_of_it(office):
    opened = office.opens("甲")
    office.answered(opened.id, office.staff["王律师"])
    left = shut(office, "王律师", successor_id=office.staff["李律师"].id)
    assert (left.handed, left.queued) == (1, 0)
    case = office.case(opened.id)
    assert (case.owner_id, case.status) == (office.staff["李律师"].id, "active")
    assert "assigned" in alerts_of(office, "李律师")
    with office.database.write() as session:
        events = casework.case_view(session, opened.id, office.staff["李律师"]).events
    assert [(e.kind, e.actor) for e in events][-1] == ("transfer", office.staff["管理员"].id)


def test_a_successor_in_conflict_gets_all_but_that_case(office):
    client = office.opens("老板", contact={"kind": "none", "name": "宏发厂"})
    office.answered(client.id, office.staff["李律师"])
    against, other = office.opens("工人", opponents=["宏发厂"]), office.opens("乙")
    for opened in (against, other):
        office.answered(opened.id, office.staff["王律师"])
    left = shut(office, "王律师", successor_id=office.staff["李律师"].id)
    assert (left.handed, left.queued) == (1, 1)
    assert office.case(against.id).status == "queued"
    assert office.case(other.id).owner_id == office.staff["李律师"].id


def test_another_role_leaves_too_and_a_new_name_does_not(office):
    opened = office.opens("甲")
    office.answered(opened.id, office.staff["王律师"])
    assert shut(office, "王律师", active=True, name="王大律师") is None
    assert office.case(opened.id).owner_id == office.staff["王律师"].id
    assert shut(office, "王律师", active=True, role="editor").queued == 1


def test_who_can_hold_no_cases_is_no_successor(office):
    opened = office.opens("甲")
    office.answered(opened.id, office.staff["王律师"])
    for impossible in ("王律师", "管理员"):
        with pytest.raises(InputError):
            shut(office, "王律师", successor_id=office.staff[impossible].id)
    assert office.case(opened.id).owner_id == office.staff["王律师"].id  # nothing half done
    with office.database.read() as session:
        assert staff.get(session, office.staff["王律师"].id).active


def test_the_second_lawyer_is_taken_off(office):
    opened = office.opens("甲")
    office.answered(opened.id, office.staff["王律师"])
    office.does(casework.second, opened.id, office.staff["王律师"], office.staff["李律师"].id)
    before = office.case(opened.id).version
    shut(office, "李律师")
    case = office.case(opened.id)
    assert (case.second_id, case.owner_id) == (None, office.staff["王律师"].id)
    assert case.version == before + 1


def test_a_leaver_on_the_roster_is_not_expected_to_see_anything(office):
    with office.database.write() as session:
        hour = office.clock.now().replace(minute=0)
        duty.add(session, office.staff["王律师"].id, hour, hour.replace(hour=hour.hour + 2))
        assert [one.name for one in casework.on_duty(session, session.now)] == ["王律师"]
    shut(office, "王律师")
    with office.database.read() as session:
        assert casework.on_duty(session, session.now) == []


def test_a_case_reopened_by_its_person_does_not_call_who_left(office):
    opened = office.opens("甲")
    office.answered(opened.id, office.staff["王律师"])
    office.does(casework.resolve, opened.id, office.staff["王律师"])
    shut(office, "王律师")
    with office.database.write() as session:
        casework.person_reopens(session, opened.id)
    assert "reopened" in alerts_of(office, "李律师")
