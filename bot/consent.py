"""The first-contact notice: who we are, what is kept, how long, how to take it back. What was agreed to is what was
shown: a change of words is a new version, and everybody is asked again."""

from __future__ import annotations

from typing import Any

VERSION = "2026-11-27"


def notice(retention_days: int, operator: str, *, forget: str = "点“忘记我”") -> dict[str, Any]:
    """`{version, title, paragraphs}` as the page shows it. `operator`: who answers for the data, and how to reach them;
    `forget`: how one is forgotten on this channel."""
    by_whom = f"由{operator}提供，您的信息由其负责保管。" if operator else ""
    return {
        "version": VERSION,
        "title": "开始之前，请您了解",
        "paragraphs": [
            f"龙华小法是自动回答的程序，不是律师。{by_whom}回答附有法条依据，仅供参考；拿不准或事情紧急，请拨打 12348。",
            "为了回答您、让您下次还能看到这次的对话，我们会记下您发来的文字和给您的回答。"
            "这些内容里可能有家庭、健康、收入等敏感信息，所以先征求您的同意。",
            "内容加密保存，只用来为您解答；您要求找律师时，经您同意才交给律师。"
            "不需要您的姓名和电话，请不要发身份证号、银行卡号。",
            f"您 {retention_days} 天没有再来，记录会自动删除。{forget}，马上全部删除；"
            "只有律师正在办的案件，办案要用的内容留到办完，对话和您是谁照样删除。",
            "不同意也没关系：您可以直接拨打 12348，或到就近的公共法律服务站咨询。有人身危险请马上拨打 110。",
        ],
    }
