"""`xiaofa desk`: accounts of staff from the command line; the first administrator comes from here."""

from __future__ import annotations

from typing import Annotated

import typer

from cases.database import Database
from service import accounts, passwords
from settings import get_settings

app = typer.Typer(help="律师工作台：开账号、重置密码。", no_args_is_help=True)


@app.command("adduser")
def adduser(
    login: Annotated[str, typer.Argument(help="登录名：小写字母、数字、点、连字符")],
    name: Annotated[str, typer.Option(help="姓名，当事人看得到")] = "",
    role: Annotated[
        str, typer.Option(help="lawyer 律师、supervisor 主管、editor 编辑、administrator 管理员")
    ] = "administrator",
    firm: Annotated[str, typer.Option(help="律所，用来查利益冲突")] = "",
    password: Annotated[
        str,
        typer.Option(
            help="密码；不写就当场问（更好：不留在命令历史里）",
            prompt="密码（至少 10 个字符）",
            confirmation_prompt="再写一遍",
            hide_input=True,
        ),
    ] = "",
) -> None:
    """开一个工作台账号；第一个管理员用它开，之后在工作台“人员”里开。"""
    passwords.check_strength(password, login)
    made = passwords.hash_password(password)
    database = Database(get_settings().database)
    database.migrate()
    with database.write() as session:
        accounts.open_account(
            session,
            login=login,
            name=name or login,
            role=role,
            firm=firm,
            password_hash=made,
            actor="system",
        )
    typer.echo(f"已开账号 {login}（{accounts.ROLE_NAMES[role]}）。工作台：http://127.0.0.1:{get_settings().desk_port}/")
