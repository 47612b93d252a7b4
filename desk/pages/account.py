"""One's own account: password, the second factor, and WeChat for notices."""

from __future__ import annotations

from anyio import to_thread
from nicegui import ui

from cases import staff
from desk.shell import heading, shell
from desk.view import View, page
from service import accounts, casework, passwords, second_factor
from service.accounts import ROLE_NAMES, AccountError


@page("/account", "我的账号")
async def account(view: View) -> None:
    """Change the password; set or take away the second factor; get a code that binds WeChat."""
    known = await view.read(lambda session: staff.credentials(session, view.who.login))
    assert known is not None
    with shell(view):
        heading("我的账号", f"{view.who.name} · {ROLE_NAMES[view.who.role]} · 登录名 {view.who.login}")
        with ui.element("section").classes("panel panel--narrow"):
            _password(view)
        with ui.element("section").classes("panel panel--narrow") as place:
            _second_factor(view, place, bool(known.totp_secret))
        with ui.element("section").classes("panel panel--narrow") as messenger:
            _messenger(view, messenger, bound=known.staff.person_id is not None)


def _password(view: View) -> None:
    ui.label("改密码").classes("panel__title")
    old = ui.input("现在的密码", password=True).props('outlined dense autocomplete="current-password"')
    new = ui.input("新密码（至少 10 个字符）", password=True).props('outlined dense autocomplete="new-password"')
    again = ui.input("再写一遍", password=True).props('outlined dense autocomplete="new-password"')

    async def change() -> None:
        if new.value != again.value:
            raise AccountError("两次写的新密码不一样")
        passwords.check_strength(new.value or "", view.who.login)
        await _confirm(view, old.value or "")
        made = await to_thread.run_sync(passwords.hash_password, new.value)
        who = view.who
        await view.write(
            lambda session: accounts.set_password(session, who.staff_id, made, actor=who.staff_id, keep=who.token_hash)
        )
        for box in (old, new, again):
            box.value = ""
        ui.notify("密码改好了，其他设备上的登录已退出", type="positive")

    ui.button("改密码", on_click=view.once(change)).props("unelevated")


def _second_factor(view: View, place: ui.element, on: bool) -> None:
    """Draw the part anew: on, off, or being set."""
    place.clear()
    with place:
        ui.label("两步验证").classes("panel__title")
        password = ui.input("现在的密码", password=True).props('outlined dense autocomplete="current-password"')
        if on:
            ui.label("已开启：登录时还要动态码。手机丢了，请管理员重置。").classes("hint")

            async def remove() -> None:
                await _confirm(view, password.value or "")
                await _keep(view, None)
                _second_factor(view, place, False)

            ui.button("关闭两步验证", on_click=view.on(remove)).props("outline")
            return
        ui.label("开启后，登录时除了密码还要手机验证器里的 6 位动态码。").classes("hint")

        async def begin() -> None:
            await _confirm(view, password.value or "")
            _enrol(view, place)

        ui.button("开启", on_click=view.on(begin)).props("unelevated")


def _messenger(view: View, place: ui.element, *, bound: bool) -> None:
    """Draw the part anew: bound to their WeChat, or not."""
    place.clear()
    with place:
        ui.label("微信提醒").classes("panel__title")
        ui.label("绑定自己的微信，有新案件、期限快到时在公众号里提醒；只说有事，不说什么事、谁的事。").classes("hint")
        if bound:
            ui.label("已绑定微信。换了微信或不想收了，解除绑定；要换到另一个微信，再取一个绑定码就行。").classes("hint")
            ui.button("解除绑定", on_click=view.on(lambda: _unbind(view, place))).props('outline data-do="unbind"')
        _code(view)


async def _unbind(view: View, place: ui.element) -> None:
    await view.write(lambda session: casework.unbind(session, view.actor(session)))
    _messenger(view, place, bound=False)
    ui.notify("已解除绑定，微信里不再收到提醒", type="positive")


def _code(view: View) -> None:
    shown = ui.label().props('aria-live="polite" data-shown="binding"')

    async def show() -> None:
        code = await view.write(lambda session: casework.binding_code(session, view.actor(session)))
        shown.set_text(f"10 分钟内在公众号里发：绑定 {code}")

    ui.button("取绑定码", on_click=view.on(show)).props('outline data-do="binding"')


def _enrol(view: View, place: ui.element) -> None:
    secret = second_factor.new_secret()
    place.clear()
    with place:
        ui.label("用验证器扫这个码").classes("panel__title")
        ui.html(second_factor.qr_svg(secret, view.who.login), sanitize=False).classes("qr")
        ui.label(f"扫不了就手工输入：{secret}").classes("hint mono")
        code = ui.input("验证器上的 6 位数").props('outlined dense inputmode="numeric" maxlength=7')

        async def finish() -> None:
            step = second_factor.matching_step(secret, code.value or "", view.runtime.clock.now())
            if step is None:
                raise AccountError("动态码不对，再看一眼验证器")
            await _keep(view, secret)
            ui.notify("两步验证已开启", type="positive")
            _second_factor(view, place, True)

        ui.button("确认", on_click=view.once(finish)).props("unelevated")


async def _confirm(view: View, password: str) -> None:
    known = await view.read(lambda session: staff.credentials(session, view.who.login))
    if known is None or not await to_thread.run_sync(passwords.verify, known.password_hash, password):
        raise AccountError("现在的密码不对")


async def _keep(view: View, secret: str | None) -> None:
    who = view.who
    await view.write(
        lambda session: accounts.set_second_factor(
            session, who.staff_id, secret, actor=who.staff_id, keep=who.token_hash
        )
    )
