"""What a customer-service message may hold."""

from __future__ import annotations

from typing import Any

TEXT_BYTES = 2000


def read_message(kind: str, content: Any) -> tuple[int, str]:
    """The error code of a customer-service message's content (0: fine), and what a person reads of it."""
    if not isinstance(content, dict):
        return 47001, ""
    if kind == "text":
        text = content.get("content")
        if not isinstance(text, str) or not text:
            return 44004, ""
        return (45002, "") if len(text.encode()) > TEXT_BYTES else (0, text)
    if kind == "news":
        articles = content.get("articles")
        if not isinstance(articles, list) or len(articles) != 1:
            return 45008, ""
        return 0, "\n".join(str(articles[0].get(name, "")) for name in ("title", "description", "url"))
    if kind == "msgmenu":
        options = content.get("list")
        if not isinstance(options, list) or not options:
            return 47001, ""
        lines = [str(content.get("head_content", "")), *(str(option.get("content", "")) for option in options)]
        return 0, "\n".join([*lines, str(content.get("tail_content", ""))]).strip()
    if kind in ("image", "voice"):
        return (0, str(content["media_id"])) if content.get("media_id") else (40007, "")
    return 47001, ""
