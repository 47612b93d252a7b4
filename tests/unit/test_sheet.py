"""Lines of Chinese as they are set on paper."""

from hypothesis import given
from hypothesis import strategies as st

from service.sheet_pdf import NEVER_FIRST, broken_lines


def wide(text: str) -> float:
    return float(sum(1 if ord(c) < 128 else 2 for c in text))


def test_no_line_begins_with_a_closing_mark() -> None:
    assert broken_lines("月工资六千元（陆仟元整）。被申请人", 24, wide) == ["月工资六千元（陆仟元", "整）。被申请人"]
    assert broken_lines("他说：“走吧”", 8, wide) == ["他说：", "“走吧”"]


def test_numbers_stay_whole() -> None:
    assert broken_lines("一共18,000元", 9, wide) == ["一共", "18,000元"]


@given(st.text("甲乙，。（）“”12ab \n", max_size=80), st.integers(8, 30))
def test_nothing_is_lost_and_every_line_fits(text: str, width: int) -> None:
    lines = broken_lines(text, width, wide)
    assert "".join(lines) == text.replace("\n", "")
    assert all(wide(line) <= width for line in lines)


@given(st.text("甲乙丙丁，", min_size=1, max_size=80).filter(lambda t: "，，" not in t and not t.startswith("，")))
def test_the_rule_holds_wherever_marks_are_single(text: str) -> None:
    assert not any(line[0] in NEVER_FIRST for line in broken_lines(text, 12, wide) if line)
