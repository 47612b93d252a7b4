"""The staff page: counts and the state of the other processes."""

from __future__ import annotations

from html import escape

import httpx
from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from cases.database import Database
from desk.counts import Counts, count
from settings import Settings

LABELS = {
    "people": "用过的人",
    "messages_today": "近一天收到的消息",
    "cards": "给出的答案卡",
    "good": "评价“有用”",
    "bad": "评价“没用”",
    "failed": "还欠着回答的消息",
    "waiting": "等待送出的回复",
}
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>龙华小法 · 工作台</title>
<style>body{{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#16323f}}
table{{border-collapse:collapse;width:100%}}th,td{{text-align:left;padding:.5rem;border-bottom:1px solid #d5e0e4}}td{{text-align:right}}
</style><h1>龙华小法 · 运行情况</h1><table>{rows}</table>
<p>这里只有数目，没有任何人的姓名和原话。刷新页面更新。</p></html>"""


def create_app(settings: Settings) -> FastAPI:
    """The staff application; no public documentation pages."""
    app = FastAPI(title="龙华小法工作台", docs_url=None, redoc_url=None, openapi_url=None)
    database = Database(settings.database)

    @app.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/")
    async def status() -> HTMLResponse:
        counts = await to_thread.run_sync(count, database)
        states = {
            "对话引擎": await _answers(f"{settings.rasa_url}/webhooks/xiaofa/health"),
            "知识与检索": await _answers(f"{settings.actions_url}/healthz"),
        }
        return HTMLResponse(_page(counts, states))

    return app


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False


def _page(counts: Counts, states: dict[str, bool]) -> str:
    rows = [(label, str(getattr(counts, name))) for name, label in LABELS.items()]
    rows += [(name, "正常" if up else "没有响应") for name, up in states.items()]
    return PAGE.format(rows="".join(f"<tr><th>{escape(k)}<td>{escape(v)}" for k, v in rows))
