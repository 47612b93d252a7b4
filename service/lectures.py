"""Registering for a lecture: what a person fills in, read and checked, each mistake at its field in plain words."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.registrations import Registration
from knowledge.lectures import Lecture
from settings.clock import SHANGHAI

MOST_HEADS = 20
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}")


@dataclass(frozen=True)
class Filled:
    """A registration as it may be kept."""

    name: str
    phone: str
    company: str
    heads: int


class WrongFieldError(ValueError):
    """`field` cannot be used; the message says why, for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(fields: Mapping[str, str]) -> Filled:
    """Raises WrongFieldError."""
    name, company = (_plain(fields.get(key, "")) for key in ("name", "company"))
    if not 1 <= len(name) <= 20:
        raise WrongFieldError("name", "请写怎么称呼您，20 个字以内，例如“王女士”。")
    phone = re.sub(r"[\s-]", "", _plain(fields.get("phone", ""))).removeprefix("+86")
    if not _PHONE.fullmatch(phone):
        raise WrongFieldError("phone", "电话没看懂。请写 11 位手机号，或带区号的座机。")
    if len(company) > 40:
        raise WrongFieldError("company", "单位名称请写 40 个字以内，也可以不写。")
    heads = _plain(fields.get("heads", "")) or "1"
    if not heads.isdecimal() or not 1 <= int(heads) <= MOST_HEADS:
        raise WrongFieldError("heads", f"人数请写 1 到 {MOST_HEADS} 的数字；更多人请分开登记。")
    if fields.get("agreed") != "1":
        raise WrongFieldError("agreed", "要您同意，我们才能记下姓名和电话。")
    return Filled(name, phone, company, int(heads))


def masked(phone: str) -> str:
    """135****5678: enough to see that it is one's own."""
    return f"{phone[:3]}****{phone[-4:]}"


def as_csv(rows: Iterable[tuple[Lecture, Registration]]) -> str:
    """A table for staff; a byte order mark, so that spreadsheets read the Chinese, and nothing that they would run."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["讲座", "称呼", "单位", "电话", "人数", "登记时间"])
    for lecture, row in rows:
        at = row.created_at.astimezone(SHANGHAI)
        table.writerow(
            [lecture.title, *map(_inert, (row.name, row.company, row.phone)), row.heads, f"{at:%Y-%m-%d %H:%M}"]
        )
    return "\ufeff" + out.getvalue()


def _plain(text: str) -> str:
    """Even widths, no control or format characters, single spaces."""
    even = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c for c in even if c.isspace() or unicodedata.category(c)[0] != "C").split())


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
