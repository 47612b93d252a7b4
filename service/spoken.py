"""Understanding what people type into an interview: amounts, numbers, dates, choices."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000, "k": 1000, "K": 1000}
_NUMBER = re.compile(
    r"(?P<digits>\d[\d,，]*(?:\.\d+)?)\s*(?P<unit>[万千百亿wWkK]?)(?P<rest>[一二三四五六七八九]|\d(?!\d))?"
    r"|(?P<han>[零〇一二两三四五六七八九十百千万亿]+)(?P<half>半)?"
)


def parse_number(text: str) -> Decimal | None:
    """The one number a person says: "三万五" is 35000, "1.2万" 12000, "八千多" 8000, "两个半月" 2.5; None when there is none."""
    plain = unicodedata.normalize("NFKC", text)
    found = _NUMBER.search(plain)
    if not found:
        return Decimal("0.5") if "半" in plain else None
    if found["digits"]:
        value = _decimal(found["digits"].replace(",", "").replace("，", ""))
        if value is None:
            return None
        scale = {"千": 1000, "百": 100, **_BIG}.get(found["unit"], 1)
        value *= scale
        if found["rest"] and scale > 1:  # "3万5": the digit counts tenths of the unit
            value += Decimal(_DIGITS.get(found["rest"]) or int(found["rest"])) * scale / 10
        return value
    value = Decimal(han_number(found["han"]))
    after = plain[found.end() :]
    if found["half"]:
        value += _half_of(found["han"])
    elif re.match(r"(个|年|天|小时|月)半", after):
        value += Decimal("0.5")
    return value


# "一个月五千五", "一共三万": of a sum of money, neither the month nor the 一 of 一共 is a part. (Not after another numeral: 三万五一年.)
_NO_MONEY = re.compile(
    r"(?<![\d.零〇一二两三四五六七八九十百千万亿])"
    r"(?:一(?:共|起|直|些|般|样|定|部分|次性)|(?:\d{1,4}|[一二两三四五六七八九十]{1,2})\s*个?半?(?:月|年|天|日|周|星期|小时|人))"
)


def parse_amount(text: str) -> Decimal | None:
    """A sum of money: the number that counts neither time nor people. "一共五千五" 5500; None for "三个月"."""
    return parse_number(_NO_MONEY.sub("每", unicodedata.normalize("NFKC", text)))


def _half_of(han: str) -> Decimal:
    return Decimal({"万": 5000, "千": 500, "百": 50}.get(han[-1], 0)) or Decimal("0.5")


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def han_number(text: str) -> int:
    """Spoken Chinese number: also the clipped tail of "三万五" (35,000) and "两千三" (2,300)."""
    total = section = digit = 0
    last_unit = 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            if char in "零〇":
                last_unit = 1
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            last_unit, digit = _UNITS[char], 0
        else:
            total = (total + section + digit or 1) * _BIG[char]
            last_unit, section, digit = _BIG[char], 0, 0
    if digit and last_unit >= 100:
        digit *= last_unit // 10
    return total + section + digit


_N = r"[\d.]+|[零〇一二两三四五六七八九十百半]+"
_YEARS_SAID = re.compile(rf"(?P<y>{_N})\s*(?:周|整)?年(?P<half>半)?")
_MONTHS_SAID = re.compile(rf"(?P<m>{_N})\s*个?(?P<half>半)?月(?P<after>半)?")
_RATE = re.compile(rf"(?P<n>{_N})\s*(?P<unit>分|厘|%|％|个点|成)?\s*(?P<more>[一二三四五六七八九半\d])?")
_MONTHLY = re.compile(r"月|分|厘")


def parse_years(text: str) -> Decimal | None:
    """A length of time in years: "四年八个月" 4.6667, "五年半" 5.5, "8个月" 0.6667, a bare "5" 5."""
    plain = unicodedata.normalize("NFKC", text)
    years, months = _YEARS_SAID.search(plain), _MONTHS_SAID.search(plain)
    if not years and not months:
        return parse_number(plain) if _NUMBER.fullmatch(plain.strip()) or plain.strip() == "半年" else None
    total = Decimal(0)
    if years:
        total += (parse_number(years["y"]) or Decimal(0)) + (Decimal("0.5") if years["half"] else 0)
    if months:
        part = (parse_number(months["m"]) or Decimal(0)) + (Decimal("0.5") if months["half"] else 0)
        total += part / 12
    return total.quantize(Decimal("0.0001")).normalize()


def parse_rate(text: str) -> Decimal | None:
    """Per cent a year: "年利率12%" 12, "月息2分" 24, "1分5" 18, "五厘" 6, "百分之十五" 15, a bare "12" 12."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if re.search(r"没有?(约定|说|写)?利息|无息|不要利息|不算利息", plain):
        return Decimal(0)
    hundredths = re.search(rf"(?P<of>[百千万])分之(?P<n>{_N})", plain)
    found = hundredths or _RATE.search(re.sub(r"\d{4}年|\d+月\d*[日号]?", "", plain))
    if not found:
        return None
    value = parse_number(found["n"])
    if value is None:
        return None
    unit = None
    if hundredths:
        value /= {"百": 1, "千": 10, "万": 100}[hundredths["of"]]
    else:
        unit = found["unit"]
    if unit in ("分", "厘", "成") and found["more"]:
        value += Decimal("0.5") if found["more"] == "半" else (parse_number(found["more"]) or Decimal(0)) / 10
    if unit == "厘":
        value /= 10
    if unit == "成":
        value *= 10
    yearly = "年" in plain
    if re.search(r"日(利|息)|[每一](天|日)", plain) and not yearly:
        return (value * 365).normalize()
    monthly = _MONTHLY.search(re.sub("[百千万]分之", "", plain)) and not yearly
    return (value * 12 if monthly else value).normalize()


