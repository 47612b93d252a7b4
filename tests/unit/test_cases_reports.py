"""Reports at rest: one an interview, the person's own, gone with the person."""

from __future__ import annotations

import sqlite3

from cases import conversations, erasure, interviews, joining, reports
from cases.database import Database, Session
from tests.unit.test_cases_database import clock, db, someone  # noqa: F401


def interviewed(session: Session, conversation_id: str, script_id: str = "checkup") -> str:
    opened = interviews.open_interview(
        session, conversation_id=conversation_id, script_id=script_id, script_version="1"
    )
    opened.status = "done"
    return interviews.save_interview(session, opened, message_id=f"m-{opened.id}").id


def test_one_report_an_interview_and_the_last_one_is_found_from_any_conversation(db: Database) -> None:  # noqa: F811
    with db.write() as session:
        person, here = someone(session)
        one, two = interviewed(session, here.id), interviewed(session, here.id)
        first = reports.save_report(session, conversation_id=here.id, interview_id=one, body={"score": 40})
        again = reports.save_report(session, conversation_id=here.id, interview_id=one, body={"score": 99})
        assert again == first
        second = reports.save_report(session, conversation_id=here.id, interview_id=two, body={"score": 60})
        paper = interviewed(session, here.id, "doc:demand-letter")
        reports.save_report(session, conversation_id=here.id, interview_id=paper, body={"title": "催告函"})
        other = conversations.current(session, person_id=person.id, channel="wechat")
        assert reports.last_report(session, other.id, "checkup") == second
        assert reports.last_report(session, other.id, "checkup", but=two) == first
        _, stranger = someone(session, "乙")
        assert reports.last_report(session, stranger.id, "checkup") is None


def test_a_report_is_sealed_and_goes_with_the_person(db: Database, tmp_path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    with db.write() as session:
        person, here = someone(session)
        kept = reports.save_report(session, conversation_id=here.id, interview_id="i_1", body={"title": "没签劳动合同"})
    raw = sqlite3.connect(tmp_path / "x.db").execute("select body from reports").fetchone()[0]
    assert "没签劳动合同".encode() not in raw
    erasure.erase(db, person.id)
    with db.read() as session:
        assert reports.get_report(session, kept.id) is None


def test_reports_go_over_when_two_channels_become_one_person(db: Database) -> None:  # noqa: F811
    with db.write() as session:
        _, gone = someone(session, "乙")
        done = interviewed(session, gone.id)
        kept = reports.save_report(session, conversation_id=gone.id, interview_id=done, body={"score": 40})
        _, stays = someone(session, "甲")
        assert joining.join(session, first=("web", "甲"), second=("web", "乙")) == "joined"
        assert reports.last_report(session, stays.id, "checkup") == kept


def test_an_interview_put_off_is_found_by_its_script(db: Database) -> None:  # noqa: F811
    with db.write() as session:
        _, here = someone(session)
        mine = interviews.open_interview(session, conversation_id=here.id, script_id="checkup", script_version="1")
        mine.answers, mine.status = {"industry": "garment"}, "paused"
        interviews.save_interview(session, mine, message_id="m1")
        interviews.open_interview(session, conversation_id=here.id, script_id="guide.x", script_version="1")
        found = interviews.put_off(session, here.id, "checkup")
        assert found and found.answers == {"industry": "garment"}
        mine.status = "done"
        interviews.save_interview(session, mine, message_id="m2")
        assert interviews.put_off(session, here.id, "checkup") is None


def test_a_page_that_belongs_to_one_account_is_not_given_to_another(db: Database) -> None:  # noqa: F811
    """A shared phone: the page of the first WeChat account is opened in the second one's."""
    with db.write() as session:
        someone(session, "网页")
        assert joining.join(session, first=("wechat", "账号甲"), second=("web", "网页")) == "joined"
        assert joining.join(session, first=("wechat", "账号乙"), second=("web", "网页")) == "taken"
        assert joining.join(session, first=("wechat", "账号甲"), second=("web", "网页")) == "already"
        someone(session, "网页二")
        assert joining.join(session, first=("wechat", "账号甲"), second=("web", "网页二")) == "joined"
