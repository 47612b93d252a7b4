"""Documents on their stored rows: begun with what is known already, finished as a file behind a link."""

from __future__ import annotations

from actions.interview import begin_with
from actions.runtime import Runtime
from actions.turn import Turn
from cases import reports
from cases.interviews import Interview, answered
from service.cards import Card
from service.documents import DocumentInterview, Filled, fill
from service.report_links import ReportLinks
from settings import get_settings


def begin(runtime: Runtime, turn: Turn, script: DocumentInterview) -> None:
    """Ask for what earlier interviews of this person have not told."""
    with runtime.database.read() as session:
        earlier = answered(session, turn.conversation_id)
    begin_with(runtime, turn.conversation_id, turn.message_id, script, script.known(earlier))


def finish(runtime: Runtime, turn: Turn, script: DocumentInterview, interview: Interview) -> Card:
    """Fill it in, keep it once, say where it is."""
    filled = fill(script.template, interview.answers, turn.today, runtime.knowledge.gate)
    with runtime.database.write() as session:
        stored = reports.save_report(
            session,
            conversation_id=turn.conversation_id,
            interview_id=interview.id,
            body=filled.model_dump(mode="json"),
        )
    links = ReportLinks(get_settings().secrets.cookie_key, "document").files(stored.id)
    return script.card(Filled.model_validate(stored.body), links)
