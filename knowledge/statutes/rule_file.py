"""What a file says of its rule before its articles are read: name, dates, number, validity, lines of the body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_FILE_DATE = re.compile(r"[(（_](\d{4})-?(\d{2})-?(\d{2})(?=[)）_])")
_NUMBER = re.compile(
    r"(?:法释|法发|法办发|法|高检发释字|高检发|国发|国办发|国函)\s?[〔\[（(]\s?\d{4}\s?[〕\]）)]\s?\d+\s?号|国务院令第\s?\d+\s?号"
)


@dataclass(frozen=True)
class RuleFile:
    """`lines` is the body, blanks included. Dates None when the file does not give them."""

    name: str
    published: date | None
    effective: date | None
    issuer: str
    validity: str
    lines: tuple[str, ...]


def date_in_name(path: Path) -> date | None:
    """(2020-12-29) or _20250731_ in a file's name: the day of publication."""
    match = _FILE_DATE.search(path.stem + "_")
    return parse_day("-".join(match.groups())) if match else None


def name_from_file(path: Path) -> str:
    """The name without its date and identifier, for files that carry no title."""
    return re.split(r"_\d{8}(?:_|$)|[(（]\d{4}-\d{2}-\d{2}[)）]", path.stem)[0]


def document_number(text: str) -> str:
    """法释〔2020〕17号, 国务院令第481号: the last one in the head, since a revised text lists the older ones first."""
    found = _NUMBER.findall(text)
    return re.sub(r"\s", "", found[-1]) if found else ""


def parse_day(text: str) -> date | None:
    match = re.fullmatch(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*", text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
