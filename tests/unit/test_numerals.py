"""Chinese numerals, by table and by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.statutes.numerals import MAX, to_chinese, to_int

WRITTEN = [
    (0, "零"),
    (3, "三"),
    (10, "十"),
    (12, "十二"),
    (20, "二十"),
    (101, "一百零一"),
    (110, "一百一十"),
    (118, "一百一十八"),
    (577, "五百七十七"),
    (1000, "一千"),
    (1010, "一千零一十"),
    (1042, "一千零四十二"),
    (1260, "一千二百六十"),
    (10010, "一万零一十"),
    (20300, "二万零三百"),
    (99999, "九万九千九百九十九"),
]
ALSO_READ = [
    ("５７７", 577),
    ("0577", 577),
    ("两百", 200),
    ("廿三", 23),
    ("二〇二〇", 2020),
    ("一百〇五", 105),
    ("拾贰", 12),
    (" 38 ", 38),
]
NOT_NUMBERS = [
    "",
    " ",
    "条",
    "百",
    "十百",
    "五五百",
    "零十",
    "一百零",
    "12a",
    "１２３４５６７",
    "九十九万",
    "9" * 5000,
    "一" * 5000,
]


@pytest.mark.parametrize(("value", "written"), WRITTEN)
def test_written_form(value: int, written: str) -> None:
    assert to_chinese(value) == written
    assert to_int(written) == value


@pytest.mark.parametrize(("text", "value"), ALSO_READ)
def test_other_forms_are_read(text: str, value: int) -> None:
    assert to_int(text) == value


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="数字"):
        to_int(text)


@given(st.integers(0, MAX))
def test_round_trip(value: int) -> None:
    assert to_int(to_chinese(value)) == to_int(str(value)) == value


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万廿0９ ", max_size=12))
def test_never_another_error(text: str) -> None:
    try:
        value = to_int(text)
    except ValueError:
        return
    assert 0 <= value <= MAX
    assert to_int(to_chinese(value)) == value


@pytest.mark.parametrize("value", [-1, MAX + 1])
def test_out_of_range_is_not_written(value: int) -> None:
    with pytest.raises(ValueError, match="超出范围"):
        to_chinese(value)