_DATE = re.compile(r"(?P<y>\d{4}|\d{2})[年./-](?P<m>\d{1,2})(?:[月./-](?P<d>\d{1,2})?)?")
_MONTH_DAY = re.compile(
    r"(?P<m>\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:(?P<d>\d{1,2}|[一二三]?十?[一二三四五六七八九]?)[日号])?"
)
_AGO = re.compile(
    r"(?P<n>[\d一二两三四五六七八九十半]+)(?P<half>个半)?(?:个)?(?P<u>天|日|周|星期|礼拜|月|年)(?:多)?(?:以)?前"
)
_YEARS = {"今年": 0, "去年": -1, "前年": -2, "大前年": -3}
_DAYS = {"今天": 0, "昨天": -1, "前天": -2, "大前天": -3, "今早": 0, "昨晚": -1}
_HOLIDAYS = {"国庆": (10, 1), "元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1)}
# Feasts of the lunar calendar, as they fell.
_SPRING = (
    "2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 "
    "2026-02-17 2027-02-06"
)
_FEASTS = {
    "春节": _SPRING, "过年": _SPRING,
    "端午": "2018-06-18 2019-06-07 2020-06-25 2021-06-14 2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19",
    "中秋": "2018-09-24 2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25",
}  # fmt: skip
_WEEKDAYS = "一二三四五六日"
_WEEKDAY = re.compile(r"(?P<which>上上|上|这|本|下)?个?(?:周|星期|礼拜)(?P<d>[一二三四五六日天])")
_DAY_OF_MONTH = re.compile(r"月(?P<d>\d{1,2}|[一二三]?十?[一二三四五六七八九])[日号]")


def parse_date(text: str, today: date) -> date | None:
    """The day a person means, counted from `today` (Asia/Shanghai): "去年国庆", "上个月底", "3月5号", "2025.6", "半年前".

    A month without a day is its first day; None when nothing fits or the day does not exist.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    try:
        return _explicit(plain) or _relative(plain, today) or _in_year(plain, today)
    except (ValueError, OverflowError):
        return None


def _explicit(plain: str) -> date | None:
    found = _DATE.search(plain)
    if not found:
        return None
    year = int(found["y"])
    return date(year if year > 99 else 2000 + year, int(found["m"]), int(found["d"] or 1))


def _relative(plain: str, today: date) -> date | None:
    for word in sorted(_DAYS, key=len, reverse=True):
        if word in plain:
            return today + timedelta(days=_DAYS[word])
    ago = _AGO.search(plain)
    if ago:
        number = parse_number(ago["n"]) or Decimal("0.5")
        days = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}.get(ago["u"])
        if days:
            return today - timedelta(days=int(number * days))
        months = number * (12 if ago["u"] == "年" else 1) + (Decimal("0.5") if ago["half"] else 0)
        moved = _months(today, -int(months))
        return moved - timedelta(days=15) if months % 1 else moved
    week = _WEEKDAY.search(plain)
    if week:
        return _weekday(week["which"], week["d"], today)
    if "上个月" in plain or "上月" in plain:
        first = _months(today.replace(day=1), -1)
        return today.replace(day=1) - timedelta(days=1) if re.search("月[底末]", plain) else _day_in(first, plain)
    if "这个月" in plain or "本月" in plain:
        return _day_in(today.replace(day=1), plain)
    return None


def _weekday(which: str | None, day: str, today: date) -> date:
    """上周五: of the week before; 周五 alone: the last one there was."""
    monday = today - timedelta(days=today.weekday())
    number = _WEEKDAYS.index(day.replace("天", "日"))
    said = monday + timedelta(days=number + 7 * {"上上": -2, "上": -1, "下": 1}.get(which or "", 0))
    return said - timedelta(days=7) if which is None and said > today else said


def _day_in(first: date, plain: str) -> date:
    found = _DAY_OF_MONTH.search(plain)
    return first.replace(day=int(parse_number(found["d"]) or 1)) if found else first


def _in_year(plain: str, today: date) -> date | None:
    shift = next((s for word, s in sorted(_YEARS.items(), key=lambda kv: -len(kv[0])) if word in plain), None)
    year = today.year + (shift or 0)
    feast = next((days for word, days in _FEASTS.items() if word in plain), "")
    if feast:
        days = [date.fromisoformat(each) for each in feast.split()]
        kept = [each for each in days if each.year == year] if shift is not None else [d for d in days if d <= today]
        return kept[-1] if kept else None
    month, day = next((md for word, md in _HOLIDAYS.items() if word in plain), (0, 0))
    found = _MONTH_DAY.search(plain)
    if not month and found:
        month, day = int(parse_number(found["m"]) or 0), int(parse_number(found["d"] or "1") or 1)
        if re.search("月[底末]", plain):
            return _months(date(year, month, 1), 1) - timedelta(days=1)
    if not month:
        if shift is None:
            return None
        month, day = (12, 31) if re.search("年[底末]", plain) else (1, 1)
    said = date(year, month, day)
    return said.replace(year=year - 1) if shift is None and said > today else said


def _months(day: date, by: int) -> date:
    index = day.year * 12 + day.month - 1 + by
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))
