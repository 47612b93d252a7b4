"""The monthly report: counted right, told without people, the same in the table and in print."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from cases import cards, conversations, feedback, people
from cases.errors import NotAllowedError
from knowledge.places import Directory
from service import casework
from service.cards import Card
from service.failures import NOT_SURE
from service.monthly import Month, MonthError, Report, monthly, pdf, xlsx
from service.monthly.gather import UNSURE
from service.small_counts import OTHERS
from tests.fakes.office import Office, open_office

TOPICS = {"labour": "劳动", "renting": "租房"}
FAQS = {"labour.x": "labour", "renting.x": "renting"}
NOVEMBER = Month(date(2026, 11, 1))


@pytest.fixture
def office(tmp_path):
    made = open_office(tmp_path)
    made.member("王律师")
    made.member("主管", role="supervisor")
    yield made
    made.database.close()


def asked(office: Office, name: str, text: str, card: Card) -> str:
    """A question and the card that answers it; returns the card's id."""
    message = office.says(text, name)
    _, conversation = office.person(name)
    with office.database.write() as session:
        return cards.save_card(
            session, conversation_id=conversation, message_id=message, action="x", body=card.model_dump(mode="json")
        )


def answered(topic: str) -> Card:
    return Card(kind="answer", conclusion="可以。", faq_id=f"{topic}.x")


def unsure() -> Card:
    return Card(kind="notice", title=NOT_SURE, conclusion="没有把握。")


def report(office: Office, month: Month = NOVEMBER, who: str = "主管", directory: Directory | None = None) -> Report:
    with office.database.read() as session:
        return monthly(
            session,
            office.staff[who],
            month,
            topics=TOPICS,
            faq_topics=FAQS,
            directory=directory or Directory([], [], []),
        )


def section(found: Report, title: str) -> Any:
    return next(one for one in found.sections if one.title == title).shown


def busy_month(office: Office) -> None:
    for number in range(8):
        asked(office, f"工{number}", "工资", answered("labour"))
        asked(office, f"工{number}", "谢谢", Card(kind="notice", conclusion="不客气。"))  # no question
    for number in range(6):
        card = asked(office, f"租{number}", "押金", answered("renting"))
        with office.database.write() as session:
            feedback.record(session, card_id=card, good=True)
        asked(office, f"租{number}", "隔壁工地凌晨三点打桩吵得睡不着", unsure())
    asked(office, "独", "查条文", Card(kind="statute", conclusion="条文"))


def test_questions_by_topic_are_counted_and_the_few_go_together(office):
    busy_month(office)
    shown = section(report(office), "问了什么")
    assert shown.total == 8 + 6 + 6 + 1
    assert shown.rows == [("劳动", 8), (UNSURE, 6), (OTHERS, 7)]  # one looked up an article: the renters go with them


def test_cases_by_topic_street_and_state_and_by_whether_the_promise_was_kept(office):
    for number in range(6):
        opened = office.opens(f"甲{number}", street="minzhi")
        office.answered(opened.id, office.staff["王律师"])
        office.does(casework.resolve, opened.id, office.staff["王律师"])
        with office.database.write() as session:
            casework.rate(session, opened.id, 4 if number else 5)
    for number in range(5):
        office.opens(f"乙{number}", topic="renting")
    found = report(office)
    assert section(found, "转给律师的，按话题").rows == [("劳动", 6), ("租房", 5)]
    assert section(found, "转给律师的，按街道").rows == [("minzhi", 6), ("没有说街道", 5)]
    assert section(found, "转给律师的，到月底").rows == [("已办结", 6), ("等律师接手", 5)]
    assert section(found, "律师首次回复").rows == [("按承诺时间", 6)]
    assert found.stars == (pytest.approx(25 / 6), 6)


