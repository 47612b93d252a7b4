"""Beside the conversation: deadlines, notes, attachments, contact, what happened so far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from nicegui import ui

from cases.database import Session
from cases.events import LABELS
from cases.permissions import POLICIES, allowed
from cases.staff import Staff
from desk.labels import days_left, moment
from desk.parts.attach import attach
from desk.parts.meetings import call_off
from desk.view import View
from service import casework, drafting
from service.accounts import AccountError
from service.casework import CaseView, deadlines
from service.meeting_cards import moment as meeting_moment

MOST_EVENTS = 15
BY = {"system": "系统", "person": "本人"}
Changed = Callable[[], Awaitable[None]]


@contextmanager
def _panel(title: str, count: int = 0) -> Iterator[ui.element]:
    with ui.element("section").classes("panel"):
        with ui.element("div").classes("panel__title") as head:
            ui.label(title + (f"（{count}）" if count else ""))
        yield head


def show(view: View, actor: Staff, found: CaseView, changed: Changed) -> None:
    """All panels for a case that may be read in full."""
    case = found.case
    writes = allowed(actor, "deadline", case) and case.status in POLICIES["deadline"]
    _deadlines(view, found, changed, writes)
    _meetings(view, actor, found, changed)
    _contact(view, actor, found)
    _notes(view, found, changed)
    _attachments(view, actor, found, changed)
    _events(view, actor, found)


def _deadlines(view: View, found: CaseView, changed: Changed, writes: bool) -> None:
    today = view.runtime.clock.today()
    with _panel("法定期限", len(found.deadlines)) as head:
        if writes:
            with head:
                ui.button("登记", on_click=view.on(lambda: _add_deadline(view, found.case.id, changed))).props(
                    "flat dense"
                )
        for row in found.deadlines:
            left = (row.last_day - today).days
            with ui.element("div").classes("item"):
                style = "" if row.done_at else "case__late" if left <= 3 else "case__soon" if left <= 30 else ""
                ui.label(f"{row.last_day}　{'已办' if row.done_at else days_left(row.last_day, today)}").classes(style)
                ui.label(row.title).classes("item__text")
                if writes and not row.done_at:
                    with ui.element("div").classes("item__do"):
                        if not deadlines.acknowledged(row, found.case, today):
                            ui.button(
                                "知道了", on_click=view.once(_for(view, casework.acknowledge_deadline, row.id, changed))
                            ).props("flat dense size=sm")
                        ui.button(
                            "办好了", on_click=view.once(_for(view, casework.deadline_done, row.id, changed))
                        ).props("flat dense size=sm")
        if not found.deadlines:
            ui.label("没有登记期限。起诉、仲裁、上诉有期限的，请登记，到期前会提醒。").classes("hint")


def _meetings(view: View, actor: Staff, found: CaseView, changed: Changed) -> None:
    if not found.meetings:
        return
    with _panel("约好的见面", len(found.meetings)):
        for one, place in found.meetings:
            with ui.element("div").classes("item").props(f'data-meeting="{one.id}"'):
                ui.label(meeting_moment(one.starts_at)).classes("item__text")
                ui.label(f"{place} · {one.minutes} 分钟").classes("item__by")
                if allowed(actor, "call_off", found.case):
                    with ui.element("div").classes("item__do"):
                        ui.button("取消", on_click=view.on(lambda id_=one.id: call_off(view, id_, changed))).props(
                            "flat dense size=sm"
                        )


def _for(view: View, work: Callable[..., Any], id_: Any, changed: Changed) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await view.write(lambda session: work(session, id_, view.actor(session)))
        await changed()

    return run


def _add_deadline(view: View, case_id: str, changed: Changed) -> None:
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label("登记期限").classes("panel__title")
        title = ui.input("是什么期限（如：不服仲裁裁决起诉）").props("outlined dense maxlength=60 autofocus")
        last = ui.input("最后一天").props("outlined dense type=date stack-label")
        ui.label("到期前 30、7、3、1 天提醒您；3 天内还没点“知道了”，提醒主管。").classes("hint")

        async def keep() -> None:
            try:
                day = date.fromisoformat(last.value or "")
            except ValueError:
                raise AccountError("请选日期") from None
            if not (title.value or "").strip():
                raise AccountError("请写明是什么期限")
            await view.write(
                lambda session: casework.add_deadline(
                    session, case_id, view.actor(session), kind="other", title=title.value.strip(), last_day=day
                )
            )
            dialog.close()
            await changed()

        with ui.element("div").classes("form__do"):
            ui.button("取消", on_click=dialog.close).props("flat")
            ui.button("登记", on_click=view.once(keep)).props("unelevated")
    dialog.open()


def _contact(view: View, actor: Staff, found: CaseView) -> None:
    with _panel("联系方式") as head:
        if found.case.person_id and allowed(actor, "export_person"):
            address = f"/people/{found.case.id}.zip"
            with head, ui.element("a").classes("save").props(f'href="{address}" download data-do="export-person"'):
                ui.icon("download")
                ui.label("导出本人全部信息")
        place = ui.element("div")
        with place:
            for line in contact_lines(found.contact):
                ui.label(line).classes("item__text")
        if not found.contact:
            with place:
                ui.label("本人只在这里联系，没有留电话。").classes("hint")
            return

        async def reveal() -> None:
            full = await view.write(lambda s: casework.reveal_contact(s, found.case.id, view.actor(s)))
            place.clear()
            with place:
                for line in contact_lines(full):
                    ui.label(line).classes("item__text mono")

        with head:
            ui.button("显示", on_click=view.on(reveal)).props('flat dense title="显示完整联系方式，会留下记录"')


CONTACT = {"kind": "方式", "name": "称呼", "phone": "电话", "wechat": "微信", "time": "方便的时间"}
KINDS = {"here": "在这里回复", "phone": "打电话", "none": "不留联系方式"}


def contact_lines(contact: dict[str, Any] | None) -> list[str]:
    rows = ((CONTACT.get(key, key), value) for key, value in (contact or {}).items() if value)
    return [f"{label}：{KINDS.get(str(value), value)}" for label, value in rows]


def _notes(view: View, found: CaseView, changed: Changed) -> None:
    with _panel("内部备注", len(found.notes)):
        for row in found.notes:
            with ui.element("div").classes("item"):
                ui.label(row.text).classes("item__text")
                ui.label(f"{row.author_name}　{moment(row.at)}").classes("item__by")
        with ui.element("div").classes("field").props('data-sends="note"'):
            box = ui.textarea(placeholder="只有同事看得到（n）").props(
                'outlined dense autogrow maxlength=2000 data-box="note" aria-label="内部备注"'
            )

            async def keep() -> None:
                text = (box.value or "").strip()
                if text:
                    await view.write(lambda s: casework.note(s, found.case.id, view.actor(s), text))
                    box.value = ""
                    await changed()

            ui.button("记下", on_click=view.once(keep)).props('flat dense data-do="note"')


def _attachments(view: View, actor: Staff, found: CaseView, changed: Changed) -> None:
    case = found.case
    with _panel("附件", len(found.attachments)) as head:
        if allowed(actor, "attach", case) and case.status in POLICIES["attach"]:
            speaks = allowed(actor, "say", case) and case.status in POLICIES["say"]
            add = view.on(lambda: attach(view, case.id, changed, speaks=speaks))
            with head:
                ui.button("添加", on_click=add).props('flat dense data-do="attach"')
        if not found.attachments:
            ui.label("本人发来的照片、您添加的文件都在这里。").classes("hint")
        for row in found.attachments:
            with ui.element("a").classes("item").props(f'href="/attachments/{row.id}" download'):
                ui.label(row.name).classes("item__text")
                by = (
                    found.names.get(row.by, "同事") + ("发给本人" if row.sent_at else "，内部")
                    if row.by
                    else "本人发来"
                )
                ui.label(f"{by}　{max(1, row.size // 1024)} KB　{moment(row.at)}").classes("item__by")


def _events(view: View, actor: Staff, found: CaseView) -> None:
    with _panel("经过") as head:
        if allowed(actor, "edit_content"):
            with head:
                ui.button("写成解答草稿", on_click=view.once(lambda: _draft(view, found))).props("flat dense")
        for row in reversed(found.events[-MOST_EVENTS:]):
            whom = found.names.get(row.staff_id or "", "")
            by = BY.get(row.actor) or found.names.get(row.actor, "")
            with ui.element("div").classes("item"):
                to = f"（{whom}）" if whom and whom != by else ""
                ui.label(LABELS[row.kind] + to + (f"：{row.reason}" if row.reason else "")).classes("item__text")
                ui.label(f"{by}　{moment(row.at)}").classes("item__by")


async def _draft(view: View, found: CaseView) -> None:
    """What the person asked first and the lawyer answered last, as a draft without personal data."""

    def work(session: Session) -> str:
        me = view.actor(session)
        said = casework.entries(session, found.case.id, me, limit=500)
        contact = casework.reveal_contact(session, found.case.id, me) or {}
        question = next((e.text for e in said if e.author == "person" and e.text), "")
        answer = next((e.text for e in reversed(said) if e.author == "lawyer" and e.text), "")
        known = [name for _, name in found.parties] + [str(value) for key, value in contact.items() if key != "kind"]
        return drafting.start(session, me, origin="answer", question=question, answer=answer, known=known)

    ui.navigate.to(f"/editor/drafts/{await view.write(work)}")
