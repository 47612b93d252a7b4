"""How the service is doing: numbers and the state of the other processes, and nobody's words."""

from __future__ import annotations

import asyncio

import httpx
from anyio import to_thread
from nicegui import ui

from desk.counts import count
from desk.shell import heading, shell
from desk.view import View, page

LABELS = {
    "people": "用过的人",
    "messages_today": "近一天收到的消息",
    "cards": "给出的答案卡",
    "good": "评价“有用”",
    "bad": "评价“没用”",
    "failed": "还欠着回答的消息",
    "waiting": "等待送出的回复",
}


@page("/status", "运行情况")
async def status(view: View) -> None:
    """Counts, and whether Rasa and the action server answer."""
    settings = view.runtime.settings
    counts, rasa, actions = await asyncio.gather(
        to_thread.run_sync(count, view.database),
        _answers(f"{settings.rasa_url}/webhooks/xiaofa/health"),
        _answers(f"{settings.actions_url}/healthz"),
    )
    rows = [(label, str(getattr(counts, name))) for name, label in LABELS.items()]
    rows += [(name, "正常" if up else "没有响应") for name, up in (("对话引擎", rasa), ("知识与检索", actions))]
    with shell(view):
        heading("运行情况", "这里只有数目，没有任何人的姓名和原话。")
        with ui.element("div").classes("tiles"):
            for name, value in rows:
                with ui.element("div").classes("tile" + (" tile--bad" if value == "没有响应" else "")):
                    ui.label(value).classes("tile__value")
                    ui.label(name).classes("tile__name")


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False
