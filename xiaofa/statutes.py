"""`xiaofa statute` and `xiaofa statutes import`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from knowledge.statutes.build import open_book
from knowledge.statutes.citations import parse_one
from settings import get_settings
from settings.clock import Clock

if TYPE_CHECKING:
    from knowledge.statutes.importer import ImportRow

app = typer.Typer(help="法条库。", no_args_is_help=True)
OnDate = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="哪一天有效的文本（默认今天）")]


def day(on: datetime | None) -> date:
    """The day asked for, or today in Shenzhen."""
    return on.date() if on else Clock().today()


def statute(
    law: Annotated[str, typer.Argument(help="法律名称或简称，例如：民法典")],
    article: Annotated[str, typer.Argument(help="条号，例如：577、五百七十七、133之一")],
    on: OnDate = None,
) -> None:
    """查一条法律原文。"""
    bare = article.removeprefix("第")
    head, _, sub = bare.partition("之")
    text = f"{law}第{head.removesuffix('条')}条" + (f"之{sub}" if sub else "")
    try:
        parsed = parse_one(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    found = open_book(get_settings()).lookup(parsed.law or law, parsed.article, parsed.sub, on=day(on))
    console = Console(highlight=False)
    if found.article is None:
        console.print(found.message, style="yellow", markup=False)
        raise typer.Exit(1)
    shown = found.article
    until = f"，施行至 {shown.in_force_until}" if shown.in_force_until else ""
    console.print(
        f"《{shown.full_name}》{shown.label}（自 {shown.in_force_since} 起施行{until}）", style="bold", markup=False
    )
    console.print(shown.text, markup=False)
    console.print(f"来源：{shown.source}", style="dim", markup=False)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="Markdown 或 .docx 文件，或装着它们的文件夹", exists=True)],
    on: OnDate = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="收下的也逐部列出：名称、版本、施行日期、条数")] = False,
) -> None:
    """导入司法解释、行政法规、地方性法规的文本；可以反复运行。"""
    from knowledge.statutes.importer import import_path

    report = import_path(path, get_settings().data_dir / "statutes", day(on))
    console = Console(highlight=False)
    for row in report.rows:
        if row.status == "refused":
            console.print(f"未收：{row.path}：{row.reason}", style="yellow", markup=False)
        elif verbose:
            console.print(_taken(row), markup=False)
    counts = f"新收 {report.taken} 部，原样 {report.unchanged} 部，未收 {report.refused} 个文件"
    console.print(f"{counts}；其中现行有效 {report.in_force} 部", markup=False)


def _taken(row: ImportRow) -> str:
    what = "新收" if row.status == "taken" else "原样"
    force = "现行有效" if row.in_force else "不在有效期"
    return f"{what}：{row.path}：《{row.law}》{row.version} 版，自 {row.effective} 起施行，{row.articles} 条，{force}"
