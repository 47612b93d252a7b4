"""Keeping the directory of service points true: the file's points with the desk's changes over them, what staff must check
again, and the changes themselves. Read anew each time it is asked for, so that a change shows at once in every process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from pydantic import ValidationError

from cases import audit, places
from cases.database import Database, Session
from cases.errors import CaseNotFoundError, InputError
from cases.permissions import check_allowed
from cases.staff import Staff
from knowledge.places import Directory, Place, load_directory
from knowledge.places.schema import SHOWN, Hours
from knowledge.places.table import problems_of, read_table, values_of
from settings.clock import SHANGHAI

log = structlog.get_logger("service.placekeeping")

STATUS: dict[str, str] = {str(status): label for status, label in SHOWN.items()} | {
    "unconfirmed": "没有核实（不对外显示）",
    "closed": "已经撤销（不对外显示）",
}
KINDS = {
    "legal_service": "公共法律服务",
    "legal_aid": "法律援助",
    "court": "法院",
    "arbitration": "仲裁",
    "mediation": "调解",
    "police": "公安",
    "government": "政府部门",
    "park": "公园",
}
NAMES = {
    "id": "编号",
    "kind": "种类",
    "name": "名称",
    "matters": "办什么事",
    "street": "街道",
    "address": "地址",
    "location": "坐标",
    "phone": "电话",
    "hours": "办公时间",
    "always_open": "全天开放",
    "note": "说明",
    "source": "来源",
    "source_date": "来源日期",
    "verified_on": "核实日期",
    "status": "状态",
}


@dataclass(frozen=True)
class Change:
    """One step in a place's history, for people to read: `lines` say what changed from what to what."""

    revision: int
    staff_id: str
    at: Any
    lines: list[str]


def directory(session: Session) -> Directory:
    """Every point as it stands now. A row that a newer schema no longer takes hides its place: neither it nor the older
    file is known to be true."""
    base = load_directory()
    over, hidden = [], set()
    for entry in places.published(session):
        try:
            over.append(Place.model_validate(entry.body))
        except ValidationError:
            log.error("place_hidden", place=entry.place_id)
            hidden.add(entry.place_id)
    known = base.with_places(over)
    for id_ in hidden & known.places.keys():
        del known.places[id_]
    return known


def read_directory(database: Database) -> Directory:
    """`directory` in a snapshot of its own."""
    with database.read() as session:
        return directory(session)


def to_check(known: Directory, today: date) -> list[Place]:
    """What staff should look at again: never confirmed first, then the longest unchecked."""
    due = [place for place in known.places.values() if place.due(today)]
    return sorted(due, key=lambda place: (place.status != "unconfirmed", place.verified_on, place.id))


def save(session: Session, actor: Staff, row: Mapping[str, str], *, seen: int | None) -> Place:
    """Keep a place as typed, written as a row of the table is; `seen`: the revision it was read at (None: a new place).
    Raises CaseError: not allowed, stale, taken id, and InputError with every mistake, a line each."""
    check_allowed(actor, "edit_places")
    known = directory(session)
    try:
        place = Place.model_validate(values_of(row))
    except ValueError as error:
        raise InputError("\n".join(_named(line) for line in problems_of(error))) from None
    found = known.places.get(place.id)
    if seen is None and (found or places.revision(session, place.id)):
        raise InputError(f"编号 {place.id} 已经有了，请换一个，或去改那一个。")
    _check_facts(session, known, place)
    if seen is not None and found == place:
        return place
    _publish(session, actor, place, found, seen or 0)
    return place


def verify(session: Session, actor: Staff, place_id: str, *, seen: int) -> Place:
    """Looked at again today, all as it stands. Raises CaseError; a point that was never confirmed has nothing to verify."""
    check_allowed(actor, "edit_places")
    found = directory(session).places.get(place_id)
    if found is None:
        raise CaseNotFoundError
    if not found.shown:
        raise InputError("这个点还没有核实过：请点“修改”，填上核实到的地址、来源和状态。")
    place = found.model_copy(update={"verified_on": _today(session)})
    _publish(session, actor, place, found, seen)
    return place


def import_table(session: Session, actor: Staff, data: bytes) -> int:
    """New points from a CSV, all or none; returns how many. Raises InputError with every mistake, each naming its line."""
    check_allowed(actor, "edit_places")
    known = directory(session)
    found, errors = read_table(data, known)
    for place in [] if errors else found:
        try:
            _check_facts(session, known, place)
        except InputError as error:
            errors.append(f"{place.id}：{error}")
    if errors or not found:
        raise InputError("\n".join(errors or ["表里没有一行服务点"]))
    for place in found:
        _publish(session, actor, place, None, 0)
    return len(found)


def history(session: Session, place_id: str) -> list[Change]:
    """The newest first."""
    return [
        Change(entry.revision, entry.staff_id, entry.created_at, _differences(entry.before, entry.body))
        for entry in reversed(places.history(session, place_id))
    ]


def _publish(session: Session, actor: Staff, place: Place, before: Place | None, seen: int) -> None:
    number = places.publish(
        session,
        place.id,
        seen=seen,
        before=before.model_dump(mode="json", exclude_defaults=True) if before else None,
        body=place.model_dump(mode="json", exclude_defaults=True),
        staff_id=actor.id,
    )
    audit.record(session, "place_changed", actor=actor.id, subject=place.id, details={"revision": number})


def _check_facts(session: Session, known: Directory, place: Place) -> None:
    unknown = known.unknown(place)
    if unknown:
        raise InputError(f"表里没有 {'、'.join(unknown)}")
    if max(place.verified_on, place.source_date) > _today(session):
        raise InputError("核实日期、来源日期不能在今天以后。")
    if place.shown and not place.address:
        raise InputError("对外显示的点要有地址；还没核实到就把状态选成“没有核实”。")


def _today(session: Session) -> date:
    return session.now.astimezone(SHANGHAI).date()


def _differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    if before is None:
        return [f"新增：{after.get('name', '')}"]
    changed = [name for name in NAMES if before.get(name) != after.get(name)]
    if changed == ["verified_on"]:
        return [f"核实过，都没变（{after['verified_on']}）"]
    return [f"{NAMES[name]}：{_shown(name, before)} → {_shown(name, after)}" for name in changed]


def _shown(name: str, body: dict[str, Any]) -> str:
    value = body.get(name)
    if value in (None, [], ""):
        return "（空）"
    if name == "status":
        return STATUS[value]
    if name == "hours":
        return "；".join(str(Hours.model_validate(line)) for line in value)
    if name == "location":
        return f"{value['system']} {value['latitude']}, {value['longitude']}"
    return "、".join(value) if isinstance(value, list) else str(value)


def _named(line: str) -> str:
    field, _, words = line.partition("：")
    first = field.split(".")[0]
    return f"{NAMES.get(first, first)}：{words}"
