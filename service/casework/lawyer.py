"""What a lawyer does with a case in hand: say, note, wait, resolve, close, resume, reopen, merge."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import insert, update

from cases import alerts, events, matters
from cases.database import Session
from cases.errors import CaseError, InputError, StaleCaseError
from cases.matters import Case
from cases.permissions import check
from cases.schema import appointments, attachments, case_deadlines, case_notes, messages
from cases.schema import conversations as conversation_table
from cases.staff import Staff
from service import case_cards
from service.casework import calling, parting
from service.casework.assigning import check_conflict, holder
from service.casework.attachments import attach, give
from service.casework.moving import set_status
from service.casework.promise import due_for
from service.casework.speaking import PULL_CHANNELS, channel_of, say_card, say_words
from service.report_links import ReportLinks
from settings import Settings, get_settings

LONGEST = 4000
GONE = "本人已经要求删除个人信息，没法再给本人发消息。"


def say_to_person(session: Session, case_id: str, actor: Staff, text: str, *, key: str) -> str:
    """The lawyer's words: message, outbox and status in one transaction; returns the message's id. `key`: of the click, so
    that a double one says it once. Raises CaseError."""
    case = matters.hold(session, case_id)
    check(actor, "say", case)
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise InputError(f"回复要有内容，最多 {LONGEST} 个字。")
    message_id = say_words(session, case, text, staff_id=actor.id, key=key)
    if message_id is None:
        raise CaseError(GONE)
    _replied(session, case, actor)
    return message_id


def send_file(session: Session, settings: Settings, case_id: str, actor: Staff, *, name: str, content: bytes) -> str:
    """A file for the person: kept with the case, and a card in their conversation that opens it by a signed link. Returns the
    file's id. Raises CaseError: what `attach` and `say_to_person` refuse, or a messenger without a public address to link to."""
    case = matters.hold(session, case_id)
    check(actor, "say", case)
    channel = channel_of(session, case.conversation_id)
    if case.person_id is None or channel is None:
        raise CaseError(GONE)
    if channel not in PULL_CHANNELS and not settings.public_url:
        raise InputError("本人在微信上，而系统没有设公开网址，文件打不开。请当面交，或请管理员设置 public_url。")
    file_id = attach(session, settings.data_dir, case_id, actor, name=name, content=content)
    link = ReportLinks(settings.secrets.cookie_key, "file").all(file_id)[0]
    card = case_cards.file_from(actor.name, *give(session, file_id), link)
    say_card(session, case, card, key=f"file:{file_id}", staff_id=actor.id)
    _replied(session, case, actor)
    return file_id


def _replied(session: Session, case: Case, actor: Staff) -> None:
    """The person has heard from a lawyer."""
    if case.status != "active":
        values: dict[str, Any] = {}
        if case.first_reply_at is None:
            kept = case.promised_at is None or session.now <= case.promised_at
            values = {"first_reply_at": session.now, "promise_kept": kept}
        set_status(session, case, "reply", by="staff", actor=actor.id, staff_id=actor.id, **values)
    _read(session, case.id, actor)


def note(session: Session, case_id: str, actor: Staff, text: str) -> None:
    """Words for the staff alone. Raises CaseError."""
    case = matters.hold(session, case_id)
    check(actor, "note", case)
    if not text.strip() or len(text) > LONGEST:
        raise InputError(f"备注要有内容，最多 {LONGEST} 个字。")
    row = {"case_id": case_id, "staff_id": actor.id, "text": text.strip(), "created_at": session.now}
    session.execute(insert(case_notes), row)
    events.record(session, case_id, "note", actor=actor.id)


def wait(session: Session, case_id: str, actor: Staff, *, version: int, reason: str | None = None) -> Case:
    """The person's turn: silent for `waiting_days`, the case is resolved. Raises CaseError."""
    until = session.now + timedelta(days=get_settings().waiting_days)
    return _move(session, case_id, actor, "wait", version, reason, waiting_until=until)


