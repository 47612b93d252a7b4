"""`knowledge check` sees each kind of mistake and names file and line."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.check_text import forbidden, look_alikes, overlap, quantities, unconfirmed
from knowledge.content import ContentError, load_content
from knowledge.statutes.book import StatuteBook
from tests.fakes.faq import FAQ, write_faq
from tests.fakes.reviews import read_all
from tests.unit.conftest import TODAY


def problems_of(tmp_path: Path, book: StatuteBook, text: str, *more: str) -> list[str]:
    write_faq(tmp_path, text + "".join(more))
    content = load_content(tmp_path, strict=False)
    ledger = read_all(content, book, TODAY, tmp_path / "reviews")
    return [str(problem) for problem in check(content, book, TODAY, ledger=ledger).problems]


def test_good_content_passes(tmp_path: Path, book: StatuteBook) -> None:
    assert problems_of(tmp_path, book, FAQ) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("劳动合同法第三十条", "劳动合同法第三百条", "没有可引用的文本"),
        ("劳动合同法第三十条", "合同法第三十条", "没有可引用的文本"),
        ("劳动合同法第三十条", "劳动合同法第三十条第九款", "款或项不存在"),
        ("把合同和工资条收好", "要在45天内去投诉", "45日"),
        ("把合同和工资条收好", "每人罚五千元", "5000元"),
        ("可以投诉", "保证胜诉，可以投诉", "不许承诺结果"),
        ("把合同和工资条收好", "打0755-12345678问", "没有核实过的电话或地址"),
        ("topic: labour", "topic: nowhere", "不在 topics.yml"),
        ("  steps:", "  stepz: [x]\n  steps:", "没有这个字段"),
        ("要不到工钱找谁", "公司拖欠工资怎么办呢", "两句问法太像"),
    ],
)
def test_each_mistake_is_seen_where_it_is(tmp_path: Path, book: StatuteBook, old: str, new: str, said: str) -> None:
    found = problems_of(tmp_path, book, FAQ.replace(old, new))
    assert any(said in problem for problem in found), found
    line = (
        1 + FAQ.replace(old, new).splitlines().index("  stepz: [x]") if "stepz" in new else 1
    )  # of the field, of the entry
    assert all(problem.startswith(f"{tmp_path / 'faq' / 'one.yml'}:{line}: ") for problem in found), found


def test_a_mistake_in_a_later_entry_names_its_line(tmp_path: Path, book: StatuteBook) -> None:
    other = FAQ.replace("labour.wages.test", "labour.wages.other").replace("劳动合同法第三十条", "劳动合同法第三百条")
    found = problems_of(tmp_path, book, FAQ, other)
    line = len(FAQ.splitlines()) + 1
    assert any(f"one.yml:{line}: labour.wages.other：" in problem and "没有可引用" in problem for problem in found), (
        found
    )


def test_an_id_twice_names_both_places(tmp_path: Path, book: StatuteBook) -> None:
    (problem, *_) = problems_of(tmp_path, book, FAQ, FAQ)
    assert f"one.yml:{len(FAQ.splitlines()) + 1}: “labour.wages.test”重复" in problem and "one.yml:1" in problem


def test_two_faqs_with_the_same_question(tmp_path: Path, book: StatuteBook) -> None:
    found = problems_of(tmp_path, book, FAQ, FAQ.replace("labour.wages.test", "labour.wages.twin"))
    assert any("几乎一样" in problem for problem in found)


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "topics.yml").write_text("- {id: labour, label: 劳动\n- x", "utf-8")
    with pytest.raises(ContentError, match=r"topics\.yml:\d"):
        load_content(tmp_path)


def test_yes_and_no_are_words(tmp_path: Path, book: StatuteBook) -> None:
    assert problems_of(tmp_path, book, FAQ.replace("公司拖欠工资怎么办？", "no 工资怎么办？")) == []


def test_quantities_are_compared_whatever_their_spelling() -> None:
    assert quantities("三十日") == quantities("30天") == {"30日"}
    assert quantities("百分之三十") == quantities("30%") == {"30%"}
    assert quantities("百分之二十至三十") == quantities("20%～30%") == quantities("20—30%") == {"20%", "30%"}
    assert quantities("每月一次，第二天去") == set()
    assert quantities("罚500万元") == quantities("罚五百万元") == quantities("罚5,000,000元") == {"5000000元"}
    assert quantities("不满两千元的赔两千元，最多3千元") == {"2000元", "3000元"}
    assert quantities("一亿三千万元") == {"130000000元"}
    assert quantities("按1%交。例如告10万元，交1000元。另交50元") == {"1%", "50元"}


def test_text_checks() -> None:
    assert forbidden("这官司包赢") == ["包赢"]
    assert unconfirmed("打12348或110，法院在龙华区观天路166号") == []
    assert unconfirmed("打13800138000") == ["13800138000"]
    assert overlap("工资拖欠", "工资拖欠") == 1.0
    assert look_alikes([("a", "房东不退押金"), ("b", "房东不退押金啊"), ("c", "狗咬人")], 0.8)[0][0] == "a"


def test_a_coming_change_of_law_is_announced(tmp_path: Path, book: StatuteBook) -> None:
    write_faq(tmp_path, FAQ.replace("劳动合同法第三十条", "商标法第四条"))
    warnings = [str(w) for w in check(load_content(tmp_path), book, TODAY).warnings]
    assert any("会变" in warning for warning in warnings)


def test_on_the_day_the_law_is_gone_it_fails(tmp_path: Path, book: StatuteBook) -> None:
    """`--on`: what only warned before is an error from that day on; before a law, too, there is nothing to cite."""
    write_faq(tmp_path, FAQ.replace("劳动合同法第三十条", "环境保护法第一条"))
    content = load_content(tmp_path)
    ledger = read_all(content, book, date(2026, 8, 1), tmp_path / "reviews")
    assert check(content, book, date(2026, 8, 14), ledger=ledger).problems == []
    assert any("会变" in str(w) for w in check(content, book, date(2026, 8, 1), ledger=ledger).warnings)
    gone = [str(problem) for problem in check(content, book, date(2026, 8, 15), ledger=ledger).problems]
    assert any("没有可引用的文本" in problem for problem in gone)


def test_what_nobody_read_or_was_changed_since_fails(tmp_path: Path, book: StatuteBook) -> None:
    assert problems_of(tmp_path, book, FAQ) == []
    faq, ledger = tmp_path / "faq" / "one.yml", tmp_path / "reviews"

    def said_of(text: str) -> list[str]:
        faq.write_text(text, "utf-8")
        report = check(load_content(tmp_path), book, TODAY, ledger=ledger)
        assert report.reviewed == report.entries - len(report.problems)
        return [str(problem) for problem in report.problems]

    (changed,) = said_of(FAQ.replace("把合同和工资条收好", "把合同收好"))
    assert f"{faq}:1: labour.wages.test：审读（{TODAY}）之后改过" in changed
    assert said_of(FAQ.replace("工资拖着不给", "工钱一直欠着")) == []  # wordings are no part of what was read
    (unread,) = said_of(FAQ.replace("labour.wages.test", "labour.wages.new"))
    assert "labour.wages.new：还没有第二人对照法条审读" in unread
