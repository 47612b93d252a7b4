"""Chinese numerals <-> int, 0..99999: what article numbers and counts in statutes need.

Read: 五百七十七, 一万零一十, 两百, 廿三, 二〇二〇 (positional), 577, ５７７. Written: as statutes do (一百一十, 十二).
"""

from __future__ import annotations

import re

MAX = 99_999

DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "○": 0,
    "两": 2,
    "貳": 2,
    "兩": 2,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "萬": 10_000}
CONTRACTIONS = {"廿": "二十", "卅": "三十", "卌": "四十"}

# For other modules' patterns: one numeral, Chinese or Arabic (half or full width).
NUMERAL = r"(?:[0-9０-９]{1,5}|[零〇○一二两三四五六七八九十百千万廿卅]{1,12})"

_WRITTEN_DIGITS = "零一二三四五六七八九"
_WRITTEN_UNITS = ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"))
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def to_int(text: str) -> int:
    """The number a numeral stands for. Raises ValueError (in Chinese) for anything that is not one in 0..99999."""
    plain = text.strip().translate(_FULL_WIDTH)
    for short, long in CONTRACTIONS.items():
        plain = plain.replace(short, long)
    if re.fullmatch(r"[0-9]+", plain):
        value = int(plain) if len(plain) <= 9 else MAX + 1  # a longer string is out of range: do not even convert it
    elif plain and all(c in DIGITS for c in plain):
        value = _positional(plain)
    elif plain and all(c in DIGITS or c in UNITS for c in plain):
        value = _with_units(plain, text)
    else:
        raise ValueError(f"不是数字：{text[:20]!r}")
    if value > MAX:
        raise ValueError(f"数字超出范围（0 到 {MAX}）：{text[:20]!r}")
    return value


def to_chinese(value: int) -> str:
    """The numeral as statutes write it. Raises ValueError outside 0..99999."""
    if not 0 <= value <= MAX:
        raise ValueError(f"数字超出范围（0 到 {MAX}）：{value}")
    if value == 0:
        return "零"
    out, rest, gap = "", value, False
    for unit, sign in _WRITTEN_UNITS:
        digit, rest = divmod(rest, unit)
        if digit:
            out += ("零" if gap and out else "") + _WRITTEN_DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    if rest:
        out += ("零" if gap and out else "") + _WRITTEN_DIGITS[rest]
    return out.removeprefix("一") if 10 <= value < 20 else out


def _positional(plain: str) -> int:
    value = 0
    for char in plain:
        value = value * 10 + DIGITS[char]
        if value > MAX:
            break
    return value


def _with_units(plain: str, text: str) -> int:
    """十二, 一百零五, 一万二千: units must fall, and no digit may be lost. 零 only fills."""
    total, digit, last, zero = 0, None, 100_000, False
    for char in plain:
        if char in UNITS:
            unit = UNITS[char]
            if unit >= last or digit == 0 or (digit is None and unit != 10):
                raise ValueError(f"不是数字：{text[:20]!r}")
            total += (1 if digit is None else digit) * unit
            digit, last, zero = None, unit, False
        elif DIGITS[char] == 0:
            if digit is not None or zero or total == 0:
                raise ValueError(f"不是数字：{text[:20]!r}")
            zero = True
        else:
            if digit is not None:
                raise ValueError(f"不是数字：{text[:20]!r}")
            digit, zero = DIGITS[char], False
    if zero:
        raise ValueError(f"不是数字：{text[:20]!r}")
    return total + (digit or 0)
