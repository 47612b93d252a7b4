"""The table of unpaid wages: right lines are kept, wrong ones named with line, column and remedy, and nothing is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wage_table import (
    CellError,
    TableError,
    decode,
    looks_like_line,
    looks_like_table,
    read_line,
    read_months,
    read_table,
)

TODAY = date(2026, 11, 26)
NAMES = st.text(alphabet="张王李赵陈刘杨黄周吴徐孙马朱胡林郭何高罗", min_size=2, max_size=4)
CENTS = st.integers(min_value=1, max_value=99_999_999).map(lambda cents: Decimal(cents) / 100)
HALVES = st.integers(min_value=1, max_value=480).map(lambda halves: Decimal(halves) / 2)
ROWS = st.lists(st.tuples(NAMES, HALVES, CENTS), min_size=1, max_size=30, unique_by=lambda row: row[0])
SIGNS = st.sampled_from([",", "，", "\t", ";", "；", "|"])


@given(rows=ROWS, sign=SIGNS, newline=st.sampled_from(["\n", "\r\n", "\r"]), header=st.booleans())
def test_what_is_right_is_read_to_the_cent(rows, sign, newline, header) -> None:
    lines = [sign.join((name, str(months), str(owed))) for name, months, owed in rows]
    text = newline.join([*([sign.join(("姓名", "欠薪月份", "欠薪金额"))] if header else []), *lines])
    table = read_table(text, TODAY)
    assert not table.problems and not table.left_over
    assert [(line.name, line.months, line.owed) for line in table.lines] == rows


@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"]))
def test_files_as_spreadsheets_save_them(rows, encoding) -> None:
    text = "姓名,欠薪月份,欠薪金额\n" + "\n".join(f"{name},{months},{owed}" for name, months, owed in rows)
    assert len(read_table(decode(text.encode(encoding)), TODAY).lines) == len(rows)


@given(text=st.text(alphabet="张三,，\t;\"'-+.0123456789万元年月 \n=姓名", max_size=200))
def test_every_line_is_kept_or_named(text) -> None:
    """Whatever is pasted: no line disappears, no problem is without words, and nothing impossible is kept."""
    header = "姓名,欠薪月份,欠薪金额"
    try:
        table = read_table(f"{header}\n{text}", TODAY)
    except TableError as error:
        assert str(error)
        return
    meant = [line for line in text.split("\n") if line.strip(" ,，;；\t")]
    assert len(table.lines) + len(table.problems) == len(meant)
    assert all(problem.message and problem.raw in text for problem in table.problems)
    assert all(0 < line.months <= 240 and 0 < line.owed <= 10_000_000 for line in table.lines)
    assert all(problem.raw in table.left_over for problem in table.problems)


@given(content=st.binary(max_size=300))
def test_no_file_breaks_it(content) -> None:
    try:
        read_table(decode(content), TODAY)
    except TableError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("李四,3,-500", "欠薪金额", "不能是负数"),
        ("李四,3,99999999999", "欠薪金额", "多写了零"),
        ("李四,3,0", "欠薪金额", "没有欠薪"),
        ("李四,3,一些", "欠薪金额", "没看懂"),
        ("李四,0,500", "欠薪月份", "大于 0"),
        ("李四,999,500", "欠薪月份", "不超过 240"),
        ("李四,2026-13,500", "欠薪月份", "没有 13 月"),
        ("李四,2026-12,500", "欠薪月份", "还没有到"),
        ("李四,2026-05至2026-03,500", "欠薪月份", "在开始之前"),
        ("李四,,500", "欠薪月份", "补上"),
        (",3,500", "姓名", "没有写姓名"),
        ("13800138000,3,500", "姓名", "不像一个姓名"),
        ("张三,1,500", "姓名", "第 2 行已经有了"),
        ("李四,3,1,500", "", "金额里的逗号"),
        ("李四,3", "", "2 格"),
        ('李四,3,"500', "", "引号"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_kept(line: str, column: str, words: str) -> None:
    table = read_table(f"姓名,欠薪月份,欠薪金额\n张三,3,15000\n{line}\n王五,2,8000", TODAY)
    assert [kept.name for kept in table.lines] == ["张三", "王五"]
    (problem,) = table.problems
    assert (problem.number, problem.column, problem.raw) == (3, column, line)
    assert words in problem.message and "第 3 行" in problem.words
    assert table.left_over == f"姓名,欠薪月份,欠薪金额\n{line}"


def test_the_calculator_sums_and_what_disagrees_is_asked() -> None:
    table = read_table("姓名\t月工资\t欠几个月\t已发\n张三\t5,000\t2.5\t1000\n李四\t5000\t1\t9000", TODAY)
    assert table.lines[0].owed == Decimal("11500.00")
    assert table.problems[0].column == "已发" and "还多" in table.problems[0].message
    table = read_table("姓名,月工资,欠薪月份,欠薪金额\n张三,5000,3,12000\n李四,5000,3,15000", TODAY)
    assert "对不上" in table.problems[0].message and table.lines[0].name == "李四"


def test_an_amount_split_by_its_comma_is_not_taken_for_a_small_one() -> None:
    table = read_table("姓名,欠薪月份,欠薪金额,备注\n张三,1,1，000", TODAY)
    assert not table.lines and "逗号" in table.problems[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "空的"),
        ("姓名,欠薪月份,欠薪金额", "只有表头"),
        ("姓名,备注\n张三,x", "欠薪月份、欠薪金额"),
        ("姓名,欠薪月份\n张三,3", "欠薪金额"),
        ("公司不发工资", "没找到表头"),
        ("姓名,欠薪月份,欠薪金额\n" + "张三,1,1\n" * 501, "最多 500 行"),
    ],
)
def test_what_is_no_table_says_what_to_do(text: str, words: str) -> None:
    with pytest.raises(TableError, match=words):
        read_table(text, TODAY)


def test_an_excel_file_is_told_from_a_broken_one() -> None:
    with pytest.raises(TableError, match="另存为"):
        decode(b"PK\x03\x04rest")
    with pytest.raises(TableError, match="读不出来"):
        decode(b"\x81\x00\xff")


def test_unknown_columns_are_named_and_not_kept() -> None:
    table = read_table("姓名，身份证号，欠薪月份，欠薪金额\n张三，440301199001011234，3，15000", TODAY)
    assert table.unused == ("身份证号",) and "4403" not in repr(table.lines)


def test_months_of_the_calendar() -> None:
    assert read_months("2026年3月至5月", TODAY) == (3, "2026年3月至5月")
    assert read_months("2025-11~2026-01", TODAY)[0] == 3
    assert read_months("2个月", TODAY) == (2, "")


@pytest.mark.parametrize("text", ["张三，3，15000", "张三 3个月 1.5万", "张三、3、15000元"])
def test_ones_own_line(text: str) -> None:
    assert looks_like_line(text)
    line = read_line(text, TODAY)
    assert (line.name, line.months, line.owed) == ("张三", 3, Decimal(15000))


def test_other_words_are_no_line() -> None:
    for text in ("公司欠我三个月工资，一共15000，怎么办", "你好", "张三，3", "老板跑了，怎么办，找谁"):
        assert not looks_like_line(text), text
    assert looks_like_table("姓名,欠薪月份,欠薪金额\n张三,3,15000")
    assert not looks_like_table("公司欠薪，怎么办\n已经三个月了")
    with pytest.raises((CellError, TableError)):
        read_line("张三，三个，很多5", TODAY)
