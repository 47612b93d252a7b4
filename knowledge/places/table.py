"""Service points out of a CSV table as staff keep them in a spreadsheet: checked line by line, all or nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from knowledge.places.directory import Directory
from knowledge.places.schema import Hours, Place

LISTS = ("matters",)
COORDINATES = ("system", "latitude", "longitude")
COLUMNS = (*(name for name in Place.model_fields if name != "location"), *COORDINATES)
_HOURS = re.compile(r"^([1-7](?:-[1-7])?) (\d{1,2}:\d{2})-(\d{1,2}:\d{2})$")
MOST_ROWS = 5000
WORDS = {
    "missing": "缺少这一项",
    "string_too_short": "太短了",
    "string_too_long": "太长了",
    "too_short": "至少写一项",
    "string_pattern": "写法不对：编号、种类用小写字母、数字、点、连字符；电话只用数字和连字符",
    "literal_error": "不是可以填的值",
    "date": "日期不对，写成 2026-11-26",
    "time": "时间不对，写成 09:00",
    "float": "要填数字",
    "bool": "填 true 或 false",
    "greater_than": "数太小",
    "less_than": "数太大",
    "extra_forbidden": "没有这一项",
}
"""pydantic's kinds of error, by how their name starts."""


def read_table(data: bytes, known: Directory) -> tuple[list[Place], list[str]]:
    """The points of a table (UTF-8 or GB18030), and what is wrong with it, each error naming its line.

    Columns are the fields of `Place`; `matters` separated by spaces; `hours` as `1-5 09:00-12:00; 1-5 14:00-18:00`;
    coordinates in `system` (gcj02 or wgs84), `latitude`, `longitude`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            return [], ["第1行：看不出文字编码，请另存为 UTF-8 的 CSV"]
    reader = csv.DictReader(io.StringIO(text.replace("\x00", "")))
    unknown = [name for name in reader.fieldnames or [] if name not in COLUMNS]
    if unknown or not reader.fieldnames:
        return [], [f"第1行：没有这些列：{'、'.join(map(str, unknown)) or '（空表）'}；可用的列：{'、'.join(COLUMNS)}"]
    places: dict[str, Place] = {}
    errors: list[str] = []
    rows = iter(reader)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            errors.append(f"第{reader.line_num}行：读不下去（{error}），请检查引号")
            break
        if len(places) + len(errors) >= MOST_ROWS:
            errors.append(f"第{reader.line_num}行：一次最多 {MOST_ROWS} 行，请分开导入")
            break
        try:
            place = Place.model_validate(values_of(row))
        except (ValidationError, ValueError) as error:
            errors += [f"第{reader.line_num}行：{line}" for line in problems_of(error)]
            continue
        wrong = known.unknown(place)
        if wrong:
            errors.append(f"第{reader.line_num}行：表里没有 {'、'.join(wrong)}（见 matters.yml、streets.yml）")
        if place.id in places or place.id in known.places:
            errors.append(f"第{reader.line_num}行：编号 {place.id} 已经有了")
        places[place.id] = place
    return list(places.values()), errors


def as_row(place: Place) -> dict[str, str]:
    """The place as a row of the table; `values_of` reads it back."""
    row = dict.fromkeys(COLUMNS, "")
    for name, value in place.model_dump(mode="json", exclude={"location", "hours"}).items():
        row[name] = " ".join(value) if name in LISTS else "" if value is None else str(value)
    row["always_open"] = "true" if place.always_open else ""
    row["hours"] = "; ".join(
        f"{days} {line.opens:%H:%M}-{line.closes:%H:%M}" for line in place.hours for days in _runs(line)
    )
    if place.location:
        row |= {name: str(getattr(place.location, name)) for name in COORDINATES}
    return row


def values_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row's cells as the fields of a `Place`. Raises ValueError in words for staff."""
    if None in row:
        raise ValueError("这一行的格子比表头多，请检查逗号和引号")
    values: dict[str, Any] = {str(k): v.strip() for k, v in row.items() if isinstance(v, str) and v.strip()}
    for name in LISTS:
        if name in values:
            values[name] = re.split(r"[\s,，、]+", values[name])
    if "hours" in values:
        values["hours"] = [_hours(part.strip()) for part in re.split(r"[;；]", values["hours"]) if part.strip()]
    given = [name for name in COORDINATES if name in values]
    if given and len(given) < len(COORDINATES):
        raise ValueError("坐标要写全：system（gcj02 或 wgs84）、latitude、longitude")
    if given:
        values["location"] = {name: values.pop(name) for name in COORDINATES}
    return values


def _hours(text: str) -> dict[str, Any]:
    found = _HOURS.match(text.replace("：", ":").replace("—", "-").replace("–", "-"))
    if not found:
        raise ValueError(f"hours 看不懂：“{text}”，写成 1-5 09:00-12:00")
    first, _, last = found[1].partition("-")
    days = list(range(int(first), int(last or first) + 1))
    return {"days": days, "opens": found[2].zfill(5), "closes": found[3].zfill(5)}


def _runs(line: Hours) -> list[str]:
    """Days as the table writes them: 1-5, 7."""
    days = sorted(set(line.days))
    starts = [day for day in days if day - 1 not in days]
    ends = [day for day in days if day + 1 not in days]
    return [str(first) if first == last else f"{first}-{last}" for first, last in zip(starts, ends, strict=True)]


def problems_of(error: ValueError) -> list[str]:
    """What is wrong with a place, one line each, in words for staff."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    return [f"{'.'.join(map(str, e['loc'])) or '整行'}：{_words(e['type'], e['msg'])}" for e in error.errors()]


def _words(kind: str, message: str) -> str:
    if kind == "value_error":  # our own validators speak Chinese
        return message.removeprefix("Value error, ")
    return next((words for start, words in WORDS.items() if kind.startswith(start)), f"不对（{message}）")
