"""Triage: every rule with what it must hear and what it must not; the table in the docs."""

from datetime import date
from decimal import Decimal

import pytest

from service.triage import Said, Signals, deadlines, most_urgent, rules, triage
from xiaofa.triage_docs import FILE, document

TODAY = date(2026, 11, 24)  # a Tuesday

HEARD = {
    "danger": ["老公正在打我", "我被中介关在宿舍不让走", "我不想活了", "我女儿不见了"],
    "criminal": ["我老公被刑拘了", "收到逮捕通知书怎么办", "我会不会坐牢", "被人诈骗了二十万"],
    "group": ["我们二十几个工人没发工资", "全厂几十号人都没发工资", "我们12个业主被物业骗了"],
    "amount": ["合伙人卷走十五万块", "货款12万要不回来", "工伤赔偿谈到100000元"],
    "vulnerable": [
        "我妈今年72岁，签了合同",
        "我是聋哑人，工资没发",
        "我今年16岁，厂里不给工资",
        "我不识字，合同看不懂",
    ],
    "wish": ["我要找律师", "转人工", "帮我联系一个律师"],
    "dissatisfied": ["没用", "答非所问"],
}
UNHEARD = {
    "danger": ["非法拘禁算不算犯罪", "去年被打了怎么起诉要赔偿"],
    "criminal": ["行政拘留和看守所有什么区别", "公司拖欠工资"],
    "group": ["公司有20个员工，想辞退一个", "我们三个人没发工资", "干了12个月没发工资"],
    "amount": ["押金两千块不退", "欠我三万五", "2026年11月的工资没发", "千万不要签"],
    "vulnerable": ["公司可以辞退怀孕的员工吗", "我今年30岁"],
    "wish": ["要不要找律师", "律师费多少钱"],
    "dissatisfied": ["口头合同有没有用", "借条没用公章"],
}


def said(text: str, message_id: str = "m1") -> Said:
    return Said(message_id=message_id, text=text, on=TODAY)


def found(text: str) -> list[str]:
    return [finding.rule for finding in triage([said(text)], TODAY)]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in HEARD.items() for text in texts])
def test_heard(rule: str, text: str) -> None:
    assert rule in found(text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in UNHEARD.items() for text in texts])
def test_not_heard(rule: str, text: str) -> None:
    assert rule not in found(text)


def test_what_a_guide_was_told_goes_at_once() -> None:
    [finding] = triage([], TODAY, Signals(told="离期限不到七天", sources={"told": "m7"}))
    assert (finding.rule, finding.urgency, finding.message_id) == ("told", "now", "m7")
    assert "离期限不到七天" in finding.reason
    assert triage([], TODAY, Signals()) == []


def test_every_rule_is_tested() -> None:
    elsewhere = {"deadline", "failures", "told"}
    assert set(HEARD) | elsewhere == {rule.id for rule in rules().rules}
    assert set(UNHEARD) == set(HEARD)


@pytest.mark.parametrize(
    ("text", "kind", "last", "left"),
    [
        ("昨天收到仲裁裁决书，不服", "award", "2026-12-08", 14),
        ("刚收到判决书，想上诉", "judgment", "2026-12-09", 15),
        ("不服裁定，11月20号签收的", "ruling", "2026-11-30", 6),
        ("下周三开庭", "hearing", "2026-12-02", 8),
        ("去年12月1号被辞退的", "labour", "2026-12-01", 7),
        ("去年11月30号在工地摔断了腿", "injury", "2026-11-30", 6),
        ("借他的钱2023年12月5号到期", "civil", "2026-12-05", 11),
        ("判决书2024年12月10号生效，他一直不履行", "enforcement", "2026-12-10", 16),
    ],
)
def test_a_deadline_near_is_computed(text: str, kind: str, last: str, left: int) -> None:
    finding = next(f for f in triage([said(text)], TODAY) if f.due and f.due.kind == kind)
    assert finding.due is not None
    assert (finding.urgency, finding.due.last_day, finding.due.left) == ("now", date.fromisoformat(last), left)
    assert last in finding.reason and finding.message_id == "m1"


def test_every_deadline_kind_is_tested() -> None:
    mark = next(m for m in test_a_deadline_near_is_computed.pytestmark if m.name == "parametrize")
    assert {case[1] for case in mark.args[1]} == {term.kind for term in rules().deadlines}


def test_a_deadline_far_off_says_nothing() -> None:
    assert deadlines([said("上个月被辞退了"), said("去年3月借给他的钱"), said("明年3月5号开庭")], TODAY) == []


def test_a_deadline_gone_still_goes_to_a_lawyer() -> None:
    (finding,) = triage([said("前年12月1号被辞退的")], TODAY)
    assert (finding.urgency, finding.due and finding.due.left) == ("soon", -358)
    assert "已经过了" in finding.reason


def test_a_paper_without_its_day_is_asked_after() -> None:
    (finding,) = triage([said("不服仲裁裁决怎么办")], TODAY)
    assert finding.urgency == "soon" and "15 天" in finding.reason
    assert finding.due is not None and finding.due.last_day is None


def test_two_failed_answers_in_a_row() -> None:
    assert triage([], TODAY, Signals(failures=1)) == []
    (finding,) = triage([], TODAY, Signals(failures=2))
    assert (finding.rule, finding.message_id) == ("failures", None)


def test_what_the_intake_was_told_counts_and_names_its_message() -> None:
    told = Signals(amount=Decimal(350000), people=12, sources={"amount": "m7", "people": "m8"})
    assert [(f.rule, f.message_id) for f in triage([said("公司欠薪")], TODAY, told)] == [
        ("group", "m8"),
        ("amount", "m7"),
    ]


def test_a_button_counts_like_words() -> None:
    assert [f.rule for f in triage([], TODAY, Signals(dissatisfied=True, wish=True))] == ["wish", "dissatisfied"]


def test_each_finding_names_the_message_it_came_from() -> None:
    findings = triage([said("老板欠我们20个工人的工资", "m1"), said("昨天收到仲裁裁决书", "m2")], TODAY)
    assert [(f.rule, f.message_id) for f in findings] == [("deadline", "m2"), ("group", "m1")]
    assert most_urgent(findings) == "now"
    assert most_urgent([]) is None


def test_the_table_in_the_docs_is_the_data() -> None:
    assert FILE.read_text("utf-8") == document(), "python -m xiaofa.triage_docs"
