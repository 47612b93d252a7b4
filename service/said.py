"""What a longer text says in passing: sums of money, how many people, days to come."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from service.spoken import parse_date, parse_number

_HAN = "零〇一二两三四五六七八九十百千万亿"
_MONEY = re.compile(
    rf"(?P<n>\d[\d,]*(?:\.\d+)?\s*[万千百亿wWkK]\d?|\d[\d,]*(?:\.\d+)?|[{_HAN}]+)(?:多|来|余|几)?\s*(?P<unit>元|块|人民币)?"
    r"(?!\s*[%％年月号日./\-个人名天次岁平点分小])"
)
_MIN_BARE = Decimal(1000)  # a number without 元 or 块 is money only when it is written as such ("三万五") and is large
_SOME = r"(?:多|几|来|余)?"
_MANY = re.compile(
    rf"(?P<n>\d{{1,5}}|几十|几百|上百|好几十|[{_HAN}]{{1,6}}){_SOME}(?:几)?(?:个|名|号|位|口)?"
    r"(?:人|工人|工友|员工|同事|农民工|民工|业主|租户|租客|家长|学员|老人|兄弟|姐妹|会员)"
)
_WORDS = {"几十": 30, "好几十": 30, "几百": 300, "上百": 100}
_TOGETHER = re.compile(
    r"我们|咱们|一起|一共|总共|全部|全厂|全班组|大家|集体|所有人|都(没|被|不|在)|(没发|不发|拖欠|欠).{0,6}(工资|工钱|薪)"
)
_ENTERPRISE = re.compile(r"(公司|厂里?|店里?|单位)(现在)?(有|共有|一共有|雇了|请了|招了)\d|规模")
_AHEAD = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3, "明早": 1}
_WEEK = re.compile(r"(?P<which>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<d>[一二三四五六日天])")
_MONTH_DAY = re.compile(r"(?P<y>\d{4}年|明年)?(?P<m>\d{1,2})[月./-](?P<d>\d{1,2})[日号]?")
_IN_DAYS = re.compile(r"(?P<n>[\d一二两三四五六七八九十]+)(?P<u>天|周|星期|个月)(?:以?后|之后)")
_NEXT_MONTH = re.compile(r"下个?月(?P<d>\d{1,2}|[一二三]?十?[一二三四五六七八九])[日号]")


def amounts(text: str) -> list[Decimal]:
    """Every sum of money, in order: "欠我三万五，还有押金2000块" -> 35000, 2000."""
    found = []
    for match in _MONEY.finditer(_plain(text)):
        value = parse_number(match["n"])
        written = match["unit"] or re.search(r"[万千wWkK百亿]", match["n"])
        counted = re.search(r"[\d一二两三四五六七八九]", match["n"])  # the 千万 of 千万不要 counts nothing
        if value and written and counted and (match["unit"] or value >= _MIN_BARE):
            found.append(value)
    return found


def people(text: str) -> int | None:
    """How many stand on the speaker's side: "我们二十几个工人" -> 20; None when nobody counts, or an employer counts his
    own staff."""
    plain = _plain(text)
    if _ENTERPRISE.search(plain) or not _TOGETHER.search(plain):
        return None
    counts = [_WORDS.get(m["n"]) or int(parse_number(m["n"]) or 0) for m in _MANY.finditer(plain)]
    return max(counts, default=0) or None


def ahead(text: str, today: date) -> date | None:
    """A day that lies ahead: "下周三开庭", "12月5号", "后天", "十天后"; None when no such day is named."""
    plain = _plain(text)
    try:
        return _relative(plain, today) or _dated(plain, today)
    except ValueError:
        return None


def day_said(text: str, today: date) -> date | None:
    """The day a text names, past days only (see `spoken.parse_date`)."""
    day = parse_date(_plain(text), today)
    return day if day and day <= today else None


def _relative(plain: str, today: date) -> date | None:
    for word in sorted(_AHEAD, key=len, reverse=True):
        if word in plain:
            return today + timedelta(days=_AHEAD[word])
    found = _IN_DAYS.search(plain)
    if found:
        days = {"天": 1, "周": 7, "星期": 7, "个月": 30}[found["u"]]
        return today + timedelta(days=int(parse_number(found["n"]) or 0) * days)
    week = _WEEK.search(plain)
    if week:
        weeks = {"下下": 14, "下": 7}.get(week["which"] or "", 0)
        day = today - timedelta(days=today.weekday()) + timedelta(days="一二三四五六日天".index(week["d"]) + weeks)
        day = day - timedelta(days=1) if week["d"] == "天" else day
        return day + timedelta(days=7) if day < today and not week["which"] else day
    return None


def _dated(plain: str, today: date) -> date | None:
    following = _NEXT_MONTH.search(plain)
    if following:
        index = today.year * 12 + today.month
        return date(index // 12, index % 12 + 1, int(parse_number(following["d"]) or 1))
    found = _MONTH_DAY.search(plain)
    if not found:
        return None
    year = today.year + 1 if found["y"] == "明年" else int((found["y"] or str(today.year))[:4])
    day = date(year, int(found["m"]), int(found["d"]))
    if not found["y"] and (today - day).days > 180:  # in November "1月8号开庭" is next year's
        day = day.replace(year=year + 1)
    return day


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "")
