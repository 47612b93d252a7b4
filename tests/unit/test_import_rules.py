"""Who may import whom (docs/contracts.md, design: the house)."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "settings": set(),
    "knowledge": {"settings"},
    "cases": {"settings"},
    "service": {"settings", "knowledge", "cases"},
    "actions": {"settings", "knowledge", "cases", "service"},
    "bot": {"settings", "knowledge", "cases", "service"},
    "desk": {"settings", "knowledge", "cases", "service"},
    "rasa_ext": set(),
    "xiaofa": {"settings", "knowledge", "cases", "service", "actions", "bot", "desk"},
}
FILES = [(room, path) for room in ALLOWED for path in sorted((ROOT / room).rglob("*.py"))]
HEAVY = {"torch", "faiss", "sentence_transformers", "transformers"}
RASA_ONLY = {"rasa_sdk"}


@cache
def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    for path in (path for its, path in FILES if its == room):
        assert imported(path) & ALLOWED.keys() <= ALLOWED[room] | {room}, path


@pytest.mark.parametrize("room", ["bot", "desk", "cases", "settings"])
def test_the_encoder_is_loaded_in_the_action_server_and_command_line_only(room: str) -> None:
    for path in sorted((ROOT / room).rglob("*.py")):
        assert not imported(path) & HEAVY, path


def test_only_actions_knows_rasa_sdk() -> None:
    for room, path in FILES:
        if room != "actions":
            assert not imported(path) & RASA_ONLY, path
