"""`xiaofa cases`: what an operator does with cases from the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cases import export as person_export
from cases import matters, rotation
from cases.blobs import Blobs
from cases.database import Database
from settings import get_settings
from settings.mendable import MendableError

app = typer.Typer(help="案件：导出一个人的信息、换密钥。", no_args_is_help=True)


class CaseCommandError(MendableError):
    """What the operator can mend."""


@app.command("export")
def export(
    code: Annotated[str, typer.Argument(help="本人的案件编号，例如 LH-7K3M-9Q2P")],
    out: Annotated[
        Path | None, typer.Option("--out", help="写到这个文件（只有自己可读），.zip 连同他的文件；不给就打印")
    ] = None,
) -> None:
    """把一个人的全部信息导出为 JSON（或连同文件的 ZIP），交给本人；导出会记入审计。"""
    database = Database()
    database.migrate()
    with database.write() as session:
        case = matters.by_code(session, code)
        if case is None or case.person_id is None:
            raise CaseCommandError("没有这个案件编号，或者本人的信息已经删除。")
        if out and out.suffix == ".zip":
            blobs = Blobs(get_settings().data_dir, session.keys)
            content = person_export.packed(session, blobs, case.person_id, actor="operator")
        else:
            data = person_export.person_data(session, case.person_id, actor="operator")
            content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    database.close()
    if out is None:
        print(content.decode())
        return
    out.touch(mode=0o600)
    out.chmod(0o600)
    out.write_bytes(content)
    print(f"已写入 {out}")


@app.command("rotate")
def rotate() -> None:
    """用 secrets.json 里最新的密钥重新加密全部内容和附件；中断了再运行就接着做。"""
    database = Database()
    database.migrate()
    count = rotation.rotate(database, data_dir=get_settings().data_dir)
    database.close()
    print(f"重新加密了 {count} 个值")
