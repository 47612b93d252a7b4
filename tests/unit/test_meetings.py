"""Meetings: which times are free, booked once, moved, cancelled by either side, reminded of, and gone with their case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import appointments, erasure, events, export, matters, visiting
from cases.errors import CaseError, InputError, NotAllowedError
from cases.schema import appointments as appointment_table
from cases.schema import outbox
from cases.visiting import VisitingHours
from knowledge.places.table import as_row
from service import casework, meeting, placekeeping
from service.cards import Card
from service.casework import clocks, meetings
from service.casework.office import office as service_clock
from service.casework.openings import NOTICE, hours_on, slots_on
from settings.clock import SHANGHAI
from tests.fakes.office import Office, open_office
from tests.unit.test_places import place

POINT = "aid.test"
ROW = VisitingHours(1, POINT, 1, None, time(9), time(10), 30, 1)
LEGAL = re.compile("工资|离婚|债|借|伤|家暴|仲裁|诉|罪|警|租|法援|法律援助")


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Monday 23 November, 10:00; the point receives on Tuesdays and Thursdays, 9 to 10, one at a time."""
    opened = open_office(tmp_path)
    for name, role in (
        ("陈", "supervisor"),
        ("管", "administrator"),
        ("王", "lawyer"),
        ("李", "lawyer"),
        ("赵", "editor"),
    ):
        opened.member(name, role)
    with opened.database.write() as session:
        placekeeping.save(session, opened.staff["赵"], as_row(place(POINT, street="dalang")), seen=None)
        for weekday in (2, 4):
            meetings.add_hours(session, opened.staff["管"], POINT, weekday=weekday, opens=time(9), closes=time(10))
    yield opened
    opened.database.close()


def says(office: Office, text: str, name: str = "甲") -> Card:
    person_id, _ = office.person(name)
    with office.database.write() as session:
        return meeting.answer(session, person_id, text)


def pick(office: Office, card: Card, label: str, name: str = "甲") -> Card:
    payload = next(c.payload for c in card.choices if label in c.label)
    return chooses(office, re.findall(r'"choice": "case:(.*)"', payload)[0], name)


def chooses(office: Office, target: str, name: str = "甲") -> Card:
    person_id, _ = office.person(name)
    wish, _, rest = target.partition(":")
    with office.database.write() as session:
        return meeting.chosen(session, person_id, wish, rest)


def booked(office: Office, name: str = "甲", label: str = "09:00–09:30") -> Card:
    days = says(office, "约个时间见面", name)
    return pick(office, pick(office, days, "11月26日", name), label, name)


def ahead(office: Office, case_id: str) -> list[appointments.Appointment]:
    with office.database.read() as session:
        return appointments.ahead_of_case(session, case_id)


# -- free times ------------------------------------------------------------------------


def test_a_day_of_its_own_counts_instead_of_the_week() -> None:
    monday = date(2026, 11, 30)
    own = replace(ROW, weekday=None, day=monday, opens=time(14), closes=time(15))
    assert hours_on([ROW], monday, service_clock()) == [ROW]
    assert hours_on([ROW, own], monday, service_clock()) == [own]
    assert hours_on([ROW, replace(own, opens=None, closes=None)], monday, service_clock()) == []


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 10, 1), "national holiday"),
        (date(2026, 10, 3), "the Saturday inside it"),
        (date(2026, 9, 26), "the weekend beside a holiday"),
        (date(2027, 1, 1), "a year whose holidays nobody announced yet"),
        (date(2027, 3, 8), "an ordinary Monday of that year"),
    ],
)
def test_the_week_does_not_hold_on_holidays_nor_where_they_are_unknown(day: date, why: str) -> None:
    assert hours_on([replace(ROW, weekday=day.isoweekday())], day, service_clock()) == [], why
    own = replace(ROW, weekday=None, day=day)
    assert hours_on([own], day, service_clock()) == [own]


def test_an_ordinary_weekend_and_a_working_one_hold() -> None:
    for day in (date(2026, 11, 28), date(2026, 10, 10)):
        assert hours_on([replace(ROW, weekday=6)], day, service_clock())


