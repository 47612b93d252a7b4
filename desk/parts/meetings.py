"""Cancelling a meeting: from the list of all, and from its case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from desk.parts.ask import ask
from desk.view import View
from service.casework import meetings
from service.casework.meetings import LONGEST_REASON

Changed = Callable[[], Awaitable[None]]


def call_off(view: View, appointment_id: str, changed: Changed) -> None:
    """Ask for the reason, cancel, tell the person."""

    async def done(answer: dict[str, Any]) -> None:
        await view.write(lambda s: meetings.call_off(s, appointment_id, view.actor(s), answer["reason"] or ""))
        ui.notify("取消了，已经告诉本人", type="positive")
        await changed()

    ask(
        view, "取消这次见面", done, lead=f"原因会原样发给本人，不要写案情，最多 {LONGEST_REASON} 个字。",
        reason="原因", optional=False, go="取消见面", grave=True,
    )  # fmt: skip
