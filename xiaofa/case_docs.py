"""`python -m xiaofa.case_docs`: docs/cases.md from the tables of case work themselves (a test holds the two together)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cases import alerts, audit, events
from cases.permissions import ACTION_LABELS, CASE_ACTIONS, PERMISSIONS, POLICIES, ROLE_LABELS, ROLES
from cases.status import LABELS, MOVES, SILENT, STATUSES, diagram
from service.casework import deadlines, notices
from service.casework.office import holidays
from settings import Settings

FILE = Path(__file__).resolve().parents[1] / "docs" / "cases.md"
HEAD = """# 案件

由 `python -m xiaofa.case_docs` 从数据表生成，不要手改；`tests/unit/test_case_docs.py` 守着。
代码：`cases/`（表、状态、权限、事件、提醒）与 `service/casework/`（操作）。

- **谁说话**：排队中、已办结、已关闭、已撤回由小法说；已有律师接手、律师办理中、等您回复时小法不说话，人身危险的安全卡任何时候都发，
  并叫律师、值班的人和主管。律师结束、退回、超时，小法在一段新的对话里接着说。
- **案件编号** `LH-7K3M-9Q2P`：28 个不易看错的字母数字，约 38 位随机，数据库里只按带密钥的散列查找。
- **同时改**：每次改动说出自己看到的版本，旧了就拒绝（StaleCaseError），什么都不保存。律师的话带一次点击的编号，连点两下只说一次。
- **几个案件**：话归入最近说过的那一个，`speak_in` 换另一个。
- **看一眼就记一条**：案件全文、对话、联系方式、附件。查看必须在 `Database.write()` 里，否则报错，不会有没记下的查看。
- **利益冲突**：双方名称只存带密钥的散列和密文；律师或同一机构办过对方的案件（办结的也算），不能接手、受让、做第二律师，有对方当事人的案件也并不进来；
  主管写明理由可以放行，别人的，不能放行自己的。名称按全角半角、大小写、空格标点、公司后缀归一后比较；别名、简称比不出来。
- **承诺**：按工作时间（深圳、节假日）算；快到提醒，过了叫主管；接了手却没回的退回队列。承诺守没守按第一次的承诺算。
- **期限**：律师在前 30、7、3、1 天；前 3 天主管（现在的律师在最后七天里没有确认的）；本人在前 7、1 天，只说有个日子。早上八点以后才发。
- **提醒出门**：邮件（`smtp_*`）和律师自己绑定的微信（工作台“我的账号”取码，在公众号里发“绑定 编码”；经 outbox），只说有事，不说什么事、谁的事。没人确认的升级给主管。
- **不留痕**：最后一句话三十分钟后，文字、卡片、草稿、Rasa 的记录、这个人（没有别的往来时）全删，只剩编号的散列和愿望。
- **忘记我**：没有律师在办的案件一起删；律师正在办的，留下摘要、当事人、期限、备注、附件到办完为止，联系方式和对话删掉，
  事先告诉本人（`erasure.kept_cases`），律师收到提醒；关闭后下一轮时钟全部删除。
- **保存**：关闭或撤回后 `case_days` 天删除。有案件在办的人不因久未来访而删除。
- **附件**：按文件头认类型（不看名字），带宏的、网页、程序、压缩包不收；密文存在 `data_dir/attachments/`。律师可以把文件发给本人：签名链接，打开留记录。
- **律师离开**：停用或改成不办案的角色，手上的案件交给指定的人（有利益冲突的除外），否则退回队列、告诉本人；第二律师一并取消。
- **导出**：主管在案件页点“导出本人全部信息”，或 `xiaofa cases export LH-… --out 本人.zip`：一个人的全部信息（JSON）和他带来、收到的文件；律师的内部备注、理由、
  内部附件不在内。导出留记录。
