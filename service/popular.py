"""What is told for its own sake, as cards: the article of the day, the park and its spots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from knowledge.daily.calendar import month_day
from knowledge.daily.schema import DailyEntry
from knowledge.park.schema import Spot
from knowledge.places import Directory, Found
from service.cards import Card
from service.choices import choice
from service.gate import CitationGate
from service.places import line

MADE_UP = "故事是编的，条文逐字取自法条库。"
PARK = "park.civil-code"  # in the directory of places
ASK_FIRST = "12345 政务服务便民热线"
OFFERED = 6  # spots to choose from at a time
_TODAY = re.compile(r"今[天日]|每[天日]|一天一|日签|天天")


def wants_today(text: str) -> bool:
    """Whether words heard as being about the park rather ask for the day's article."""
    return bool(_TODAY.search(text)) and "公园" not in text


def daily_card(entries: Mapping[str, DailyEntry], today: date, gate: CitationGate) -> Card | None:
    """The day's article: what it means, the story, its text; None when the day has none."""
    entry = entries.get(month_day(today))
    if entry is None:
        return None
    rows = [("看看民法公园", "park:all")]
    if entry.faq:
        rows.insert(0, ("遇到这种事怎么办", f"faq:{entry.faq}"))
    return Card(
        kind="story",
        title=f"今日一条 · {entry.title}",
        conclusion=entry.meaning,
        steps=[entry.story],
        citations=gate.cite_all(entry.citations),
        choices=[choice(n, label, target) for n, (label, target) in enumerate(rows, 1)],
        law_as_of=gate.on,
    )


def park_card(spots: Mapping[str, Spot], directory: Directory, now: datetime) -> Card:
    """What the directory knows of the park, what it does not, and some of the spots, others every day. `now`: local time."""
    place = directory.places.get(PARK)
    known = place if place and place.shown and place.address else None
    where = f"民法公园：{known.address}。" if known else "民法公园在哪里，我没有核实到。"
    hours = "" if known and (known.hours or known.always_open) else "开放时间和预约没有核实，出门前先拨 12345 问一声。"
    order = list(spots.values())
    first = now.toordinal() * OFFERED % len(order) if order else 0
    offered = (order[first:] + order[:first])[:OFFERED]
    rows = [
        *((spot.title, f"park:{spot.id}") for spot in offered),
        ("今日一条", "daily:today"),
        ("普法答题", "quiz:menu"),
    ]
    return Card(
        kind="places",
        title="民法公园",
        conclusion=f"{where}{hours}下面是线上的民法故事，选一个看看。"[:120],
        where=[*([line(Found(known), now)] if known else []), ASK_FIRST],
        choices=[choice(n, label, target) for n, (label, target) in enumerate(rows, 1)],
    )


def spot_card(spot: Spot, gate: CitationGate) -> Card:
    """A spot's story, its article, and the question to the visitor as choices."""
    rows = [(text, f"park:{spot.id}:{index}") for index, text in enumerate(spot.ask.options)]
    rows.append(("遇到这种事怎么办", f"faq:{spot.faq}"))
    return Card(
        kind="story",
        title=f"民法公园 · {spot.title}",
        conclusion=spot.meaning,
        steps=[spot.story, f"问问您：{spot.ask.question}"],
        citations=gate.cite_all(spot.citations),
        choices=[choice(n, label, target) for n, (label, target) in enumerate(rows, 1)],
        law_as_of=gate.on,
    )


def reply_card(spot: Spot, option: int, gate: CitationGate) -> Card:
    """What is said to who answered the spot's question."""
    rows = [("遇到这种事怎么办", f"faq:{spot.faq}"), ("别的主题", "park:all")]
    right = spot.ask.options[spot.ask.answer]
    return Card(
        kind="notice",
        title="答对了" if option == spot.ask.answer else f"再想想，应该是“{right}”",
        conclusion=spot.ask.reply,
        citations=gate.cite_all(spot.citations),
        choices=[choice(n, label, target) for n, (label, target) in enumerate(rows, 1)],
        law_as_of=gate.on,
    )
