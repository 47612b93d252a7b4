"""Joint claims as pages: joining by code, one's own line, and for the lead the code to share, the table of wages, representatives.
No account: the code opens the page to join at, a member's signed link opens their own page."""

from __future__ import annotations

from typing import Annotated, Any

import segno
import structlog
from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.articles import ShownArticle, articles
from bot.services import Services, services
from bot.sessions import COOKIE
from cases import groups, people
from cases.database import Session
from cases.groups import GroupError, Line, Member
from cases.ids import new_id
from service import group_links
from service.group_sums import MANY, sums
from service.group_talk import LONGEST_EMPLOYER, as_line
from service.wage_table import (
    EXAMPLE,
    CellError,
    TableError,
    WageTable,
    decode,
    read_money,
    read_months,
    read_name,
    read_table,
)

group = APIRouter(prefix="/group", include_in_schema=False)
Hub = Annotated[Services, Depends(services)]
Code = Annotated[str, Path(max_length=40)]
Token = Annotated[str, Path(max_length=120)]
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
MOST_FIELDS = 1100  # a box for each who may be a representative
LAW = ("劳动争议调解仲裁法第七条", "民事诉讼法第五十六条")
CONSENT = "要您同意，我们才能记下您的姓名和欠薪。"
log = structlog.get_logger("bot.group")


@group.get("/join/{code}")
async def join_page(request: Request, hub: Hub, code: Code) -> Response:
    """The form to join with; what can be known without joining is the code and whether it is open, not who is in it."""
    hub.anyone(request)

    def prepare(session: Session) -> dict[str, str]:
        return {"key": group_links.token(session, new_id("gm_"))}

    return await _join(hub, code, await _read(hub, prepare))


@group.post("/join/{code}")
async def join(request: Request, hub: Hub, code: Code) -> Response:
    """Join and tell one's line, or see the form again with what was filled in."""
    hub.anyone(request, new=True)
    fields = _words(await _form(request))
    visitor = hub.sessions.read(request.cookies.get(COOKIE))

    def work(session: Session) -> str:
        found = groups.by_code(session, groups.code_in(code) or "")
        member_id = group_links.read(session, fields.get("key", ""))
        if found is None or member_id is None:
            raise GroupError("页面过期了。请从工友给的链接重新打开。")
        if fields.get("agreed") != "1":
            raise GroupError(CONSENT)
        line = _line(hub, fields)
        person = people.find(session, channel="web", value=visitor) if visitor else None
        known = groups.member(session, member_id)
        if known and known.group_id != found.id:
            raise GroupError("页面过期了。请从工友给的链接重新打开。")
        person_id = person.id if person and person.consent_version and not known else None
        shares = fields.get("share") == "1"
        mine = groups.join(session, found, person_id=person_id, shares=shares, member_id=member_id)
        groups.tell(session, mine, line)
        return group_links.mine_path(session, mine.id)

    try:
        path = await _write(hub, work)
    except (GroupError, CellError) as error:
        return await _join(hub, code, fields, str(error), getattr(error, "column", "agreed"))
    log.info("group_joined")
    return RedirectResponse(path, 303)


@group.get("/mine/{token}")
async def mine(request: Request, hub: Hub, token: Token) -> Response:
    """A member's page: own line, count and total; for the lead the rest."""
    hub.anyone(request)
    return await _mine(hub, token)


@group.post("/mine/{token}")
async def change(request: Request, hub: Hub, token: Token) -> Response:
    """One of the page's forms (`do`): line, share, table, employer, representatives, open, closed, leave."""
    hub.anyone(request)
    form = await _form(request)
    fields = _words(form)
    todo = fields.get("do", "")
    try:
        text = await _table_text(form) if todo == "table" else ""
        said, table = await _write(hub, lambda session: _change(hub, session, token, todo, fields, form, text))
    except (GroupError, TableError, CellError) as error:
        return await _mine(hub, token, error=str(error), wrong=todo, filled=fields)
    finally:
        await form.close()
    if todo == "leave":
        await to_thread.run_sync(hub.database.checkpoint)
        return _gone(hub, "您退出了集体登记", "您的一行已经删掉。想单独办，回到聊天里说“转律师”。", 200)
    if table is not None:
        return await _mine(hub, token, said=said, table=table)
    return RedirectResponse(f"{group_links.MINE}{token}", 303)


