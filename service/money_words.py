"""Amounts in capital Chinese numerals, as bills and court papers want them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DIGITS, UNITS, GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")
MOST = Decimal(10) ** 16


def capital(amount: Decimal) -> str:
    """`Decimal("35000.5")` -> 叁万伍仟元伍角整; rounded to the cent. Raises ValueError below zero or from 10^16 on."""
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 <= cents < MOST * 100:
        raise ValueError("amount out of range")
    yuan, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan or not rest else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    return text + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    if number == 0:
        return "零"
    text, gap = "", False
    for position in reversed(range(4)):
        group = number // 10_000**position % 10_000
        if group == 0:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text, gap = text + _group(group) + GROUPS[position], False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for position in reversed(range(4)):
        digit = number // 10**position % 10
        if digit == 0:
            gap = bool(text)
            continue
        text, gap = text + ("零" if gap else "") + DIGITS[digit] + UNITS[position], False
    return text
