"""`python -m xiaofa.triage_docs`: docs/triage.md from the rules themselves (a test holds the two together)."""

from __future__ import annotations

from pathlib import Path

from service.triage import HEARING, URGENCIES, Rule, Term, rules

FILE = Path(__file__).resolve().parents[1] / "docs" / "triage.md"
HEAD = """# 什么时候转给律师

由 `python -m xiaofa.triage_docs` 从 `service/triage.yml` 生成，不要手改；`tests/unit/test_triage.py` 守着。

每句话进来都看一遍这些规则。命中的，回答照给，卡上多一个“转给律师”；建议转、马上转的还写明理由，能算出最后一天的写出日期
和剩下的天数。危险的先给安全卡。是不是转，由本人决定；转了以后，命中的规则和它出自哪一句话都写进案件摘要。
门槛（人数、金额、天数）是经验值，要改就改 `triage.yml` 的那一行。

## 规则

| 规则 | 看什么 | 多急 | 说给人听的理由 |
|---|---|---|---|
"""
MEASURES = {
    "words": "原话里的说法",
    "danger": "安全卡的种类（`service/danger.yml`）",
    "deadline": "下表的期限，快到、已过或没说日期",
    "amount": "说到的金额，{n} 元起",
    "people": "说到的人数，{n} 人起",
    "failures": "接连 {n} 次没答上",
    "dissatisfied": "说没用，或在回答下点了“没用”",
    "wish": "要找律师、转人工",
    "told": "办事指引的问答，结果是“马上转给律师”",
}
TERMS = """
## 期限

日期从同一句话里听（“昨天”“去年国庆”“下周三”），由 `knowledge/calculators/deadline.py` 算；开庭日直接用。

| 期限 | 剩多少天算快到 | 没说日期时 |
|---|---|---|
"""


def document() -> str:
    return HEAD + "\n".join(map(_rule, rules().rules)) + "\n" + TERMS + "\n".join(map(_term, rules().deadlines)) + "\n"


def _rule(rule: Rule) -> str:
    what = MEASURES[rule.measure].replace("{n}", str(rule.at_least))
    urgency = "快到：马上转；其余：建议转" if rule.measure == "deadline" else URGENCIES[rule.urgency]
    reason = "最后一天和剩下的天数" if rule.reason == "{value}" else rule.reason.replace("{value}", "…")
    return f"| {rule.title} `{rule.id}` | {what} | {urgency} | {reason} |"


def _term(term: Term) -> str:
    source = "开庭日" if term.kind == HEARING else f"`{term.kind}`"
    return f"| {term.title}（{source}） | {term.at_most} 天 | {term.undated or '不提醒'} |"


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
