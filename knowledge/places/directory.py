"""Loads the directory and finds in it: by what a person says, and by where they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from knowledge.content import ContentError, Problem, read_entries
from knowledge.places.geo import Point, metres
from knowledge.places.schema import Matter, Place, Street

FOLDER = Path(__file__).parent
CHANGED = "desk.yml"
"""Exported from the desk: the only file whose points replace those of others."""
T = TypeVar("T", Matter, Place, Street)


@dataclass(frozen=True)
class Found:
    """`metres`: how far it is from where the person is; None when either is not known."""

    place: Place
    metres: float | None = None


class Directory:
    """Everything in the folder, checked. Unconfirmed and closed points are kept for staff and never found."""

    def __init__(self, places: Iterable[Place], matters: Iterable[Matter], streets: Iterable[Street]) -> None:
        self.places = {place.id: place for place in places}
        self.matters = {matter.id: matter for matter in matters}
        self.streets = {street.id: street for street in streets}

    def with_places(self, places: Iterable[Place]) -> Directory:
        """The same with these laid over: each replaces the one of its id, or is added."""
        return Directory(
            (self.places | {place.id: place for place in places}).values(), self.matters.values(), self.streets.values()
        )

    def unknown(self, place: Place) -> list[str]:
        """Matters and streets it names that the tables do not have."""
        street = [place.street] if place.street and place.street not in self.streets else []
        return [*(m for m in place.matters if m not in self.matters), *street]

    def matter_in(self, text: str) -> Matter | None:
        """The first matter, in the order of the table, that the words speak of."""
        return next((m for m in self.matters.values() if any(p.search(text) for p in m.asked)), None)

    def street_in(self, text: str) -> Street | None:
        return next((s for s in self.streets.values() if s.asked.search(text)), None)

    def find(
        self,
        *,
        matter: str | None = None,
        street: str | None = None,
        near: Point | None = None,
        now: datetime | None = None,
        most: int = 3,
    ) -> list[Found]:
        """The points that serve the matter: those open at `now` first, then the nearest, those of the street before the
        rest. A place without coordinates comes after those with."""
        found = [
            Found(p, metres(near, p.location) if near and p.location else None)
            for p in self.places.values()
            if p.shown and (matter is None or matter in p.matters)
        ]

        def order(hit: Found) -> tuple[bool, bool, float, str]:
            shut = bool(now) and hit.place.open_at(now) is False  # type: ignore[arg-type]
            elsewhere = street is not None and hit.place.street != street
            return shut, elsewhere, hit.metres if hit.metres is not None else float("inf"), hit.place.id

        return sorted(found, key=order)[:most]


@lru_cache(maxsize=1)
def load_directory(folder: Path = FOLDER) -> Directory:
    """Read `matters.yml`, `streets.yml` and every other file of the folder as places. Raises ContentError."""
    problems: list[Problem] = []
    matters = _read(folder / "matters.yml", Matter, problems)
    streets = _read(folder / "streets.yml", Street, problems)
    directory = Directory((), matters.values(), streets.values())
    for path in sorted(folder.glob("*.yml"), key=lambda path: (path.name == CHANGED, path.name)):
        if path.name in ("matters.yml", "streets.yml"):
            continue
        for place, line in read_entries(path, Place, problems):
            unknown = directory.unknown(place)
            if unknown:
                problems.append(Problem(path, line.line, f"{place.id}：表里没有 {'、'.join(unknown)}"))
            if place.id in directory.places and path.name != CHANGED:
                problems.append(Problem(path, line.line, f"“{place.id}”重复"))
            directory.places[place.id] = place
    if problems:
        raise ContentError(problems)
    return directory


def _read(path: Path, model: type[T], problems: list[Problem]) -> dict[str, T]:
    return {entry.id: entry for entry, _ in read_entries(path, model, problems)}
