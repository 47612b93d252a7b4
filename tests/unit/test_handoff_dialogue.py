"""The hand-over in conversation, through the real actions, the real case work and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from actions import handoff, turn
from actions.runtime import Runtime
from cases import cards, conversations, matters, people, reports, schema, staff
from cases.database import Database
from knowledge.places.table import as_row
from service import casework, placekeeping
from service.answering import Answerer
from service.brief import Brief
from service.casework import meetings
from service.failures import NOT_SURE
from service.runtime import Knowledge
from settings.clock import FixedClock
from tests.fakes.dialogue import Talker, act
from tests.fakes.empty import empty_database
from tests.unit.test_cases_database import secrets
from tests.unit.test_places import place

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday
TO_THE_END = (
    "好运来电子厂", "上个月底", "三万五", "3", "都没有", "有合同和转账记录", "把工资要回来", "大浪", "就在这里回复我", "姓王", "想当面谈",
)  # fmt: skip


@pytest.fixture
def runtime(tmp_path: Path, answerer: Answerer) -> Iterator[Runtime]:
    empty_database(tmp_path / "x.db")
    clock = FixedClock(NOON)
    database = Database(f"sqlite:///{tmp_path}/x.db", secrets=secrets(), clock=clock)
    knowledge = Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)
    yield Runtime(knowledge, database, clock)
    database.close()


@pytest.fixture
def talker(runtime: Runtime) -> Talker:
    return Talker(runtime)


def handed_over(talker: Talker, story: str = "公司三个月没发工资") -> str:
    """To the end of the intake; returns the code."""
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    if "发生了什么事" in talker.cards[-1].conclusion:
        talker.say(story)
    for answer in TO_THE_END:
        talker.say(answer)
    card = talker.pick("都对，交给律师")
    assert card.kind == "handoff" and card.case_code
    return card.case_code


def stored(talker: Talker) -> tuple[casework.CaseState, Any]:
    with talker.runtime.database.read() as session:
        (state,) = casework.live_cases(session, talker.person_id)
        row = session.execute(select(schema.cases).where(schema.cases.c.id == state.id)).one()
    return state, row


def test_from_the_wish_to_a_case_with_its_brief(talker: Talker) -> None:
    code = handed_over(talker)
    state, row = stored(talker)
    assert (state.code, state.status) == (code, "queued")
    assert (row.amount, row.people, row.street, row.wants_meeting, row.anonymous) == (35000, 3, "dalang", True, False)
    assert row.contact == {"contact": "here", "name": "姓王"}
    brief = Brief.model_validate(row.brief)
    assert [line.text for line in brief.people] == ["对方：好运来电子厂", "同样遭遇的共 3 人"]
    with talker.runtime.database.read() as session:
        known = set(session.execute(select(schema.messages.c.id)).scalars())
    linked = [*brief.facts, *brief.people, *brief.wants, *brief.amounts, *brief.evidence_held, *brief.timeline]
    assert {line.message_id for line in linked} <= known
    assert len(brief.transcript) > 20


def receiving(talker: Talker) -> None:
    """A point with a confirmed address, open on one day next week."""
    with talker.runtime.database.write() as session:
        chief = staff.add(session, name="陈", login="chen", password_hash="x", role="supervisor")
        placekeeping.save(session, chief, as_row(place()), seen=None)
        meetings.add_hours(session, chief, "aid.test", day=date(2026, 12, 1), opens=time(9), closes=time(10))


def test_who_wants_to_meet_is_offered_a_time_and_takes_it(talker: Talker) -> None:
    receiving(talker)
    code = handed_over(talker)
    assert "09:00 起" in talker.pick("约个时间见面").choices[0].label
    talker.pick("12月1日")
    card = talker.pick("09:30–10:00")
    assert (card.title, card.case_code) == ("约好了", code) and card.attachments[0].endswith(".ics")
    assert "12月1日（周二）09:30" in talker.say("我的预约是几点", "case_status").conclusion
    assert "12月1日（周二）09:30" in talker.say("我想约个时间和律师当面谈", "find_lawyer").conclusion
    talker.say("取消预约", "case_status")
    assert "取消了" in talker.pick("取消 12月1日").conclusion


def test_without_a_free_time_it_says_so_and_without_a_case_the_intake_begins(talker: Talker) -> None:
    assert "要您同意" in talker.say("约个时间见面", "find_lawyer").conclusion
    talker.pick("不同意")
    handed_over(talker)
    assert any("现在没有空的见面时间" in line for line in talker.cards[-1].steps)


def test_the_last_turn_run_twice_opens_one_case(talker: Talker) -> None:
    code = handed_over(talker)
    talker.looping = True
    with talker.runtime.database.read() as session:
        before = len(session.execute(select(schema.cases.c.id)).all())
    talker.slots["interview_answer"] = f"done:{_interview(talker)}"
    from actions.action_interview_result import ActionInterviewResult

    _, (card_id,) = act(talker.runtime, ActionInterviewResult(), talker.turn, talker.slots)
    with talker.runtime.database.read() as session:
        assert (cards.get_card(session, card_id) or {})["case_code"] == code
        assert len(session.execute(select(schema.cases.c.id)).all()) == before == 1


def _interview(talker: Talker) -> str:
    with talker.runtime.database.read() as session:
        return str(session.scalar(select(schema.interviews.c.id).order_by(schema.interviews.c.seq.desc()).limit(1)))


@pytest.mark.parametrize("late", [False, True], ids=["before the case", "after the case"])
def test_a_last_turn_that_dies_before_its_result_is_gone_on_with(
    talker: Talker, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """The answers were saved, then the action ran out of time: Rasa takes the turn back, and it runs again."""
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    talker.say("公司三个月没发工资")
    before, real = dict(talker.slots), handoff.finish

    def slow(*arguments: Any) -> Any:
        if late:
            real(*arguments)
        raise TimeoutError

    monkeypatch.setattr(handoff, "finish", slow)
    with pytest.raises(TimeoutError):
        talker.pick("就到这里，交给律师")
    monkeypatch.setattr(handoff, "finish", real)
    talker.slots, talker.looping = before, True
    card = talker.again()
    assert card.case_code
    state, _ = stored(talker)
    assert state.code == card.case_code
    with talker.runtime.database.read() as session:
        assert len(session.execute(select(schema.cases.c.id)).all()) == 1


def test_what_was_asked_before_is_read_back_and_not_asked_again(talker: Talker) -> None:
    talker.say("公司三个月没发工资，欠我三万五")
    talker.say("转人工", "find_lawyer")
    card = talker.pick("同意，转给律师")
    assert "对方是谁" in card.conclusion
    assert card.steps[-2:] == ["经过：公司三个月没发工资，欠我三万五", "牵涉金额 35000 元"]


def test_the_street_of_a_scanned_code_is_read_back_and_not_asked(talker: Talker) -> None:
    talker.say("公司三个月没发工资")
    with talker.runtime.database.write() as session:
        people.scanned(session, talker.person_id, "minzhi")
    talker.say("我要找律师", "find_lawyer")
    asked = talker.pick("同意，转给律师")
    assert "在民治街道" in asked.steps
    for answer in ("好运来电子厂", "上个月底", "三万五", "3", "都没有", "有合同", "把工资要回来"):
        asked = talker.say(answer)
    assert "街道" not in asked.conclusion  # the one after the wish is how to reach them
    for answer in ("就在这里回复我", "姓王", "不用"):
        asked = talker.say(answer)
    assert "在民治街道" in asked.steps  # and may still be put right
    talker.pick("都对，交给律师")
    assert stored(talker)[1].street == "minzhi"


def test_a_guide_under_way_is_put_off_and_its_answers_go_along(talker: Talker, answerer: Answerer) -> None:
    talker.cards = [answerer.faq_card("labour.wages.arrears")]
    talker.pick("说说我的情况")
    talker.pick("还在上班")
    card = talker.say("我要找律师", "find_lawyer")
    assert "要您同意" in card.conclusion
    card = talker.pick("同意，转给律师")
    assert "您说过的我记着，不再问：" in card.steps


def test_an_intake_put_off_is_gone_on_with_from_inside_another_interview(talker: Talker, answerer: Answerer) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    talker.say("先不说了", "cancel")
    talker.cards = [answerer.faq_card("labour.wages.arrears")]
    talker.pick("说说我的情况")
    assert "发生了什么事" in talker.say("我要找律师", "find_lawyer").conclusion
    assert "对方是谁" in talker.say("公司三个月没发工资，天天催都不给").conclusion


def test_no_consent_no_case(talker: Talker) -> None:
    talker.say("我要找律师", "find_lawyer")
    card = talker.pick("不同意")
    assert "没有转" in card.conclusion and card.where
    with talker.runtime.database.read() as session:
        assert casework.live_cases(session, talker.person_id) == []


def test_cancelled_half_way_and_gone_on_with(talker: Talker) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    talker.say("公司三个月没发工资，天天催都不给")
    assert "先停在这里" in talker.say("先不说了", "cancel").conclusion
    assert "对方是谁" in talker.say("我要找律师", "find_lawyer").conclusion


def test_cut_short_it_is_anonymous_and_says_so(talker: Talker) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    talker.say("房东把我锁在门外了，东西都在里面")
    card = talker.pick("就到这里，交给律师")
    assert any("没有留联系方式" in step for step in card.steps)
    assert stored(talker)[1].anonymous


def test_a_paper_with_its_day_is_a_deadline_of_the_case_and_makes_it_urgent(talker: Talker) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    talker.say("仲裁没有支持我的加班费")
    for answer in ("好运来", "上个月底", "八千", "跳过", "仲裁裁决书", "昨天"):
        talker.say(answer)
    talker.pick("就到这里，交给律师")
    state, row = stored(talker)
    assert row.urgency == 0
    with talker.runtime.database.read() as session:
        (due,) = session.execute(select(schema.case_deadlines).where(schema.case_deadlines.c.case_id == state.id)).all()
    assert (due.kind, due.last_day.isoformat()) == ("award", "2026-12-08")


def test_the_report_of_a_check_up_goes_with_the_case(talker: Talker) -> None:
    with talker.runtime.database.write() as session:
        here = conversations.current(session, person_id=talker.person_id, channel="web").id
        report = reports.save_report(session, conversation_id=here, interview_id="i1", body={"title": "x"})
    from service.cards import Card
    from service.choices import choice

    talker.cards = [
        Card(kind="report", conclusion="…", choices=[choice(1, "交给律师看", f"checkup:lawyer:{report.id}")])
    ]
    assert "要您同意" in talker.pick("交给律师看").conclusion
    talker.pick("同意，转给律师")
    talker.say("体检说我们合同有问题，想请律师看看")
    talker.pick("就到这里，交给律师")
    assert stored(talker)[1].brief["report_id"] == report.id


def test_no_trace_keeps_a_code_and_a_wish(talker: Talker) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("不留痕")
    card = talker.say("想离婚，要孩子")
    assert card.case_code and "30 分钟" in card.conclusion
    with talker.runtime.database.read() as session:
        (wish,) = session.execute(select(schema.traceless.c.wish)).scalars()
        assert session.execute(select(schema.cases.c.id)).all() == []
    assert wish == "想离婚，要孩子"
    assert "只留着您的一句愿望" in talker.say(f"我的案件到哪了 {card.case_code}", "case_status").conclusion


def test_status_with_and_without_the_code(talker: Talker, runtime: Runtime) -> None:
    assert "没有您的案件" in talker.say("我的案件到哪了", "case_status").conclusion
    code = handed_over(talker)
    assert "第 1 位" in talker.say("我的案件到哪了", "case_status").conclusion
    stranger = Talker(runtime, "乙", channel="wechat")
    card = stranger.say(f"查一下 {code.lower()}", "case_status")
    assert card.title == "案件进度" and "第 1 位" in card.conclusion
    assert "没有找到" in stranger.say("LH-2222-2222", "case_status").conclusion
    assert stranger.say(f"撤回案件 {code}", "case_status").choices == []


def test_withdrawn_after_asking_once(talker: Talker) -> None:
    handed_over(talker)
    assert "确定吗" in talker.say("撤回案件", "case_status").conclusion
    assert "照旧" in talker.pick("不撤回").conclusion
    talker.say("撤回案件", "case_status")
    talker.pick("确定撤回")
    with talker.runtime.database.read() as session:
        assert casework.live_cases(session, talker.person_id) == []
    assert "已经撤回" in talker.say("我的案件到哪了", "case_status").conclusion
    assert talker.say("结束人工", "find_lawyer").title == "现在就是我在回答"


def test_of_several_cases_the_others_are_choices(talker: Talker) -> None:
    first = handed_over(talker)
    talker.runtime.clock.moment = NOON.replace(hour=5)
    second = handed_over(talker)
    card = talker.say("我的案件到哪了", "case_status")
    assert [c.label for c in card.choices] == [f"说 {first} 这件"] and second != first
    talker.runtime.clock.moment = NOON.replace(hour=6)
    assert talker.pick(f"说 {first} 这件").case_code == first
    with talker.runtime.database.read() as session:
        state = casework.speaking_case(session, talker.person_id)
    assert state and state.code == first


def test_a_choice_of_another_persons_case_does_nothing(talker: Talker, runtime: Runtime) -> None:
    handed_over(talker)
    state, _ = stored(talker)
    stranger = Talker(runtime, "乙")
    from service.cards import Card
    from service.choices import choice

    for target in (f"case:withdraw:{state.id}", f"case:rate:{state.id}:5", f"case:talk:{state.id}"):
        stranger.cards = [Card(kind="handoff", conclusion="…", choices=[choice(1, "选", target)])]
        assert stranger.pick("选").title == "这件案件已经变了"
    assert stored(talker)[0].status == "queued"


def test_rated_only_when_done(talker: Talker) -> None:
    from service.cards import Card
    from service.case_cards import rating

    handed_over(talker)
    state, row = stored(talker)
    talker.cards = [Card(kind="handoff", conclusion="…", choices=rating(state.id))]
    assert talker.pick("很满意").title == "这件案件已经变了"
    with talker.runtime.database.write() as session:
        matters.touch(session, state.id, status="resolved")
    talker.cards = [Card(kind="handoff", conclusion="…", choices=rating(state.id))]
    assert "抱歉" in talker.pick("很不满意").conclusion
    with talker.runtime.database.read() as session:
        assert session.execute(select(schema.ratings.c.stars)).scalars().all() == [1]


class Died(BaseException):  # noqa: N818 not an error: the process is gone
    """Stands for kill -9."""


def killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next card an action wants to keep is its death."""

    def die(*_: Any, **__: Any) -> str:
        monkeypatch.undo()
        raise Died

    monkeypatch.setattr(turn, "save_card", die)