@given(
    opens=st.integers(0, 20 * 60), length=st.integers(1, 200), minutes=st.sampled_from(meetings.MINUTES),
    seats=st.integers(1, 3), now=st.integers(0, 24 * 60),
)  # fmt: skip
def test_slots_lie_in_the_hours_do_not_overlap_and_are_far_enough(
    opens: int, length: int, minutes: int, seats: int, now: int
) -> None:
    start, end = time(opens // 60, opens % 60), time((opens + length) // 60, (opens + length) % 60)
    row = replace(ROW, opens=start, closes=end, minutes=minutes, seats=seats)
    day, moment = date(2026, 11, 30), at(30, 0, month=11) + timedelta(minutes=now)
    slots = slots_on([row], day, service_clock(), [], moment)
    for slot in slots:
        assert datetime.combine(day, start, SHANGHAI) <= slot.starts_at >= moment + NOTICE
        assert slot.starts_at + timedelta(minutes=minutes) <= datetime.combine(day, end, SHANGHAI)
        assert slot.left == seats
    for one, other in zip(slots, slots[1:], strict=False):
        assert other.starts_at - one.starts_at == timedelta(minutes=minutes)
    if moment + NOTICE <= datetime.combine(day, start, SHANGHAI):
        assert len(slots) == length // minutes


# -- the person's side -----------------------------------------------------------------


def test_from_the_wish_to_a_booked_time(office: Office) -> None:
    opened = office.opens()
    days = says(office, "约个时间见面")
    assert [c.label for c in days.choices][:2] == [
        "11月24日（周二）　09:00 起，2 个时间",
        "11月26日（周四）　09:00 起，2 个时间",
    ]
    card = booked(office)
    assert card.conclusion == "约在11月26日（周四）09:00，大约 30 分钟。"
    assert card.case_code == opened.code and "测试路1号" in card.where[0]
    assert "前一天会在这里提醒您。" in card.steps
    (one,) = ahead(office, opened.id)
    assert one.starts_at == at(26, 9, month=11)
    assert "2 个时间" not in pick(office, says(office, "换个时间"), "换个时间").choices[1].label
    with office.database.read() as session:
        assert "meeting_booked" in [event.kind for event in events.of_case(session, opened.id)]


def test_one_seat_goes_to_one_person_and_the_other_is_told(office: Office) -> None:
    first, second = office.opens("甲"), office.opens("乙")
    times = {name: pick(office, says(office, "约个时间见面", name), "11月26日", name) for name in "甲乙"}
    assert "约在" in pick(office, times["甲"], "09:00", "甲").conclusion
    late = pick(office, times["乙"], "09:00", "乙")
    assert "没有约上" in late.conclusion
    assert (len(ahead(office, first.id)), len(ahead(office, second.id))) == (1, 0)
    assert [c.label for c in pick(office, pick(office, late, "看别的时间", "乙"), "11月26日", "乙").choices] == [
        "09:30–10:00",
        "换一天",
    ]


def test_the_same_choice_twice_books_once(office: Office) -> None:
    opened = office.opens()
    times = pick(office, says(office, "约个时间见面"), "11月26日")
    assert pick(office, times, "09:00").conclusion == pick(office, times, "09:00").conclusion
    assert len(ahead(office, opened.id)) == 1


def test_another_time_gives_the_first_one_back_only_when_the_new_one_is_taken(office: Office) -> None:
    opened, other = office.opens("甲"), office.opens("乙")
    booked(office, "甲")
    booked(office, "乙", "09:30")
    again = pick(office, pick(office, says(office, "换个时间"), "换个时间"), "11月24日")
    assert pick(office, again, "09:00").title == "改好了"
    assert [one.starts_at for one in ahead(office, opened.id)] == [at(24, 9, month=11)]
    assert "没有约上" in chooses(office, f"book:{opened.id}:{POINT}:202611260930").conclusion
    assert [one.starts_at for one in ahead(office, opened.id)] == [at(24, 9, month=11)]
    assert len(ahead(office, other.id)) == 1


def test_seen_and_cancelled(office: Office) -> None:
    opened = office.opens()
    assert "没有约好的见面" in says(office, "我的预约是几点").conclusion
    booked(office)
    assert "11月26日" in says(office, "我的预约是几点").conclusion
    asked = says(office, "取消预约")
    assert "照旧" in pick(office, asked, "不改了").conclusion
    assert "取消了" in pick(office, asked, "取消 11月26日").conclusion
    assert "变了" in pick(office, asked, "取消 11月26日").conclusion
    assert ahead(office, opened.id) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2月30日约个时间见面", "日历上没有"),
        ("11月2日约个时间见面", "已经过去"),
        ("明年3月1日约个时间见面", "14 天以内"),
        ("约个时间见面，周五", "没有空的时间"),
        ("约个时间见面，周四", "几点方便"),
    ],
)
def test_a_day_that_is_named(office: Office, text: str, words: str) -> None:
    office.opens()
    card = says(office, text)
    assert words in card.conclusion and card.choices


