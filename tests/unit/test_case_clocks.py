"""What time does to cases, by a clock set by hand: promises, silence, reminders over weekends, escalation, retention."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.case_jobs import CaseJobs
from cases import alerts, conversations, duty, erasure, people
from cases.database import Database
from cases.schema import alerts as alert_table
from cases.schema import case_events, cases, messages
from service import casework
from service.casework import clocks
from settings import Settings
from settings.clock import SHANGHAI
from tests.fakes.office import Office, open_office
from tests.fakes.smtp import running_smtp


@pytest.fixture
def office(tmp_path):
    made = open_office(tmp_path)
    made.member("王律师", email="wang@example.org")
    made.member("主管", role="supervisor", email="boss@example.org")
    yield made
    made.database.close()


def kinds(office: Office, name: str) -> list[str]:
    with office.database.read() as session:
        return [alert.kind for alert in reversed(alerts.unacknowledged(session, office.staff[name].id))]


def cards(office: Office, title: str) -> list[str]:
    said = [entry.card for entry in office.heard() if entry.card]
    return [card["conclusion"] for card in said if card["title"] == title]


def go(office: Office, text: str) -> None:
    office.clock.moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    clocks.run(office.database)


def test_a_broken_promise_brings_the_case_back_into_the_queue(office):
    opened = office.opens()  # Monday 10:00, promised for 16:00
    office.does(casework.claim, opened.id, office.staff["王律师"])
    go(office, "2026-11-23 14:30")
    assert "promise_near" not in kinds(office, "王律师")
    for _ in range(2):
        go(office, "2026-11-23 15:05")
    assert kinds(office, "王律师").count("promise_near") == 1
    for _ in range(2):
        go(office, "2026-11-23 16:00")
    case = office.case(opened.id)
    assert (case.status, case.owner_id, case.promise_kept) == ("queued", None, False)
    assert case.promise_due_at == datetime(2026, 11, 24, 11, tzinfo=SHANGHAI)
    assert kinds(office, "主管").count("promise_broken") == 1
    assert len(cards(office, "还在排队")) == 1
    with office.database.read() as session:
        conversation_id = session.scalar(select(cases.c.conversation_id).where(cases.c.id == opened.id))
        assert conversations.owner(session, conversation_id) == "bot"


def test_nobody_in_the_queue_is_forgotten_in_silence(office):
    opened = office.opens()
    for _ in range(3):
        go(office, "2026-11-23 16:01")
    assert kinds(office, "主管").count("promise_broken") == 1
    with office.database.read() as session:
        promised = casework.promise(session, opened.id)
    assert promised.due_at is None
    assert "已经过了" in promised.words
    office.does(casework.claim, opened.id, office.staff["王律师"])
    go(office, "2026-11-23 16:30")
    assert office.case(opened.id).status == "assigned"  # an hour to write, though late
    office.speaks(opened.id, office.staff["王律师"], "抱歉久等")
    assert office.case(opened.id).promise_kept is False


def test_cases_whose_time_has_not_come_hold_up_no_other(office, monkeypatch):
    monkeypatch.setattr(clocks, "BATCH", 1)
    later, sooner = office.opens("一", urgency="normal"), office.opens("二")
    go(office, "2026-11-23 15:05")
    assert (office.case(later.id).warned_at, office.case(sooner.id).warned_at) == (None, office.clock.moment)


def test_words_of_the_promise_are_honest(office):
    opened = office.opens()
    with office.database.read() as session:
        assert casework.promise(session, opened.id).words == "律师最晚 11月23日（星期一）16:00 前回复您。"
    office.clock.moment = datetime(2026, 11, 28, 20, tzinfo=SHANGHAI)
    night = office.opens("夜")
    with office.database.read() as session:
        words = casework.promise(session, night.id).words
    assert words == "现在不是律师的工作时间，11月30日（星期一）09:00上班。律师最晚 11月30日（星期一）15:00 前回复您。"


def test_without_any_lawyer_nothing_is_promised(tmp_path):
    empty = open_office(tmp_path)
    opened = empty.opens()
    with empty.database.read() as session:
        promised = casework.promise(session, opened.id)
    empty.database.close()
    assert promised.due_at is None
    assert "12348" in promised.words


def test_silence_resolves_with_notice_and_closes_later(office):
    opened = office.opens()
    office.answered(opened.id, office.staff["王律师"])
    office.does(casework.wait, opened.id, office.staff["王律师"])
    office.after(days=13)
    clocks.run(office.database)
    assert office.case(opened.id).status == "waiting"
    office.after(days=1)
    clocks.run(office.database)
    assert office.case(opened.id).status == "resolved"
    assert len(cards(office, "先办结了")) == 1
    office.after(days=30)
    clocks.run(office.database)
    assert office.case(opened.id).status == "closed"
    office.after(days=365)
    clocks.run(office.database)
    with office.database.read() as session:
        assert session.scalar(select(cases.c.id)) is None
        assert session.scalar(select(case_events.c.id)) is None
        assert session.scalar(select(messages.c.case_id).where(messages.c.case_id.is_not(None))) is None


DEADLINE = {"kind": "appeal", "title": "上诉期", "start_on": None, "last_day": date(2026, 12, 31)}


def test_deadlines_are_reminded_of_each_step_once_also_over_weekends(office):
    opened = office.opens(deadlines_found=[DEADLINE])
    office.answered(opened.id, office.staff["王律师"])
    counted = []
    for day in range(24, 39):  # from 24 November on, nights and weekends too
        go(office, (date(2026, 11, 1) + timedelta(days=day - 1)).isoformat() + " 09:00")
        counted.append(kinds(office, "王律师").count("deadline"))
    assert counted == [0] * 7 + [1] * 8  # 30 days before is 1 December
    go(office, "2026-12-24 07:00")
    assert kinds(office, "王律师").count("deadline") == 1  # not before eight in the morning
    go(office, "2026-12-24 09:00")
    go(office, "2026-12-24 21:00")
    assert (kinds(office, "王律师").count("deadline"), len(cards(office, "请留意日子"))) == (2, 1)
    assert "deadline_unread" not in kinds(office, "主管")
    go(office, "2026-12-28 09:00")
    assert (kinds(office, "王律师").count("deadline"), kinds(office, "主管").count("deadline_unread")) == (3, 1)
    go(office, "2026-12-30 09:00")
    assert (kinds(office, "王律师").count("deadline"), len(cards(office, "请留意日子"))) == (4, 2)
    go(office, "2027-01-01 09:00")
    assert kinds(office, "王律师").count("deadline") == 4
    assert cards(office, "请留意日子") == [
        "您的案件有一个日子快到了：12月31日（还有 7 天）。请看看律师的回复，或在这里问律师。",
        "您的案件有一个日子快到了：12月31日（还有 1 天）。请看看律师的回复，或在这里问律师。",
    ]


def test_who_acknowledges_spares_the_supervisor_and_done_ends_it(office):
    opened = office.opens(deadlines_found=[DEADLINE])
    wang = office.staff["王律师"]
    office.answered(opened.id, wang)
    go(office, "2026-12-20 09:00")
    with office.database.write() as session:
        (found,) = casework.case_view(session, opened.id, wang).deadlines
        casework.acknowledge_deadline(session, found.id, wang)
    go(office, "2026-12-28 09:00")
    assert "deadline_unread" in kinds(office, "主管")  # seen eleven days before: perhaps forgotten
    with office.database.write() as session:
        casework.deadline_done(session, found.id, wang)
    go(office, "2026-12-30 09:00")
    assert "deadline" not in kinds(office, "王律师")


def test_who_takes_the_case_over_has_acknowledged_nothing_yet(office):
    opened = office.opens(deadlines_found=[DEADLINE])
    wang, li = office.staff["王律师"], office.member("李律师")
    office.answered(opened.id, wang)

    def unread(day, by=None):
        go(office, day)
        with office.database.write() as session:
            (found,) = casework.case_view(session, opened.id, office.staff["主管"]).deadlines
            if by:
                casework.acknowledge_deadline(session, found.id, by)
        return kinds(office, "主管").count("deadline_unread")

    unread("2026-12-10 09:00", by=wang)
    unread("2026-12-25 09:00", by=wang)  # acknowledged again in the last week
    assert unread("2026-12-28 09:00") == 0
    office.does(casework.transfer, opened.id, wang, li.id, reason="出差")
    assert unread("2026-12-29 09:00", by=li) == 1
    assert unread("2026-12-30 09:00") == 1


def test_reminders_go_on_over_the_long_holiday_and_the_promise_waits_for_its_end(office):
    office.clock.moment = datetime(2026, 9, 30, 17, 30, tzinfo=SHANGHAI)  # the evening before National Day
    last = date(2026, 10, 8)
    opened = office.opens(deadlines_found=[{**DEADLINE, "last_day": last}])
    assert office.case(opened.id).promise_due_at == datetime(2026, 10, 8, 14, 30, tzinfo=SHANGHAI)
    office.answered(opened.id, office.staff["王律师"])
    counted = []
    for day in range(30, 39):  # from 30 September on; 1 to 7 October are free
        at = date(2026, 9, 1) + timedelta(days=day - 1)
        go(office, f"{at} {'18:00' if day == 30 else '09:00'}")
        counted.append(tuple(kinds(office, name).count(kind) for name, kind in
                             (("王律师", "deadline"), ("主管", "deadline_unread"))))  # fmt: skip
    # 30 September: eight days left, the step of thirty; 1 October: seven; 5: three, and the supervisor; 7: one.
    assert counted == [(1, 0), *[(2, 0)] * 4, *[(3, 1)] * 2, *[(4, 1)] * 2]
    assert len(cards(office, "请留意日子")) == 2  # at seven and at one


def test_a_worker_that_slept_reminds_of_the_nearest_step_only(office):
    opened = office.opens(deadlines_found=[DEADLINE])
    office.answered(opened.id, office.staff["王律师"])
    go(office, "2026-12-30 09:00")
    assert kinds(office, "王律师").count("deadline") == 1
    assert len(cards(office, "请留意日子")) == 1


def test_an_alert_nobody_acknowledges_is_escalated_once(office):
    opened = office.opens()
    office.answered(opened.id, office.staff["王律师"])
    office.clock.moment = datetime(2026, 11, 24, 3, tzinfo=SHANGHAI)
    message = office.says("他要打死我")
    with office.database.write() as session:
        assert casework.danger(session, message) is False
    for minutes in (9, 2, 2):
        office.after(minutes=minutes)
        clocks.run(office.database)
    assert kinds(office, "主管").count("escalated") == 1


def test_the_roster_says_who_is_on_duty(office):
    night = datetime(2026, 11, 24, 20, tzinfo=SHANGHAI)
    with office.database.write() as session:
        casework.set_duty(session, office.staff["主管"], office.staff["王律师"].id, night, night + timedelta(hours=12))
        assert [one.name for one in casework.on_duty(session, night)] == ["王律师"]
        assert casework.on_duty(session, night + timedelta(hours=12)) == []
        (shift,) = duty.between(session, night, night + timedelta(hours=1))
        casework.remove_duty(session, office.staff["主管"], shift.id)
        assert casework.on_duty(session, night) == []


def test_cases_are_assigned_in_office_hours_when_that_is_set(office, monkeypatch):
    monkeypatch.setattr(clocks, "get_settings", lambda: Settings(auto_assign=True))
    office.clock.moment = datetime(2026, 11, 28, 10, tzinfo=SHANGHAI)  # Saturday
    opened = office.opens()
    clocks.run(office.database)
    assert office.case(opened.id).status == "queued"
    go(office, "2026-11-30 09:00")
    assert office.case(opened.id).owner_id == office.staff["王律师"].id


def test_who_has_a_live_case_is_not_forgotten_by_time(office):
    office.opens()
    office.person("闲人")
    office.after(days=400)
    with office.database.read() as session:
        away = erasure.people_unseen_since(session, office.clock.moment - timedelta(days=180))
        stays = people.find(session, channel="web", value="甲")
    assert len(away) == 1
    assert stays and stays.id not in away


async def test_mails_go_out_once_and_say_nothing(office, tmp_path):
    with running_smtp() as smtp:
        settings = Settings(data_dir=tmp_path, smtp_host="127.0.0.1", smtp_port=smtp.port, smtp_security="plain",
                            smtp_from="bot@example.org", desk_url="https://desk.example")  # fmt: skip
        opened = office.opens(urgency="now")
        smtp.broken = True
        worker, other = (CaseJobs(office.database, settings, name) for name in ("a", "b"))
        await worker.run_once()
        assert smtp.mails == []
        smtp.broken = False
        office.after(minutes=2)
        smtp.refused.add("boss@example.org")
        await worker.run_once()
        await other.run_once()
        office.after(days=2)
        await other.run_once()
        about_new = [mail for mail in smtp.mails if "新的案件" in mail["Subject"]]
    assert [mail["To"] for mail in about_new] == ["wang@example.org"]
    text = about_new[0].get_content()
    assert "https://desk.example" in text
    assert opened.code not in text + about_new[0]["Subject"]
    assert "工资" not in text
    with office.database.read() as session:
        assert session.scalar(select(alert_table.c.id).where(alert_table.c.settled_at.is_(None))) is None


async def test_a_killed_workers_mail_is_taken_up_when_its_lease_ends(office, tmp_path):
    office.opens()
    with office.database.write() as session:
        assert len(alerts.take_mail(session, owner="killed", seconds=120)) == 1
    with running_smtp() as smtp:
        settings = Settings(
            data_dir=tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=smtp.port,
            smtp_security="plain",
            smtp_from="bot@example.org",
        )
        jobs = CaseJobs(office.database, settings, "b")
        await jobs.run_once()
        assert smtp.mails == []
        office.after(seconds=121)
        await jobs.run_once()
        assert len(smtp.mails) == 1


def test_two_workers_at_once_move_a_case_once(office, monkeypatch):
    """The second one found it due too, and looks again under the lock."""
    opened = office.opens()
    office.does(casework.claim, opened.id, office.staff["王律师"])
    office.clock.moment = datetime(2026, 11, 23, 16, 5, tzinfo=SHANGHAI)
    original, entered = Database.write, []

    def racing(self):
        if not entered:
            entered.append(True)
            clocks.run(self)
        return original(self)

    monkeypatch.setattr(Database, "write", racing)
    clocks.run(office.database)
    with office.database.read() as session:
        moves = session.execute(select(case_events.c.kind).where(case_events.c.case_id == opened.id)).scalars().all()
    assert moves.count("lapse") == 1
