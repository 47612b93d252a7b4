"""What was sent, said and done in a play against what is stored afterwards: nothing lost, nothing doubled, nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from cases.cards import ROUTER_ACTION
from cases.database import Session
from cases.schema import alerts, audit, case_events, cases, conversations, interviews, outbox, ratings
from cases.schema import cards as card_table
from cases.schema import messages as message_table
from cases.status import MOVES
from service.casework.notices import TEXTS

if TYPE_CHECKING:
    from tests.chaos.play import Play

OPPONENT = "好运来电子厂"
"""What the person answers in the intake."""


class Lost(AssertionError):  # noqa: N818 what the checker finds
    """Something was lost or doubled."""


def check(play: Play) -> None:
    """Raises Lost."""
    with play.database.read() as session:
        rows = session.execute(
            select(message_table, card_table.c.body, card_table.c.action)
            .outerjoin(card_table, card_table.c.id == message_table.c.card_id)
            .order_by(message_table.c.seq)
        ).all()
        _words(session, play, rows)
        _answers(session, rows, play)
        _case(session, play, rows)
        _interview(session, play)
        _parcels(session, play, rows)


def equal(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Lost(f"{what}: {found!r}, not {wanted!r}")


def _words(session: Session, play: Play, rows: Any) -> None:
    """Both sides' words, in order, each once and in the case."""
    case_id = session.scalar(select(cases.c.id))
    person = [row for row in rows if row.author_kind == "person"]
    lawyer = [row for row in rows if row.author_kind == "lawyer"]
    equal("the person's messages", [row.text for row in person], [sent.text for sent in play.sent])
    equal("the lawyers' words", [row.text for row in lawyer], play.said)
    in_case = [row.case_id == case_id for row in person]
    equal("in the case", in_case, [sent.in_case for sent in play.sent])
    equal("lawyers' words in the case", {row.case_id for row in lawyer}, {case_id})


def _answers(session: Session, rows: Any, play: Play) -> None:
    """To each message the one card that belongs to it, and none where a lawyer has the word but the note that says so. Every
    card that is stored was said, once."""
    said_to: dict[str, list[Any]] = {}
    for row in rows:
        if row.reply_to:
            said_to.setdefault(row.reply_to, []).append(row)
    noted: Counter[str] = Counter()
    silent = set()
    for row, sent in zip([row for row in rows if row.author_kind == "person"], play.sent, strict=True):
        answers = said_to.pop(row.id, [])
        if not sent.answer:
            silent.add(row.conversation_id)
            noted.update(each.conversation_id for each in answers)
            equal(
                "said while a lawyer has the word",
                {each.action for each in answers} - {ROUTER_ACTION + "handed"},
                set(),
            )
            equal("status of a message to the lawyer", row.status, "handed")
            continue
        if len(answers) != 1 or sent.answer not in answers[0].body["title"] + answers[0].body["conclusion"]:
            found = [each.body["title"] + "：" + each.body["conclusion"] for each in answers]
            raise Lost(f"answers to {sent.text!r}: {found}, not one with {sent.answer!r}")
        equal("status of an answered message", row.status, "answered")
    equal("answers to nothing", said_to, {})
    equal("notes that a lawyer has the word", noted, Counter(silent))
    cards = Counter(row.card_id for row in rows if row.card_id)
    equal("cards said", cards, Counter(session.execute(select(card_table.c.id)).scalars()))


def _case(session: Session, play: Play, rows: Any) -> None:
    """One case, moved as often as it was moved, each move told once; the rating is the last one."""
    equal("cases", session.scalar(select(func.count()).select_from(cases)), 1)
    kinds = Counter(session.execute(select(case_events.c.kind)).scalars())
    equal("audit rows", session.scalar(select(func.count()).where(audit.c.kind == "case_event")), kinds.total())
    equal("moves", dict(kinds), {kind: count for kind, count in play.moves.items() if count})
    told = Counter(row.body["title"] for row in rows if row.action in ("router:case", "case") and not row.reply_to)
    notices = Counter[str]()
    for kind, count in play.moves.items():
        notice = MOVES[kind].notice if kind in MOVES else None  # type: ignore[index]
        if notice and count:
            notices[TEXTS[notice][0]] += count
    equal("notices", told, notices)
    stars = list(session.execute(select(ratings.c.stars)).scalars())
    equal("ratings", stars, [play.stars])
    if session.scalar(select(func.count()).where(alerts.c.kind == "new_case")) == 0:
        raise Lost("nobody was called")


def _interview(session: Session, play: Play) -> None:
    """One intake, ended, with what was answered, each answer from the message that brought it."""
    rows = session.execute(select(interviews)).all()
    equal("interviews", [(row.script_id, row.status) for row in rows], [("intake", "done")])
    answers = {key: value for key, value in rows[0].answers.items() if not key.startswith("__")}
    equal(
        "answers",
        answers,
        {
            "consent": "agree",
            "story": play.sent[0].text,
            "opponent": OPPONENT,
            "happened": "unknown",
            "amount": "35000",
        },
    )
    brought = session.execute(
        select(message_table.c.text).where(message_table.c.id.in_(rows[0].answers["__messages"].values()))
    )
    equal("brought by", set(brought.scalars()), {play.sent[0].text, "同意，转给律师", OPPONENT, "跳过", "三万五"})
    equal("the case's intake", session.scalar(select(cases.c.interview_id)), rows[0].id)


def _parcels(session: Session, play: Play, rows: Any) -> None:
    """On a messenger everything said has its parcel, once; a page fetches, so it has none."""
    keys = [row.card_id or row.id for row in rows if row.author_kind != "person"]
    wanted = Counter(keys) if play.channel == "wechat" else Counter[str]()
    equal("on their way", Counter(session.execute(select(outbox.c.key)).scalars()), wanted)
    equal("channels", set(session.execute(select(conversations.c.channel)).scalars()), {play.channel})
