"""The check-up on its stored rows: begin, go on, finish with a report; several actions share these steps."""

from __future__ import annotations

from actions.interview import begin_with
from actions.runtime import Runtime
from actions.turn import Turn
from cases import reports
from cases.interviews import Interview, put_off, save_interview
from service import interviews
from service.cards import Card
from service.checkup_cards import go_on_card, report_card, too_little_card
from service.checkup_report import Report, build_report
from service.checkup_script import EXTENT, FULL, SCRIPT_ID, CheckupInterview
from service.report_links import ReportLinks
from settings import get_settings


def unfinished(runtime: Runtime, turn: Turn) -> Card | None:
    """What to say when a check-up was put off; None when there is none, or nothing in it."""
    with runtime.database.read() as session:
        known = put_off(session, turn.conversation_id, SCRIPT_ID)
    script = runtime.answerer.checkup
    kept = script.still_fits(known.answers) if known else {}
    return go_on_card(script, kept) if kept.keys() - script.opening else None


def begin(runtime: Runtime, turn: Turn, wish: str) -> None:
    """Begin anew (`new`), go on where it was put off (`go_on`), or with the answers of the last report (`more`)."""
    script = runtime.answerer.checkup
    answers: dict[str, str] = {}
    with runtime.database.read() as session:
        known = put_off(session, turn.conversation_id, SCRIPT_ID)
        if known and known.last_message_id == turn.message_id:
            return  # this message has been counted
        last = reports.last_report(session, turn.conversation_id)
        if wish == "go_on" and known:
            answers = script.still_fits(known.answers)
        elif wish == "more" and last:
            answers = script.still_fits({**Report.model_validate(last.body).answers, EXTENT: FULL})
    begin_with(runtime, turn.conversation_id, turn.message_id, script, answers)
    if known:  # only now: the new row holds its answers
        with runtime.database.write() as session:
            known.status = "dropped"
            save_interview(session, known, message_id=turn.message_id)


def finish(runtime: Runtime, turn: Turn, script: CheckupInterview, interview: Interview) -> Card:
    """The report from what there is, stored once, and its card."""
    answers = interviews.pruned(script.script, interview.answers)
    with runtime.database.read() as session:
        last = reports.last_report(session, turn.conversation_id, but=interview.id)
    before = Report.model_validate(last.body) if last else None
    report = build_report(runtime.answerer.content, runtime.knowledge.gate, answers, turn.today, before)
    if report.score is None:
        return too_little_card()
    with runtime.database.write() as session:
        stored = reports.save_report(
            session,
            conversation_id=turn.conversation_id,
            interview_id=interview.id,
            body=report.model_dump(mode="json"),
        )
    return report_card(Report.model_validate(stored.body), stored.id, _links().all(stored.id))


def _links() -> ReportLinks:
    return ReportLinks(get_settings().secrets.cookie_key)
