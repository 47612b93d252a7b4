"""Sign-in and sign-out: plain pages and plain forms, no script needed."""

from __future__ import annotations

import secrets
from html import escape
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cases import audit, staff_sessions
from desk.access import COOKIE, HOME, signed_in, token_hash
from desk.guard import same_origin
from desk.runtime import get_runtime
from service import sign_in
from service.addresses import client_address
from service.sign_in import SignInRefusedError

FORM_COOKIE = "xd_form"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>登录 · 龙华小法工作台</title>
<link rel="stylesheet" href="/static/desk.css">
<body class="door"><main class="door__in">
<div class="brand brand--door"><span class="seal" aria-hidden="true">小法</span>
<span class="brand__words"><strong>龙华小法</strong><span>律师工作台</span></span></div>
<form class="door__form" method="post" action="/sign-in" autocomplete="on">
<h1>登录</h1>{problem}
<input type="hidden" name="form" value="{form}">
<label>登录名<input name="login" required maxlength="40" autocomplete="username" autocapitalize="none" value="{login}" {login_focus}></label>
<label>密码<input name="password" type="password" required maxlength="200" autocomplete="current-password"></label>
<label>动态码<small>（设置过两步验证才需要）</small><input name="code" inputmode="numeric" maxlength="7" autocomplete="one-time-code" {code_focus}></label>
<button type="submit">登录</button></form>
<p class="door__note">账号由管理员开设。这里能看到当事人的情况，离开座位请退出。</p>
</main></body></html>"""

routes = APIRouter()


def _page(
    request: Request, *, problem: str = "", login: str = "", code_wanted: bool = False, status: int = 200
) -> Response:
    form = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    shown = PAGE.format(
        problem=f'<p class="door__problem" role="alert">{escape(problem)}</p>' if problem else "",
        form=escape(form),
        login=escape(login),
        login_focus="" if code_wanted else "autofocus",
        code_focus="autofocus" if code_wanted else "",
    )
    response = HTMLResponse(shown, status_code=status)
    _cookie(response, FORM_COOKIE, form)
    return response


@routes.get("/sign-in", include_in_schema=False)
async def ask(request: Request) -> Response:
    who = await to_thread.run_sync(lambda: signed_in(get_runtime().database, token_hash(request)))
    return RedirectResponse(HOME[who.role], status_code=303) if who else _page(request)


@routes.post("/sign-in", include_in_schema=False)
async def enter(
    request: Request,
    login: Annotated[str, Form(max_length=40)],
    password: Annotated[str, Form(max_length=200)],
    form: Annotated[str, Form(max_length=64)],
    code: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    runtime = get_runtime()
    known = request.cookies.get(FORM_COOKIE, "")
    origin = request.headers.get("origin")
    foreign = origin is not None and not same_origin(origin, request.headers.get("host"))
    if foreign or not known or not secrets.compare_digest(known.encode(), form.encode()):
        return _page(request, problem="这一页放久了，请再登录一次", status=403)
    peer = request.client.host if request.client else ""
    address = client_address(peer, request.headers.get("x-forwarded-for"), runtime.settings.trusted_proxies)
    door = sign_in.Door(login.strip().lower(), address)
    before = request.cookies.get(COOKIE)
    try:
        token = await to_thread.run_sync(
            lambda: sign_in.sign_in(runtime.database, door, password, code, replaces=before)
        )
    except SignInRefusedError as refused:
        return _page(request, problem=str(refused), login=login, code_wanted=refused.code_wanted, status=401)
    response = RedirectResponse("/sign-in", status_code=303)  # from there to the role's first page
    _cookie(response, COOKIE, token)
    response.delete_cookie(FORM_COOKIE, path="/")
    return response


@routes.post("/sign-out", include_in_schema=False)
async def leave(request: Request, csrf: Annotated[str, Form(max_length=64)]) -> Response:
    database = get_runtime().database
    who = await to_thread.run_sync(lambda: signed_in(database, token_hash(request)))
    if who is None or not secrets.compare_digest(who.csrf.encode(), csrf.encode()):
        return HTMLResponse("请刷新页面后再试", status_code=403)

    def end() -> None:
        with database.write() as session:
            staff_sessions.end(session, who.token_hash)
            audit.record(session, "staff_signed_out", actor=who.staff_id)

    await to_thread.run_sync(end)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _cookie(response: Response, name: str, value: str) -> None:
    secure = get_runtime().settings.secure_cookies
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")
