"""`xiaofa`: the same answers in the terminal, and everything an operator or editor types."""

from __future__ import annotations

import logging
import sys
import tomllib
from typing import NoReturn

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
from xiaofa import (
    ask,
    calc,
    cases,
    desk,
    encoder,
    evaluate,
    index,
    knowledge,
    obstacles,
    park,
    places,
    processes,
    statutes,
    train,
)
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
    obstacles.BrokenFileError,
    processes.StartError,
    train.TrainError,
    wechat.OffError,
    AccountError,
    WeakPasswordError,
)

_WRONG = {
    "extra_forbidden": "没有这个设置，请检查拼写",
    "int_parsing": "要写整数",
    "float_parsing": "要写数字",
    "bool_parsing": "要写 true 或 false",
}


def main() -> None:
    """Entry of the `xiaofa` command."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # people read this
    try:
        app()
    except MENDABLE as error:
        _give_up(str(error))
    except tomllib.TOMLDecodeError as error:
        _give_up(f"xiaofa.toml 写法有误：{error}。改好后再运行一次。")
    except ValidationError as error:
        details = "；".join(
            f"{'.'.join(map(str, e['loc']))}：{_WRONG.get(e['type'], e['msg'])}" for e in error.errors()
        )
        _give_up(f"设置有误（xiaofa.toml 或 XIAOFA_ 环境变量）：{details}")
    except Exception as error:
        if not obstacles.is_full_disk(error):
            raise
        _give_up("磁盘满了：请腾出至少 5 GB 空间再试。")


def _give_up(message: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(message, style="red", highlight=False, markup=False)
    sys.exit(1)


if __name__ == "__main__":
    main()
