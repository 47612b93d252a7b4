"""`xiaofa`: the same answers in the terminal, and everything an operator or editor types."""

from __future__ import annotations

import logging
import sys

import structlog
import typer
from pydantic import ValidationError
from rich.console import Console

from knowledge.calculators.rates import RatesError
from knowledge.content import ContentError
from knowledge.search.e5_weights import EncoderBuildError
from knowledge.statutes.package import StatuteSourceError
from service.accounts import AccountError
from service.passwords import WeakPasswordError
from xiaofa import ask, calc, cases, desk, encoder, evaluate, index, knowledge, park, places, processes, statutes, train
from xiaofa.wechat import commands as wechat

app = typer.Typer(
    name="xiaofa",
    help="龙华小法：普通人的法律援助助手。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("ask")(ask.ask)
app.command("statute")(statutes.statute)
app.command("index")(index.index)
app.command("train")(train.train)
app.command("run")(processes.run)
app.command("eval")(evaluate.evaluate)
app.command("tune")(evaluate.tune)
app.command("encoder")(encoder.encoder)
app.command("settings")(index.settings)
app.add_typer(calc.app, name="calc")
app.add_typer(cases.app, name="cases")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(park.app, name="park")
app.add_typer(places.app, name="places")
app.add_typer(statutes.app, name="statutes")
app.add_typer(wechat.app, name="wechat")
app.add_typer(desk.app, name="desk")

# What a person can mend: shown as one message instead of a traceback.
MENDABLE = (
    cases.CaseCommandError,
    ContentError,
    RatesError,
    EncoderBuildError,
    StatuteSourceError,
    processes.StartError,
    train.TrainError,
    wechat.OffError,
    AccountError,
    WeakPasswordError,
)


def main() -> None:
    """Entry of the `xiaofa` command."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # people read this
    try:
        app()
    except MENDABLE as error:
        Console(stderr=True).print(str(error), style="red", highlight=False, markup=False)
        sys.exit(1)
    except ValidationError as error:
        details = "；".join(f"{'.'.join(map(str, e['loc']))}：{e['msg']}" for e in error.errors())
        Console(stderr=True).print(f"设置有误（xiaofa.toml 或 XIAOFA_ 环境变量）：{details}", style="red", markup=False)
        sys.exit(1)
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            Console(stderr=True).print("磁盘满了：请腾出至少 5 GB 空间再试。", style="red")
            sys.exit(1)
        raise


if __name__ == "__main__":
    main()
