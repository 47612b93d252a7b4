"""Who may do what (role x action), and in which status it may be done (policies). A test proves both tables total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, get_args

from cases.errors import NotAllowedError, WrongStatusError
from cases.status import LABELS, LIVE, MOVES, SILENT, STATUSES, MoveName, Status

Role = Literal["lawyer", "supervisor", "editor", "administrator"]
Scope = Literal["any", "own"]
CaseAction = Literal[
    "look", "reveal", "note", "say", "claim", "assign", "transfer", "second", "release", "wait", "resolve", "close",
    "resume", "reopen", "merge", "override", "attach", "open_attachment", "deadline", "call_off",
]  # fmt: skip
DeskAction = Literal[
    "see_queue", "see_board", "export_board", "export_person", "duty", "canned", "canned_shared", "edit_content",
    "publish_content", "manage_staff", "edit_places", "set_visits",
]  # fmt: skip
Action = Literal[CaseAction, DeskAction]

ROLES: tuple[Role, ...] = get_args(Role)
CASE_ACTIONS: tuple[CaseAction, ...] = get_args(CaseAction)
DESK_ACTIONS: tuple[DeskAction, ...] = get_args(DeskAction)
ROLE_LABELS: dict[Role, str] = {
    "lawyer": "律师",
    "supervisor": "主管",
    "editor": "编辑",
    "administrator": "管理员",
}
ACTION_LABELS: dict[Action, str] = {
    "look": "查看全文",
    "reveal": "查看联系方式",
    "note": "写内部备注",
    "say": "回复本人",
    "claim": "接手",
    "assign": "指派",
    "transfer": "转交",
    "second": "设第二律师",
    "release": "退回队列",
    "wait": "等本人回复",
    "resolve": "办结",
    "close": "关闭",
    "resume": "继续办理",
    "reopen": "重新打开",
    "merge": "合并重复",
    "override": "放行利益冲突",
    "attach": "添加附件",
    "open_attachment": "打开附件",
    "deadline": "登记期限",
    "call_off": "取消预约",
    "see_queue": "看队列",
    "see_board": "看统计",
    "export_board": "导出统计",
    "export_person": "导出个人信息",
    "duty": "排值班",
    "canned": "用常用语",
    "canned_shared": "改公用常用语",
    "edit_content": "写解答",
    "publish_content": "复核发布解答",
    "manage_staff": "管理人员",
    "edit_places": "改服务点",
    "set_visits": "排见面时间",
}

_OWN: tuple[CaseAction, ...] = (
    "look", "reveal", "note", "say", "transfer", "second", "release", "wait", "resolve", "close", "resume", "merge",
    "attach", "open_attachment", "deadline", "call_off",
)  # fmt: skip
PERMISSIONS: Mapping[Role, Mapping[Action, Scope]] = {
    "lawyer": {
        **dict.fromkeys(_OWN, "own"),
        "claim": "any",
        "see_queue": "any",
        "canned": "any",
        "edit_content": "any",
    },
    "supervisor": {
        **dict.fromkeys(CASE_ACTIONS, "any"),
        **dict.fromkeys((action for action in DESK_ACTIONS if action != "manage_staff"), "any"),
    },
    "editor": {"edit_content": "any", "publish_content": "any", "edit_places": "any"},
    "administrator": {"manage_staff": "any", "duty": "any", "edit_places": "any", "set_visits": "any"},
}

_MOVE_OF: dict[CaseAction, MoveName] = {
    "claim": "claim", "assign": "assign", "release": "release", "wait": "wait", "resolve": "resolve", "close": "close",
    "resume": "resume", "reopen": "reopen", "merge": "merge",
}  # fmt: skip
_ALWAYS = frozenset(STATUSES)
POLICIES: Mapping[CaseAction, frozenset[Status]] = {
    **{action: MOVES[move].sources for action, move in _MOVE_OF.items()},
    "look": _ALWAYS,
    "reveal": _ALWAYS,
    "note": _ALWAYS,
    "open_attachment": _ALWAYS,
    "say": SILENT,
    "transfer": SILENT,
    "second": SILENT,
    "override": LIVE,
    "attach": LIVE | {"resolved"},
    "deadline": LIVE,
    "call_off": _ALWAYS,
}


class Actor(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def active(self) -> bool: ...


class Held(Protocol):
    @property
    def status(self) -> Status: ...
    @property
    def owner_id(self) -> str | None: ...
    @property
    def second_id(self) -> str | None: ...


def allowed(actor: Actor, action: Action, case: Held | None = None) -> bool:
    """Whether the role may; what is allowed on one's `own` cases only needs the case: owner or second lawyer."""
    scope = PERMISSIONS[actor.role].get(action) if actor.active else None
    return scope == "any" or (scope == "own" and case is not None and actor.id in (case.owner_id, case.second_id))


def check_allowed(actor: Actor, action: Action, case: Held | None = None) -> None:
    """Raises NotAllowedError."""
    if not allowed(actor, action, case):
        only = (
            "只有办理它的律师或主管"
            if PERMISSIONS[actor.role].get(action) == "own"
            else "您的角色不能这样做：只有别的角色"
        )
        raise NotAllowedError(f"{only}可以“{ACTION_LABELS[action]}”。")


def check_policy(action: CaseAction, case: Held) -> None:
    """Raises WrongStatusError when the status does not allow it."""
    if case.status not in POLICIES[action]:
        raise WrongStatusError(f"案件现在是“{LABELS[case.status]}”，不能“{ACTION_LABELS[action]}”。")


def check(actor: Actor, action: CaseAction, case: Held) -> None:
    """Role first, then status. Raises NotAllowedError, WrongStatusError."""
    check_allowed(actor, action, case)
    check_policy(action, case)