def _change(
    hub: Services, session: Session, token: str, todo: str, fields: dict[str, str], form: FormData, text: str
) -> tuple[str, WageTable | None]:
    member = _member(session, token)
    if member is None:
        raise HTTPException(404)
    if todo == "line":
        groups.tell(session, member, _line(hub, fields))
    elif todo == "share":
        groups.join(session, groups.get(session, member.group_id), person_id=member.person_id,
                    shares=fields.get("share") == "1", member_id=member.id)  # fmt: skip
    elif todo == "leave":
        groups.leave(session, member)
    elif member.role != "lead":
        raise GroupError("只有发起人能改这一项。")
    elif todo == "table":
        table = read_table(text, hub.clock.today())
        count, told = groups.paste(session, member, [as_line(line) for line in table.lines])
        stay = f"{len(told)} 人自己填过，以本人填的为准。" if told else ""
        return f"记下了 {count} 行，{len(table.problems)} 行有问题。{stay}", table
    elif todo == "employer":
        name = " ".join(fields.get("employer", "").split())
        if not 2 <= len(name) <= LONGEST_EMPLOYER:
            raise GroupError(f"单位名称请写 2 到 {LONGEST_EMPLOYER} 个字。")
        groups.set_employer(session, member, name)
    elif todo == "representatives":
        groups.name_representatives(session, member, [str(value) for value in form.getlist("who")])
    elif todo == "closed":
        groups.set_status(session, member, "closed")
    elif todo == "open":
        groups.set_status(session, member, "open")
    return "", None


def _line(hub: Services, fields: dict[str, str]) -> Line:
    """Raises CellError."""
    name = read_name(fields.get("name", ""))
    if not fields.get("months", "").strip():
        raise CellError("months", "没有写欠几个月，请补上，例如 3")
    months, period = read_months(fields["months"], hub.clock.today())
    owed = read_money(fields.get("amount", ""), "amount")
    if owed <= 0:
        raise CellError("amount", "请写欠了多少元；没有欠的不用登记")
    return Line(name, months, owed.quantize(owed.__class__("0.01")), period)


async def _join(hub: Services, code: str, fields: dict[str, str], error: str = "", wrong: str = "") -> Response:
    wanted = groups.code_in(code)

    def look(session: Session) -> groups.Group | None:
        return groups.by_code(session, wanted) if wanted else None

    found = await _read(hub, look)
    if found is None:
        return _gone(
            hub, "没有这个集体登记", "编号可能打错了，也可能已经删了。请和发起人核对；编号像 JT-7K3M-9Q2P。", 404
        )
    if found.status != "open":
        return _gone(hub, "不能加入了", groups.why_not_open(found), 410)
    page = hub.pages.html(
        "group_join.html",
        group=found,
        filled=fields,
        error=error,
        wrong=wrong,
        days=hub.settings.retention_days,
        articles=await articles(hub, LAW),
    )
    return HTMLResponse(page, 422 if error else 200, PRIVATE)


async def _mine(hub: Services, token: str, *, error: str = "", wrong: str = "", said: str = "",
                table: WageTable | None = None, filled: dict[str, str] | None = None) -> Response:  # fmt: skip
    def look(session: Session) -> dict[str, Any] | None:
        member = _member(session, token)
        if member is None:
            return None
        everyone = groups.members(session, member.group_id)
        lines = [each for each in groups.visible(session, member) if each.id != member.id and each.owed is not None]
        return {"me": member, "group": groups.get(session, member.group_id), "sums": sums(everyone), "lines": lines,
                "led": any(each.role == "lead" for each in everyone)}  # fmt: skip

    shown = await _read(hub, look)
    if shown is None:
        return _gone(hub, "没有找到这个登记", "链接不完整，或者登记已经删掉。", 404)
    link = hub.settings.public_url.rstrip("/") + group_links.join_path(shown["group"].code)
    law: list[ShownArticle] = await articles(hub, LAW)
    page = hub.pages.html(
        "group_mine.html",
        **shown,
        token=token,
        error=error,
        wrong=wrong,
        said=said,
        table=table,
        filled=filled or {},
        articles=law,
        link=link,
        picture=segno.make(link, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        example=EXAMPLE,
        many=MANY,
    )
    return HTMLResponse(page, 422 if error else 200, PRIVATE)


def _member(session: Session, token: str) -> Member | None:
    id_ = group_links.read(session, token)
    return groups.member(session, id_) if id_ else None


def _gone(hub: Services, title: str, words: str, status: int) -> Response:
    return HTMLResponse(hub.pages.html("group_gone.html", title=title, words=words), status, PRIVATE)


async def _table_text(form: FormData) -> str:
    """The uploaded file if there is one, else what was pasted. Raises TableError."""
    file = form.get("file")
    if isinstance(file, UploadFile) and file.size:
        return decode(await file.read())
    return str(form.get("table") or "")


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=MOST_FIELDS)
    except (ValueError, HTTPException) as error:
        raise HTTPException(400) from error


def _words(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _read(hub: Services, work: Any) -> Any:
    def run() -> Any:
        with hub.database.read() as session:
            return work(session)

    return await to_thread.run_sync(run)


async def _write(hub: Services, work: Any) -> Any:
    def run() -> Any:
        with hub.database.write() as session:
            return work(session)

    return await to_thread.run_sync(run)
