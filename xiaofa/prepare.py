"""`xiaofa prepare`: the model and the indexes at the same time, a core each, before the first start."""

from __future__ import annotations

import sys

import typer

from settings.mendable import MendableError
from xiaofa.children import PATIENCE, Children

STEPS = [[sys.executable, "-m", "xiaofa.cli", name] for name in ("train", "index")]


class PrepareError(MendableError, RuntimeError):
    """A step was killed from outside and could not say why itself."""


def prepare() -> None:
    """启动前的准备：训练 Rasa，同时建立法条库与索引；一个不成或按 Ctrl-C，两个都停下。"""
    with Children(2 * PATIENCE) as children:  # a step may need its own patience to end what it started
        for step in STEPS:
            children.start(step)
        code = children.wait()
    if code < 0:
        raise PrepareError(f"准备到一半被系统结束（信号 {-code}，多半是内存不够）：关掉一些程序，再运行一次。")
    if code:
        raise typer.Exit(code)