def resolve(session: Session, case_id: str, actor: Staff, *, version: int, reason: str | None = None) -> Case:
    """Done: the bot speaks again. Raises CaseError."""
    return _move(session, case_id, actor, "resolve", version, reason)


def close(session: Session, case_id: str, actor: Staff, *, version: int, reason: str | None = None) -> Case:
    """Raises CaseError."""
    return _move(session, case_id, actor, "close", version, reason)


def resume(session: Session, case_id: str, actor: Staff, *, version: int, reason: str | None = None) -> Case:
    """Go on with a resolved case. Raises CaseError."""
    return _move(session, case_id, actor, "resume", version, reason)


def reopen(session: Session, case_id: str, actor: Staff, *, version: int, reason: str | None = None) -> Case:
    """Back into the queue, with a new promise. Raises CaseError."""
    due = due_for(session.now, matters.get(session, case_id).urgency_name)
    return _move(session, case_id, actor, "reopen", version, reason, promise_due_at=due)


def merge(session: Session, case_id: str, into_id: str, actor: Staff, *, version: int) -> Case:
    """Two cases of one person about the same thing: brief, words, deadlines, parties, notes and files go into the other one,
    and this one is closed. Returns the one that stays. Raises CaseError, also where its parties are in conflict with those
    who have the other one."""
    case, into = matters.hold(session, case_id), matters.hold(session, into_id)
    check(actor, "merge", case)
    check(actor, "merge", into)
    if case.id == into.id or case.person_id is None or case.person_id != into.person_id:
        raise InputError("只能合并同一个人的两个案件。")
    for staff_id in calling.owners(into):
        check_conflict(session, case, holder(session, staff_id))
    facts = parting.joined_facts(session, case, into)
    parting.take_over_group(session, case.id, into.id)
    parting.take_over_parties(session, case.id, into.id)
    for table in (messages, case_notes, case_deadlines, attachments, appointments):
        session.execute(update(table).where(table.c.case_id == case.id).values(case_id=into.id))
    spoken = (conversation_table.c.case_id == case.id) & (conversation_table.c.status == "open")
    values: dict[str, Any] = {"case_id": into.id, "owner": parting.owner_in(into)}
    session.execute(update(conversation_table).where(spoken).values(**values))
    set_status(session, case, "merge", by="staff", actor=actor.id, version=version, merged_into=into.id)
    events.record(session, into.id, "absorb", actor=actor.id, reason=case.id)
    spoken_at = max(into.spoken_at, case.spoken_at)
    matters.touch(session, into.id, unread=into.unread + case.unread, spoken_at=spoken_at, **facts)
    others = [staff_id for staff_id in calling.owners(into) if staff_id != actor.id]
    calling.call(session, others, "spoke", f"absorbed:{case.id}", case_id=into.id)
    return matters.get(session, into.id)


def acknowledge(session: Session, alert_id: int, actor: Staff) -> bool:
    """An alert is seen. False when it is another's or was seen before."""
    return alerts.acknowledge(session, alert_id, actor.id)


def seen(session: Session, case_id: str, actor: Staff) -> None:
    """The conversation was read by one of its lawyers. Raises CaseError."""
    check(actor, "look", matters.get(session, case_id))
    _read(session, case_id, actor)


def _read(session: Session, case_id: str, actor: Staff) -> None:
    if actor.id in calling.owners(matters.get(session, case_id)):
        matters.touch(session, case_id, unread=0)
    alerts.acknowledge_case(session, case_id, actor.id)


def _move(
    session: Session,
    case_id: str,
    actor: Staff,
    name: Literal["wait", "resolve", "close", "resume", "reopen"],
    version: int,
    reason: str | None,
    **values: Any,
) -> Case:
    case = matters.hold(session, case_id)
    if case.version != version:
        raise StaleCaseError
    check(actor, name, case)
    return set_status(session, case, name, by="staff", actor=actor.id, version=version, reason=reason, **values)
