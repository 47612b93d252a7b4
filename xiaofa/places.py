"""`xiaofa places`: the directory of service points for staff: what to check again, new points from a table, and what was
changed at the desk for the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from cases import places as store
from cases.database import Database
from knowledge.places import Place, load_directory
from knowledge.places.directory import CHANGED, FOLDER
from knowledge.places.table import read_table
from service.placekeeping import directory
from settings import get_settings
from settings.clock import Clock

app = typer.Typer(help="服务点：看哪些该重新核实，从表格导入，导出工作台改的。", no_args_is_help=True)
DUE_HELP = "只列没有核实的，和超过90天没有再核实的"


@app.command("list")
def listed(due: Annotated[bool, typer.Option("--due", help=DUE_HELP)] = False) -> None:
    """列出服务点、状态和核实日期，连同工作台改过的。"""
    today = Clock().today()
    with _database().read() as session:
        known = directory(session)
    table = Table("编号", "名称", "地址", "状态", "核实于", "要再核实")
    for place in known.places.values():
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
    _write(out, places)
    print(f"{len(places)} 个服务点，写入 {out}")


@app.command("export")
def exported(
    out: Annotated[Path, typer.Option(help="写到哪个文件")] = FOLDER / CHANGED,
) -> None:
    """把工作台改过的服务点导出为 YAML，供放进仓库：放在 knowledge/places/desk.yml，盖过其他文件里的同一个点。"""
    with _database().read() as session:
        known, changed = directory(session), store.published(session)
    kept = [known.places[entry.place_id] for entry in changed if entry.place_id in known.places]
    _write(out, sorted(kept, key=lambda place: place.id))
    print(f"{len(kept)} 个改过的服务点，写入 {out}")


def _database() -> Database:
    database = Database(get_settings().database)
    database.migrate()
    return database


def _write(out: Path, places: list[Place]) -> None:
    rows = [place.model_dump(mode="json", exclude_defaults=True) for place in places]
    out.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=200), "utf-8")
