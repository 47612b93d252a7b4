"""The table of unpaid wages as workers paste or upload it, read line by line: what is right is kept, what is wrong is named with
line, column and remedy, and comes back as it was. Sums by the calculator of unpaid wages. Pure; the day is given."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from knowledge.calculators.core import CalculationError, cents, plain, yuan
from knowledge.calculators.rates import load_rates
from knowledge.calculators.unpaid_wages import CALCULATOR

Column = Literal["name", "months", "wage", "paid", "amount"]
TITLES: dict[Column, str] = {
    "name": "姓名",
    "months": "欠薪月份",
    "wage": "月工资",
    "paid": "已发",
    "amount": "欠薪金额",
}
ALIASES: dict[Column, frozenset[str]] = {
    "name": frozenset({"姓名", "名字", "员工姓名", "工人姓名", "员工", "工人"}),
    "months": frozenset({"欠薪月份", "欠薪月数", "欠几个月", "月份", "月数", "欠薪时间", "欠薪期间"}),
    "wage": frozenset({"月工资", "月薪", "工资", "每月工资"}),
    "paid": frozenset({"已发", "已付", "已发金额", "已发工资"}),
    "amount": frozenset({"欠薪金额", "金额", "欠薪", "拖欠金额", "欠款", "欠多少", "欠薪总额"}),
}
EXAMPLE = "姓名,欠薪月份,欠薪金额"
MOST_LINES, MOST_MONTHS = 500, Decimal(240)
MOST_OWED = Decimal(10_000_000)
_NUMBER = re.compile(r"([+-]?)(\d{1,18}(?:\.\d{1,4})?)(万?)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?万?")
_PERIOD = re.compile(r"(\d{4})[-./年](\d{1,2})月?(?:[-~—到至]+(?:(\d{4})[-./年])?(\d{1,2})月?)?")
_FIELDS: dict[str, Column] = {"monthly_wage": "wage", "months": "months", "paid": "paid"}


class TableError(ValueError):
    """Nothing of it can be read; the message says why and what to do, for people."""


class CellError(ValueError):
    """One cell cannot be used; the message is for people."""

    def __init__(self, column: Column, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class WageLine:
    """One worker: `months` how many are owed, `owed` yuan (to the cent), `period` as written when it was months of the
    calendar. `number`: the line in what was pasted, from 1."""

    number: int
    name: str
    months: Decimal
    owed: Decimal
    period: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line; `raw`: the line as it came."""

    number: int
    column: str
    message: str
    raw: str

    @property
    def words(self) -> str:
        return f"第 {self.number} 行{f'“{self.column}”' if self.column else ''}：{self.message}"