def test_how_cases_stood_is_told_for_the_end_of_the_month_whatever_came_after(office):
    ids = [office.opens(f"甲{number}").id for number in range(5)]
    office.clock.moment = datetime(2026, 12, 3, 3, tzinfo=UTC)
    for case_id in ids:
        office.does(casework.claim, case_id, office.staff["王律师"])
    assert section(report(office), "转给律师的，到月底").rows == [("等律师接手", 5)]
    assert section(report(office, Month(date(2026, 12, 1))), "转给律师的，按话题").total is None


def test_a_month_begins_and_ends_at_midnight_in_shenzhen(office):
    office.clock.moment = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # 23:59
    for number in range(5):
        asked(office, f"甲{number}", "工资", answered("labour"))
    office.after(minutes=2)
    for number in range(6):
        asked(office, f"乙{number}", "工资", answered("labour"))
    assert section(report(office), "问了什么").total == 5
    assert section(report(office, Month(date(2026, 12, 1))), "问了什么").total == 6


def test_gaps_are_told_when_five_people_asked_and_scrubbed(office):
    busy_month(office)
    for number in range(6):
        asked(office, "一个人", f"邻居的公鸡天天叫 {number}", unsure())
    for number in range(5):
        asked(office, f"厂{number}", "我叫王建国，电话13800138000，厂里的宿舍漏雨没人管", unsure())
    gaps = report(office).gaps
    assert len(gaps) == 2
    assert not any("公鸡" in gap for gap in gaps)
    assert not any(secret in "".join(gaps) for secret in ("王建国", "13800138000"))


def test_few_people_leave_no_number_at_all(office):
    for number in range(4):
        asked(office, f"甲{number}", "工资", answered("labour"))
        office.opens(f"甲{number}", street="minzhi")
    found = report(office)
    assert all(one.shown.total is None and one.shown.rows == [] for one in found.sections)
    assert (found.stars, found.gaps) == (None, [])


def test_only_supervisors(office):
    with pytest.raises(NotAllowedError):
        report(office, who="王律师")


def test_the_table_says_the_same_and_runs_nothing(office):
    busy_month(office)
    found = report(office)
    found.gaps.append('=HYPERLINK("http://evil.example")')
    sheet = load_workbook(io.BytesIO(xlsx(found))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for one in found.sections:
        told = {row[1]: row[2] for row in rows if row[0] == one.title}
        if one.shown.total is not None:
            assert told == {**dict(one.shown.rows), f"合计（{one.unit}）": one.shown.total}
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert any("HYPERLINK" in str(row[1]) for row in rows)


def test_the_print_is_a_pdf_with_our_label(office):
    busy_month(office)
    place = SimpleNamespace(
        id="p", name="某服务站", status="official", verified_on=date(2026, 1, 1), due=lambda _: True
    )
    made = pdf(report(office, directory=Directory([place], [], [])))  # type: ignore[list-item]
    assert made.startswith(b"%PDF-")
    assert len(made) > 5_000


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "2099-01", "11月", "", "2026-11; DROP", "２０２６-11"])
def test_no_such_month(text):
    with pytest.raises(MonthError):
        Month.read(text, date(2026, 11, 24))


def test_the_last_twelve_months_begin_with_this_one():
    months = Month.latest(date(2026, 3, 31))
    assert [str(one) for one in months][:4] == ["2026-03", "2026-02", "2026-01", "2025-12"]
    assert len(months) == 12
    assert Month(date(2026, 12, 1)).next == date(2027, 1, 1)
    begins, ends = NOVEMBER.span
    assert ends - begins == timedelta(days=30)


def test_an_erased_person_is_counted_no_more(office):
    for number in range(6):
        asked(office, f"甲{number}", "工资", answered("labour"))
    with office.database.write() as session:
        person = people.find(session, channel="web", value="甲0")
        assert person
        assert conversations.find_current(session, person_id=person.id, channel="web")
    from cases import erasure

    erasure.erase(office.database, person.id)
    assert section(report(office), "问了什么").total == 5