def events_of(talker: Talker) -> list[str]:
    with talker.runtime.database.read() as session:
        return list(session.execute(select(schema.case_events.c.kind).order_by(schema.case_events.c.id)).scalars())


def test_killed_before_its_card_is_kept_a_withdrawal_is_done_by_the_next_run(
    talker: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over(talker)
    talker.say("撤回案件", "case_status")
    killed(monkeypatch)
    with pytest.raises(Died):
        talker.pick("确定撤回")
    assert talker.again().title == "还有我"
    assert talker.again() == talker.again()
    assert events_of(talker).count("withdraw") == 1


def test_killed_before_its_card_is_kept_a_reopening_is_done_by_the_next_run(
    talker: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = handed_over(talker)
    state, _ = stored(talker)
    with talker.runtime.database.write() as session:
        matters.touch(session, state.id, status="resolved")
    killed(monkeypatch)
    with pytest.raises(Died):
        talker.say("重新打开案件", "case_status")
    card = talker.again()
    assert card.case_code == code and "在排队" in card.conclusion
    assert events_of(talker).count("reopen") == 1


def test_killed_before_its_card_is_kept_a_rating_counts_once(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.cards import Card
    from service.case_cards import rating

    handed_over(talker)
    state, _ = stored(talker)
    with talker.runtime.database.write() as session:
        matters.touch(session, state.id, status="resolved")
    talker.cards = [Card(kind="handoff", conclusion="…", choices=rating(state.id))]
    killed(monkeypatch)
    with pytest.raises(Died):
        talker.pick("很满意")
    assert talker.again() == talker.again()
    assert events_of(talker).count("rated") == 1


def test_praise_that_comes_again_does_not_count_for_its_own_thanks(talker: Talker) -> None:
    talker.say("房东不退押金")
    talker.say("没帮上忙", "feedback_bad")
    talker.again()
    with talker.runtime.database.read() as session:
        assert len(session.execute(select(schema.feedback.c.good)).all()) == 1


@pytest.mark.parametrize("word", ["跳过", "不想说"])
def test_a_typed_skip_that_sounds_like_giving_up_skips_one_question(talker: Talker, word: str) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    if "发生了什么事" in talker.cards[-1].conclusion:
        talker.say("公司三个月没发工资")
    assert "哪天发生" in talker.say(word, "cancel").conclusion
    assert "多少钱" in talker.say(word, "cancel").conclusion
    assert "先停在这里" in talker.say("先不说了", "cancel").title


# -- offers ------------------------------------------------------------------------


def test_a_lawyer_is_on_offer_where_the_words_give_reason(talker: Talker) -> None:
    plain = talker.say("房东不退押金")
    assert not any("律师" in c.label for c in plain.choices)
    group = talker.say("我们二十几个工人，公司拖欠工资")
    assert [c.label for c in group.choices[-2:]] == ["转给律师", "大家一起登记（集体讨薪）"]
    assert "大约 20 人" in group.lawyer_when[0]
    near = talker.say("公司拖欠工资，昨天收到仲裁裁决书，不服")
    assert near.choices[-1].label == "马上转给律师"
    assert near.deadline and near.deadline.startswith(
        "不服仲裁裁决，去法院起诉：从您说的 2026-11-23 算，最后一天 2026-12-08"
    )
    assert "马上转给律师" in near.steps[0]


def test_after_two_failed_answers_in_a_row(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    answerer = talker.runtime.answerer
    monkeypatch.setattr(answerer, "answer", lambda text: answerer.not_covered(0.1))
    assert talker.say("甲乙丙丁").choices == []
    again = talker.say("子丑寅卯")
    assert (again.title, again.choices[0].label) == (NOT_SURE, "转给律师")


def test_blame_offers_a_lawyer(talker: Talker) -> None:
    assert talker.say("没用", "feedback_bad").choices[0].label == "转给律师"
    assert "要您同意" in talker.pick("转给律师").conclusion


def test_danger_offers_it_at_once_and_does_not_end_an_intake(talker: Talker) -> None:
    assert talker.say("有人要对我动手", "danger").choices[0].label == "马上转给律师"
    talker.pick("马上转给律师")
    talker.pick("同意，转给律师")
    card = talker.say("我老公正在打我", "danger")
    assert [c.kind for c in talker.cards] == ["safety", "question"] and "发生了什么事" in card.conclusion


def test_off_hours_it_says_when_a_lawyer_is_there(talker: Talker) -> None:
    talker.runtime.clock.moment = datetime(2026, 11, 28, 14, tzinfo=UTC)  # a Saturday night
    with talker.runtime.database.write() as session:
        staff.add(session, name="王律师", login="wang", password_hash="x", role="lawyer")
    handed_over(Talker(talker.runtime, "先来的"))
    talker.runtime.clock.moment += timedelta(minutes=1)
    handed_over(talker)
    card = talker.cards[-1]
    told = card.conclusion + "".join(card.steps)
    assert "排在第 2 位" in told
    assert "现在不是律师的工作时间，11月30日（星期一）09:00上班" in told
    assert "律师最晚 12月1日（星期二）10:00 前回复您" in told
    assert card.where == ["12348 公共法律服务热线"]
