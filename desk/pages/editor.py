"""What is missing in the content, what is being written, what waits for a reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from cases import content as store
from cases import staff
from cases.content import Draft, Entry
from cases.database import Session
from desk.labels import moment, topic_label
from desk.shell import heading, shell
from desk.view import View, page
from service import drafting
from service.gaps import Gap, gaps

STATUS = {"draft": "草稿", "review": "等人复核"}
ORIGIN = {"gap": "来自没答好的问题", "answer": "来自律师的答复", "faq": "修改已有解答", "new": "新写"}
SHOWN = 30


@page("/editor", "内容")
async def editor(view: View) -> None:
    """Gaps on the left, drafts on the right."""
    found = await view.read(lambda session: gaps(session, view.actor(session)))
    drafts, names, published = await view.read(_lists)
    with shell(view):
        heading("内容", "没答好的问题、律师的答复写成解答：一人写，机器查，另一人对照法条复核，发布后立刻能搜到。")
        with ui.element("div").classes("toolbar"):
            ui.button("新写一条", icon="add", on_click=view.once(lambda: _begin(view, "new", ""))).props("unelevated")
            faqs = {id_: f"{faq.question}" for id_, faq in view.runtime.citations.content.faqs.items()}
            pick = (
                ui.select(faqs, label="修改已有解答（输入几个字查找）", with_input=True)
                .props("outlined dense")
                .classes("grow")
            )
            pick.on_value_change(view.on(lambda event: _revise(view, event.value)))
        with ui.element("div").classes("split"):
            with ui.element("section").classes("panel"):
                ui.label("没答好的问题（近 30 天）").classes("panel__title")
                for gap in found[:SHOWN]:
                    _gap(view, gap)
                if not found:
                    ui.label("没有：近 30 天的问题都答上了，也没有差评。").classes("hint")
            with ui.element("div").classes("stack"):
                _drafts(drafts, names)
                _published(published)


def _lists(session: Session) -> tuple[list[Draft], dict[str, str], list[Entry]]:
    drafts = store.drafts(session)
    return drafts, staff.names(session, [draft.author_id for draft in drafts]), store.published(session)


def _gap(view: View, gap: Gap) -> None:
    with ui.element("div").classes("item"):
        ui.label(gap.questions[0]).classes("item__text")
        with ui.element("div").classes("item__do"):
            ui.label(f"{gap.count} 次" + (f"，差评 {gap.bad}" if gap.bad else "")).classes("chip")
            ui.button("写成解答", on_click=view.once(_starter(view, gap))).props("flat dense")
        if len(gap.questions) > 1:
            with ui.expansion(f"相近的 {len(gap.questions) - 1} 种问法").props("dense"):
                for question in gap.questions[1:8]:
                    ui.label(question).classes("hint")


def _starter(view: View, gap: Gap) -> Callable[[], Awaitable[None]]:
    async def start() -> None:
        await _begin(view, "gap", gap.questions[0])

    return start


async def _begin(view: View, origin: Any, question: str) -> None:
    id_ = await view.write(lambda s: drafting.start(s, view.actor(s), origin=origin, question=question))
    ui.navigate.to(f"/editor/drafts/{id_}")


async def _revise(view: View, faq_id: str | None) -> None:
    faq = view.runtime.citations.content.faqs.get(faq_id or "")
    if faq:
        id_ = await view.write(lambda s: drafting.revise(s, view.actor(s), faq))
        ui.navigate.to(f"/editor/drafts/{id_}")


def _drafts(drafts: list[Draft], names: dict[str, str]) -> None:
    with ui.element("section").classes("panel"):
        ui.label("草稿与待复核").classes("panel__title")
        for draft in drafts:
            with ui.element("a").classes("item").props(f'href="/editor/drafts/{draft.id}"'):
                ui.label(draft.body.get("question") or "还没写问题").classes("item__text")
                with ui.element("div").classes("item__do"):
                    ui.label(STATUS[draft.status]).classes("chip chip--soon" if draft.status == "review" else "chip")
                by = f"{ORIGIN[draft.origin]} · {names.get(draft.author_id, '')} · {moment(draft.updated_at)}"
                ui.label(by).classes("item__by")
        if not drafts:
            ui.label("没有草稿").classes("hint")


def _published(published: list[Entry]) -> None:
    with ui.element("section").classes("panel"):
        ui.label("工作台发布的").classes("panel__title")
        for entry in reversed(published[-SHOWN:]):
            with ui.element("div").classes("item"):
                ui.label(str(entry.body.get("question", ""))).classes("item__text")
                topic = topic_label(str(entry.body.get("topic", "")))
                ui.label(
                    f"{topic} · 第 {entry.version} 版 · 写 {entry.review['author']}，复核 {entry.review['reader']}"
                ).classes("item__by")
        if not published:
            ui.label("还没有。发布后由 xiaofa knowledge export 导出为 YAML。").classes("hint")
