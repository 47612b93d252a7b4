"""Every command and option says what it does, and docs/cli.md knows it."""

import re
from pathlib import Path

import click
import pytest
import typer

from xiaofa.cli import app

FOLDER = Path(__file__).resolve().parents[2] / "docs"
CALCULATORS = (FOLDER / "calculators.md").read_text("utf-8")  # their options stand in a page of their own
XIAOFA = typer.main.get_command(app)


def parts(command: click.Command) -> dict[str, click.Command]:
    """The commands of a group by name; none for a command."""
    if not hasattr(command, "list_commands"):
        return {}
    here = typer.Context(command)
    named = {name: command.get_command(here, name) for name in command.list_commands(here)}
    return {name: child for name, child in named.items() if child}


def commands(group: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, group)]
    for name, child in parts(group).items():
        found += commands(child, f"{path} {name}")
    return found


COMMANDS = commands(XIAOFA, "xiaofa")


def test_every_command_is_there() -> None:
    assert len(COMMANDS) > 40
    assert {name for name, child in parts(XIAOFA).items() if parts(child)} >= {
        "statutes",
        "desk",
        "wechat",
    }


def written() -> dict[str, str]:
    """Command -> the lines of docs/cli.md that name it: `xiaofa statutes import` does not document `xiaofa statute`."""
    paths = {path for path, _ in COMMANDS}
    lines: dict[str, str] = {}
    for line in (FOLDER / "cli.md").read_text("utf-8").splitlines():
        for typed in re.findall(r"`(xiaofa[^`]*)`", line):
            words = typed.split()
            named = max(
                (" ".join(words[:n]) for n in range(1, len(words) + 1) if " ".join(words[:n]) in paths), key=len
            )
            lines[named] = lines.get(named, "") + line + "\n"
    return lines


WRITTEN = written()


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=lambda v: v if isinstance(v, str) else "")
def test_it_is_documented(path: str, command: click.Command) -> None:
    assert command.help
    assert path in WRITTEN, f"docs/cli.md 没有写 {path}"
    own = WRITTEN[path] + (CALCULATORS if path.startswith("xiaofa calc ") else "")
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or "--help" in parameter.opts:
            continue
        assert getattr(parameter, "help", None), f"{path} {parameter.name}"
        for option in parameter.opts:
            if option.startswith("--"):
                assert re.search(rf"{option}(?![a-z-])", own), f"docs/cli.md 没有在 {path} 那一行写 {option}"


def test_nothing_is_documented_that_is_not_there() -> None:
    for path in WRITTEN:
        command = dict(COMMANDS)[path]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        for typed in re.findall(rf"`{path} ([^`]*)`", WRITTEN[path]):
            named = typed.split()
            assert not parts(command) or named[0] in parts(command), f"{path} {typed}"
            assert parts(command) or {w for w in named if w.startswith("--")} <= known, f"{path} {typed}"