def test_a_code_of_anothers_case_books_nothing(office: Office) -> None:
    office.opens("甲")
    theirs = office.opens("乙")
    assert "不是在这里" in says(office, f"约个时间见面 {theirs.code}", "甲").conclusion
    assert "没有找到编号" in says(office, "约个时间见面 LH-2222-2222", "甲").conclusion
    assert "编号" in says(office, f"约个时间见面 {theirs.code}", "丙").conclusion
    for rest in (f"{theirs.id}:{POINT}:202611260900", "k_none:x:202611260900"):
        assert chooses(office, f"book:{rest}").title == "这件案件已经变了"
    assert ahead(office, theirs.id) == []


def test_anothers_meeting_cannot_be_cancelled(office: Office) -> None:
    theirs = office.opens("乙")
    booked(office, "乙")
    (one,) = ahead(office, theirs.id)
    assert chooses(office, f"unbook:{one.id}").title == "这件案件已经变了"
    assert len(ahead(office, theirs.id)) == 1


def test_without_a_case_the_way_to_one(office: Office) -> None:
    assert [c.label for c in says(office, "约个时间见面").choices] == ["转给律师"]


def test_with_several_cases_it_asks_for_which(office: Office) -> None:
    one, other = office.opens(), office.opens()
    card = says(office, "约个时间见面")
    assert {c.label for c in card.choices} == {f"{one.code} 这件", f"{other.code} 这件"}
    assert "哪天方便" in says(office, f"约个时间见面 {one.code}").conclusion


def test_with_several_points_the_nearest_comes_first(office: Office) -> None:
    with office.database.write() as session:
        placekeeping.save(
            session, office.staff["赵"], as_row(place("aid.b", name="第二个点", street="minzhi")), seen=None
        )
        meetings.add_hours(session, office.staff["管"], "aid.b", weekday=5, opens=time(9), closes=time(10))
    office.opens(street="minzhi")
    card = says(office, "周五约个时间见面")
    assert [c.label for c in card.choices] == ["第二个点", "测试法律援助点"]
    assert "几点方便" in pick(office, card, "第二个点").conclusion


def test_nothing_unconfirmed_is_offered(office: Office) -> None:
    opened = office.opens()
    booked(office)
    with office.database.write() as session:
        row = as_row(place(POINT, status="unconfirmed", address=None, street="dalang"))
        placekeeping.save(session, office.staff["赵"], row, seen=1)
    card = pick(office, says(office, "换个时间"), "换个时间")
    assert "没有空的见面时间" in card.conclusion
    assert "正在核实" in says(office, "我的预约是几点").where[0]
    with office.database.write() as session, pytest.raises(CaseError):
        meetings.book(session, opened.id, POINT, at(26, 9, 30, month=11))
    with office.database.write() as session, pytest.raises(InputError, match="还没有核实"):
        meetings.add_hours(session, office.staff["管"], POINT, weekday=3, opens=time(9), closes=time(10))


# -- the staff's side ------------------------------------------------------------------


def test_the_staff_cancels_with_a_reason_and_the_person_is_told(office: Office) -> None:
    opened = office.opens("甲", "wechat")
    with office.database.write() as session:
        meetings.book(session, opened.id, POINT, at(26, 9, month=11))
    (one,) = ahead(office, opened.id)
    office.does(casework.claim, opened.id, office.staff["王"])
    for by, reason, error in (
        ("李", "有事", NotAllowedError),
        ("赵", "有事", NotAllowedError),
        ("王", " ", InputError),
    ):
        with office.database.write() as session, pytest.raises(error):
            meetings.call_off(session, one.id, office.staff[by], reason)
    with office.database.write() as session:
        meetings.call_off(session, one.id, office.staff["王"], "律师当天要开庭")
    said = office.heard("甲", "wechat")[-1].card
    assert said and said["conclusion"] == "很抱歉，11月26日（周四）09:00约好的见面取消了，请不要过去。"
    assert said["steps"] == ["原因：律师当天要开庭"] and said["choices"][0]["label"] == "另约时间"
    with office.database.read() as session:
        assert session.execute(outbox.select().where(outbox.c.key == said["id"])).one().target == "wechat"
    with office.database.write() as session, pytest.raises(CaseError, match="已经取消"):
        meetings.call_off(session, one.id, office.staff["陈"], "再取消一次")


