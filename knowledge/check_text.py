"""Checks on the wording of content: promises, unverified facts, numbers that no cited article has, look-alikes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from knowledge.statutes.numerals import NUMERAL, to_int

FORBIDDEN = (
    "保证胜诉", "包赢", "稳赢", "必赢", "一定能赢", "一定赢", "肯定能赢", "肯定赢", "百分之百", "100%能", "绝对能", "包打赢",
    "肯定能要回", "一定能要回", "保证要回", "必胜", "敬请期待",
)  # fmt: skip
# Confirmed in facts/longhua.md or by law; any other phone-like number is an unconfirmed fact.
HOTLINES = frozenset(
    [
        "110",
        "119",
        "120",
        "122",
        "12345",
        "12348",
        "12368",
        "12338",
        "12333",
        "12315",
        "12355",
        "12356",
        "12366",
        "12309",
        "12305",
        "12321",
        "12377",
        "12388",
        "96110",
    ]
)
ADDRESSES = ("观天路166号",)
# The minimum wage of Shenzhen since 2025-03-01 (粤府函〔2025〕23号, facts/longhua.md): a notice, no article to cite.
CONFIRMED_SUMS = frozenset(["2520元", "23.7元"])
_PHONE = re.compile(
    r"(?<![\d.])(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4}|1\d{2}|12\d{3}|96\d{3,4})(?![\d.])(?!号)(?=\D|$)"
)
_ADDRESS = re.compile(r"[\u4e00-\u9fff]{2,6}(?:路|街|大道|巷)\d+号")
_UNIT = r"个月|月|年|日|天|周岁|岁|小时|分钟|倍|%|周"
_QUANTITY = re.compile(
    rf"(?P<percent>百分之(?P<of>{NUMERAL}))|(?P<number>\d+(?:\.\d+)?|{NUMERAL})(?P<half>半)?个?(?P<unit>{_UNIT})"
)
_HAN = "零〇一二两三四五六七八九十百千万亿"
_MONEY = re.compile(rf"(?:(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<scale>[千万亿]?)|(?P<han>[{_HAN}]+))元")
_SCALE = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_WORKED_OUT = re.compile(r"例如[^。]*")  # the sum of an example follows from the rule and stands in no article
# Of a range, both ends are said: 百分之二十至三十, 30—50%.
_PERCENT_RANGE = re.compile(rf"百分之(?P<low>{NUMERAL})[至到](?={NUMERAL}(?!分))|(?P<from>\d+)[—–~至到-](?=\d+%)")
_SAME_UNIT = {"天": "日", "个月": "月", "岁": "周岁"}
_CLAUSE_DATE = re.compile(
    r"第[一二三四五六七八九]天|[两三四五六七八]{2}天|\d{4}年(\d{1,2}月(\d{1,2}日)?)?|(每|当|同|本|上|下|次|半|几|多|去|前|近|整|隔|某)个?(月|年|天|日|周)"
)

_EXAMPLE = re.compile(r"[“\"][^”\"]*[”\"]")  # words put into the person's mouth are no claim about the law


def wording(sentences: Iterable[str]) -> Iterator[str]:
    """What may not be said in them: promises, and facts nobody verified."""
    for text in sentences:
        yield from (f"不许承诺结果：“{phrase}”" for phrase in forbidden(text))
        yield from (f"没有核实过的电话或地址：“{fact}”" for fact in unconfirmed(text))


def forbidden(text: str) -> list[str]:
    """Promises of outcome the text makes."""
    return [phrase for phrase in FORBIDDEN if phrase in text]


def unconfirmed(text: str) -> list[str]:
    """Phone numbers and addresses that nobody verified."""
    phones = [p for p in _PHONE.findall(text) if p not in HOTLINES and not _counted(text, p)]
    return phones + [a for a in _ADDRESS.findall(text) if not a.endswith(ADDRESSES)]


def _counted(text: str, number: str) -> bool:
    """Whether a three-digit number counts something (150%, 150元) rather than being dialled."""
    return bool(re.search(rf"{number}\s*(%|％|元|倍|块|平|条|日|天|人|万|%)", text))


def quantities(text: str) -> set[str]:
    """Numbers with their unit, written alike: "30天" and "三十日" are both "30日"; "百分之三十" and "30%" are "30%"."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _PERCENT_RANGE.sub(lambda m: f"百分之{m['low']}、百分之" if m["low"] else f"{m['from']}%", plain)
    plain = _EXAMPLE.sub("", _CLAUSE_DATE.sub("", plain))
    found: set[str] = set()
    for match in _QUANTITY.finditer(plain):
        if match["percent"]:
            found.add(f"{_int(match['of'])}%")
            continue
        number = match["number"]
        value = number if number[0].isdigit() else str(_int(number))
        unit = _SAME_UNIT.get(match["unit"], match["unit"])
        found.add(f"{value}{'.5' if match['half'] else ''}{unit}")
    return found | (_sums(plain) - CONFIRMED_SUMS)


def _sums(plain: str) -> set[str]:
    """Sums of money in yuan: 五百万元 and 500万元 are both "5000000元"."""
    found: set[str] = set()
    for match in _MONEY.finditer(_WORKED_OUT.sub("", plain)):
        if match["digits"]:
            value = Decimal(match["digits"].replace(",", "")) * _SCALE[match["scale"]]
        else:
            value = Decimal(_large(match["han"]))
        found.add(f"{value.normalize():f}元")
    return found


def _large(text: str) -> int:
    """A Chinese numeral beyond what articles are numbered with: 五百万, 三亿."""
    for sign in "亿万":
        head, found, tail = text.rpartition(sign)
        if found:
            return _large(head or "一") * _SCALE[sign] + (_large(tail) if tail else 0)
    return _int(text)


def _int(text: str) -> int:
    try:
        return to_int(text)
    except ValueError:
        return -1


@lru_cache(maxsize=65536)
def bigrams(text: str) -> frozenset[str]:
    plain = re.sub(r"\W", "", unicodedata.normalize("NFKC", text).lower())
    return frozenset(plain[i : i + 2] for i in range(max(1, len(plain) - 1)))


def overlap(left: str, right: str) -> float:
    """Share of character bigrams two texts have in common (Jaccard, 0..1)."""
    a, b = bigrams(left), bigrams(right)
    return len(a & b) / len(a | b)


def look_alikes(texts: Iterable[tuple[str, str]], at_least: float) -> list[tuple[str, str, str, str]]:
    """Pairs (owner, text, owner, text) of different owners that overlap at least so much; an inverted index keeps it fast."""
    rows = list(texts)
    by_bigram: dict[str, list[int]] = {}
    pairs: list[tuple[str, str, str, str]] = []
    for at, (owner, text) in enumerate(rows):
        shared: dict[int, int] = {}
        for gram in bigrams(text):
            for other in by_bigram.setdefault(gram, []):
                shared[other] = shared.get(other, 0) + 1
            by_bigram[gram].append(at)
        for other, count in shared.items():
            union = len(bigrams(text)) + len(bigrams(rows[other][1])) - count
            if count / union >= at_least and rows[other][0] != owner:
                pairs.append((*rows[other], owner, text))
    return pairs
