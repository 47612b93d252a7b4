"""The tables of case work are total: every move, action, event, alert and notice has its row."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from cases import alerts, audit, events, permissions, status
from cases.codes import ALPHABET, new_code, read_code
from service.casework import notices

ROOT = Path(__file__).resolve().parents[2]


def test_every_move_has_its_row_and_every_status_is_reached() -> None:
    assert set(status.MOVES) == set(status.MOVE_NAMES)
    assert {move.target for move in status.MOVES.values()} == set(status.STATUSES)
    assert all(move.by for move in status.MOVES.values())
    assert [move.name for move in status.MOVES.values() if not move.sources] == ["open"]
    for name, move in status.MOVES.items():
        assert move.name == name
        assert move.target not in move.sources
        assert move.sources <= set(status.STATUSES)


def test_no_case_is_ever_stuck() -> None:
    """From every status but `withdrawn` there is a way on, and a live case can always be ended by its person."""
    for one in status.STATUSES:
        onward = [move for move in status.MOVES.values() if one in move.sources]
        assert bool(onward) == (one != "withdrawn"), one
        if one in status.LIVE:
            assert any("person" in move.by and move.target not in status.LIVE for move in onward), one


def test_labels_are_total() -> None:
    assert set(status.LABELS) == set(status.STATUSES)
    assert set(events.LABELS) == set(events.EVENT_KINDS)
    assert set(audit.LABELS) == set(audit.KINDS)
    assert set(alerts.CALLS) == set(alerts.KINDS)
    assert set(permissions.ROLE_LABELS) == set(permissions.ROLES)
    assert set(permissions.ACTION_LABELS) == {*permissions.CASE_ACTIONS, *permissions.DESK_ACTIONS}


@cache
def calls() -> dict[str, list[ast.Call]]:
    """Every call anywhere in the code, by the name of what is called."""
    found: dict[str, list[ast.Call]] = {}
    for folder in ("actions", "bot", "cases", "desk", "service", "xiaofa"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    found.setdefault(name, []).append(node)
    return found


def words_in_calls(*names: str) -> set[str]:
    """Every string that stands in a call of one of these functions."""
    made = [call for name in names for call in calls().get(name, [])]
    given = [one for call in made for one in (*call.args, *(keyword.value for keyword in call.keywords))]
    inside = (part for one in given for part in ast.walk(one))
    return {part.value for part in inside if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_no_row_of_the_tables_is_a_dead_letter() -> None:
    """Each action is asked for, and each kind recorded, somewhere: a row that nothing reads promises what does not hold."""
    asked = words_in_calls("check", "check_allowed", "check_policy", "allowed", "may", "_move")
    assert {*permissions.CASE_ACTIONS, *permissions.DESK_ACTIONS} <= asked
    assert set(audit.KINDS) <= words_in_calls("record")
    assert set(events.EVENT_KINDS) <= words_in_calls("record", "set_status", "_move", "_settle")
    assert set(alerts.KINDS) <= words_in_calls("call", "put")


def test_every_role_and_action_is_decided() -> None:
    assert set(permissions.PERMISSIONS) == set(permissions.ROLES)
    assert set(permissions.POLICIES) == set(permissions.CASE_ACTIONS)
    known = {*permissions.CASE_ACTIONS, *permissions.DESK_ACTIONS}
    for role, table in permissions.PERMISSIONS.items():
        assert set(table) <= known, role
    for action in known:
        assert any(action in table for table in permissions.PERMISSIONS.values()), action


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_who_needs_no_case_sees_none(role: str) -> None:
    table = permissions.PERMISSIONS[role]  # type: ignore[index]
    assert not set(table) & {*permissions.CASE_ACTIONS, "see_queue", "export_person"}


def test_every_notice_of_a_move_has_its_words_and_names_no_legal_problem() -> None:
    used = {move.notice for move in status.MOVES.values() if move.notice}
    assert used == set(status.NOTICES) == set(notices.TEXTS)
    legal = re.compile("工资|离婚|债|借|伤|家暴|仲裁|诉|罪|警|租")
    for name in status.NOTICES:
        card = notices.card(name, "LH-7K3M-9Q2P", "k_1")
        assert card.case_code == "LH-7K3M-9Q2P"
        assert not legal.search(card.title + card.conclusion)
    assert not legal.search(notices.deadline_card("LH-7K3M-9Q2P", "12月1日", 7).conclusion)


def test_alerts_say_that_something_waits_and_never_what() -> None:
    for call in alerts.CALLS.values():
        assert not re.search(r"LH-|\{|工资|离婚|姓名|电话", call.text)


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert re.fullmatch(rf"LH-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", code)
    for typed in (code, code.lower(), code.replace("-", " "), code[3:], code.replace("-", "－"), f" {code} "):
        assert read_code(typed) == code, typed
    for wrong in ("", "LH-7K3M", "LH-7K3M-9Q2O", code + "7", "你好"):
        assert read_code(wrong) is None
    assert len({new_code() for _ in range(200)}) == 200
