"""What may be done with this case by this person now: role table and status table decide which buttons there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from cases import matters, staff
from cases.database import Session
from cases.matters import Case
from cases.permissions import ACTION_LABELS, POLICIES, CaseAction, allowed
from cases.staff import Staff
from cases.status import LABELS
from desk.labels import moment, topic_label
from desk.parts.ask import ask
from desk.view import View
from service import casework

Changed = Callable[[], Awaitable[None]]
MAIN: tuple[CaseAction, ...] = ("claim", "wait", "resume", "resolve", "close")
MORE: tuple[CaseAction, ...] = ("assign", "transfer", "second", "release", "reopen", "merge", "override")
LEADS: dict[CaseAction, str] = {
    "wait": "本人会收到通知。过了约定天数没有消息，案件先办结，他随时可以再来。",
    "resolve": "本人会收到通知，小法重新为他服务；他还可以评价，或说“重新打开案件”。",
    "release": "案件回到队列，换一位律师接着办，材料都在。",
    "override": "这位律师或其律所办过对方的案件。放行要写明原因，会留下记录。",
}


def possible(actor: Staff, case: Case) -> list[CaseAction]:
    """The actions that role and status allow, main ones first."""
    return [a for a in (*MAIN, *MORE) if allowed(actor, a, case) and case.status in POLICIES[a]]


def buttons(view: View, actor: Staff, case: Case, changed: Changed) -> None:
    """Main actions as buttons, the rest in a menu."""
    can = possible(actor, case)
    for action in (a for a in can if a in MAIN):
        look = "unelevated" if action in ("claim", "resume") else "outline"
        ui.button(ACTION_LABELS[action], on_click=view.once(_starter(view, action, case, changed))).props(
            f'{look} dense padding="5px 14px" data-do="{action}"'
        )
    more = [a for a in can if a in MORE]
    if more:
        with ui.button("更多", icon="expand_more").props('outline dense padding="5px 10px" data-do="more"'), ui.menu():
            for action in more:
                ui.menu_item(ACTION_LABELS[action], on_click=view.once(_starter(view, action, case, changed)))


def _starter(view: View, action: CaseAction, case: Case, changed: Changed) -> Callable[[], Awaitable[None]]:
    """What a click does: at once for claim, otherwise a dialog; the version is the one seen now."""

    async def start() -> None:
        if action == "claim":
            await _run(view, lambda s, me: casework.claim(s, case.id, me, version=case.version), changed)
            return
        choices, choose = await view.read(lambda session: _choices(session, view.actor(session), action, case))

        async def done(answer: dict[str, Any]) -> None:
            await _run(view, lambda s, me: _do(s, me, action, case, answer), changed)

        ask(
            view,
            ACTION_LABELS[action],
            done,
            lead=LEADS.get(action, ""),
            choices=choices,
            choose=choose,
            reason="" if action in ("second", "merge", "assign", "claim") else "原因",
            optional=action not in ("release", "transfer", "override"),
            grave=action in ("close", "override", "merge"),
        )

    return start


async def _run(view: View, work: Callable[[Session, Staff], Any], changed: Changed) -> None:
    """In one transaction; whatever comes of it, the page shows what is so now."""
    try:
        await view.write(lambda session: work(session, view.actor(session)))
    finally:
        await changed()


def _do(session: Session, me: Staff, action: CaseAction, case: Case, answer: dict[str, Any]) -> None:
    choice, reason, seen = answer["choice"], answer["reason"], case.version
    match action:
        case "wait":
            casework.wait(session, case.id, me, version=seen, reason=reason)
        case "resolve":
            casework.resolve(session, case.id, me, version=seen, reason=reason)
        case "close":
            casework.close(session, case.id, me, version=seen, reason=reason)
        case "resume":
            casework.resume(session, case.id, me, version=seen, reason=reason)
        case "reopen":
            casework.reopen(session, case.id, me, version=seen, reason=reason)
        case "release":
            casework.release(session, case.id, me, version=seen, reason=reason or "")
        case "assign":
            casework.assign(session, case.id, me, choice, version=seen)
        case "transfer":
            casework.transfer(session, case.id, me, choice, version=seen, reason=reason or "")
        case "second":
            casework.second(session, case.id, me, None if choice == "-" else choice, version=seen)
        case "merge":
            casework.merge(session, case.id, choice, me, version=seen)
        case "override":
            casework.override(session, case.id, me, choice, reason=reason or "")


def _choices(session: Session, me: Staff, action: CaseAction, case: Case) -> tuple[dict[str, str] | None, str]:
    """Whom or what the action needs."""
    if action == "merge":
        others = matters.live_of(session, case.person_id) if case.person_id else []
        return {
            one.id: f"{topic_label(one.topic)} · {LABELS[one.status]} · {moment(one.opened_at)} 开"
            for one in others
            if one.id != case.id and allowed(me, "merge", one)
        }, "并入同一个人的哪个案件"
    if action not in ("assign", "transfer", "second", "override"):
        return None, ""
    people = [m for m in staff.everyone(session) if m.role in ("lawyer", "supervisor")]
    named = {
        m.id: f"{m.name}" + (f"（{m.firm}）" if m.firm else "") + f" · 手上 {staff.load(session, m.id)}/{m.max_load}"
        for m in people
        if action == "override" or m.id != case.owner_id
    }
    return ({"-": "不设第二律师", **named} if action == "second" else named), "哪位律师"
