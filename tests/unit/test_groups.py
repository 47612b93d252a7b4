"""Joint claims: started and joined in the chat or on the page, one case at the end, each line seen only by whom it may be."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from cases import erasure, export, groups, joining, matters, people, staff
from cases.groups import GroupError, Line
from cases.schema import group_members
from cases.schema import groups as group_table
from service import casework, group_claim
from service.casework import JointClaim
from service.group_sums import sums
from service.group_table import as_csv, as_xlsx
from service.group_words import wish
from tests.fakes.rasa import Bot, Page, running_bot

TABLE = "姓名,欠薪月份,欠薪金额\n" + "\n".join(f"工人{c},3,{1000 + n}" for n, c in enumerate("甲乙丙丁戊己庚辛壬"))
FORM = {"name": "王小二", "months": "2", "amount": "8000", "agreed": "1"}


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with running_bot(tmp_path) as running:
        yield running


@pytest.fixture
async def lead(bot: Bot) -> AsyncIterator[Page]:
    page = await visitor(bot)
    yield page
    await page.http.aclose()


async def visitor(bot: Bot) -> Page:
    page = bot.page()
    await page.start()
    return page


async def said(page: Page, text: str) -> dict:
    body = await page.say(text)
    assert body["status"] == "answered"
    return body["cards"][-1]


async def started(page: Page) -> str:
    code = groups.code_in((await said(page, "集体登记"))["conclusion"])
    assert code
    return code


async def joined(bot: Bot, code: str, line: str, *, choice: str = "c2") -> Page:
    page = await visitor(bot)
    card = await said(page, f"加入 {code}")
    answer = await page.choose(card["id"], choice)
    assert "还差一步" in answer.json()["cards"][-1]["conclusion"]
    assert "记下了" in (await said(page, line))["conclusion"]
    return page


def path_of(card: dict) -> str:
    return next(path for path in card["attachments"] if path.startswith("/group/mine/"))


def only(bot: Bot) -> JointClaim:
    with bot.services.database.read() as session:
        group = groups.get(session, session.scalar(select(group_table.c.id)) or "")
        return JointClaim(group, groups.members(session, group.id))


async def test_twenty_workers_become_one_case(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    assert await started(lead) == code
    await said(lead, "单位：好运来电子厂")
    await said(lead, "张三，3，15000")
    await joined(bot, code, "李四，2，9000.50", choice="c1")
    assert "记下了 9 行" in (await said(lead, TABLE))["conclusion"]
    card = await said(lead, "集体交给律师")
    assert card["case_code"].startswith("LH-") and not bot.rasa.runs
    again = await said(lead, "集体交给律师")
    assert again["case_code"] == card["case_code"]
    claim = only(bot)
    with bot.services.database.read() as session:
        case = matters.get(session, claim.group.case_id or "")
        brief = matters.sealed(session, case.id).brief
    assert (case.people, case.amount, case.topic) == (11, 15000 + 9000 + 9036, "labour")
    assert brief["title"] == "集体登记：11 名劳动者被好运来电子厂拖欠工资"
    facts = [line["text"] for line in brief["facts"]]
    assert facts[0] == "一共 11 人，合计 33,036.5元"
    assert "1,000元 到 15,000元" in facts[1] and "9 人" in facts[2]
    assert "张三" not in str(brief)
    assert "已经交给律师" in (await said(await visitor(bot), f"加入 {code}"))["conclusion"]
    assert case.id and "同一件事牵涉大约 11 人" in str(brief["reasons"])


async def test_who_was_handed_over_as_many_already_gets_no_second_case(bot: Bot, lead: Page) -> None:
    await lead.say("公司拖欠工资")
    with bot.services.database.write() as session:
        opened = casework.open_case(
            session, conversation_id=bot.rasa.runs[-1][0], interview_id="i1", topic="labour", urgency="soon",
            reasons=[], brief={"title": "欠薪"}, people_count=20,
        )  # fmt: skip
    await started(lead)
    await said(lead, TABLE)
    assert (await said(lead, "集体交给律师"))["case_code"] == opened.code


async def test_members_see_count_and_total_and_nobody_elses_line(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    await said(lead, "张三，3，15000")
    shy = await joined(bot, code, "李四，2，9000")
    await joined(bot, code, "王五，2，7000", choice="c1")
    card = await said(shy, "我的集体登记")
    assert "满 5 人才显示合计" in card["conclusion"] and "15,000" not in str(card)
    member = (await shy.http.get(path_of(card))).text
    assert "李四" in member and "张三" not in member and "王五" not in member and "7,000" not in member
    leading = (await lead.http.get(path_of(await said(lead, "我的集体登记")))).text
    assert "王五" in leading and "李四" not in leading and "9,000" not in leading
    await shy.http.post(path_of(card), data={"do": "share", "share": "1"})
    assert "李四" in (await lead.http.get(path_of(await said(lead, "我的集体登记")))).text


async def test_representatives_see_only_who_agreed(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    await said(lead, "张三，3，15000")
    rep = await joined(bot, code, "李四，2，9000", choice="c1")
    await joined(bot, code, "王五，2，7000", choice="c1")
    await joined(bot, code, "赵六，2，6000")
    mine = path_of(await said(lead, "我的集体登记"))
    who = re.search(r'name="who" value="(gm_\w+)"[^>]*><span>李四', (await lead.http.get(mine)).text)
    assert who
    shy = next(each for each in only(bot).members if each.name == "赵六")
    await lead.http.post(mine, data={"do": "representatives", "who": [who[1], shy.id]})
    assert [m.name for m in only(bot).members if m.role == "representative"] == ["李四"]
    page = (await rep.http.get(path_of(await said(rep, "我的集体登记")))).text
    assert "王五" in page and "赵六" not in page and "张三" not in page
    denied = await rep.http.post(path_of(await said(rep, "我的集体登记")), data={"do": "employer", "employer": "别家"})
    assert denied.status_code == 422 and only(bot).group.employer == ""


async def test_joining_on_the_page(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    stranger = bot.page().http
    page = (await stranger.get(f"/group/join/{code}")).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {**FORM, "key": key[1]}
    for field, value, words in (
        ("agreed", "", "要您同意"),
        ("amount", "-3", "负数"),
        ("months", "2026-13", "没有 13 月"),
    ):
        wrong = await stranger.post(f"/group/join/{code}", data={**form, field: value})
        assert wrong.status_code == 422 and words in wrong.text and 'value="王小二"' in wrong.text
    assert len(only(bot).members) == 1
    for _ in range(2):  # a form sent twice
        done = await stranger.post(f"/group/join/{code}", data=form)
        assert done.status_code == 303
    assert [m.name for m in only(bot).members][1:] == ["王小二"]
    mine = done.headers["location"]
    assert "王小二" in (await stranger.get(mine)).text
    assert (await stranger.get(mine[:-1] + ("0" if mine[-1] != "0" else "1"))).status_code == 404
    assert (await stranger.get("/group/join/JT-2222-2222")).status_code == 404
    assert (await stranger.post(mine, data={"do": "leave"})).status_code == 200
    assert (await stranger.get(mine)).status_code == 404 and len(only(bot).members) == 1


async def test_a_table_on_the_page_gives_back_what_is_wrong(bot: Bot, lead: Page) -> None:
    await started(lead)
    mine = path_of(await said(lead, "我的集体登记"))
    content = "姓名，欠薪月份，欠薪金额\n张三，3，15000\n李四，3，-1".encode("gbk")
    shown = await lead.http.post(mine, data={"do": "table"}, files={"file": ("表.csv", content, "text/csv")})
    assert "记下了 1 行，1 行有问题" in shown.text and "第 3 行“欠薪金额”" in shown.text
    assert ">姓名，欠薪月份，欠薪金额\n李四，3，-1</textarea>" in shown.text
    bad = await lead.http.post(mine, data={"do": "table"}, files={"file": ("表.xlsx", b"PK\x03\x04", "x/x")})
    assert bad.status_code == 422 and "另存为" in bad.text
    kept = await lead.http.post(mine, data={"do": "table", "table": "姓名,备注\n张三,x"})
    assert kept.status_code == 422 and "表头少了" in kept.text and "张三,x</textarea>" in kept.text


async def test_what_a_member_tells_counts_over_the_table(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    await said(lead, "姓名,欠薪月份,欠薪金额\n李四,3,12000\n王五,1,1000")
    await joined(bot, code, "李四，2，9000")
    card = await said(lead, "姓名,欠薪月份,欠薪金额\n李四,3,12000\n王五,1,2000")
    assert "李四 1 人自己填过" in str(card["steps"])
    lines = {m.name: m for m in only(bot).members if m.owed is not None}
    assert (lines["李四"].owed, lines["李四"].tabled, lines["王五"].owed) == (9000, 12000, 2000)
    double = await visitor(bot)
    await double.choose((await said(double, f"加入 {code}"))["id"], "c1")
    assert "已经有人登记了" in (await said(double, "李四，1，1"))["conclusion"]
    assert only(bot).group.status == "open" and sums(only(bot).members).heads == 2


async def test_wrong_codes_and_closed_groups_are_told(bot: Bot, lead: Page) -> None:
    assert "没看懂集体编号" in (await said(lead, "加入 LH-7K3M-9Q2P"))["conclusion"]
    assert "没有编号" in (await said(lead, "加入 JT-7K3M-9Q2P"))["conclusion"]
    assert "还没有集体登记" in (await said(lead, "退出集体"))["conclusion"]
    code = await started(lead)
    assert "还没有人填" in (await said(lead, "集体交给律师"))["conclusion"]
    member = await joined(bot, code, "李四，2，9000")
    assert "只有发起人" in (await said(member, "集体交给律师"))["conclusion"]
    assert "只有发起人能贴" in (await said(member, TABLE))["conclusion"]
    await lead.http.post(path_of(await said(lead, "我的集体登记")), data={"do": "closed"})
    assert "停止加入" in (await said(await visitor(bot), f"加入 {code}"))["conclusion"]
    refused = await visitor(bot)
    assert (await refused.http.get(f"/group/join/{code}")).status_code == 410


async def test_other_words_go_to_the_dialogue(bot: Bot, lead: Page) -> None:
    await started(lead)
    await lead.say("公司欠我三个月工资，一共 15000，怎么办")
    await lead.say("劳动合同没签，能要双倍工资吗")
    assert len(bot.rasa.runs) == 2


async def test_forgetting_the_lead_leaves_the_others_their_case(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    await said(lead, "张三，3，15000")
    member = await joined(bot, code, "李四，2，9000")
    await said(lead, TABLE)
    await said(lead, "集体交给律师")
    await lead.forget()
    claim = only(bot)
    assert "张三" not in [m.name for m in claim.members] and len(claim.members) == 10
    assert [m.name for m in claim.members if m.role == "lead"] == ["李四"]
    heir = next(m for m in claim.members if m.role == "lead")
    with bot.services.database.read() as session:
        case = matters.get(session, claim.group.case_id or "")
        assert case.person_id == heir.person_id
        assert {m.name for m in groups.visible(session, heir)} == {"李四"}  # not what the first lead had pasted
    assert (await said(member, "我的案件到哪了")) is not None
    await member.forget()
    with bot.services.database.read() as session:  # nobody is left who confirmed anything, so the case goes too
        assert session.scalar(select(func.count()).select_from(group_table)) == 0
        assert matters.find(session, case.id) is None


async def test_forgetting_before_the_hand_over_takes_the_pasted_table_along(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    await said(lead, TABLE)
    await joined(bot, code, "李四，2，9000")
    await lead.forget()
    assert [(m.name, m.role) for m in only(bot).members] == [("李四", "lead")]


async def test_the_last_one_out_and_time_take_the_group_along(bot: Bot, lead: Page) -> None:
    await started(lead)
    await lead.forget()
    with bot.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(group_table)) == 0
    other = await visitor(bot)
    await started(other)
    with bot.services.database.write() as session:
        assert groups.prune(session, session.now - timedelta(days=1)) == 0
        assert groups.prune(session, session.now + timedelta(days=1)) == 1
        assert session.scalar(select(func.count()).select_from(group_members)) == 0


def two(session, first: str = "a", second: str = "b"):
    found = [people.find_or_create(session, channel=channel, value=name).id
             for channel, name in (("web", first), ("wechat", second))]  # fmt: skip
    group, lead = groups.start(session, found[0])
    return found, group, lead


async def test_export_joining_and_case_erasure_know_the_members(bot: Bot) -> None:
    with bot.services.database.write() as session:
        (first, second), group, lead = two(session)
        groups.tell(session, lead, Line("张三", Decimal(3), Decimal(15000)))
        other = groups.join(session, group, person_id=second, shares=False)
        groups.tell(session, other, Line("李四", Decimal(1), Decimal(1)))
        data = export.person_data(session, first, actor="x")["group_members"]
        assert [row["body"]["name"] for row in data] == ["张三"] and "name_lookup" not in data[0]
        assert joining.join(session, first=("web", "a"), second=("wechat", "b")) == "joined"
        assert [(m.name, m.person_id) for m in groups.members(session, group.id)] == [("张三", first), ("李四", None)]
        where = groups.members(session, group.id)[0]
        opened = group_claim.hand_over(session, where, "conv", "m1")
        erasure.erase_case(session, opened.id, reason="retention")
        assert session.scalar(select(func.count()).select_from(group_members)) == 0


async def test_the_tables_of_the_desk(bot: Bot, lead: Page) -> None:
    code = await started(lead)
    await said(lead, "姓名,欠薪月份,欠薪金额\n李四,3,12000\n=HYPERLINK甲,1,1000.10")
    await joined(bot, code, "李四，2，9000")
    await said(lead, "集体交给律师")
    claim = only(bot)
    table = as_csv(claim).decode("utf-8-sig")
    assert "'=HYPERLINK甲" in table and "发起人的表里是 12,000元" in table and "合计 2 人,,,10000.10" in table
    sheet = load_workbook(io.BytesIO(as_xlsx(claim))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == "=HYPERLINK甲" and sheet["A2"].data_type == "s"
    assert rows[-1][3] == pytest.approx(10000.10)
    with bot.services.database.write() as session:
        lawyer = staff.add(session, name="林静", login="lin", password_hash="x", role="lawyer")
        case = matters.get(session, claim.group.case_id or "")
        with pytest.raises(Exception, match="."):
            casework.joint_claim(session, case.id, lawyer)
        casework.claim(session, case.id, lawyer, version=case.version)
        assert len(casework.joint_claim(session, case.id, lawyer).members) == 3
        view = casework.case_view(session, case.id, lawyer)
        assert view.group and view.group.group.code == code


def test_a_full_group_and_a_closed_one_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes.office import open_office  # noqa: PLC0415

    office = open_office(tmp_path)
    monkeypatch.setattr(groups, "MOST_MEMBERS", 2)
    with office.database.write() as session:
        (_, second), group, lead = two(session)
        groups.paste(session, lead, [Line("甲乙", Decimal(1), Decimal(1))])
        with pytest.raises(GroupError, match="最多"):
            groups.join(session, group, person_id=second, shares=True)
    office.database.close()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("加入 JT-7K3M-9Q2P", ("join", "JT-7K3M-9Q2P")),
        ("加入jt 7k3m 9q2p", ("join", "JT-7K3M-9Q2P")),
        ("ＪＴ－7K3M－9Q2P", ("join", "JT-7K3M-9Q2P")),
        ("加入 12345678", ("join", "")),
        ("加入工会有什么好处", None),
        ("集体登记", ("start", "")),
        ("我们要集体讨薪", ("start", "")),
        ("集体交给律师", ("hand", "")),
        ("单位：好运来电子厂", ("employer", "好运来电子厂")),
        ("公司是不是要付工资", None),
        ("集体合同是什么", None),
    ],
)
def test_words(text: str, meant: tuple[str, str] | None) -> None:
    assert wish(text) == meant
