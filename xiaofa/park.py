"""`xiaofa park`: the spots of the Civil Law Park for who prints and puts up their codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from knowledge.park import load_spots
from service.code_sheet import Piece, code_sheet
from settings import get_settings
from settings.clock import Clock

app = typer.Typer(help="民法公园：主题点，印二维码。", no_args_is_help=True)
PAGES = (
    Piece("今日一条", "每天一条法律", "一个小故事，一条原文", "/daily"),
    Piece("普法答题", "一轮 10 题", "答完告诉您为什么", "/quiz"),
    Piece("企业讲座", "护航民营经济", "看讲座，登记，做体检", "/lectures"),
)


@app.command("list")
def listed() -> None:
    """列出主题点：编号、依据的条文、现场核对的状态、微信场景。"""
    table = Table("编号", "主题", "依据", "现场", "微信场景")
    for spot in load_spots().values():
        where = f"{spot.position}（{spot.confirmed_on}）" if spot.status == "placed" else "没有核对"
        table.add_row(spot.id, spot.title, "、".join(spot.citations), where, spot.scene)
    Console().print(table)


@app.command("sheet")
def sheet(
    out: Annotated[Path, typer.Option(help="写到哪个 PDF 文件")] = Path("park-codes.pdf"),
    only: Annotated[
        list[str] | None, typer.Option(help="只印这些编号（默认全部主题点，加今日一条、答题、讲座）")
    ] = None,
    address: Annotated[str, typer.Option(help="对外网址，默认用设置 XIAOFA_PUBLIC_URL")] = "",
) -> None:
    """把主题点的网页链接做成二维码，排在 A4 上（PDF），一页八个，印出来剪开就能贴。"""
    base = (address or get_settings().public_url).rstrip("/")
    if not base.startswith(("http://", "https://")):
        raise typer.BadParameter("没有对外网址：设置 XIAOFA_PUBLIC_URL=https://您的域名，或加 --address。")
    spots = load_spots()
    unknown = [id_ for id_ in only or () if id_ not in spots]
    if unknown:
        raise typer.BadParameter(f"没有这些主题点：{'、'.join(unknown)}（xiaofa park list 看全部）")
    pieces = [
        Piece(spot.title, f"民法公园 · {spot.book}", "、".join(spot.citations), f"{base}/park/{spot.id}")
        for spot in spots.values()
        if not only or spot.id in only
    ]
    if not only:
        pieces += [Piece(page.title, page.over, page.under, base + page.link) for page in PAGES]
    out.write_bytes(code_sheet(pieces, Clock().today()))
    print(f"{len(pieces)} 个二维码，写入 {out}。贴出去以前，用手机逐个扫一遍。")
