"""A joint claim becomes the one case: head count, total and ranges in its brief; the lines themselves stay in the group, so that
who leaves is gone from the case too."""

from __future__ import annotations

from cases import groups, matters
from cases.database import Session
from cases.groups import Group, GroupError, Member
from knowledge.calculators.core import yuan
from service import casework
from service.brief import Brief, Line, Reason, Sum
from service.group_sums import MANY, Sums, sums
from service.triage import rules
from settings.clock import SHANGHAI

TOPIC = "labour"
RULE = "group"


def hand_over(session: Session, lead: Member, conversation_id: str, message_id: str) -> casework.Opened:
    """Open the case, or go on with the lead's live case about the same many workers; again gives the same. Raises GroupError."""
    group = groups.get(session, lead.group_id)
    if lead.role != "lead":
        raise GroupError("只有发起人能把集体登记交给律师，请告诉发起人。您也可以说“转律师”单独办。")
    if group.case_id:
        return casework.Opened(group.case_id, matters.sealed(session, group.case_id).code)
    found = sums(groups.members(session, group.id))
    if not found.heads:
        raise GroupError("还没有人填欠薪。请先填您自己的一行，例如“张三，3，15000”，或者贴工资表。")
    opened = _same_case(session, lead, found) or _open(session, group, found, conversation_id, message_id)
    groups.hand_over(session, group.id, opened.id)
    return opened


def brief(session: Session, group: Group, found: Sums, message_id: str) -> Brief:
    def line(text: str) -> Line:
        return Line(text=text, message_id=message_id)

    who = f"{found.heads} 名劳动者" + (f"被{group.employer}拖欠工资" if group.employer else "被拖欠工资，单位还没写")
    may = f"满 {MANY} 人，可以推举代表" if found.heads >= MANY else f"不满 {MANY} 人"
    rule = next(each for each in rules().rules if each.id == RULE)
    return Brief(
        title=f"集体登记：{who}",
        title_message_id=message_id,
        topic=TOPIC,
        urgency="soon",
        reasons=[
            Reason(rule=RULE, title=rule.title, urgency=rule.urgency, message_id=message_id,
                   text=rule.reason.replace("{value}", str(found.heads)))
        ] if found.heads >= MANY else [],
        facts=[line(text) for text in found.lines()],
        wants=[line("一起要回拖欠的工资")],
        people=[line(f"代表 {found.representatives} 人（含发起人），发起人在网上提名，还没有书面推选；姓名见集体登记表"), line(may)],
        timeline=[],
        amounts=[Sum(text=f"欠薪合计 {yuan(found.total)}", value=found.total, message_id=message_id)],
        evidence_held=[],
        evidence_missing=[line("每人的劳动合同或工牌、考勤、工资条或转账记录"), line("全体签名的代表推选书")],
        deadlines=[],
        faqs=[],
        articles=[],
        advised=[],
        transcript=[],
        law_as_of=session.now.astimezone(SHANGHAI).date(),
    )  # fmt: skip


def _open(session: Session, group: Group, found: Sums, conversation_id: str, message_id: str) -> casework.Opened:
    made = brief(session, group, found, message_id)
    return casework.open_case(
        session,
        conversation_id=conversation_id,
        interview_id=None,
        topic=TOPIC,
        urgency="soon",
        reasons=[reason.model_dump(mode="json") | {"reason": reason.text} for reason in made.reasons],
        brief=made.model_dump(mode="json"),
        opponents=[group.employer] if group.employer else [],
        amount=int(found.total),
        people_count=found.heads,
        anonymous=True,
    )


def _same_case(session: Session, lead: Member, found: Sums) -> casework.Opened | None:
    """Who was handed over with the same many workers before is not handed over twice."""
    for case in matters.live_of(session, lead.person_id or ""):
        if case.topic == TOPIC and (case.people or 0) >= MANY and groups.of_case(session, case.id) is None:
            matters.touch(session, case.id, people=found.heads, amount=int(found.total))
            return casework.Opened(case.id, matters.sealed(session, case.id).code)
    return None
