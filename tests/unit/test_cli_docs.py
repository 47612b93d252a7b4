"""Every command and option says what it does, and docs/cli.md knows it."""

from pathlib import Path

import click
import pytest
import typer

from xiaofa.cli import app

FOLDER = Path(__file__).resolve().parents[2] / "docs"
# The calculators' options stand in a page of their own.
DOCS = "".join((FOLDER / name).read_text("utf-8") for name in ("cli.md", "calculators.md"))


def commands(group: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, group)]
    for name, child in getattr(group, "commands", {}).items():
        found += commands(child, f"{path} {name}")
    return found


@pytest.mark.parametrize(
    ("path", "command"), commands(typer.main.get_command(app), "xiaofa"), ids=lambda v: v if isinstance(v, str) else ""
)
def test_it_is_documented(path: str, command: click.Command) -> None:
    assert command.help
    assert f"`{path}" in DOCS, f"docs/cli.md 没有写 {path}"
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or "--help" in parameter.opts:
            continue
        assert getattr(parameter, "help", None), f"{path} {parameter.name}"
        for option in parameter.opts:
            if option.startswith("--"):
                assert option in DOCS, f"docs/cli.md 没有写 {path} {option}"
