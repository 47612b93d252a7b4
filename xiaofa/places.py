"""`xiaofa places`: the directory of service points for staff: what to check again, and new points from a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from knowledge.places import load_directory
from knowledge.places.table import read_table
from settings.clock import Clock

app = typer.Typer(help="服务点：看哪些该重新核实，从表格导入。", no_args_is_help=True)
DUE_HELP = "只列没有核实的，和超过90天没有再核实的"


@app.command("list")
def listed(due: Annotated[bool, typer.Option("--due", help=DUE_HELP)] = False) -> None:
    """列出服务点、状态和核实日期。"""
    today = Clock().today()
    table = Table("编号", "名称", "地址", "状态", "核实于", "要再核实")
    for place in load_directory().places.values():
        if place.due(today) or not due:
            again = "是" if place.due(today) else ""
            table.add_row(place.id, place.name, place.address or "—", place.status, str(place.verified_on), again)
    Console().print(table)


@app.command("import")
def imported(
    file: Annotated[Path, typer.Argument(help="CSV 文件，第一行是字段名（见 docs/places.md）")],
    out: Annotated[Path, typer.Option(help="写到哪个 YAML 文件")],
) -> None:
    """从 CSV 导入服务点，写成 YAML 供审阅；有错的行逐行说明，一行有错就不写。"""
    places, errors = read_table(file.read_bytes(), load_directory())
    for error in errors:
        Console(stderr=True).print(error, style="red", markup=False, highlight=False)
    if errors:
        raise typer.Exit(1)
    rows = [place.model_dump(mode="json", exclude_defaults=True) for place in places]
    out.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=200), "utf-8")
    print(f"{len(rows)} 个服务点，写入 {out}")
