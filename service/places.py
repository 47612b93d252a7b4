"""The card that says where to go: what is confirmed, where it is from, and whom to ask about the rest."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from knowledge.places import Directory, Found, Matter, Place, Point, Street
from knowledge.places.schema import SHOWN
from service.cards import Card, CardChoice
from service.choices import choice

OFFERED = ("lawsuit", "labour_arbitration", "labour_inspection", "legal_aid", "mediation", "police")
"""What is offered when nobody said what for."""
GENERAL = "12348 公共法律服务热线"
MAP = "https://uri.amap.com/marker?position={longitude:.6f},{latitude:.6f}&name={name}&coordinate=gaode"


def places_card(
    directory: Directory,
    now: datetime,
    *,
    text: str = "",
    matter: str | None = None,
    near: Point | None = None,
) -> Card:
    """Where to take the matter that `text` speaks of, or the one named. `now`: local time, for open points first;
    `near`: where the person is, used here and kept nowhere."""
    wanted = directory.matters.get(matter or "") or directory.matter_in(text)
    street = directory.street_in(text)
    found = directory.find(
        matter=wanted.id if wanted else None, street=street.id if street else None, near=near, now=now
    )
    if near:
        found = [hit for hit in found if hit.metres is not None]
    if wanted is None:
        return _which(directory, found, street, near, now)
    return _for_matter(wanted, found, street, now)


def _for_matter(matter: Matter, found: list[Found], street: Street | None, now: datetime) -> Card:
    ask = matter.hotlines[0]
    shown = [hit for hit in found if hit.place.address]
    if shown:
        first = shown[0].place
        conclusion = f"{first.name}：{first.address}。"
        if not first.hours and not first.always_open:
            conclusion += f"办公时间没有核实，出门前先拨 {ask.split()[0]}。"
    else:
        conclusion = f"办“{matter.label}”的地址我还没有核实到，不敢乱报。先拨 {ask}，问清地址和时间再出门。"
    if street and shown and shown[0].place.street != street.id:
        conclusion = f"{street.label}里的点没有核实到。{conclusion}"
    steps = [*([matter.note] if matter.note else []), *(f"网上办：{line}" for line in matter.online)]
    if matter.bring:
        steps.append(f"带上：{'、'.join(matter.bring)}")
    return Card(
        kind="places",
        title=f"去哪里办：{matter.label}",
        conclusion=conclusion[:120],
        steps=steps,
        where=[*(line(hit, now) for hit in shown), *matter.hotlines],
    )


def _which(directory: Directory, found: list[Found], street: Street | None, near: Point | None, now: datetime) -> Card:
    """Nobody said what for: ask, and show what lies near, or in the street that was named, when that is known."""
    choices: list[CardChoice] = [
        choice(n, directory.matters[id_].label, f"place:{id_}") for n, id_ in enumerate(OFFERED, 1)
    ]
    shown = [hit for hit in found if near or (street and hit.place.street == street.id and hit.place.address)]
    asked = "您要办什么事？选一个，我告诉您去哪里、带什么。"
    if (near or street) and not shown:
        where = "离您近的" if near else f"{street.label if street else ''}里的"
        asked = f"{where}服务点还没有核实到位置，不敢乱报。{asked}"
    return Card(
        kind="places",
        title="去哪里办",
        conclusion=asked,
        where=[*(line(hit, now) for hit in shown), GENERAL],
        choices=choices,
    )


def line(hit: Found, now: datetime) -> str:
    """One point as a line: distance, address, phone, hours as far as they are known, and where that is from."""
    place = hit.place
    parts = [place.name]
    if hit.metres is not None:
        parts.append(f"直线约{distance(hit.metres)}")
    parts += [part for part in (place.address, f"电话 {place.phone}" if place.phone else None) if part]
    parts.append(_hours(place, now))
    if place.note:
        parts.append(place.note)
    if place.location:
        at = place.location.to_gcj02()
        parts.append("路线 " + MAP.format(longitude=at.longitude, latitude=at.latitude, name=quote(place.name)))
    again = "，时间久了，出门前先电话确认" if place.due(now.date()) else ""
    parts.append(f"来源：{SHOWN[place.status]} {place.source_date:%Y-%m-%d}{again}")
    return "；".join(parts)


def distance(metres: float) -> str:
    """As people say it: 350米, 1.2公里."""
    return f"{round(metres, -1):.0f}米" if metres < 995 else f"{metres / 1000:.1f}公里"


def _hours(place: Place, now: datetime) -> str:
    if place.always_open:
        return "全天开放"
    if not place.hours:
        return "时间没有核实"
    state = "现在开着" if place.open_at(now) else "现在不开"
    return f"{'、'.join(map(str, place.hours))}（{state}，节假日另问）"