@dataclass(frozen=True)
class WageTable:
    """`header`: the line that names the columns, as it came; `unused`: columns that were not kept."""

    lines: list[WageLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    header: str = ""
    unused: tuple[str, ...] = ()

    @property
    def left_over(self) -> str:
        """What could not be used, to be mended and sent again."""
        rows = [problem.raw for problem in self.problems]
        return "\n".join([self.header, *rows] if self.header else rows) if rows else ""


def decode(content: bytes) -> str:
    """The text of a file, as spreadsheets save it: UTF-8 (with or without mark), UTF-16 with mark, GBK. Raises TableError."""
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise TableError("这是 Excel 文件。请在表格里点“另存为”，选 CSV，再上传；或者把表格复制了贴在框里。")
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError("这个文件里的文字读不出来。请把表格另存为 CSV 再上传，或者复制了贴在框里。")


def read_table(text: str, today: date) -> WageTable:
    """Raises TableError when there is no table in it."""
    rows = [(number, raw) for number, raw in enumerate(_lines(text), 1) if _even(raw).strip(" ,;\t")]
    if not rows:
        raise TableError(f"表是空的。第一行写“{EXAMPLE}”，下面一人一行。")
    first, separator = rows[0][1], _separator(rows[0][1])
    columns, unused = _columns(first, separator)
    header = first if columns else ""
    if columns:
        rows = rows[1:]
        _complete(columns)
    else:
        columns = {"name": 0, "months": 1, "amount": 2}
        if not any(_plainly_three(raw, separator) for _, raw in rows):
            raise TableError(f"没找到表头。第一行请写“{EXAMPLE}”，下面一人一行，例如“张三,3,15000”。")
    if not rows:
        raise TableError("只有表头，没有人。请在下面一人一行填上。")
    if len(rows) > MOST_LINES:
        raise TableError(f"一次最多 {MOST_LINES} 行，这张表有 {len(rows)} 行。请分成几张上传，已经登记的不会丢。")
    width = len(_cells(first, separator)) if header else 3
    table = WageTable(header=header, unused=unused)
    seen: dict[str, int] = {}
    for number, raw in rows:
        try:
            cells = _checked_cells(raw, separator, width)
            _no_split_amount(cells, columns)
            line = _line(number, cells, columns, today)
            if line.name in seen:
                raise CellError(
                    "name",
                    f"“{line.name}”在第 {seen[line.name]} 行已经有了。是同一个人请删掉一行，同名请写成“{line.name}(手机尾号)”",
                )
        except CellError as error:
            table.problems.append(Problem(number, TITLES[error.column], str(error), raw))
        except TableError as error:
            table.problems.append(Problem(number, "", str(error), raw))
        else:
            seen[line.name] = number
            table.lines.append(line)
    return table


def read_line(text: str, today: date) -> WageLine:
    """One worker's own words: “张三，3，15000” (name, months, yuan owed). Raises TableError or CellError."""
    raw = text.strip()
    cells = [cell for cell in _cells(raw, _separator(raw)) if cell]
    if len(cells) != 3:
        raise TableError("请回复三样，用逗号隔开：姓名，欠几个月，一共欠多少元。例如：张三，3，15000")
    return _line(1, cells, {"name": 0, "months": 1, "amount": 2}, today)


def looks_like_table(text: str) -> bool:
    """Whether a message is meant as a table: its first line names the columns and there are more lines."""
    lines = [line for line in _lines(text) if line.strip()]
    if len(lines) < 2:
        return False
    columns, _ = _columns(lines[0], _separator(lines[0]))
    return "name" in columns and len(columns) >= 2


def looks_like_line(text: str) -> bool:
    """Whether a message may be meant as one's own line: three short parts, the last two with a number."""
    raw = text.strip()
    cells = [cell for cell in _cells(raw, _separator(raw)) if cell] if "\n" not in raw and len(raw) <= 80 else []
    return len(cells) == 3 and all(re.search(r"\d", cell) for cell in cells[1:])


def read_name(text: str) -> str:
    """Raises CellError."""
    name = _even(text).strip()
    if not name:
        raise CellError("name", "没有写姓名，请补上")
    if len(name) > 20 or re.fullmatch(r"[\d.\s+-]+", name) or not any(c.isalpha() for c in name):
        raise CellError("name", "这不像一个姓名，请写 20 个字以内的姓名")
    return name


def read_months(text: str, today: date) -> tuple[Decimal, str]:
    """How many months, and the period as written if it was one (“2026年3月至5月”). Raises CellError."""
    plain_text = re.sub(r"\s", "", _even(text))
    period = _PERIOD.fullmatch(plain_text)
    if period:
        return _period_months(period, today), plain_text
    value = _number(
        re.sub(r"个?月$", "", plain_text), "months", "请写欠了几个月，例如 3 或 2.5，或写“2026-03至2026-05”"
    )
    if value <= 0 or value > MOST_MONTHS:
        raise CellError("months", f"欠薪月数要大于 0、不超过 {MOST_MONTHS}，这里是 {plain(value)}，请改正")
    return value, ""


def read_money(text: str, column: Column) -> Decimal:
    """Yuan. Raises CellError."""
    plain_text = re.sub(r"[\s¥￥]|元$|块$", "", _even(text))
    value = _number(plain_text, column, "请只写多少元，例如 15000")
    if value < 0:
        raise CellError(column, "金额不能是负数，请写欠了多少元")
    if value > MOST_OWED:
        raise CellError(column, f"一个人超过 {plain(MOST_OWED)} 元，请检查是不是多写了零；确实这么多请直接转律师")
    return value


def _line(number: int, cells: list[str], columns: dict[Column, int], today: date) -> WageLine:
    def cell(column: Column) -> str:
        return cells[columns[column]] if column in columns else ""

    name = read_name(cell("name"))
    if not cell("months"):
        raise CellError("months", "没有写欠几个月，请补上，例如 3")
    months, period = read_months(cell("months"), today)
    stated = read_money(cell("amount"), "amount") if cell("amount") else None
    counted = None
    if cell("wage"):
        inputs = {
            "monthly_wage": read_money(cell("wage"), "wage"),
            "months": months,
            "paid": read_money(cell("paid"), "paid") if cell("paid") else Decimal(0),
        }
        try:
            counted = CALCULATOR.run(inputs, load_rates(), today).figures[0].value
        except CalculationError as error:
            raise CellError(_FIELDS.get(error.field or "", "wage"), str(error)) from error
    if stated is not None and counted is not None and cents(stated) != counted:
        raise CellError("amount", f"写的是 {yuan(stated)}，按月工资算是 {yuan(counted)}，对不上，请改对其中一个")
    owed = counted if counted is not None else None if stated is None else cents(stated)
    if owed is None:
        raise CellError("amount" if "amount" in columns else "wage", "没有写欠多少元，请补上")
    if owed <= 0:
        raise CellError("amount", "算下来没有欠薪，请检查；没有欠的不用登记")
    if owed > MOST_OWED:
        raise CellError("amount", f"一个人超过 {plain(MOST_OWED)} 元，请检查月工资和月数")
    return WageLine(number, name, months, owed, period)


def _period_months(found: re.Match[str], today: date) -> Decimal:
    year, month = int(found[1]), int(found[2])
    last_year, last_month = int(found[3] or year), int(found[4] or month)
    for each in (month, last_month):
        if not 1 <= each <= 12:
            raise CellError("months", f"没有 {each} 月，请改正")
    begin, end = year * 12 + month, last_year * 12 + last_month
    if end < begin:
        raise CellError("months", "结束的月份在开始之前，请对调或改正")
    if end > today.year * 12 + today.month:
        raise CellError("months", "这个月份还没有到，请写已经欠下的月份")
    count = Decimal(end - begin + 1)
    if count > MOST_MONTHS:
        raise CellError("months", f"一共 {count} 个月，超过 {MOST_MONTHS} 个月，请检查年份")
    return count


def _number(text: str, column: Column, remedy: str) -> Decimal:
    bare = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    found = _NUMBER.fullmatch(bare)
    if not found:
        raise CellError(column, f"“{text[:20]}”没看懂，{remedy}")
    try:
        return Decimal(found[1] + found[2]) * (10_000 if found[3] else 1)
    except InvalidOperation as error:  # pragma: no cover  the pattern lets nothing of the kind through
        raise CellError(column, remedy) from error


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _even(text: str) -> str:
    """Even widths, no control or format characters."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normal if c in "\t " or unicodedata.category(c)[0] != "C")


def _separator(line: str) -> str:
    even = _even(line)
    return next((sign for sign in "\t,;|" if sign in even), "、" if "、" in even else " ")


def _cells(line: str, separator: str) -> list[str]:
    """Raises TableError."""
    even = _even(line)
    if separator == " ":
        return even.split()
    try:
        row = next(csv.reader([even], delimiter=separator, strict=True, skipinitialspace=True), [])
    except csv.Error as error:
        raise TableError("引号没有成对，请删掉多出来的引号") from error
    return [cell.strip() for cell in row]


def _checked_cells(raw: str, separator: str, width: int) -> list[str]:
    cells = _cells(raw, separator)
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) != width:
        raise TableError(f"这一行有 {len(cells)} 格，应当是 {width} 格；金额里的逗号请去掉，没有的格子也要留着逗号")
    return cells


def _no_split_amount(cells: list[str], columns: dict[Column, int]) -> None:
    """“1,000” without quotes falls into two cells; where a column nobody reads stands behind, the line would still fit."""
    for column in ("wage", "paid", "amount"):
        after = columns.get(column, len(cells)) + 1
        if after < len(cells) and after not in columns.values() and re.fullmatch(r"\d{3}(\.\d+)?", cells[after]):
            raise CellError(column, "金额后面像是被逗号隔开了，请去掉金额里的逗号，例如把 1,000 写成 1000")


def _columns(line: str, separator: str) -> tuple[dict[Column, int], tuple[str, ...]]:
    """Which cell is which; nothing when the line names no column."""
    try:
        cells = _cells(line, separator)
    except TableError:
        return {}, ()
    columns: dict[Column, int] = {}
    unused = []
    for place, cell in enumerate(cells):
        bare = re.sub(r"[\s*:：]|[(（].*?[)）]|元$", "", cell)
        column = next((c for c, names in ALIASES.items() if bare in names and c not in columns), None)
        if column:
            columns[column] = place
        elif bare:
            unused.append(cell)
    return columns, tuple(unused) if columns else ()


def _complete(columns: dict[Column, int]) -> None:
    missing = [TITLES[column] for column in ("name", "months") if column not in columns]
    if "amount" not in columns and "wage" not in columns:
        missing.append("欠薪金额（或者月工资）")
    if missing:
        raise TableError(f"表头少了：{'、'.join(missing)}。请在第一行补上，例如“{EXAMPLE}”。")


def _plainly_three(raw: str, separator: str) -> bool:
    try:
        cells = _cells(raw, separator)
    except TableError:
        return False
    return len(cells) == 3 and bool(re.search(r"\d", cells[2]))
