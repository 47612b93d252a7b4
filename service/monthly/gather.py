"""The numbers of one month. A question is a person's message that the bot answered with something of substance, or said plainly that
it is not sure; greetings, intake and interviews are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from cases.database import Session
from cases.permissions import check_allowed
from cases.schema import cards, case_events, cases, conversations, feedback, messages, ratings
from cases.staff import Staff
from cases.status import SILENT
from knowledge.places import Directory
from service.failures import NOT_SURE
from service.gaps import gaps
from service.monthly.report import Month, Report, Section
from service.small_counts import FEWEST, Counted, Shown, fold
from settings.clock import SHANGHAI

UNSURE = "没有把握、没答上"
NO_STREET = "没有说街道"
KINDS = {"answer": "其他回答", "guide": "办事指引", "statute": "查法条", "result": "算一算", "places": "去哪里办",
         "document": "写文书", "report": "企业体检"}  # fmt: skip
STATES = {"queued": "等律师接手", **dict.fromkeys(SILENT, "律师办理中"), "resolved": "已办结", "closed": "已办结",
          "withdrawn": "本人撤回"}  # fmt: skip
Span = tuple[datetime, datetime]


def monthly(
    session: Session,
    actor: Staff,
    month: Month,
    *,
    topics: Mapping[str, str],
    faq_topics: Mapping[str, str],
    directory: Directory,
) -> Report:
    """`topics`: labels by id; `faq_topics`: the topic's id of each FAQ. Raises NotAllowedError."""
    check_allowed(actor, "see_board")
    today, span = session.now.astimezone(SHANGHAI).date(), month.span
    streets = {id_: street.label for id_, street in directory.streets.items()}
    asked, where = _questions(session, span, topics, faq_topics, streets)
    by_topic, by_street, by_state, by_promise = _cases(session, span, topics, streets)
    sections = [
        Section("问了什么", "个问题", asked, f"“{UNSURE}”是小法照实说没有把握的；其余都有了回答。"),
        Section("哪里的人问的", "个问题", where, "只知道转过律师、说了街道的人在哪里。"),
        Section("转给律师的，按话题", "件", by_topic),
        Section("转给律师的，按街道", "件", by_street),
        Section("转给律师的，到月底", "件", by_state),
        Section("律师首次回复", "件", by_promise),
        Section("对回答的评价", "次", _opinions(session, span)),
    ]
    again = [(p.name, "没有核实到" if p.status == "unconfirmed" else f"上次核实 {p.verified_on}")
             for p in directory.places.values() if p.due(today)]  # fmt: skip
    return Report(month, today, sections, _stars(session, span), _gaps(session, actor, span), again)


def _within(column: Any, span: Span) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = (column >= span[0]) & (column < span[1])
    return inside


def _tally(pairs: Iterable[tuple[str, str]]) -> Shown:
    """From (name, person)."""
    counted: dict[str, Counted] = {}
    for name, person in pairs:
        counted.setdefault(name, Counted(name)).add(person)
    return fold(counted.values())


def _questions(
    session: Session, span: Span, topics: Mapping[str, str], faq_topics: Mapping[str, str], streets: Mapping[str, str]
) -> tuple[Shown, Shown]:
    """By topic and by street."""
    rows: Any = session.execute(
        select(messages.c.id, messages.c.person_id, cards.c.body)
        .join(cards, cards.c.message_id == messages.c.id)
        .where(messages.c.author_kind == "person", _within(messages.c.created_at, span))
        .order_by(cards.c.seq)
    )
    asked: dict[str, tuple[str, str]] = {}
    for id_, person_id, body in rows:
        name = _name(body, topics, faq_topics)
        if name:
            asked.setdefault(id_, (name, person_id))
    lived = select(cases.c.person_id, cases.c.street).where(cases.c.street.is_not(None), cases.c.opened_at < span[1])
    home: dict[str, str] = {row.person_id: row.street for row in session.execute(lived.order_by(cases.c.seq))}
    at = ((streets.get(home[p], home[p]) if p in home else NO_STREET, p) for _, p in asked.values())
    return _tally(asked.values()), _tally(at)


def _name(card: Mapping[str, Any], topics: Mapping[str, str], faq_topics: Mapping[str, str]) -> str | None:
    if card.get("title") == NOT_SURE:
        return UNSURE
    kind = str(card.get("kind"))
    topic = faq_topics.get(card.get("faq_id") or "")
    return topics.get(topic, topic) if topic and kind in KINDS else KINDS.get(kind)


def _cases(
    session: Session, span: Span, topics: Mapping[str, str], streets: Mapping[str, str]
) -> tuple[Shown, Shown, Shown, Shown]:
    """Those opened in the month: by topic, by street, by how they stood at its end, and by whether the first reply came as
    promised."""
    opened = _within(cases.c.opened_at, span)
    rows: Any = session.execute(
        select(cases.c.id, cases.c.person_id, cases.c.topic, cases.c.street, cases.c.promise_kept, cases.c.first_reply_at)
        .where(opened)
        .order_by(cases.c.seq)
    ).all()  # fmt: skip
    moves = session.execute(
        select(case_events.c.case_id, case_events.c.to_status)
        .join(cases, cases.c.id == case_events.c.case_id)
        .where(opened, case_events.c.to_status.is_not(None), case_events.c.created_at < span[1])
        .order_by(case_events.c.id)
    )
    stood = {row.case_id: row.to_status for row in moves}  # the last one counts
    who = {row.id: row.person_id or row.id for row in rows}
    answered = [row for row in rows if row.first_reply_at and row.first_reply_at < span[1]]
    return (
        _tally((topics.get(row.topic, row.topic), who[row.id]) for row in rows),
        _tally((streets.get(row.street, row.street) if row.street else NO_STREET, who[row.id]) for row in rows),
        _tally((STATES[stood.get(row.id, "queued")], who[row.id]) for row in rows),
        _tally(("按承诺时间" if row.promise_kept else "晚于承诺", who[row.id]) for row in answered),
    )


def _opinions(session: Session, span: Span) -> Shown:
    rows = session.execute(
        select(feedback.c.good, conversations.c.person_id)
        .join(conversations, conversations.c.id == feedback.c.conversation_id)
        .where(_within(feedback.c.created_at, span), conversations.c.person_id.is_not(None))
    )
    return _tally(("有用" if row.good else "没用", row.person_id) for row in rows)


def _stars(session: Session, span: Span) -> tuple[float, int] | None:
    row: Any = session.execute(
        select(func.avg(ratings.c.stars), func.count(), func.count(cases.c.person_id.distinct()))
        .join(cases, cases.c.id == ratings.c.case_id)
        .where(_within(ratings.c.created_at, span))
    ).one()
    return (float(row[0]), row[1]) if row[2] >= FEWEST else None


def _gaps(session: Session, actor: Staff, span: Span) -> list[str]:
    return [gap.questions[0] for gap in gaps(session, actor, span=span, fewest=FEWEST)]
