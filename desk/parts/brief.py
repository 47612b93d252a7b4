"""The brief as a lawyer reads it: who, what, until when, wanting what; what is missing; why it came; each line leads to the
message it came from. Nothing of a person's text is ever handed to the browser as HTML: labels are text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from nicegui import ui

from desk.labels import days_left

PARTS = (
    ("evidence_missing", "还缺的证据", "brief__part--missing"),
    ("facts", "事实", ""),
    ("timeline", "经过", ""),
    ("amounts", "金额", ""),
    ("people", "涉及的人", ""),
    ("evidence_held", "手上的证据", ""),
    ("advised", "小法已经答过", ""),
)


def show(brief: dict[str, Any], reasons: Sequence[dict[str, Any]], today: date, *, opponents: Sequence[str]) -> None:
    """Conclusion first: the head says it in four lines."""
    with ui.element("section").classes("brief").props('aria-label="案情简报"'):
        with ui.element("div").classes("brief__head"):
            _line({"text": brief.get("title") or "尚未写明", "message_id": brief.get("title_message_id")})
            for line in brief.get("wants") or []:
                _line({**line, "text": f"想要：{line.get('text', '')}"})
            if opponents:
                _line({"text": f"对方：{'、'.join(opponents)}"})
            for due in (brief.get("deadlines") or [])[:2]:
                if due.get("last_day"):
                    last = date.fromisoformat(due["last_day"])
                    _line({**due, "text": f"{due.get('title', '期限')}：{last}（{days_left(last, today)}）"})
        if reasons:
            danger = any(reason.get("urgency") == "now" for reason in reasons)
            with _part("为什么转给律师", "brief__part--danger" if danger else ""):
                for reason in reasons:
                    _line(
                        {
                            **reason,
                            "text": f"{reason.get('title', '')}：{reason.get('reason') or reason.get('text') or ''}",
                        }
                    )
        for key, title, style in PARTS:
            lines = brief.get(key) or []
            if lines:
                with _part(title, style):
                    for line in lines:
                        _line({**line, "text": f"{line['on']}　{line['text']}"} if line.get("on") else line)
        articles = [row.get("citation") or {} for row in brief.get("articles") or []]
        if articles:
            with _part(f"相关法条（核对于 {brief.get('law_as_of', '')}）", ""):
                for citation in articles:
                    with ui.expansion(str(citation.get("label", ""))).classes("brief__law").props("dense"):
                        ui.label(str(citation.get("text") or citation.get("note") or "")).classes("law__text")


def _part(title: str, style: str) -> ui.element:
    part = ui.element("div").classes(f"brief__part {style}")
    with part:
        ui.label(title).classes("brief__title")
    return part


def _line(line: dict[str, Any]) -> None:
    """A line; with a message behind it, a link to it."""
    message = str(line.get("message_id") or "")
    if message.replace("_", "").isalnum():
        with ui.element("a").classes("brief__line").props(f'href="#m-{message}" data-message="{message}"'):
            ui.label(str(line.get("text", ""))).style("display:inline")
            ui.label("原话 ›").classes("brief__from").style("display:inline")
    else:
        ui.label(str(line.get("text", ""))).classes("brief__line")
