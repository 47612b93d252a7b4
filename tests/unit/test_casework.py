"""Case work from queue to rating: who may, who speaks, what the person hears, and that nothing is overwritten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cases import alerts, conversations, groups, matters, messages, outbox, windows
from cases.errors import (
    CaseNotFoundError,
    ConflictError,
    InputError,
    NotAllowedError,
    StaleCaseError,
    WrongStatusError,
)
from cases.schema import audit, case_events
from service import casework
from tests.fakes.office import MONDAY, Office, open_office


@pytest.fixture
def office(tmp_path):
    made = open_office(tmp_path)
    made.member("王律师", topics=["labour"], firm="甲所", email="wang@example.org")
    made.member("李律师", topics=["renting"], firm="乙所")
    made.member("主管", role="supervisor")
    made.member("编辑", role="editor")
    yield made
    made.database.close()


def owner(office: Office, name: str = "甲") -> str:
    person_id, conversation_id = office.person(name)
    with office.database.read() as session:
        return conversations.owner(session, conversation_id) or ""


def titles(office: Office, name: str = "甲") -> list[str]:
    return [entry.card["title"] if entry.card else entry.text or "" for entry in office.heard(name)]


def test_one_intake_is_one_case_and_keeps_what_was_said(office):
    office.says("老板三个月没发工资")
    opened = office.opens(interview_id="i")
    again = office.opens(interview_id="i")
    assert opened == again
    case = office.case(opened.id)
    assert (case.status, case.urgency_name, case.version) == ("queued", "soon", 1)
    assert case.promise_due_at == MONDAY + timedelta(hours=6)  # 4 working hours after 10:00, over lunch
    assert owner(office) == "bot"
    with office.database.write() as session:
        (entry,) = casework.entries(session, opened.id, office.staff["主管"])
        assert entry.text == "老板三个月没发工资"
        assert casework.queue_place(session, opened.id) == 1
        state = casework.case_by_code(session, opened.code.lower().replace("-", ""))
        assert (state.id, state.place) == (opened.id, 1)
        assert casework.case_by_code(session, "LH-2222-2222") is None


def test_a_lawyer_takes_over_answers_and_the_bot_returns(office):
    lawyer = office.staff["王律师"]
    opened = office.opens()
    office.does(casework.claim, opened.id, lawyer)
    assert owner(office) == "lawyer"
    office.says("在吗")
    assert office.case(opened.id).unread == 1
    office.after(minutes=30)
    office.speaks(opened.id, lawyer, "您好，我是王律师")
    case = office.case(opened.id)
    assert (case.status, case.unread, case.promise_kept, case.promise_due_at) == ("active", 0, True, None)
    office.does(casework.wait, opened.id, lawyer)
    office.says("好的")
    assert office.case(opened.id).status == "active"
    before = office.person()[1]
    office.does(casework.resolve, opened.id, lawyer, reason="已调解")
    assert owner(office) == "bot"
    assert office.person()[1] != before
    assert titles(office) == ["律师已接手", "在吗", "您好，我是王律师", "律师在等您", "好的", "律师服务结束"]
    said = [entry.author_name for entry in office.heard() if entry.author == "lawyer"]
    assert said == ["王律师"]
    with office.database.write() as session:
        casework.rate(session, opened.id, 5, "很好")
        casework.rate(session, opened.id, 4)
        view = casework.case_view(session, opened.id, lawyer)
        assert view.rating == (4, "很好")
        assert [event.kind for event in view.events][:5] == ["open", "claim", "reply", "wait", "speak"]


def test_two_lawyers_at_once_never_overwrite_each_other(office):
    opened = office.opens()
    with office.database.write() as session:
        casework.claim(session, opened.id, office.staff["王律师"], version=1)
    with pytest.raises(StaleCaseError, match="刚被别人改过"), office.database.write() as session:
        casework.claim(session, opened.id, office.staff["主管"], version=1)
    assert office.case(opened.id).owner_id == office.staff["王律师"].id
    with office.database.write() as session, pytest.raises(CaseNotFoundError):
        casework.claim(session, "k_none", office.staff["王律师"], version=1)


def test_a_double_click_says_it_once(office):
    opened = office.opens()
    office.does(casework.claim, opened.id, office.staff["王律师"])
    first = office.speaks(opened.id, office.staff["王律师"], "您好", key="click")
    assert office.speaks(opened.id, office.staff["王律师"], "您好", key="click") == first
    assert titles(office).count("您好") == 1


def test_what_a_role_or_a_status_forbids(office):
    opened = office.opens()
    wang, li, boss, editor = (office.staff[name] for name in ("王律师", "李律师", "主管", "编辑"))
    with pytest.raises(WrongStatusError):
        office.speaks(opened.id, boss, "早")
    for actor in (li, editor):
        with pytest.raises(NotAllowedError), office.database.write() as session:
            casework.case_view(session, opened.id, actor)
    with pytest.raises(NotAllowedError), office.database.read() as session:
        casework.queue(session, editor)
    with pytest.raises(NotAllowedError):
        office.does(casework.assign, opened.id, wang, li.id)
    office.answered(opened.id, wang)
    for operation in (casework.wait, casework.resolve, casework.close):
        with pytest.raises(NotAllowedError):
            office.does(operation, opened.id, li)
    with pytest.raises(WrongStatusError):
        office.does(casework.close, opened.id, wang)
    with pytest.raises(InputError):
        office.speaks(opened.id, wang, "  ")
    with office.database.write() as session:
        casework.note(session, opened.id, wang, "要补证据")
        with pytest.raises(NotAllowedError):
            casework.note(session, opened.id, li, "x")
    assert "要补证据" not in titles(office)


def test_a_look_is_audited_or_does_not_happen(office):
    opened = office.opens(contact={"kind": "phone", "name": "张三丰", "phone": "13800138000"})
    boss = office.staff["主管"]
    with pytest.raises(RuntimeError), office.database.read() as session:
        casework.case_view(session, opened.id, boss)
    with office.database.write() as session:
        view = casework.case_view(session, opened.id, boss)
        assert view.contact == {"kind": "phone", "name": "张**", "phone": "138******00"}
        casework.entries(session, opened.id, boss)
        assert casework.reveal_contact(session, opened.id, boss)["phone"] == "13800138000"
        kinds = session.execute(select(audit.c.kind).where(audit.c.actor == boss.id).order_by(audit.c.id)).scalars()
        assert list(kinds) == ["case_looked_at", "conversation_read", "contact_revealed"]


def test_the_queue_shows_facts_that_name_nobody(office):
    first = office.opens("甲", amount=35_000, opponents=["宏发电子厂"], street="民治")
    office.after(minutes=1)
    second = office.opens("乙", urgency="now", topic="renting")
    with office.database.read() as session:
        page = casework.queue(session, office.staff["王律师"])
        assert [row.id for row in page.rows] == [second.id, first.id]
        assert page.total == 2
        row = page.rows[1]
        assert (row.amount_band, row.street, row.reasons) == ("1万–5万", "民治", ["金额大"])
        assert not any(secret in repr(page) for secret in ("宏发", "35000", "拖欠"))
        assert casework.queue(session, office.staff["王律师"], topic="renting").total == 1
        assert casework.queue(session, office.staff["王律师"], show="mine").rows == []


def test_conflicts_of_interest_and_their_override(office):
    wang, li, boss = office.staff["王律师"], office.staff["李律师"], office.staff["主管"]
    mate = office.member("同所律师", firm="甲所")
    client = office.opens("老板", contact={"kind": "none", "name": "宏发电子（深圳）有限公司"})
    office.answered(client.id, wang)
    office.does(casework.resolve, client.id, wang)  # an ended case counts too
    against = office.opens("工人", opponents=[" 宏发电子(深圳) 有限公司"])
    for member in (wang, mate):
        with pytest.raises(ConflictError, match="利益冲突"):
            office.does(casework.claim, against.id, member)
    with pytest.raises(ConflictError):
        office.does(casework.assign, against.id, boss, mate.id)
    office.does(casework.claim, against.id, li)
    for operation, more in ((casework.transfer, {"reason": "忙"}), (casework.second, {})):
        with pytest.raises(ConflictError):
            office.does(operation, against.id, li, mate.id, **more)
    with office.database.write() as session:
        with pytest.raises(NotAllowedError):
            casework.override(session, against.id, li, mate.id, reason="x")
        casework.override(session, against.id, boss, mate.id, reason="双方书面同意")
    office.does(casework.second, against.id, li, mate.id)
    with office.database.read() as session:
        why = session.scalar(select(case_events.c.reason).where(case_events.c.kind == "override"))
    assert why == "双方书面同意"
    fellow = office.opens("另一个工人", opponents=["宏发电子（深圳）有限公司"])
    office.does(casework.claim, fellow.id, li)  # the same side is no conflict


def test_assignment_by_topic_and_load(office):
    busy = office.staff["王律师"]
    free = office.member("赵律师", topics=["labour"], max_load=1)
    office.answered(office.opens("一").id, busy)
    opened = office.opens("二")
    with office.database.write() as session:
        assert casework.auto_assign(session, opened.id).owner_id == free.id
    third = office.opens("三")
    with office.database.write() as session:
        assert casework.auto_assign(session, third.id).owner_id == busy.id  # the other one has one, and takes no more
    odd = office.opens("四", topic="medical")
    with office.database.write() as session:
        assert casework.auto_assign(session, odd.id) is None


def test_transfer_second_lawyer_and_back_to_the_queue(office):
    wang, li, boss = office.staff["王律师"], office.staff["李律师"], office.staff["主管"]
    opened = office.opens()
    office.answered(opened.id, wang)
    with pytest.raises(InputError):
        office.does(casework.transfer, opened.id, wang, li.id, reason=" ")
    with pytest.raises(InputError):
        office.does(casework.transfer, opened.id, wang, office.staff["编辑"].id, reason="x")
    office.does(casework.transfer, opened.id, wang, li.id, reason="对口")
    assert office.case(opened.id).status == "active"
    with pytest.raises(NotAllowedError):
        office.speaks(opened.id, wang, "还在")
    office.does(casework.second, opened.id, li, wang.id)
    office.speaks(opened.id, wang, "我是第二律师")
    office.does(casework.release, opened.id, li, reason="出差")
    case = office.case(opened.id)
    assert (case.status, case.owner_id, case.second_id) == ("queued", None, None)
    assert case.promise_due_at and case.promise_due_at > office.clock.moment
    assert owner(office) == "bot"
    assert titles(office)[-1] == "重新排队"
    office.says("还在排吗")
    with office.database.write() as session:
        assert "还在排吗" in [entry.text for entry in casework.entries(session, opened.id, boss)]


def test_words_reach_messengers_through_the_outbox(office):
    opened = office.opens("微", channel="wechat")
    office.does(casework.claim, opened.id, office.staff["王律师"])
    message = office.speaks(opened.id, office.staff["王律师"], "您好")
    person_id, _ = office.person("微", "wechat")
    with office.database.read() as session:
        card, words = outbox.waiting(session, person_id, "wechat")
        assert set(card.body) == {"card"}
        assert (words.key, words.body) == (message, {"text": "您好", "author": "lawyer", "case": opened.id})


def test_several_live_cases_the_last_spoken_in_is_meant(office):
    first, wang = office.opens(), office.staff["王律师"]
    office.after(minutes=1)
    second = office.opens(topic="renting")
    person_id, conversation_id = office.person()
    with office.database.read() as session:
        assert [state.id for state in casework.live_cases(session, person_id)] == [second.id, first.id]
    office.answered(first.id, wang)
    office.says("说第二件")
    assert office.case(second.id).unread == 1
    assert owner(office) == "bot"
    with office.database.write() as session:
        casework.speak_in(session, conversation_id, first.id)
    assert owner(office) == "lawyer"
    office.says("说第一件")
    assert (office.case(first.id).unread, office.case(second.id).unread) == (1, 1)
    _, elsewhere = office.person("另一个")
    with office.database.write() as session, pytest.raises(InputError):
        casework.speak_in(session, elsewhere, first.id)


def test_another_channel_joins_the_live_case(office):
    opened = office.opens()
    office.answered(opened.id, office.staff["王律师"])
    person_id, _ = office.person()
    with office.database.write() as session:
        fresh = conversations.open_new(session, person_id=person_id, channel="wechat")
    assert fresh.owner == "lawyer"


def test_merging_duplicates_keeps_every_word(office):
    wang, boss = office.staff["王律师"], office.staff["主管"]
    office.says("第一次说")
    first = office.opens(opponents=["宏发厂"])
    office.after(minutes=1)
    second = office.opens(opponents=["宏发厂", "张老板"])
    office.says("第二次说")
    office.answered(first.id, wang)
    stranger = office.opens("别人")
    with pytest.raises(InputError, match="同一个人"), office.database.write() as session:
        casework.merge(session, stranger.id, first.id, boss, version=1)
    with office.database.write() as session:
        casework.merge(session, second.id, first.id, boss, version=1)
        view = casework.case_view(session, first.id, boss)
        said = [entry.text for entry in casework.entries(session, first.id, boss)]
    assert said.index("第一次说") < said.index("第二次说")
    assert [name for _, name in view.parties] == ["宏发厂", "张老板"]
    gone = office.case(second.id)
    assert (gone.status, gone.merged_into) == ("closed", first.id)
    with office.database.read() as session:
        assert casework.case_by_code(session, second.code).id == first.id
    with pytest.raises(WrongStatusError, match="并入"), office.database.write() as session:
        casework.person_reopens(session, second.id)
    assert owner(office) == "lawyer"


def test_what_is_merged_keeps_its_urgency_its_promise_and_its_brief(office):
    wang, boss = office.staff["王律师"], office.staff["主管"]
    line = {"text": "在职", "message_id": "m_1"}
    first = office.opens(urgency="normal", brief={"title": "欠薪", "facts": [line]}, reasons=[])
    second = office.opens(
        urgency="now", street="民治", wants_meeting=True, reasons=[{"rule": "danger", "title": "人身危险"}],
        brief={"title": "被打", "title_message_id": "m_2", "facts": [line, {"text": "脸上有伤", "message_id": "m_3"}]},
    )  # fmt: skip
    office.does(casework.claim, first.id, wang)
    with office.database.write() as session:
        casework.merge(session, second.id, first.id, boss, version=1)
    case, gone = office.case(first.id), office.case(second.id)
    assert (case.urgency_name, case.street, case.wants_meeting) == ("now", "民治", True)
    assert case.promise_due_at == datetime(2026, 11, 23, 3, tzinfo=UTC) > office.clock.moment
    assert gone.promise_due_at is None
    with office.database.write() as session:
        view = casework.case_view(session, first.id, wang)
        called = [alert.kind for alert in alerts.unacknowledged(session, wang.id)]
    assert [line["text"] for line in view.brief["facts"]] == ["在职", "被打", "脸上有伤"]
    assert (view.brief["title"], [reason["title"] for reason in view.reasons]) == ("欠薪", ["人身危险"])
    assert called.count("spoke") == 1


def test_a_joint_claim_goes_along_and_two_do_not_become_one(office):
    boss = office.staff["主管"]
    stays, gone, third = office.opens(), office.opens(), office.opens()
    person_id, _ = office.person()
    with office.database.write() as session:
        for opened in (gone, third):
            group, _ = groups.start(session, person_id)
            groups.hand_over(session, group.id, opened.id)
        casework.merge(session, gone.id, stays.id, boss, version=1)
        assert casework.joint_claim(session, stays.id, boss).members
    with pytest.raises(InputError, match="集体登记"), office.database.write() as session:
        casework.merge(session, third.id, stays.id, boss, version=1)


def test_no_merge_gets_round_a_conflict_of_interest(office):
    wang, boss = office.staff["王律师"], office.staff["主管"]
    client = office.opens("老板", contact={"kind": "none", "name": "宏发厂"})
    office.answered(client.id, wang)
    first = office.opens()
    office.answered(first.id, wang)
    against = office.opens(opponents=["宏发厂"])
    with pytest.raises(ConflictError), office.database.write() as session:
        casework.merge(session, against.id, first.id, boss, version=1)
    with office.database.write() as session:
        casework.override(session, against.id, boss, wang.id, reason="双方书面同意")
        casework.merge(session, against.id, first.id, boss, version=1)


def test_the_person_ends_withdraws_and_comes_back(office):
    wang = office.staff["王律师"]
    opened = office.opens()
    office.answered(opened.id, wang)
    with office.database.write() as session:
        casework.person_ends(session, opened.id)
    assert (office.case(opened.id).status, owner(office)) == ("resolved", "bot")
    with office.database.write() as session:
        casework.person_reopens(session, opened.id)
        assert "ended" in [alert.kind for alert in alerts.unacknowledged(session, wang.id)]
    case = office.case(opened.id)
    assert (case.status, case.owner_id) == ("queued", None)
    office.says("我又来了")
    assert office.case(opened.id).unread == 1
    with office.database.write() as session:
        casework.withdraw(session, opened.id)
    assert office.case(opened.id).status == "withdrawn"
    office.says("随便问问")
    assert office.case(opened.id).unread == 1
    with pytest.raises(WrongStatusError), office.database.write() as session:
        casework.person_reopens(session, opened.id)
    assert titles(office)[-2:] == ["案件已撤回", "随便问问"]


def test_the_office_resumes_and_reopens(office):
    wang, li, boss = office.staff["王律师"], office.staff["李律师"], office.staff["主管"]
    opened = office.opens()
    office.answered(opened.id, wang)
    office.does(casework.resolve, opened.id, wang)
    assert owner(office) == "bot"
    with pytest.raises(NotAllowedError):
        office.does(casework.resume, opened.id, li)
    office.does(casework.resume, opened.id, wang)
    case = office.case(opened.id)
    assert (case.status, case.owner_id, case.resolved_at, owner(office)) == ("active", wang.id, None, "lawyer")
    assert titles(office)[-1] == "律师继续办理"
    office.speaks(opened.id, wang, "刚才漏说一点")
    office.does(casework.resolve, opened.id, wang)
    office.does(casework.close, opened.id, wang)
    with pytest.raises(NotAllowedError):
        office.does(casework.reopen, opened.id, wang)  # a closed case is the supervisor's to open
    office.after(days=1)
    office.does(casework.reopen, opened.id, boss, reason="还有期限")
    case = office.case(opened.id)
    assert (case.status, case.owner_id, owner(office)) == ("queued", None, "bot")
    assert case.promise_due_at and case.promise_due_at > office.clock.moment
    assert titles(office)[-1] == "案件已重新打开"


def test_a_case_taken_up_again_takes_no_conversation_from_another_lawyer(office):
    wang, li = office.staff["王律师"], office.staff["李律师"]
    first = office.opens()
    office.answered(first.id, wang)
    office.does(casework.resolve, first.id, wang)
    second = office.opens(topic="renting")
    office.answered(second.id, li)
    for operation in (casework.person_reopens, casework.withdraw):
        with office.database.write() as session:
            operation(session, first.id)
        office.says("还在吗")
        assert owner(office) == "lawyer"
    assert (office.case(first.id).unread, office.case(second.id).unread) == (0, 2)


def test_the_bot_may_not_be_kept_out_by_a_case_of_somebody_else(office):
    opened = office.opens()
    office.answered(opened.id, office.staff["王律师"])
    office.person("乙")
    assert owner(office, "乙") == "bot"


def test_danger_calls_whoever_can_see_it(office):
    wang, boss = office.staff["王律师"], office.staff["主管"]
    opened = office.opens()
    office.answered(opened.id, wang)
    with office.database.write() as session:
        assert casework.danger(session, _said(session, office, opened.id)) is True
    office.clock.moment = MONDAY + timedelta(hours=14)  # midnight
    with office.database.write() as session:
        assert casework.danger(session, _said(session, office, opened.id)) is False
        kinds = [alert.kind for alert in alerts.unacknowledged(session, wang.id)]
        assert kinds.count("danger") == 2
    with office.database.write() as session:
        casework.set_duty(session, boss, wang.id, office.clock.moment, office.clock.moment + timedelta(hours=8))
        assert [member.name for member in casework.on_duty(session, office.clock.moment)] == ["王律师"]
        assert casework.danger(session, _said(session, office, opened.id)) is True
        assert casework.danger(session, "m_none") is None


def _said(session, office, case_id):
    case = matters.get(session, case_id)
    office.counter += 1
    return messages.store(session, person_id=case.person_id, conversation_id=case.conversation_id, channel="web",
                          channel_message_id=f"d{office.counter}", text="他要打死我").id  # fmt: skip


def test_an_alert_goes_to_a_bound_messenger_once(office):
    boss_person, _ = office.person("主管的微信", "wechat")
    boss = office.staff["主管"]
    with office.database.write() as session:
        late = casework.binding_code(session, boss)
    office.after(minutes=10)
    with office.database.write() as session:
        assert casework.bind_by_code(session, late, boss_person) is None
        code = casework.binding_code(session, boss)
        assert casework.bind_by_code(session, "你好", boss_person) is None
        assert casework.bind_by_code(session, code.lower(), boss_person).name == "主管"
        assert casework.bind_by_code(session, code, boss_person) is None  # good once
        windows.open_window(session, boss_person, "message", 1)
    office.opens(urgency="now")
    with office.database.read() as session:
        (parcel,) = outbox.waiting(session, boss_person, "wechat")
    assert parcel.body == {"text": "【工作提醒】有新的案件在排队。请到工作台查看。"}


def test_nothing_moves_without_event_and_audit(office):
    opened = office.opens()
    office.answered(opened.id, office.staff["王律师"])
    office.does(casework.resolve, opened.id, office.staff["王律师"])
    with office.database.read() as session:
        moves = session.scalar(select(func.count()).select_from(case_events))
        audited = session.scalar(select(func.count()).where(audit.c.kind == "case_event"))
    assert moves == audited == 4
