"""Small dialogs that ask before something is done; what was seen when they opened is what is acted on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from desk.view import View

Done = Callable[[dict[str, Any]], Awaitable[None]]


def ask(
    view: View,
    title: str,
    done: Done,
    *,
    lead: str = "",
    choices: dict[str, str] | None = None,
    choose: str = "",
    reason: str = "",
    optional: bool = True,
    go: str = "确定",
    grave: bool = False,
) -> None:
    """Open a dialog. `done` gets {"choice", "reason"}; a refusal is shown and leaves the dialog open, nothing typed is lost."""
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label(title).classes("panel__title")
        if lead:
            ui.label(lead).classes("hint")
        picked = None
        if choices is not None:
            picked = ui.select(choices, label=choose, value=next(iter(choices), None)).props("outlined dense")
        words = None
        if reason:
            words = ui.textarea(reason + ("（可不写）" if optional else "")).props(
                "outlined dense autogrow maxlength=500 data-ask"
            )

        async def finish() -> None:
            said = (words.value or "").strip() if words else ""
            if words and not optional and not said:
                ui.notify("请写明原因", type="warning")
                return
            if picked is not None and not picked.value:
                ui.notify("请先选择", type="warning")
                return
            await done({"choice": picked.value if picked else None, "reason": said or None})
            dialog.close()

        with ui.element("div").classes("form__do"):
            ui.button("取消", on_click=dialog.close).props("flat")
            ui.button(go, on_click=view.once(finish)).props("unelevated" + (" color=negative" if grave else ""))
    dialog.open()