def test_who_sees_which_meetings(office: Office) -> None:
    opened = office.opens()
    booked(office)
    office.does(casework.claim, opened.id, office.staff["王"])
    with office.database.read() as session:
        seen = {name: len(meetings.listed(session, office.staff[name])) for name in office.staff}
    assert seen == {"陈": 1, "王": 1, "李": 0, "赵": 0, "管": 0}


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"weekday": 2, "opens": time(9, 30), "closes": time(11)}, "重叠"),
        ({"weekday": 3, "opens": time(11), "closes": time(9)}, "要晚于开始"),
        ({"weekday": 3, "opens": time(9), "closes": time(9, 20)}, "够一次见面"),
        ({"weekday": 3}, "开始和结束"),
        ({"weekday": 8, "opens": time(9), "closes": time(10)}, "星期几"),
        ({"opens": time(9), "closes": time(10)}, "星期几"),
        ({"day": date(2026, 11, 22)}, "过去了"),
        ({"weekday": 3, "opens": time(9), "closes": time(10), "minutes": 7}, "分钟"),
        ({"weekday": 3, "opens": time(9), "closes": time(10), "seats": 0}, "同时"),
    ],
)
def test_hours_that_do_not_fit_are_refused_in_words(office: Office, hours: dict, words: str) -> None:
    with office.database.write() as session, pytest.raises(InputError, match=words):
        meetings.add_hours(session, office.staff["陈"], POINT, **hours)


def test_lawyers_and_editors_set_no_hours(office: Office) -> None:
    for name in ("王", "赵"):
        with office.database.write() as session, pytest.raises(NotAllowedError):
            meetings.add_hours(session, office.staff[name], POINT, weekday=3, opens=time(9), closes=time(10))


def test_hours_taken_away_move_nobody(office: Office) -> None:
    opened = office.opens()
    booked(office)
    with office.database.write() as session:
        for row in visiting.everywhere(session):
            meetings.remove_hours(session, office.staff["管"], row.id)
    assert len(ahead(office, opened.id)) == 1
    assert "没有空的" in pick(office, says(office, "换个时间"), "换个时间").conclusion


# -- time, the end of the case, erasure ------------------------------------------------


def test_the_day_before_it_is_said_once_in_words_that_name_nothing(office: Office) -> None:
    office.opens()
    booked(office)
    reminders: list[dict] = []
    for hours in (30, 14, 1, 1):  # Tuesday 16:00, Wednesday 06:00, 07:00, 08:00
        office.after(hours=hours)
        clocks.run(office.database)
        reminders = [e.card for e in office.heard() if e.card and e.card["title"] == "提醒"]
        assert len(reminders) == (1 if office.clock.now() >= at(25, 8, month=11) else 0)
    clocks.run(office.database)
    assert [e.card for e in office.heard() if e.card and e.card["title"] == "提醒"] == reminders
    (card,) = reminders
    assert card["conclusion"] == "明天11月26日（周四）09:00有一个约好的见面。去不了，请回复“取消预约”。"
    assert card["where"] == ["地址：测试路1号"]
    assert not LEGAL.search(card["title"] + card["conclusion"] + "".join(card["where"] + card["steps"]))


def test_no_reminder_for_what_is_cancelled_or_booked_for_tomorrow(office: Office) -> None:
    first = office.opens("甲")
    office.opens("乙")
    booked(office, "甲")
    soon = pick(office, pick(office, says(office, "约个时间见面", "乙"), "11月24日", "乙"), "09:00", "乙")
    assert not any("提醒" in step for step in soon.steps)  # the day before is today: nothing is promised
    pick(office, says(office, "取消预约", "甲"), "取消 11月26日", "甲")
    office.after(hours=47)
    clocks.run(office.database)
    for name in "甲乙":
        assert not [e for e in office.heard(name) if e.card and e.card["title"] == "提醒"]
    assert ahead(office, first.id) == []


def test_a_case_that_ends_gives_its_time_back_and_says_so(office: Office) -> None:
    opened = office.opens()
    booked(office)
    with office.database.write() as session:
        casework.withdraw(session, opened.id)
    assert ahead(office, opened.id) == []
    assert [e.card["title"] for e in office.heard() if e.card][-2:] == ["案件已撤回", "见面取消了"]
    office.opens("乙")
    assert "09:00–09:30" in [
        c.label for c in pick(office, says(office, "约个时间见面", "乙"), "11月26日", "乙").choices
    ]


def test_a_merged_case_takes_its_meeting_along(office: Office) -> None:
    one, other = office.opens(), office.opens()
    with office.database.write() as session:
        meetings.book(session, one.id, POINT, at(26, 9, month=11))
        version = matters.get(session, one.id).version
        casework.merge(session, one.id, other.id, office.staff["陈"], version=version)
    assert len(ahead(office, other.id)) == 1


@pytest.mark.parametrize("claimed", [False, True])
def test_erasure_takes_the_meeting_and_frees_the_seat(office: Office, claimed: bool) -> None:
    opened = office.opens()
    booked(office)
    if claimed:
        office.does(casework.claim, opened.id, office.staff["王"])
    person_id, _ = office.person()
    with office.database.write() as session:
        assert [row["place_id"] for row in export.person_data(session, person_id, actor="person")["appointments"]] == [
            POINT
        ]
        erasure.erase_person(session, person_id)
        assert session.execute(appointment_table.select()).all() == []
