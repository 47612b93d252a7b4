"""The administrator's page: who works here, in which role, with how much at once."""

from __future__ import annotations

import secrets
from typing import Any

from anyio import to_thread
from nicegui import ui

from cases import staff as members
from cases.database import Session
from cases.permissions import check_allowed
from cases.staff import Staff
from desk.labels import topic_labels
from desk.shell import heading, shell
from desk.view import View, page
from service import accounts, passwords
from service.accounts import ROLE_NAMES
from service.casework import Left
from service.casework.assigning import HOLDERS


@page("/staff", "人员")
async def staff(view: View) -> None:
    """Everyone; a click opens the form."""
    everyone = await view.read(lambda session: members.everyone(session, active=None))
    topics = topic_labels()
    with shell(view):
        heading(
            "人员",
            "账号、角色、律所、话题与同时办理的上限。停用或改角色的人立刻被退出；手上的案件交给您选的人，或退回队列。",
        )
        with ui.element("div").classes("toolbar"):
            ui.button("新开账号", icon="person_add", on_click=view.on(lambda: _form(view, None, topics))).props(
                "unelevated"
            )
        with ui.element("div").classes("rows"):
            for member in everyone:
                _row(view, member, topics)


def _row(view: View, member: Staff, topics: dict[str, str]) -> None:
    with ui.element("div").classes("row-card" + ("" if member.active else " row-card--off")):
        with ui.element("div").classes("row-card__main"):
            ui.label(member.name).classes("row-card__title")
            ui.label(
                f"{ROLE_NAMES[member.role]} · {member.login}" + (f" · {member.firm}" if member.firm else "")
            ).classes("hint")
            if member.role in ("lawyer", "supervisor"):
                named = "、".join(topics.get(t, t) for t in member.topics) or "全部话题"
                ui.label(f"{named} · 同时最多 {member.max_load} 件").classes("hint")
        if not member.active:
            ui.label("已停用").classes("chip")
        ui.button("修改", on_click=view.on(lambda: _form(view, member, topics))).props("flat dense")
        ui.button("重置密码", on_click=view.on(lambda: _reset(view, member))).props("flat dense")


async def _form(view: View, member: Staff | None, topics: dict[str, str]) -> None:
    held, others = await view.read(lambda s: (members.load(s, member.id) if member else 0, members.everyone(s)))
    holders = [one for one in others if one.role in HOLDERS and member and one.id != member.id]
    heirs = {"": "退回队列，由其他律师接手", **{one.id: one.name for one in holders}}
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label("修改" if member else "新开账号").classes("panel__title")
        login = ui.input("登录名", value=member.login if member else "").props(
            "outlined dense" + (" readonly" if member else "")
        )
        name = ui.input("姓名", value=member.name if member else "").props("outlined dense maxlength=40")
        role = ui.select(ROLE_NAMES, label="角色", value=member.role if member else "lawyer").props("outlined dense")
        firm = ui.input("律所（用来查利益冲突）", value=(member.firm if member else "") or "").props(
            "outlined dense maxlength=80"
        )
        topic = ui.select(
            topics, label="话题（不选就是全部）", multiple=True, value=list(member.topics) if member else []
        )
        topic.props("outlined dense use-chips")
        load = ui.number("同时最多几件", value=member.max_load if member else 20, min=0, max=200).props(
            "outlined dense"
        )
        email = ui.input("邮箱（收提醒用，留空不改）").props("outlined dense type=email maxlength=120")
        active = ui.switch("在职", value=member.active if member else True)
        active.set_visibility(member is not None)
        successor = ui.select(heirs, label=f"停用或不再办案时，手上 {held} 件案件交给", value="").props(
            'outlined dense data-do="successor"'
        )
        successor.set_visibility(held > 0)

        async def save() -> None:
            values: dict[str, Any] = {
                "name": (name.value or "").strip(),
                "role": role.value,
                "firm": (firm.value or "").strip() or None,
                "topics": tuple(topic.value or ()),
                "max_load": int(load.value or 0),
            }
            mail = (email.value or "").strip()
            if member:
                changes = {**values, "active": bool(active.value), **({"email": mail} if mail else {})}
                left = await view.write(
                    lambda s: accounts.change_account(
                        s, member.id, actor=_administrator(s, view), successor_id=successor.value or None, **changes
                    )
                )
                dialog.close()
                if left and (left.handed or left.queued):
                    _tell(member, left, heirs.get(successor.value, ""))
                else:
                    ui.navigate.reload()
                return
            password = secrets.token_urlsafe(10)
            made = await to_thread.run_sync(passwords.hash_password, password)
            fields = {**values, "firm": values["firm"] or ""}
            await view.write(
                lambda s: accounts.open_account(
                    s, login=login.value or "", password_hash=made, email=mail, actor=_administrator(s, view), **fields
                )
            )
            dialog.close()
            _hand_over(login.value or "", password)

        with ui.element("div").classes("form__do"):
            ui.button("取消", on_click=dialog.close).props("flat")
            ui.button("保存", on_click=view.once(save)).props("unelevated")
    dialog.open()


def _tell(member: Staff, left: Left, heir: str) -> None:
    """What became of the cases they held."""
    with ui.dialog().props("persistent") as shown, ui.card().classes("form"):
        ui.label(f"{member.name} 手上的案件").classes("panel__title")
        if left.handed:
            ui.label(f"{left.handed} 件交给了 {heir}，已提醒。")
        if left.queued:
            ui.label(f"{left.queued} 件回到了队列，已告诉本人，也提醒了其他律师。")
        if left.handed and left.queued:
            ui.label("回到队列的，是接手的人或其律所办过对方的案件，不能接。").classes("hint")
        ui.button("知道了", on_click=ui.navigate.reload).props("unelevated")
    shown.open()


async def _reset(view: View, member: Staff) -> None:
    """A new first password, and no second factor: for who lost either."""
    with ui.dialog() as sure, ui.card().classes("form"):
        ui.label(f"重置 {member.name} 的密码？").classes("panel__title")
        ui.label("原密码和两步验证作废，他在所有设备上退出登录。").classes("hint")

        async def reset() -> None:
            password = secrets.token_urlsafe(10)
            made = await to_thread.run_sync(passwords.hash_password, password)

            def change(session: Session) -> None:
                actor = _administrator(session, view)
                accounts.set_password(session, member.id, made, actor=actor)
                accounts.set_second_factor(session, member.id, None, actor=actor)

            await view.write(change)
            sure.close()
            _hand_over(member.login, password)

        with ui.element("div").classes("form__do"):
            ui.button("取消", on_click=sure.close).props("flat")
            ui.button("重置", on_click=view.once(reset)).props("unelevated color=negative")
    sure.open()


def _administrator(session: Session, view: View) -> str:
    """Who acts. Raises NotAllowedError."""
    actor = view.actor(session)
    check_allowed(actor, "manage_staff")
    return actor.id


def _hand_over(login: str, password: str) -> None:
    """Shown once; nobody can read it afterwards."""
    with ui.dialog().props("persistent") as shown, ui.card().classes("form"):
        ui.label("请当面交给本人").classes("panel__title")
        ui.label(f"登录名：{login}").classes("mono")
        ui.label(f"初始密码：{password}").classes("mono").props("data-password")
        ui.label("只显示这一次。请他登录后在“我的账号”里改掉。").classes("hint")
        ui.button("交好了", on_click=ui.navigate.reload).props("unelevated")
    shown.open()
