"""A row of the queue as one piece of HTML: a dozen elements a row, all drawn anew at each change, kept the desk busy with
nothing else once fifty lawyers looked at a full queue. Only rows that differ are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from nicegui import ui

from cases.status import KIND_LABELS, LABELS
from desk.labels import STREETS, URGENCY, ago, days_left, moment, topic_label
from desk.templates import TEMPLATES
from service.casework import QueueRow


def drawn(rows: Sequence[QueueRow], *, now: datetime, today: date, claims: bool) -> dict[str, str]:
    """HTML by case id, in order, everything in it escaped. `claims`: whether this role may take cases."""
    template = TEMPLATES.get_template("queue_row.html")
    return {row.id: template.render(row=_shown(row, now, today, claims)) for row in rows}


class Rows:
    """The rows on one page: brought up to date with the fewest changes."""

    def __init__(self, parent: ui.element) -> None:
        self._parent = parent
        self._held: dict[str, tuple[str, ui.html]] = {}

    def show(self, wanted: Mapping[str, str]) -> None:
        """Make the page show these, in this order."""
        for id_ in self._held.keys() - wanted.keys():
            self._held.pop(id_)[1].delete()
        for at, (id_, text) in enumerate(wanted.items()):
            held, element = self._held.get(id_, ("", None))
            if element is None:
                with self._parent:
                    element = ui.html(text, sanitize=False)
            elif held != text:
                element.set_content(text)
            self._held[id_] = (text, element)
            if self._parent.default_slot.children[at] is not element:
                element.move(target_index=at)


def facts(row: QueueRow) -> list[str]:
    """What may be known of a case before it is taken: no name, no word of the person."""
    known = [topic_label(row.topic), STREETS.get(row.street or "", row.street or "")]
    known += [row.amount_band or "", f"{row.people} 人" if row.people else "", "想当面谈" if row.wants_meeting else ""]
    return [fact for fact in known if fact]


def words(row: QueueRow) -> str:
    """What the filter looks in."""
    return " ".join([KIND_LABELS[row.kind], *row.reasons, *facts(row), row.owner_name or ""]).lower()


def _shown(row: QueueRow, now: datetime, today: date, claims: bool) -> dict[str, Any]:
    known = facts(row)
    title = "；".join(row.reasons)
    promise, late = "", False
    if row.promise_due_at and row.status in ("queued", "assigned"):
        late = row.promise_due_at < now
        promise = ("超过承诺 " if late else "承诺 ") + moment(row.promise_due_at)
    left = (row.deadline - today).days if row.deadline else None
    return {
        "id": row.id,
        "version": row.version,
        "urgency": row.urgency,
        "urgency_label": URGENCY[row.urgency],
        "title": title or known[0],
        "facts": " · ".join(known if title else known[1:]),
        "tags": _tags(row),
        "deadline": f"{row.deadline:%m-%d} {days_left(row.deadline, today)}" if row.deadline else "没有登记",
        "deadline_look": _look(left),
        "waited": ago(row.waiting_since, now),
        "promise": promise,
        "promise_look": "case__late" if late else "case__label",
        "claimable": claims and row.status == "queued",
    }


def _look(days: int | None) -> str:
    """How a deadline so many days off looks."""
    if days is None:
        return "case__label"
    return next((look for most, look in ((3, "case__late"), (30, "case__soon")) if days <= most), "")


def _tags(row: QueueRow) -> list[tuple[str, str]]:
    """Text and look of the chips."""
    held = LABELS[row.status] + (f" · {row.owner_name}" if row.owner_name else "")
    return [
        *([(KIND_LABELS[row.kind], "")] if row.kind != "lawyer" else []),
        *([(f"{row.unread} 条新消息", "chip--new")] if row.unread else []),
        *([(held, "")] if row.status != "queued" else []),
    ]
