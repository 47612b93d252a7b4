"""`xiaofa calc …`: every calculator on the command line, its options made from the input model."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin

import typer
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Table

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError, Calculator, RateMissingError
from knowledge.calculators.rates import STATUS_LABELS, load_rates
from knowledge.content import load_content
from knowledge.statutes.build import open_book
from service.calculating import result_card
from service.gate import CitationGate
from settings import get_settings
from settings.clock import Clock
from xiaofa.ask import show

app = typer.Typer(help="计算器：金额、期限、份额，每一步怎么算都写出来。", no_args_is_help=True)


def option(field: str) -> str:
    return "--" + field.replace("_", "-")


@app.command("rates")
def rates() -> None:
    """检查并列出计算用的数据（knowledge/calculators/rates.yml）：值、来源、核实状态。"""
    today = Clock().today()
    table = Table("数据", "现在的值", "状态", "来源", "核实日期")
    for rate in load_rates():
        now = rate.on(today)
        newest = now or rate.values[-1]
        value = f"{now.text}{rate.unit}" if now else "不能用（没有核实或过期）"
        table.add_row(rate.title, value, STATUS_LABELS[newest.status], newest.source, str(newest.verified_on or "—"))
    Console(width=140).print(table)


def _command(calculator: Calculator[Any]) -> Callable[..., None]:
    def command(as_json: bool, **given: Any) -> None:
        values = {name: value for name, value in given.items() if value is not None and value != []}
        try:
            result = calculator.run(values, load_rates(), Clock().today())
        except CalculationError as error:
            hint = f"（用 {option(error.field)} 填）" if isinstance(error, RateMissingError) and error.field else ""
            Console(stderr=True).print(f"{error}{hint}", style="red", markup=False, highlight=False)
            raise typer.Exit(1) from error
        if as_json:
            print(json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=2))
            return
        show(
            result_card(
                calculator, result, CitationGate(open_book(get_settings()), load_content(), Clock().today()), []
            )
        )

    parameters = [_parameter(name, info) for name, info in calculator.inputs.model_fields.items()]
    parameters.append(
        inspect.Parameter(
            "as_json",
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[bool, typer.Option("--json", help="输出结果的 JSON")],
        )
    )
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__doc__ = f"{calculator.title}。依据：{'、'.join(calculator.articles)}。"
    return command


def _parameter(name: str, info: FieldInfo) -> inspect.Parameter:
    """Values stay text: the model reads them, and says in Chinese what is wrong."""
    said = f"{info.title}：{info.description}" + ("（必填）" if info.is_required() else "")
    kinds = {info.annotation, *get_args(info.annotation)}
    if bool in kinds:
        flag = f"{option(name)}/--no-{name.replace('_', '-')}"
        annotation: Any = Annotated[bool | None, typer.Option(flag, help=said)]
    elif get_origin(info.annotation) is tuple:
        annotation = Annotated[list[str] | None, typer.Option(option(name), help=f"{said}（可以写几次）")]
    else:
        annotation = Annotated[str | None, typer.Option(option(name), help=said, show_default=False)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


for _calculator in CALCULATORS.values():
    app.command(_calculator.name)(_command(_calculator))
