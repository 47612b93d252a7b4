"""Words for what the tables keep as short names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from desk.content import content
from settings.clock import SHANGHAI

STREETS = {
    "minzhi": "民治", "longhua": "龙华", "dalang": "大浪", "guanhu": "观湖", "fucheng": "福城", "guanlan": "观澜",
}  # fmt: skip
URGENCY = {"now": "立即", "soon": "紧急", "normal": "普通"}


@lru_cache(maxsize=1)
def topic_labels() -> dict[str, str]:
    """Topic id -> its label."""
    return {topic.id: topic.label for topic in content().topics.values()}


def topic_label(topic: str) -> str:
    return topic_labels().get(topic, topic or "未分类")


def ago(then: datetime | None, now: datetime) -> str:
    """How long it is, in the two largest useful units."""
    if then is None:
        return ""
    minutes = max(0, int((now - then) / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时" + (f" {minutes % 60} 分" if minutes < 10 * 60 and minutes % 60 else "")
    return f"{minutes // 1440} 天"


def days_left(day: date, today: date) -> str:
    left = (day - today).days
    if left < 0:
        return f"已过 {-left} 天"
    return "今天到期" if left == 0 else f"还剩 {left} 天"


def moment(at: datetime | None) -> str:
    """Date and time on the wall in Shenzhen."""
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if at else ""
