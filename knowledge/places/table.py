"""Service points out of a CSV table as staff keep them in a spreadsheet: checked line by line, all or nothing."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from pydantic import ValidationError

from knowledge.places.directory import Directory
from knowledge.places.schema import Place

LISTS = ("matters",)
COORDINATES = ("system", "latitude", "longitude")
COLUMNS = (*(name for name in Place.model_fields if name != "location"), *COORDINATES)
_HOURS = re.compile(r"^([1-7](?:-[1-7])?) (\d{1,2}:\d{2})-(\d{1,2}:\d{2})$")
MOST_ROWS = 5000


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
            place = Place.model_validate(_values(row))
        except (ValidationError, ValueError) as error:
            errors += [f"第{reader.line_num}行：{line}" for line in _lines(error)]
            continue
        wrong = [m for m in place.matters if m not in known.matters]
        wrong += [place.street] if place.street and place.street not in known.streets else []
        if wrong:
            errors.append(f"第{reader.line_num}行：表里没有 {'、'.join(wrong)}（见 matters.yml、streets.yml）")
        if place.id in places or place.id in known.places:
            errors.append(f"第{reader.line_num}行：编号 {place.id} 已经有了")
        places[place.id] = place
    return list(places.values()), errors


def _values(row: dict[str | None, Any]) -> dict[str, Any]:
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


def _lines(error: ValueError) -> list[str]:
    if not isinstance(error, ValidationError):
        return [str(error)]
    return [f"{'.'.join(map(str, e['loc'])) or '整行'}：{e['msg']}" for e in error.errors()]