"""


def document() -> str:
    parts = [HEAD, "## 状态\n", "```mermaid", diagram(), "```\n"]
    parts += ["| 状态 | 名称 | 谁说话 |\n|---|---|---|"]
    parts += [f"| {one} | {LABELS[one]} | {'律师' if one in SILENT else '小法'} |" for one in STATUSES]
    parts += ["\n| 动作 | 做什么 | 从 | 到 | 谁 | 告诉本人 |\n|---|---|---|---|---|---|"]
    for move in MOVES.values():
        sources = "、".join(sorted(move.sources, key=STATUSES.index)) or "（开始）"
        told = notices.TEXTS[move.notice][1] if move.notice else "—"
        parts.append(
            f"| {move.name} | {events.LABELS[move.name]} | {sources} | {move.target} | {'、'.join(sorted(move.by))} | {told} |"
        )
    parts += ["\n## 权限\n", "`全部` 任何案件，`自己` 主办或第二律师的案件。\n"]
    parts += [
        f"| 动作 | {' | '.join(ROLE_LABELS[role] for role in ROLES)} | 在哪些状态 |\n|---|{'---|' * (len(ROLES) + 1)}"
    ]
    scopes = {"any": "全部", "own": "自己", None: ""}
    for action, label in ACTION_LABELS.items():
        who = " | ".join(scopes[PERMISSIONS[role].get(action)] for role in ROLES)
        states = ""
        if action in CASE_ACTIONS:
            allowed = POLICIES[action]
            states = "任何" if len(allowed) == len(STATUSES) else "、".join(s for s in STATUSES if s in allowed)
        parts.append(f"| {label} `{action}` | {who} | {states} |")
    parts += ["\n## 提醒\n", "| 提醒 | 出门的话 | 没人确认多久后升级 |\n|---|---|---|"]
    for kind, call in alerts.CALLS.items():
        wait = f"{call.escalate.total_seconds() / 3600:g} 小时" if call.escalate else "—"
        parts.append(f"| {kind} | {call.text} | {wait} |")
    days = "、".join(map(str, deadlines.PERSON_DAYS))
    parts += [f"\n期限前 {days} 天告诉本人：{notices.DEADLINE[1]}"]
    parts += ["\n## 审计\n", "| 种类 | 说明 |\n|---|---|"]
    parts += [f"| {kind} | {label} |" for kind, label in audit.LABELS.items()]
    parts += ["\n案件里的事件（审计种类 case_event 的 `event`）："]
    parts.append("、".join(f"{label} `{kind}`" for kind, label in events.LABELS.items()) + "。")
    parts += ["\n## 放假\n", "没有列出的年份：放假安排未公布或未核对，只按双休日算，对本人说明“遇放假顺延”。"]
    parts += [
        "新一年公布后，在 `service/casework/holidays.yml` 加一段。\n",
        "| 年 | 状态 | 来源 | 放假的工作日 | 上班的双休日 |\n|---|---|---|---|---|",
    ]
    for year, table in holidays().items():
        status = "已核对" if table.status == "confirmed" else "未核对"
        parts.append(
            f"| {year} | {status} {table.read_on} | {table.source} | {_days(table.free)} | {_days(table.working)} |"
        )
    parts += ["\n## 设置\n", "| 设置 | 默认 | 说明 |\n|---|---|---|"]
    for name, field in Settings.model_fields.items():
        if name in SETTINGS:
            parts.append(f"| `{name}` | `{field.default!r}` | {field.description} |")
    return "\n".join(parts) + "\n"


SETTINGS = frozenset({
    "firm", "office_hours", "promise_now_hours", "promise_soon_hours", "promise_normal_hours", "promise_warn_hours",
    "claim_hours", "auto_assign", "waiting_days", "closing_days", "case_days", "max_attachment", "desk_url", "smtp_host",
    "smtp_port", "smtp_security", "smtp_user", "smtp_password", "smtp_from",
})  # fmt: skip


def _days(days: frozenset[date]) -> str:
    return "、".join(f"{day.month}-{day.day}" for day in sorted(days))


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
