"""Audit: what was done to people's data, by whom, when. No contents, no personal data, no foreign keys."""

from __future__ import annotations

from typing import Any, Literal, get_args

from sqlalchemy import insert

from cases.database import Session
from cases.schema import audit

Kind = Literal[
    "person_erased", "consent_given", "consent_withdrawn", "keys_rotated", "channels_joined",
    "case_event", "case_looked_at", "conversation_read", "contact_revealed", "wish_read", "attachment_opened", "person_exported",
    "case_erased", "traces_removed", "staff_added", "staff_changed", "staff_signed_in", "staff_sign_in_failed",
    "staff_signed_out", "board_exported", "content_published", "draft_changed",
    "registrations_exported", "registration_looked_at", "registration_removed",
    "place_changed", "visits_changed",
    "group_opened", "group_joined", "group_left", "group_handed", "group_exported",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
LABELS: dict[Kind, str] = {
    "person_erased": "删除了一个人的信息",
    "consent_given": "同意",
    "consent_withdrawn": "撤回同意",
    "keys_rotated": "换了密钥",
    "channels_joined": "两个渠道并成一个人",
    "case_event": "案件变动",
    "case_looked_at": "查看案件全文",
    "conversation_read": "查看对话",
    "contact_revealed": "查看联系方式",
    "wish_read": "查看不留痕的愿望",
    "attachment_opened": "打开附件",
    "person_exported": "导出一个人的信息",
    "case_erased": "删除案件",
    "traces_removed": "清除不留痕对话",
    "staff_added": "新增人员",
    "staff_changed": "人员变动",
    "staff_signed_in": "登录",
    "staff_sign_in_failed": "登录失败",
    "staff_signed_out": "退出登录",
    "board_exported": "导出统计",
    "content_published": "发布解答",
    "draft_changed": "改动解答草稿",
    "registrations_exported": "导出讲座报名",
    "registration_looked_at": "查看讲座报名的姓名电话",
    "registration_removed": "删除讲座报名",
    "place_changed": "改动服务点",
    "visits_changed": "改动见面时间",
    "group_opened": "建集体登记",
    "group_joined": "加入集体登记",
    "group_left": "退出集体登记",
    "group_handed": "集体登记交给律师",
    "group_exported": "导出集体工资表",
}


def record(
    session: Session, kind: Kind, *, actor: str, subject: str | None = None, details: dict[str, Any] | None = None
) -> None:
    """`actor`: system, person, or a member of staff; `subject`: the id of a row, never of someone erased. Raises
    RuntimeError in a transaction that only reads: a look that leaves no row must not happen."""
    if not session.writes:
        raise RuntimeError("audited work needs Database.write()")
    row = {"kind": kind, "actor": actor, "subject": subject, "details": details or {}, "created_at": session.now}
    session.execute(insert(audit), row)
