"""`xiaofa`: the same answers in the terminal, and everything an operator or editor types."""

from __future__ import annotations

import logging
import sys
import tomllib
from importlib import import_module
from typing import Any, NoReturn

import structlog
import typer
from pydantic import ValidationError
from rich.console import Console
from typer.core import TyperGroup

from settings.mendable import MendableError

COMMANDS = {
    "ask": "ask:ask",
    "statute": "statutes:statute",
    "index": "index:index",
    "train": "train:train",
    "prepare": "prepare:prepare",
    "run": "processes:run",
    "eval": "evaluate:evaluate",
    "tune": "evaluate:tune",
    "encoder": "encoder:encoder",
    "asking": "encoder:asking",
    "average": "encoder:average",
    "settings": "index:settings",
    "calc": "calc:app",
    "cases": "cases:app",
    "knowledge": "knowledge:app",
    "park": "park:app",
    "places": "places:app",
    "statutes": "statutes:app",
    "wechat": "wechat.commands:app",
    "desk": "desk:app",
}
"""Each command and where it is written: a function, or a typer application of several."""


class OnDemand(TyperGroup):
    """Imports the one command that was asked for: all of them together take seconds."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"xiaofa.{module}"), name)
        alone = typer.Typer()
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=cmd_name)
        else:
            alone.command(cmd_name)(found)
        return typer.main.get_group(alone).commands[cmd_name]


app = typer.Typer(
    name="xiaofa",
    cls=OnDemand,
    help="龙华小法：普通人的法律援助助手。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _all() -> None:
    """龙华小法：普通人的法律援助助手。"""


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
    except MendableError as error:
        _give_up(str(error))
    except tomllib.TOMLDecodeError as error:
        _give_up(f"xiaofa.toml 写法有误：{error}。改好后再运行一次。")
    except ValidationError as error:
        details = "；".join(
            f"{'.'.join(map(str, e['loc']))}：{_WRONG.get(e['type'], e['msg'])}" for e in error.errors()
        )
        _give_up(f"设置有误（xiaofa.toml 或 XIAOFA_ 环境变量）：{details}")
    except Exception as error:
        from xiaofa import obstacles

        if not obstacles.is_full_disk(error):
            raise
        _give_up("磁盘满了：请腾出至少 5 GB 空间再试。")


def _give_up(message: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(message, style="red", highlight=False, markup=False)
    sys.exit(1)


if __name__ == "__main__":
    main()
